/**
 * Enough maps to make every combination of values that the conditions on a map can take. As for a list (`lists.ts`), these
 * values follow from those of the entries. But a key occurs only once, so the search also distinguishes which of the keys
 * that cannot be replaced by others are in use, and how many entries there are (docs/checker.md, "Lists").
 */
import type { Condition, Term, Value } from '../../model/policy/policy.js';
import { evaluateStatic } from '../../model/conditions/evaluate.js';
import type { StaticCondition } from '../../model/conditions/reads.js';
import { entriesOf } from '../../model/values/values.js';
import { lengthsOf } from './lists.js';
import type { Mentions } from './mentions.js';
import { Undecidable } from '../limits/undecidable.js';
import { limitOf } from '../limits/limits.js';
import { poll } from '../limits/budget.js';

type Entries = ReadonlyMap<string, Value>;

/** The number of entries that the search may need: each changes the value of a condition, or is counted or named. */
export function mostEntries(mentions: Mentions): number {
    return 2 * mentions.lists.length + Math.max(0, ...lengthsOf(mentions)) + mentions.constants.length + 2;
}

/**
 * Throws `Undecidable`.
 *
 * @param keys of every kind that the conditions distinguish, as many as there are, up to `mostEntries`
 * @param values of every kind that the conditions distinguish
 */
export function mapsOf(keys: readonly string[], values: readonly Value[], mentions: Mentions): Value[] {
    const most = mostEntries(mentions);
    const longest = Math.max(0, ...lengthsOf(mentions));
    const valuesOf = (entries: Entries): string => valuesOn(entries, mentions.lists);
    const kinds = new Map<string, string[]>();
    const valuesByKind = new Map<string, readonly Value[]>();
    for (const key of keys) {
        const found = new Map<string, Value>();
        const signature = values.map((value) => {
            const own = valuesOf(new Map([[key, value]]));
            found.set(own, found.get(own) ?? value);
            return own;
        });
        const kind = signature.join('|');
        kinds.set(kind, [...(kinds.get(kind) ?? []), key]);
        valuesByKind.set(kind, [...found.values()]);
    }
    // Each of these keys is one of few, so it matters which are in use.
    const few = new Set([...kinds.values()].filter((same) => same.length < most).flat());
    const combinations = new Map<string, Entries>();
    const add = (entries: Entries): boolean => {
        poll();
        const used = [...entries.keys()].filter((key) => few.has(key)).sort();
        const state = JSON.stringify([valuesOf(entries), used, Math.min(entries.size, longest)]);
        return combinations.has(state) ? false : Boolean(combinations.set(state, entries));
    };
    const larger = (entries: Entries): Entries[] =>
        [...kinds].flatMap(([kind, same]) => {
            const free = same.filter((key) => !entries.has(key));
            if (free.length === 0 && !few.has(same[0]!)) {
                throw new Undecidable('are maps whose entries fall into too many classes');
            }
            const next = few.has(same[0]!) ? free : free.slice(0, 1);
            return next.flatMap((key) => valuesByKind.get(kind)!.map((value) => new Map(entries).set(key, value)));
        });
    let latest: Entries[] = [new Map()];
    latest.forEach(add);
    while (latest.length > 0) {
        if (combinations.size > limitOf('lists')) {
            throw new Undecidable('are maps whose entries fall into too many classes');
        }
        latest = latest.flatMap(larger).filter(add);
    }
    return [...combinations.values()].map((entries) => Object.fromEntries(entries));
}

function valuesOn(entries: Entries, conditions: readonly StaticCondition[]): string {
    const map = Object.fromEntries(entries);
    const constant = (value: Value): Term => ({ term: 'constant', value });
    return conditions
        .map((condition: Condition) =>
            condition.op === 'every' || condition.op === 'some'
                ? // The subject of the enclosing quantifiers does not occur inside (see mentions.ts).
                  evaluateStatic({ ...condition, list: constant(entriesOf(map)) }, NO_CALL)
                : evaluateStatic({ ...condition, term: constant(map) } as StaticCondition, NO_CALL)
        )
        .join('');
}

const NO_CALL = { agent: 0, tool: 0, args: {} };
