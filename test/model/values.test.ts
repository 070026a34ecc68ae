/** Which values are the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../../server/model/policy.js';
import { canonicalText, sameValue } from '../../server/model/values.js';
import { SEED } from '../support/depth.js';

/** Few names and few values, so that two are often the same, or differ in one place. */
const values = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<Value>(null, true, 0, -0, 1, '1', '', 'a'),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__'), tie('value'), { maxKeys: 2 })
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
