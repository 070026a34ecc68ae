/** Compares `approved by N of ROLE` with counting the people who approved, for each set of them. */
import { describe, expect, test } from 'vitest';
import { approvedBy, quorumParts } from '../../language/lower/quorum.js';
import type { Condition } from '../../server/model/policy/policy.js';

/** The meaning of the forms that it uses, from their definition. */
function isTrue(condition: Condition, approved: ReadonlySet<number>): boolean {
    switch (condition.op) {
        case 'and':
            return condition.args.every((part) => isTrue(part, approved));
        case 'or':
            return condition.args.some((part) => isTrue(part, approved));
        case 'approved by':
            return condition.humans.some((human) => approved.has(human));
        default:
            throw new Error(condition.op);
    }
}

function partsIn(condition: Condition): number {
    return condition.op === 'and' || condition.op === 'or'
        ? condition.args.reduce((sum, part) => sum + partsIn(part), 0)
        : 1;
}

describe.each([1, 2, 3, 4, 5, 7])('of %i people', (size) => {
    const people = Array.from({ length: size }, (_, index) => index + 10);
    const sets = Array.from({ length: 2 ** size }, (_, bits) => people.filter((_human, at) => (bits >> at) & 1));

    test.each(people.map((_, index) => index + 1))('%i', (quorum) => {
        const condition = approvedBy(people, quorum);
        for (const approved of sets) {
            expect(isTrue(condition, new Set(approved)), `${approved.join()}`).toBe(approved.length >= quorum);
        }
        expect(partsIn(condition)).toBe(quorumParts(size, quorum));
    });
});
