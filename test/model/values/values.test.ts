/** Tests equality of values. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../../../server/model/policy/policy.js';
import { canonicalText } from '../../../server/model/values/canonical-text.js';
import { sameValue } from '../../../server/model/values/values.js';
import { SEED } from '../../support/depth.js';

/** Values with few names and few parts, so that two are often equal, or differ in one place. */
const values = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<Value>(null, true, 0, -0, 1, '1', '', 'a'),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__'), tie('value'), { maxKeys: 2 }),
        // The engine orders indices separately, and the last name is not an index.
        fc.dictionary(fc.constantFrom('#', '9', '10', '4294967294', '4294967295'), fc.constant(0), { minKeys: 3 })
    )
})).value;

test('those with the same canonical text', () => {
    let same = 0;
    fc.assert(
        fc.property(values, values, (a, b) => {
            const isSame = canonicalText(a) === canonicalText(b);
            same += isSame && typeof a === 'object' ? 1 : 0;
            return sameValue(a, b) === isSame && sameValue(a, JSON.parse(canonicalText(a)) as Value);
        }),
        { seed: SEED, numRuns: 20_000 }
    );
    expect(same).toBeGreaterThan(100);
});

test("regardless of the order of their records' keys", () => {
    const keys = fc.uniqueArray(fc.oneof(fc.string(), fc.nat().map(String)), { maxLength: 9 });
    fc.assert(
        fc.property(
            keys.chain((of) => fc.tuple(...[0, 1].map(() => fc.shuffledSubarray(of, { minLength: of.length })))),
            ([one, other]) => {
                const [a, b] = [one!, other!].map((of) => Object.fromEntries(of.map((key) => [key, [{ [key]: key }]])));
                return canonicalText(a!) === canonicalText(b!);
            }
        ),
        { seed: SEED, numRuns: 2_000 }
    );
});
