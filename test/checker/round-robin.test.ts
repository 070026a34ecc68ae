/** Tests that quick decisions do not wait for slow ones, and that work is never done twice. */
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { inTurn } from '../../server/checker/limits/round-robin.js';
import type { Resumable } from '../../server/checker/limits/resumable.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { combinations, NEVER_ALL } from '../support/many-states.js';
import { policyOf } from '../support/policies.js';

/** Work that tries this many transitions, with a hundred between two pauses, and records each part that it does. */
function workOf(name: string, transitions: number, log: string[]): () => Resumable<string> {
    return function* () {
        for (let done = 0; done < transitions; done += 100) {
            log.push(name);
            yield 100;
        }
        return name;
    };
}

describe('work in turn', () => {
    test('short work is done first; results are in the given order', () => {
        const done: string[] = [];
        const all = [workOf('long', 1_000_000, []), workOf('short', 1_000, []), workOf('middle', 10_000, [])];
        expect(inTurn(all, (name) => done.push(name))).toEqual(['long', 'short', 'middle']);
        expect(done).toEqual(['short', 'middle', 'long']);
    });

    test('nothing is done twice', () => {
        const log: string[] = [];
        inTurn([workOf('a', 300_000, log), workOf('b', 30_000, log)], () => undefined);
        expect(log.filter((name) => name === 'a')).toHaveLength(3_000);
        expect(log.filter((name) => name === 'b')).toHaveLength(300);
    });

    test('an error in one piece is not hidden', () => {
        const fails = function* (): Resumable<string> {
            yield 1;
            throw new Error('a defect');
        };
        expect(() => inTurn([workOf('fine', 100, []), fails], () => undefined)).toThrow('a defect');
    });
});

test('a counterexample does not wait for a claim with a million states', async () => {
    const text = `${combinations(20)}claim "no more than once": at most 1 s.t11`;
    const decided: string[] = [];
    const { claims } = checkPolicy(await policyOf(text), {
        limits: { ...DEFAULT_LIMITS, timeoutMs: 3_000 },
        onClaim: ({ name, verdict }) => decided.push(`${name}: ${verdict}`)
    });
    expect(decided[0]).toBe('no more than once: violated');
    expect(decided[1]).toMatch(new RegExp(`^${NEVER_ALL}: (holds|undecided)$`));
    expect(claims.map(({ name }) => name)).toEqual([NEVER_ALL, 'no more than once']);
}, 60_000);

test('a second line comes after all claims', async () => {
    const policy = await policyOf(`policy Lines
server s { tool pay() tool close() }
agent bot
allow bot: any tool
limit s.pay to 2
claim "few": at most 2 s.pay
claim "it stays open": never s.close`);
    const decided: string[] = [];
    const { claims } = checkPolicy(policy, {
        onClaim: ({ name, verdict, acrossSessions }) =>
            decided.push(`${name}: ${verdict}, ${acrossSessions?.verdict ?? 'no second line'}`)
    });
    expect(decided).toEqual([
        'few: holds, no second line',
        'it stays open: violated, no second line',
        'few: holds, violated'
    ]);
    expect(claims.map(({ acrossSessions }) => acrossSessions?.verdict)).toEqual(['violated', undefined]);
});
