/**
 * Tests that argument classes are complete: whatever values the conditions take on a random argument, some class has
 * the same. Texts and lists are built from what the conditions mention, so that they satisfy many of them at once.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argumentClasses } from '../../../server/checker/system/argument-classes.js';
import { sliceFor } from '../../../server/checker/reductions/slice.js';
import { Undecidable } from '../../../server/checker/limits/undecidable.js';
import type { Condition, Policy, Term, Type, Value } from '../../../server/model/policy/policy.js';
import { evaluateStatic } from '../../../server/model/conditions/evaluate.js';
import type { StaticCondition } from '../../../server/model/conditions/reads.js';
import { SEED } from '../../support/depth.js';
import { questionOf } from '../../../server/checker/questions/question.js';

const source = { uri: 'memory:///p', start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const parts = ['a', 'b', 'ab', '/', '1', 'A', 'é', '😀', '\n'];
const word = fc.array(fc.constantFrom(...parts), { maxLength: 4 }).map((letters) => letters.join(''));
const regexes = ['[ab]*', 'a.*', '.*b', '[^/]*', '(?:ab){1,2}', 'a|b|ab1', '[a-z]{2,}', '.', '\\d+', ''];

function textTests(term: Term): fc.Arbitrary<StaticCondition> {
    const pattern = fc.record({ regex: fc.constantFrom(...regexes), ignoreCase: fc.boolean() });
    const cmp = fc.constantFrom('==' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const);
    return fc.oneof(
        pattern.map((one): StaticCondition => ({ op: 'matches', term, pattern: one })),
        word.map((prefix): StaticCondition => ({ op: 'starts with', term, prefix })),
        word.map((value): StaticCondition => ({ op: 'contains', term, value })),
        fc.array(word, { maxLength: 3 }).map((values): StaticCondition => ({ op: 'in', term, values })),
        word.map((value): StaticCondition => ({
            op: 'compare',
            cmp: '==',
            left: term,
            right: { term: 'constant', value }
        })),
        fc.tuple(cmp, fc.integer({ min: -1, max: 4 })).map(([operator, value]): StaticCondition => ({
            op: 'compare',
            cmp: operator,
            left: { term: 'length', of: term },
            right: { term: 'constant', value }
        }))
    );
}

const list: Term = { term: 'param', name: 'x' };
const element: Term = { term: 'element', level: 0 };
const logic = textTests(element).chain((one) =>
    fc.constantFrom<Condition>(one, { op: 'not', arg: one }, { op: 'or', args: [one, one] })
);
const listTests: fc.Arbitrary<StaticCondition> = fc.oneof(
    fc
        .tuple(fc.constantFrom('every' as const, 'some' as const), logic)
        .map(([op, arg]): StaticCondition => ({ op, list, level: 0, arg })),
    word.map((value): StaticCondition => ({ op: 'contains', term: list, value })),
    fc.constantFrom(...regexes).map((regex): StaticCondition => ({
        op: 'any text',
        term: list,
        pattern: { regex, ignoreCase: false }
    })),
    fc.integer({ min: 0, max: 4 }).map((value): StaticCondition => ({
        op: 'compare',
        cmp: '<',
        left: { term: 'length', of: list },
        right: { term: 'constant', value }
    }))
);

function classesOf(
    types: readonly Type[],
    conditions: readonly StaticCondition[]
): readonly { [name: string]: Value }[] {
    const declared = { source, doc: '' };
    const all: Condition = { op: 'or', args: conditions };
    const subject = { tools: [2 as const], text: 's.t' };
    const policy: Policy = {
        name: 'P',
        source,
        agents: [{ name: 'a', ...declared }],
        humans: [],
        labels: [],
        outsideEvents: [],
        tools: [
            {
                name: 's.t',
                params: types.map((type, index) => ({ name: 'xy'[index]!, type, optional: false })),
                traits: {},
                reads: [],
                clears: [],
                source
            }
        ],
        monitors: [],
        rules: [],
        claims: [{ kind: 'never', name: 'c', text: '', source, subject, bad: all }],
        scenarios: []
    };
    return argumentClasses(sliceFor(policy, questionOf(policy.claims[0]!)), 0);
}

function values(conditions: readonly StaticCondition[], args: { readonly [name: string]: Value }): string {
    return conditions.map((one) => evaluateStatic(one, { agent: 0, tool: 0, args })).join('');
}

test('of one text', () => {
    const seen = new Set<string>();
    fc.assert(
        fc.property(
            fc.array(textTests({ term: 'param', name: 'x' }), { minLength: 1, maxLength: 5 }),
            fc.array(word, { minLength: 5, maxLength: 20 }),
            (conditions, texts) => {
                const classes = classesOf([{ kind: 'string' }], conditions).map((args) => values(conditions, args));
                texts.forEach((x) => {
                    seen.add(values(conditions, { x }));
                    expect(classes).toContain(values(conditions, { x }));
                });
                expect(new Set(classes).size).toBe(classes.length);
            }
        ),
        { seed: SEED, numRuns: 150 }
    );
    expect(seen.size).toBeGreaterThan(20);
});

test('of two texts compared with each other', () => {
    const [x, y]: Term[] = [
        { term: 'param', name: 'x' },
        { term: 'param', name: 'y' }
    ];
    const equal: StaticCondition = { op: 'compare', cmp: '==', left: x!, right: y! };
    fc.assert(
        fc.property(
            fc.array(fc.oneof(textTests(x!), textTests(y!)), { minLength: 1, maxLength: 3 }),
            fc.array(fc.tuple(word, word, fc.boolean()), { minLength: 5, maxLength: 20 }),
            (tests, pairs) => {
                const conditions = [...tests, equal];
                const classes = classesOf([{ kind: 'string' }, { kind: 'string' }], conditions);
                const found = classes.map((args) => values(conditions, args));
                pairs.forEach(([first, second, same]) =>
                    expect(found).toContain(values(conditions, { x: first, y: same ? first : second }))
                );
            }
        ),
        { seed: SEED, numRuns: 60 }
    );
});

test('of a list of texts', () => {
    let longest = 0;
    fc.assert(
        fc.property(
            fc.array(listTests, { minLength: 1, maxLength: 4 }),
            fc.array(fc.array(word, { maxLength: 6 }), { minLength: 5, maxLength: 20 }),
            (conditions, lists) => {
                const classes = classesOf([{ kind: 'list', element: { kind: 'string' } }], conditions);
                const found = classes.map((args) => values(conditions, args));
                lists.forEach((x) => expect(found).toContain(values(conditions, { x })));
                longest = Math.max(longest, ...classes.map(({ x }) => (x as readonly Value[]).length));
            }
        ),
        { seed: SEED, numRuns: 80 }
    );
    // Two elements do not suffice, because three `contains` need three.
    expect(longest).toBeGreaterThan(2);
});

const x: Term = { term: 'param', name: 'x' };
const host: Term = { term: 'host', of: x };
const addresses = [0, 9, 10, 11, 127].flatMap((byte) => [`${byte}.0.0.0`, `${byte}.1.0.5`, `${byte}.255.255.255`]);
const hosts = [
    ...addresses,
    '[::1]',
    '[::ffff:a01:5]',
    '[fd00::1]',
    'a.example',
    'b.a.example',
    'localhost',
    'c.local'
];
const hostTests: fc.Arbitrary<StaticCondition> = fc.oneof(
    fc
        .constantFrom(
            '10.0.0.0/8',
            '10.1.0.0/16',
            '10.1.0.5/32',
            '9.0.0.0/8',
            '0.0.0.0/0',
            'fd00::/8',
            '::/0',
            'private'
        )
        .map((network): StaticCondition => ({ op: 'host within', term: host, network })),
    fc
        .subarray(['10.1.0.5', '10.0.0.0', 'a.example', '*.a.example', 'localhost', '*.local', '[::1]'])
        .map((named): StaticCondition => ({ op: 'host in', term: host, hosts: named }))
);

test('of a URL', () => {
    fc.assert(
        fc.property(fc.array(hostTests, { minLength: 1, maxLength: 5 }), (conditions) => {
            const classes = classesOf([{ kind: 'string' }], conditions).map((args) => values(conditions, args));
            ['x', ...hosts.map((one) => `http://${one}/`)].forEach((url) =>
                expect(classes).toContain(values(conditions, { x: url }))
            );
        }),
        { seed: SEED, numRuns: 150 }
    );
});

const folder = fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/b');
const pathTests: fc.Arbitrary<StaticCondition> = fc.oneof(
    folder.map((root): StaticCondition => ({ op: 'path within', term: x, root })),
    fc.subarray(['a', 'b', 'b.txt', '.b']).map((names): StaticCondition => ({
        op: 'in',
        term: { term: 'part', part: 'name', of: x },
        values: names
    })),
    fc.subarray(['txt', 'b', '']).map((extensions): StaticCondition => ({
        op: 'in',
        term: { term: 'part', part: 'extension', of: x },
        values: extensions
    })),
    fc.subarray(['/a', '/a/b', '/a/b/b.txt', 'b', '']).map((paths): StaticCondition => ({
        op: 'in',
        term: x,
        values: paths
    }))
);
const path = fc
    .array(fc.constantFrom('a', 'b', 'c', 'b.txt', 'c.b', '.b', '..', '.', ''), { maxLength: 5 })
    .chain((segments) => fc.constantFrom(segments.join('/'), `/${segments.join('/')}`));

test('of a path', () => {
    fc.assert(
        fc.property(
            fc.array(pathTests, { minLength: 1, maxLength: 5 }),
            fc.array(path, { minLength: 10, maxLength: 30 }),
            (conditions, paths) => {
                const classes = classesOf([{ kind: 'string' }], conditions).map((args) => values(conditions, args));
                paths.forEach((one) => expect(classes).toContain(values(conditions, { x: one })));
            }
        ),
        { seed: SEED, numRuns: 200 }
    );
});

test('conditions that relate an element to another argument are not decided', () => {
    const related: StaticCondition = {
        op: 'some',
        list,
        level: 0,
        arg: { op: 'compare', cmp: '==', left: element, right: { term: 'param', name: 'y' } }
    };
    expect(() => classesOf([{ kind: 'list', element: { kind: 'string' } }, { kind: 'string' }], [related])).toThrow(
        Undecidable
    );
});
