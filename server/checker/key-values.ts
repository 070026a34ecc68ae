/** The values of keys that a search tracks: constants, and fresh ones. */
import type { StaticCondition } from '../model/static.js';
import type { CallPattern, Param, Policy, Type, Value } from '../model/policy.js';
import type { Truth } from '../model/truth.js';
import { FALSE, TRUE } from '../model/truth.js';
import { completeValue, misfit } from '../model/values.js';
import { candidatesFor } from './candidates.js';
import { mentionsOf } from './mentions.js';
import { freshValue } from './part-keys.js';

/** A parameter whose values are tracked. */
export interface KeyParam {
    /** The tool, or the event from outside: these are numbered after the tools. */
    readonly tool: number;
    readonly name: string;
}

/** The parameters of each tool, and then of each event from outside. */
export function paramsOfAll({ tools, outsideEvents }: Policy): readonly (readonly Param[])[] {
    return [...tools.map(({ params }) => params), ...outsideEvents.map(({ params = [] }) => params)];
}

/** Which tools, and then which events from outside, a pattern means. */
export function meantBy({ outsideEvents }: Policy, { tools, outside }: CallPattern): readonly Truth[] {
    return [...tools, ...outsideEvents.map((_, event) => (outside?.includes(event) ? TRUE : FALSE))];
}

/** More than equality is asked of the values: some for each way in which the answers can fall. */
export function witnessesFor(policy: Policy, kind: readonly KeyParam[], compared: readonly StaticCondition[]): Value[] {
    const { tool, name } = kind[0]!;
    const param = paramsOfAll(policy)[tool]!.find((candidate) => candidate.name === name)!;
    const values = candidatesFor(param, mentionsOf(compared), true);
    return values.filter((value) => value !== undefined).slice(0, MAX_WITNESSES);
}

/** Each is tracked, so that a few must do. */
const MAX_WITNESSES = 6;

export function typesOf(policy: Policy, kind: readonly KeyParam[]): Type[] {
    const all = paramsOfAll(policy);
    return kind.map((key) => all[key.tool]!.find((param) => param.name === key.name)!.type);
}

/** Whether every number of values fits all of the types. */
export function isWithoutNumber(types: readonly Type[]): boolean {
    return (
        types.every((type) => type.kind === 'entity' || (type.kind === 'string' && type.pattern === undefined)) ||
        types.every((type) => type.kind === 'int' && type.max === undefined)
    );
}

/** All values of a finite type; of the others the constants, and as many more as asked for. */
export function trackedValues(
    policy: Policy,
    kind: readonly KeyParam[],
    count: number,
    constants: readonly Value[]
): Value[] {
    const types = typesOf(policy, kind);
    const finite = types.find((type) => type.kind === 'literals' || type.kind === 'bool');
    if (finite) {
        return finite.kind === 'literals' ? [...finite.values] : [false, true];
    }
    const name = kind[0]!.name;
    const named = constants.filter(
        (value, index) => constants.indexOf(value) === index && types.some((type) => fits(type, value))
    );
    const fresh: Value[] = [];
    for (let i = 1; fresh.length < count && i < count + 1000; i++) {
        const candidates: Value[] = [completeValue(types[0]!, freshValue(name, i)), i, -i];
        const value = candidates.find(
            (candidate) => !named.includes(candidate) && types.every((type) => fits(type, candidate))
        );
        if (value !== undefined) {
            fresh.push(value);
        }
    }
    return [...fresh, ...named];
}

function fits(type: Type, value: Value): boolean {
    return misfit(type, value) === undefined;
}
