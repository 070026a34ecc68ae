/**
 * Values for conditions that no procedure solves together, built from the constants, patterns and sizes in those
 * conditions: for shell lines, lines of such commands; for lists and records, those with such elements and fields. More
 * parts are joined to each of them as long as this gives a new combination of condition values. A class may be missed;
 * the search then detects which conditions were met (`contest.ts`).
 */
import type { Condition, Param, Term, Type, Value } from '../../model/policy/policy.js';
import type { StaticCondition } from '../../model/conditions/reads.js';
import { wordsOfCommand } from '../../model/values/shell-commands.js';
import { misfit, ownField } from '../../model/values/values.js';
import { candidatesFor, simplest } from '../arguments/candidates.js';
import { visitParts } from '../conditions/walk.js';
import { limitOf } from '../limits/limits.js';
import { mentionsOf } from '../arguments/mentions.js';
import { orReason } from '../limits/undecidable.js';
import { OWN } from '../conditions/own-value.js';

/**
 * Values of the type, simplest first: one for each combination of condition values that was found.
 *
 * @param signatureOf the values of the conditions for a value
 */
export function seededValues(
    param: Param,
    conditions: readonly StaticCondition[],
    signatureOf: (conditions: readonly StaticCondition[], value: Value) => string
): Value[] {
    const { type } = param;
    const asked = conditions.flatMap(partsOf);
    const seeds = seedsOf(conditions);
    const leaves = leavesOf(type, seeds);
    const found = new Map<string, Value>();
    const add = (value: Value): void => {
        if (misfit(type, value) === undefined) {
            const key = signatureOf(asked, value);
            found.set(key, found.get(key) ?? value);
        }
    };
    [simplest(type), ...builtFrom(type, leaves, seeds.sizes)].slice(0, limitOf('seededValues')).forEach(add);
    const padding = seeds.sizes.map((size) => 'x'.repeat(Math.min(size, LONGEST_TEXT)));
    const more = [...seeds.texts, ...padding, ...seeds.numbers];
    const parts = builtFrom(type.kind === 'list' ? type.element : type, more);
    let left = limitOf('joinedValues');
    // Values found during the loop are extended in turn.
    for (const value of found.values()) {
        for (const joined of parts.flatMap((part) => joinedOf(type, value, part, seeds.readsShell))) {
            if (left-- === 0) {
                return [...found.values()];
            }
            add(joined);
        }
    }
    return [...found.values()];
}

/**
 * The condition itself. A quantified condition also gives one with the same quantifier for each nested condition,
 * because a value that satisfies a part may satisfy the whole when more is joined to it.
 */
function partsOf(condition: StaticCondition): StaticCondition[] {
    if (condition.op !== 'every' && condition.op !== 'some') {
        return [condition];
    }
    const inside = conditionsIn(condition.arg);
    return [condition, ...inside.slice(1).map((arg) => ({ ...condition, arg }))];
}

/** The condition itself and its conjuncts or disjuncts. */
function conditionsIn(condition: Condition): Condition[] {
    switch (condition.op) {
        case 'not':
        case 'every':
        case 'some':
            return [condition, ...conditionsIn(condition.arg)];
        case 'and':
        case 'or':
            return [condition, ...condition.args.flatMap(conditionsIn)];
        default:
            return [condition];
    }
}

/** The values that result from joining a part to a value. */
function joinedOf(type: Type, value: Value, part: Value, readsShell: boolean): Value[] {
    if (typeof value === 'string' && typeof part === 'string') {
        const joints = readsShell ? ['; ', ' && ', ' | ', ' ', ''] : [' ', ''];
        return joints.map((joint) => `${value}${joint}${part}`);
    }
    if (type.kind === 'list' && isList(value)) {
        const last = value.at(-1);
        const others = last === undefined ? [] : joinedOf(type.element, last, part, readsShell);
        return [[...value, part], ...others.map((one) => [...value.slice(0, -1), one])];
    }
    if (type.kind === 'map' && isRecord(value) && isRecord(part)) {
        return [{ ...value, ...part }];
    }
    if (type.kind === 'record' && isRecord(value) && isRecord(part)) {
        return type.fields.flatMap((field) => {
            const [own, other] = [ownField(value, field.name), ownField(part, field.name)];
            const joined = own === undefined || other === undefined ? [] : joinedOf(field.type, own, other, readsShell);
            return [...(other === undefined ? [] : [other]), ...joined].map((one) => ({ ...value, [field.name]: one }));
        });
    }
    return [];
}

function isList(value: Value): value is readonly Value[] {
    return Array.isArray(value);
}

function isRecord(value: Value): value is { readonly [field: string]: Value } {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Values of the type with these parts: lists of one or two elements, records that share one part, and records that mix
 * two.
 *
 * @param areFew true if there would be too many such values: records in lists then do not mix parts, and only one list
 * has two of them
 */
export function builtFrom(
    type: Type,
    leaves: readonly Value[],
    sizes: readonly number[] = [],
    areFew = false
): Value[] {
    switch (type.kind) {
        case 'list': {
            const isOfFew = areFew && type.element.kind === 'record';
            const elements = isOfFew
                ? recordsOf(type.element, leaves, [0], areFew)
                : builtFrom(type.element, leaves, [], areFew);
            const [first = simplest(type.element), ...others] = elements;
            const seconds = isOfFew ? others.slice(0, 1) : others;
            const longer = sizes
                .filter((size) => size > 2 && size <= LONGEST)
                .map((size) => Array.from({ length: size }, (_, at) => elements[at % elements.length] ?? first));
            return [[], ...elements.map((one) => [one]), ...seconds.map((other) => [first, other]), ...longer];
        }
        case 'map': {
            const keys = leaves.filter((leaf) => typeof leaf === 'string');
            const values = builtFrom(type.value, leaves, [], areFew);
            const single = keys.flatMap((key) => values.map((value) => Object.fromEntries([[key, value]])));
            const longer = sizes
                .filter((size) => size <= LONGEST)
                .map((size) =>
                    Object.fromEntries(
                        Array.from({ length: size }, (_, at) => [`k${at}`, values[0] ?? simplest(type.value)])
                    )
                );
            return [{}, ...single, ...single.slice(1).map((other) => ({ ...single[0]!, ...other })), ...longer];
        }
        case 'record':
            return recordsOf(type, leaves, [0, 1], areFew);
        case 'bool':
            return [true, false];
        case 'literals':
            return [...type.values];
        case 'int':
        case 'number':
        case 'decimal':
            return leaves.filter((value) => typeof value === 'number');
        case 'string':
        case 'entity':
            return leaves.filter((value) => typeof value === 'string');
        case 'any':
            return [...leaves];
    }
}

/** @param shifts the offset of each field relative to the previous one; fields with offset 0 share a value */
function recordsOf(
    { fields }: Type & { kind: 'record' },
    leaves: readonly Value[],
    shifts: readonly number[],
    areFew: boolean
): Value[] {
    const parts = fields.map((field) => ({ field, values: builtFrom(field.type, leaves, [], areFew) }));
    const most = Math.max(0, ...parts.map(({ values }) => values.length));
    const shifted = (shift: number, missing?: string): Value[] =>
        Array.from({ length: most }, (_, at) =>
            Object.fromEntries(
                parts
                    .filter(({ field }) => field.name !== missing)
                    .map(({ field, values }, place): [string, Value] => [
                        field.name,
                        values[(at + shift * place) % values.length] ?? simplest(field.type)
                    ])
            )
        );
    const missing = areFew
        ? []
        : fields.filter(({ optional }) => optional).flatMap(({ name }) => shifted(0, name).slice(0, 1));
    return [...shifts.flatMap((shift) => shifted(shift)), ...missing];
}

interface Seeds {
    readonly texts: readonly string[];
    readonly numbers: readonly number[];
    /** Numbers that sizes are compared with, and their neighbours. */
    readonly sizes: readonly number[];
    readonly readsShell: boolean;
}

const LONGEST = 20;

const LONGEST_TEXT = 2_000;

function seedsOf(conditions: readonly StaticCondition[]): Seeds {
    const texts = new Set<string>();
    const numbers = new Set<number>();
    let readsShell = false;
    const add = (value: unknown): void => {
        if (typeof value === 'string') {
            texts.add(value);
        } else if (typeof value === 'number') {
            numbers.add(value);
        }
    };
    for (const condition of conditions) {
        visitParts(condition, (part) => {
            readsShell ||= isOfShell(part);
            if ('values' in part) {
                part.values.forEach(add);
            } else if ('value' in part) {
                add(part.value);
            } else if ('prefix' in part) {
                add(part.prefix);
            } else if ('hosts' in part) {
                part.hosts.forEach((host) => add(`https://${host.replace('*', 'x')}/`));
            } else if ('root' in part) {
                add(`${part.root}/x`);
            } else if ('pattern' in part) {
                textsOf({ op: 'matches', term: { term: 'param', name: OWN }, pattern: part.pattern }).forEach(add);
            }
        });
    }
    const around = [...numbers].flatMap((number) => [number, number + 1, number - 1]);
    const sizes = [...new Set(around)].filter((size) => Number.isInteger(size) && size >= 0);
    return { texts: [...texts], numbers: around, sizes, readsShell };
}

/** True if some condition reads the commands of a shell line, which no other procedure supports. */
export function readShell(conditions: readonly StaticCondition[]): boolean {
    return seedsOf(conditions).readsShell;
}

function isOfShell(part: Condition | Term): boolean {
    return 'op' in part
        ? part.op === 'redirects' || part.op === 'command starts with'
        : part.term === 'commands' || (part.term === 'part' && (part.part === 'command' || part.part === 'program'));
}

/** A text that matches the pattern and one that does not. */
function textsOf(pattern: StaticCondition): readonly unknown[] {
    const param: Param = { name: OWN, type: { kind: 'string' }, optional: false };
    const found = orReason(() => candidatesFor(param, mentionsOf([pattern]), true));
    return typeof found === 'string' ? [] : found;
}

function leavesOf(type: Type, { texts, numbers, sizes, readsShell }: Seeds): Value[] {
    const joined = texts.flatMap((a) => texts.flatMap((b) => (a === b ? [] : [`${a}${b}`, `${a} ${b}`])));
    const plain = ['x', 'y', ...texts, ...texts.map((text) => `${text} x`), ...joined];
    return [
        ...(readsShell ? [...linesOf(plain, sizes), NOT_PLAIN] : plain),
        ...numbers,
        ...(type.kind === 'any' ? [[]] : [])
    ];
}

/** A line from which no command can be read. */
const NOT_PLAIN = '$(x)';

/** Lines of one, two and three commands, and of as many as sizes are compared with; each also with a redirection. */
function linesOf(texts: readonly string[], sizes: readonly number[]): string[] {
    const commands = texts.filter((text) => wordsOfCommand(text) !== undefined).slice(0, 40);
    const pairs = commands.flatMap((a) => commands.map((b) => [a, b]));
    const several = sizes
        .filter((size) => size > 2 && size <= LONGEST)
        .flatMap((size) => pairs.map(([a, b]) => [a!, ...Array.from({ length: size - 1 }, () => b!)]));
    const lines = [...commands.map((one) => [one]), ...pairs, ...several].map((line) => line.join('; '));
    return [...lines, ...lines.map((line) => `${line} > out`)];
}
