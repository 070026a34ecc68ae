import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VersionedMap } from '../../../server/model/collections/versioned-map.js';
import { SEED } from '../../support/depth.js';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const change = fc.record({ of: fc.nat(), key, value: fc.option(fc.nat(9), { nil: undefined }) });

test('every version stays the same, for any order of reads and changes', () => {
    fc.assert(
        fc.property(fc.array(change, { maxLength: 60 }), fc.array(fc.nat(), { maxLength: 60 }), (changes, asked) => {
            const versions = [VersionedMap.empty<number>()];
            const expected: ReadonlyMap<string, number>[] = [new Map<string, number>()];
            for (const { of, key: at, value } of changes) {
                const index = of % versions.length;
                const next = new Map(expected[index]);
                if (value === undefined) {
                    next.delete(at);
                    versions.push(versions[index]!.without(at));
                } else {
                    next.set(at, value);
                    versions.push(versions[index]!.with(at, value));
                }
                expected.push(next);
            }
            for (const index of [...asked, ...versions.keys()].map((one) => one % versions.length)) {
                expect(versions[index]!.size).toBe(expected[index]!.size);
                expect(new Map(versions[index])).toEqual(expected[index]);
                expect(versions[index]!.get('a')).toBe(expected[index]!.get('a'));
            }
        }),
        { seed: SEED, numRuns: 500 }
    );
});

test('the cost of a long history is proportional to it, for either of two branches', () => {
    let [one, other] = [VersionedMap.empty<number>(), VersionedMap.empty<number>()];
    for (let index = 0; index < 50_000; index++) {
        one = one.with(`a${index}`, index);
        if (index === 25_000) {
            other = one;
        }
        other = other.with(`b${index}`, index);
    }
    expect([one.size, other.size]).toEqual([50_000, 50_001]);
    expect([one.get('b40000'), other.get('a24999'), other.get('a25001')]).toEqual([undefined, 24_999, undefined]);
});
