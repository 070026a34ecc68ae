/** Finds the values of keys that a search tracks: constants, and fresh ones. */
import { evaluateStatic } from '../../model/conditions/evaluate.js';
import type { StaticCondition } from '../../model/conditions/reads.js';
import type { CallPattern, Param, Policy, Type, Value } from '../../model/policy/policy.js';
import type { Truth } from '../../model/policy/truth.js';
import { FALSE, TRUE } from '../../model/policy/truth.js';
import { completeValue, misfit, sameValue } from '../../model/values/values.js';
import { candidatesFor } from '../arguments/candidates.js';
import { mentionsOf, paramsOf } from '../arguments/mentions.js';
import { freshValue } from './part-keys.js';
import { withTypes } from '../arguments/related-types.js';
import { limitOf } from '../limits/limits.js';
import { orReason } from '../limits/undecidable.js';

/** A parameter whose values are tracked. */
export interface KeyParam {
    /** The index of the tool or of the outside event; outside events are numbered after the tools. */
    readonly tool: number;
    readonly name: string;
}

/** The parameters of each tool, followed by those of each outside event. */
export function paramsOfAll({ tools, outsideEvents }: Policy): readonly (readonly Param[])[] {
    return [...tools.map(({ params }) => params), ...outsideEvents.map(({ params = [] }) => params)];
}

/** The tools, followed by the outside events, that a pattern selects. */
export function meantBy({ outsideEvents }: Policy, { tools, outside }: CallPattern): readonly Truth[] {
    return [...tools, ...outsideEvents.map((_, event) => (outside?.includes(event) ? TRUE : FALSE))];
}

/** The values of one kind of key that a search tracks. */
export interface TrackedKeyValues {
    readonly values: readonly Value[];
    /**
     * True if no values were found for some parameter that may have others, so that nothing is proved about all values.
     */
    readonly isShort: boolean;
}

/**
 * Values for a key whose conditions test more than equality: for each combination of the conditions' values, up to
 * `count` values. The first value of each combination comes before the second ones, so that a few suffice where
 * possible.
 */
export function witnessesFor(
    policy: Policy,
    kind: readonly KeyParam[],
    compared: readonly StaticCondition[],
    count: number
): Value[] {
    const { tool, name } = kind[0]!;
    const param = paramsOfAll(policy)[tool]!.find((candidate) => candidate.name === name)!;
    const candidates = (width: number): ReturnType<typeof candidatesFor> | string =>
        orReason(() => {
            const mentions = mentionsOf(compared);
            return candidatesFor(
                param,
                {
                    ...mentions,
                    isCompared: mentions.isCompared || width > 1,
                    width: Math.max(mentions.width, width),
                    spellings: Math.max(mentions.spellings, width)
                },
                true
            );
        });
    // For a text with parts, a procedure gives one value for each kind of part.
    const several = candidates(count);
    const found = typeof several === 'string' ? candidates(1) : several;
    const seen = new Map<string, number>();
    return (typeof found === 'string' ? [] : found)
        .flatMap((value) => {
            if (value === undefined) {
                return [];
            }
            const way = answersFor(compared, value);
            const round = seen.get(way) ?? 0;
            seen.set(way, round + 1);
            return round < count ? [{ value, round }] : [];
        })
        .sort((a, b) => a.round - b.round)
        .slice(0, limitOf('comparedKeys'))
        .map(({ value }) => value);
}

/** The values of the conditions if everything that they read has the given value. */
function answersFor(conditions: readonly StaticCondition[], value: Value): string {
    return conditions
        .map((condition) => {
            const args = Object.fromEntries(paramsOf(condition).map((name) => [name, value]));
            return evaluateStatic(condition, { agent: 0, tool: 0, args });
        })
        .join();
}

export function typesOf(policy: Policy, kind: readonly KeyParam[]): Type[] {
    const all = paramsOfAll(policy);
    return kind.flatMap((key) => all[key.tool]!.find((param) => param.name === key.name)?.type ?? []);
}

/** True if all types have infinitely many values. */
export function isWithoutNumber(types: readonly Type[]): boolean {
    return (
        types.every((type) => type.kind === 'entity' || (type.kind === 'string' && type.pattern === undefined)) ||
        types.every((type) => type.kind === 'int' && type.max === undefined)
    );
}

/**
 * All values of finite types, all values that are named, and as many others as requested for each set of types that a
 * value can have. Only values that the same parameters can have, and that the same values can equal, are
 * interchangeable.
 */
export function trackedValues(
    policy: Policy,
    kind: readonly KeyParam[],
    count: number,
    asked: { readonly named: readonly Value[]; readonly comparedWith: readonly KeyParam[] }
): TrackedKeyValues {
    const own = typesOf(policy, kind);
    const types = [...own, ...typesOf(policy, asked.comparedWith)].filter(isFirst);
    const all = [...types.flatMap((type) => valuesOf(type) ?? []), ...asked.named];
    const named = all.filter((value, index) => own.some((type) => fits(type, value)) && isFirst(value, index, all));
    if (own.every((type) => valuesOf(type))) {
        return { values: named, isShort: false };
    }
    const { name } = kind[0]!;
    const fresh = new FreshValues(own, types, count, named);
    for (let i = 1; i <= count + named.length; i++) {
        const simple: Value[] = [completeValue(types[0]!, freshValue(name, i)), i, -i];
        const value = simple.find((one) => isOfAll(own, one));
        if (value !== undefined) {
            fresh.offer(value);
        }
    }
    const isPlain = types.length === 1 && fresh.values.length === count;
    const others = isPlain ? [] : orReason(() => valuesOfTypes(types, name, count, named));
    const isShort = typeof others === 'string';
    (isShort ? [] : others).forEach((value) => fresh.offer(value));
    return { values: [...fresh.values, ...named], isShort };
}

/** True if all parameters can have the value. */
export function isOfAll(types: readonly Type[], value: Value): boolean {
    return types.every((type) => fits(type, value));
}

/** Creates values that no condition names: the requested number for each set of types. */
class FreshValues {
    private readonly found = new Map<string, Value[]>();

    constructor(
        private readonly own: readonly Type[],
        private readonly types: readonly Type[],
        private readonly count: number,
        private readonly named: readonly Value[]
    ) {}

    /** The values; those of all types come first. */
    get values(): Value[] {
        return [...this.found].sort(([a], [b]) => (a < b ? 1 : -1)).flatMap(([, values]) => values);
    }

    offer(value: Value): void {
        const key = this.types.map((type) => Number(fits(type, value))).join('');
        const known = this.found.get(key) ?? [];
        const isNew = ![...this.named, ...known].some((other) => sameValue(other, value));
        if (isNew && known.length < this.count && this.own.some((type) => fits(type, value))) {
            this.found.set(key, [...known, value]);
        }
    }
}

/** Enough values for every set of types that a value can have. Throws `Undecidable`. */
function valuesOfTypes(types: readonly Type[], name: string, count: number, named: readonly Value[]): Value[] {
    const mentions = withTypes(
        { ...mentionsOf([]), constants: named, isCompared: true, width: Math.max(2, count), wholeValues: true },
        types
    );
    return types
        .flatMap((type) => candidatesFor({ name, type, optional: false }, mentions, true))
        .filter((value) => value !== undefined);
}

/** The values of a type that has few. */
function valuesOf(type: Type): readonly Value[] | undefined {
    return type.kind === 'literals' ? type.values : type.kind === 'bool' ? [false, true] : undefined;
}

function isFirst<T extends Type | Value>(value: T, index: number, all: readonly T[]): boolean {
    const text = JSON.stringify(value);
    return all.findIndex((other) => JSON.stringify(other) === text) === index;
}

function fits(type: Type, value: Value): boolean {
    return misfit(type, value) === undefined;
}
