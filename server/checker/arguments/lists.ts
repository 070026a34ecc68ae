/**
 * Enough lists to make every combination of values that the conditions on a list can take. Each condition (`every`,
 * `some`, `contains`, `any text`) is the minimum or the maximum of its values on the elements. The values of a list
 * therefore follow from those of its elements, and the lists are found by adding one element at a time until no new
 * combination appears (docs/checker.md, "Lists").
 */
import type { Term, Value } from '../../model/policy/policy.js';
import { evaluateStatic } from '../../model/conditions/evaluate.js';
import type { StaticCondition } from '../../model/conditions/reads.js';
import type { Mentions } from './mentions.js';
import { Undecidable } from '../limits/undecidable.js';
import { limitOf } from '../limits/limits.js';
import { poll } from '../limits/budget.js';

export function listsOf(elements: readonly Value[], mentions: Mentions): Value[] {
    const combinations = new Map<string, readonly Value[]>();
    const add = (list: readonly Value[]): boolean => {
        poll();
        const key = valuesOn(list, mentions.lists);
        return combinations.has(key) ? false : Boolean(combinations.set(key, list));
    };
    const kinds = elements.filter((element) => add([element]));
    let latest = [...combinations.values()];
    while (latest.length > 0) {
        if (combinations.size > limitOf('lists')) {
            throw new Undecidable('are lists whose elements fall into too many classes');
        }
        latest = latest.flatMap((list) => kinds.map((element) => [...list, element])).filter(add);
    }
    // Repeating an element does not change any value, so the shortest list of a kind can be extended.
    const longer = [...combinations.values()].flatMap((list) =>
        [...new Set([list.length, ...lengthsOf(mentions)])]
            .filter((length) => length >= list.length)
            .map((length) => [...list, ...Array.from({ length: length - list.length }, () => list[0]!)])
    );
    return [[], ...longer.sort((a, b) => a.length - b.length)];
}

/** Lengths on both sides of every number that the length is compared with. */
export function lengthsOf({ lengths }: Mentions): number[] {
    const all = lengths.flatMap((bound) => [Math.ceil(bound) - 1, Math.floor(bound), Math.floor(bound) + 1]);
    const longest = limitOf('listLength');
    if (all.some((length) => length > longest)) {
        throw new Undecidable(`are lists compared with a length above ${longest}`);
    }
    return all.filter((length) => length > 0);
}

function valuesOn(list: readonly Value[], conditions: readonly StaticCondition[]): string {
    const constant: Term = { term: 'constant', value: list };
    return conditions
        .map((condition) => {
            switch (condition.op) {
                case 'every':
                case 'some':
                    // The subject of the enclosing quantifiers does not occur inside (see mentions.ts).
                    return evaluateStatic({ ...condition, list: constant }, NO_CALL);
                default:
                    return evaluateStatic({ ...condition, term: constant } as StaticCondition, NO_CALL);
            }
        })
        .join('');
}

const NO_CALL = { agent: 0, tool: 0, args: {} };
