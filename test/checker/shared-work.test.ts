/** Tests that work that several claims wait for is done once, regardless of which claim continues it. */
import { expect, test } from 'vitest';
import { inTurn } from '../../server/checker/limits/round-robin.js';
import type { Resumable } from '../../server/checker/limits/resumable.js';
import { SharedWork } from '../../server/checker/limits/shared-work.js';

const POLICY = {};

test('two callers in turn: the work is started once, and both get the result', () => {
    const shared = new SharedWork();
    let begun = 0;
    const long = function* (): Resumable<string> {
        begun++;
        // This is more than the first shares of both together.
        for (let pause = 0; pause < 5; pause++) {
            yield 1_500;
        }
        return 'found';
    };
    const asking = (): Resumable<string> => shared.done(POLICY, 'the same', long);
    expect(inTurn([asking, asking], () => undefined)).toEqual(['found', 'found']);
    expect(begun).toBe(1);
});

test('another key or policy means separate work', () => {
    const shared = new SharedWork();
    const saying = (policy: object, key: string, word: string) => (): Resumable<string> =>
        shared.done(policy, key, function* () {
            yield 1;
            return word;
        });
    const all = [saying(POLICY, 'a', 'first'), saying(POLICY, 'b', 'second'), saying({}, 'a', 'third')];
    expect(inTurn(all, () => undefined)).toEqual(['first', 'second', 'third']);
});
