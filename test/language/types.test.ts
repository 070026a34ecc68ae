/**
 * Tests that the language judges types, values and hosts for the author in the same way as the decision procedure does
 * for calls.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostProblem } from '../../language/text/host-names.js';
import { areComparable, misfit, typeText } from '../../language/types/types.js';
import { canonicalHost, hostMatches } from '../../server/model/values/hosts.js';
import { domainOf } from '../../server/model/values/structured-texts.js';
import type { Type, Value } from '../../server/model/policy/policy.js';
import { misfit as misfitOfCall } from '../../server/model/values/values.js';
import { SEED } from '../support/depth.js';

const name = fc.constantFrom('a', 'b', 'c');
const scalar = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, 1.5, 'a', 'b', '', true, false));

const { type } = fc.letrec<{ type: Type; field: Extract<Type, { kind: 'record' }>['fields'][number] }>((tie) => ({
    field: fc.record({ name, type: tie('type'), optional: fc.boolean() }),
    type: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Type>({ kind: 'string' }, { kind: 'bool' }, { kind: 'any' }, { kind: 'int' }),
        fc.record({ kind: fc.constantFrom('int', 'number'), min: fc.integer({ min: -2, max: 1 }) }),
        fc.record({ kind: fc.constantFrom('int', 'number'), max: fc.integer({ min: -1, max: 2 }) }),
        fc.record({ kind: fc.constant('literals'), values: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }) }),
        fc.record({ kind: fc.constant('list'), element: tie('type') }),
        fc.record({ kind: fc.constant('map'), value: tie('type') }),
        fc.record({
            kind: fc.constant('record'),
            fields: fc.uniqueArray(tie('field'), { selector: (field) => field.name, maxLength: 3 })
        })
    )
}));

const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(name, tie('value'), { maxKeys: 3 })
    )
}));

describe('types', () => {
    test('a value fits here exactly if it fits a call', () => {
        fc.assert(
            fc.property(type, value, (aType, aValue) => {
                expect(misfit(aType, aValue) === undefined).toBe(misfitOfCall(aType, aValue) === undefined);
            }),
            { seed: SEED, numRuns: 3000 }
        );
    });

    test('types that share a value can be compared', () => {
        fc.assert(
            fc.property(type, type, value, (left, right, aValue) => {
                const isShared = misfit(left, aValue) === undefined && misfit(right, aValue) === undefined;
                expect(isShared && !areComparable(left, right)).toBe(false);
            }),
            { seed: SEED, numRuns: 5000 }
        );
    });

    test.each<[Type, string]>([
        [{ kind: 'int', min: 1, max: 5 }, 'int >= 1 <= 5'],
        [{ kind: 'literals', values: ['a', 1, true] }, '"a" | 1 | true'],
        [{ kind: 'list', element: { kind: 'literals', values: ['a', 'b'] } }, '("a" | "b")[]'],
        [{ kind: 'list', element: { kind: 'list', element: { kind: 'string' } } }, 'string[][]'],
        [{ kind: 'map', value: { kind: 'map', value: { kind: 'bool' } } }, 'map<string, map<string, bool>>']
    ])('%j is written %s', (aType, text) => {
        expect(typeText(aType)).toBe(text);
    });
});

describe('hosts', () => {
    const label = fc.constantFrom(
        'acme',
        'Acme',
        'a-b',
        '-a',
        'a-',
        '10',
        '0',
        '007',
        '256',
        '0x1f',
        'xn--a',
        'ä',
        '',
        '*',
        'a_b',
        '::',
        '1]'
    );
    const host = fc.oneof(
        fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.')),
        fc.constantFrom(
            '[::1]',
            '[0:0:0:0:0:0:0:1]',
            '[::g]',
            '[1:2:3]',
            '[1::2::3]',
            '[]',
            '[00001::]',
            '[:::]',
            '::1'
        )
    );

    test('exactly the hosts are accepted as hosts', () => {
        fc.assert(
            fc.property(host, (text) => {
                const isHost = canonicalHost(text) !== undefined && text === text.toLowerCase();
                expect(hostProblem(text, false, false) === undefined).toBe(isHost);
            }),
            { seed: SEED, numRuns: 3000 }
        );
    });

    test('exactly the domains of mail addresses are accepted as domains', () => {
        fc.assert(
            fc.property(host, (text) => {
                const isDomain = domainOf(`a@${text}`) === text;
                expect(hostProblem(text, false, true) === undefined).toBe(isDomain);
            }),
            { seed: SEED, numRuns: 3000 }
        );
    });

    test('every accepted pattern matches a host', () => {
        fc.assert(
            fc.property(host, (text) => {
                const isFine = hostProblem(`*.${text}`, true, false) === undefined;
                const example = `x.${text}`;
                expect(isFine).toBe(
                    canonicalHost(text) !== undefined &&
                        canonicalHost(example) === example &&
                        hostMatches(example, `*.${text}`)
                );
            }),
            { seed: SEED, numRuns: 3000 }
        );
    });
});
