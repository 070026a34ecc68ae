/** Tests that the language and the decision procedure agree on which values belong to a type. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { misfit as misfitAsWritten } from '../../language/types/types.js';
import type { Type, Value } from '../../server/model/policy/policy.js';
import { misfit as misfitInCalls } from '../../server/model/values/values.js';

const number = fc.oneof(fc.integer({ min: -2, max: 4 }), fc.constantFrom(0.5, 2.5, 0.125, 1e-7, 1e21));
const scalar = fc.oneof(fc.constantFrom('', 'a', 'ab', 'B'), number, fc.boolean());
const name = fc.constantFrom('x', 'y');

const { type } = fc.letrec<{ type: Type }>((tie) => ({
    type: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom<Type>({ kind: 'any' }, { kind: 'bool' }, { kind: 'string' }),
        fc
            .record({ regex: fc.constantFrom('a.*', '[a-z]+', '.*b.*'), ignoreCase: fc.boolean() })
            .map((pattern): Type => ({ kind: 'string', pattern })),
        fc.constantFrom<Type>(
            { kind: 'decimal', scale: 0 },
            { kind: 'decimal', scale: 1, min: 0 },
            { kind: 'decimal', scale: 2, max: 2 },
            { kind: 'entity', entity: 'Account', canonical: ['lower'] }
        ),
        fc.record({ kind: fc.constantFrom('int', 'number') }),
        fc.record({ kind: fc.constantFrom('int', 'number'), min: number, max: number }),
        fc.record({ kind: fc.constant('literals'), values: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
        fc.record({ kind: fc.constant('list'), element: tie('type') }),
        fc.record({
            kind: fc.constant('record'),
            fields: fc.uniqueArray(
                fc.record(
                    { name, type: tie('type'), optional: fc.boolean(), default: scalar },
                    { requiredKeys: ['name', 'type', 'optional'] }
                ),
                { selector: (field) => field.name, maxLength: 2 }
            )
        })
    )
}));

const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        scalar,
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(name, tie('value'), { maxKeys: 2 })
    )
}));

test('the language and the decision procedure agree on what fits a type', () => {
    const seen = { fits: 0, misfits: 0 };
    fc.assert(
        fc.property(type, value, (ofType, written) => {
            const fits = misfitAsWritten(ofType, written) === undefined;
            seen[fits ? 'fits' : 'misfits']++;
            expect(misfitInCalls(ofType, written) === undefined).toBe(fits);
        }),
        { seed: 20_261_129, numRuns: 5000 }
    );
    expect(seen.fits).toBeGreaterThan(100);
    expect(seen.misfits).toBeGreaterThan(100);
});
