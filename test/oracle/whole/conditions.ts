/** Generates random conditions over the vocabulary, in the scope of a call or of an event. */
import fc from 'fast-check';
import type { Comparator, Condition, Term, Value } from '../../../server/model/policy/policy.js';
import type { Forms } from './forms.js';
import { ACCOUNTS, AGENTS, AMOUNTS, TIMEZONE } from './vocabulary.js';

/** The context that determines which conditions are possible. */
export interface Scope {
    readonly forms: Forms;
    /** The parameters that every call in question has. */
    readonly params: readonly string[];
    /** The fields of results, after an event. */
    readonly results: readonly string[];
    /** The recorders and monitors that may be read: those with a lower number. */
    readonly truths: readonly number[];
    readonly amounts: readonly number[];
    readonly latest: readonly LatestOf[];
    readonly monitors: readonly number[];
    readonly counts: readonly number[];
    readonly machines: number;
    /** True inside `where`, where the decided call can be read too. */
    readonly inWhere: boolean;
    /** True if only the values of the call may be read, for the condition under which a result is withheld. */
    readonly onlyValues?: boolean;
}

/** A recorder of the latest event, and the fields of its event. */
export interface LatestOf {
    readonly recorder: number;
    readonly params: readonly string[];
    readonly results: readonly string[];
}

export const TRUE: Condition = { op: 'constant', value: 2 };

export function condition(scope: Scope, depth = 2): fc.Arbitrary<Condition> {
    const leaf = atom(scope);
    if (depth === 0) {
        return leaf;
    }
    const deeper = condition(scope, depth - 1);
    return fc.oneof(
        { weight: 6, arbitrary: leaf },
        { weight: 2, arbitrary: deeper.map((arg): Condition => ({ op: 'not', arg })) },
        {
            weight: 2,
            arbitrary: fc.record({
                op: fc.constantFrom<('and' | 'or')[]>('and', 'or'),
                args: fc.array(deeper, { minLength: 2, maxLength: 2 })
            })
        }
    );
}

const ORDER = fc.constantFrom<Comparator[]>('==', '<', '>=', '!=', '<=', '>');
const EQUAL = fc.constantFrom<Comparator[]>('==', '!=');

const constant = (value: Value): Term => ({ term: 'constant', value });
const param = (name: string): Term => ({ term: 'param', name });
const field = (of: Term, name: string): Term => ({ term: 'field', of, field: name });
const RESULT: Term = { term: 'result' };

const compared = (left: fc.Arbitrary<Term>, cmp: fc.Arbitrary<Comparator>, right: fc.Arbitrary<Term>) =>
    fc.record({ op: fc.constant<'compare'>('compare'), cmp, left, right });

const constants = (values: readonly Value[]): fc.Arbitrary<Term> => fc.constantFrom(...values).map(constant);

/** Terms that are numbers, and terms that are accounts. */
function numbers(scope: Scope): fc.Arbitrary<Term>[] {
    const { forms, params, results, inWhere } = scope;
    return [
        ...(params.includes('amount') ? [fc.constant(param('amount'))] : []),
        ...(forms.results ? results.filter((f) => f === 'price' || f === 'exit') : []).map((f) =>
            fc.constant(field(RESULT, f))
        ),
        ...(forms.session && !scope.onlyValues ? [fc.constant<Term>({ term: 'session', constant: 'tier' })] : []),
        ...(forms.signals && !scope.onlyValues
            ? [
                  fc.constant<Term>({ term: 'signal', signal: 0, args: [] }),
                  ...(params.includes('acct')
                      ? [fc.constant<Term>({ term: 'signal', signal: 1, args: [param('acct')] })]
                      : []),
                  ...(forms.results && results.includes('owner')
                      ? [fc.constant<Term>({ term: 'signal', signal: 1, args: [field(RESULT, 'owner')] })]
                      : []),
                  ...(forms.request
                      ? [fc.constant<Term>({ term: 'signal', signal: 1, args: [field({ term: 'request' }, 'acct')] })]
                      : [])
              ]
            : []),
        ...(inWhere && forms.call ? [fc.constant<Term>({ term: 'call', of: param('amount') })] : []),
        ...(forms.recorders ? scope.latest : []).flatMap(({ recorder, ...of }) =>
            [
                ...(of.params.includes('amount') ? [param('amount')] : []),
                ...(forms.results && of.results.includes('price') ? [field(RESULT, 'price')] : [])
            ].map((term) => fc.constant<Term>({ term: 'latest', recorder, of: term }))
        )
    ];
}

function accounts(scope: Scope): fc.Arbitrary<Term>[] {
    const { forms, params, results, inWhere } = scope;
    return [
        ...(params.includes('acct') ? [fc.constant(param('acct'))] : []),
        ...(forms.results && results.includes('owner') ? [fc.constant(field(RESULT, 'owner'))] : []),
        ...(forms.session && !scope.onlyValues ? [fc.constant<Term>({ term: 'session', constant: 'user' })] : []),
        ...(forms.request && !scope.onlyValues ? [fc.constant(field({ term: 'request' }, 'acct'))] : []),
        ...(inWhere && forms.call ? [fc.constant<Term>({ term: 'call', of: param('acct') })] : []),
        ...(forms.recorders ? scope.latest : []).flatMap(({ recorder, ...of }) =>
            [
                ...(of.params.includes('acct') ? [param('acct')] : []),
                ...(forms.results && of.results.includes('owner') ? [field(RESULT, 'owner')] : [])
            ].map((term) => fc.constant<Term>({ term: 'latest', recorder, of: term }))
        )
    ];
}

/** Sums and counts. */
function totals(scope: Scope): fc.Arbitrary<Term>[] {
    return scope.amounts.flatMap((recorder) => {
        const total: Term = { term: 'aggregate', recorder };
        const plus = scope.params.includes('amount')
            ? [fc.boolean().map((minus): Term => ({ term: 'sum', left: total, right: param('amount'), minus }))]
            : [];
        return [fc.constant(total), ...plus];
    });
}

function atom(scope: Scope): fc.Arbitrary<Condition> {
    const { forms, onlyValues = false } = scope;
    const kinds: { weight: number; arbitrary: fc.Arbitrary<Condition> }[] = [
        { weight: 1, arbitrary: fc.constantFrom<Condition[]>(TRUE, { op: 'constant', value: 1 }) }
    ];
    const add = (weight: number, on: boolean, arbitrary: () => fc.Arbitrary<Condition>): void => {
        if (on) {
            kinds.push({ weight, arbitrary: arbitrary() });
        }
    };
    const ns = numbers(scope);
    const as = accounts(scope);
    const sums = forms.recorders && !onlyValues ? totals(scope) : [];
    add(3, ns.length > 0, () => compared(fc.oneof(...ns), ORDER, fc.oneof(constants(AMOUNTS), ...ns)));
    add(3, as.length > 0, () => compared(fc.oneof(...as), EQUAL, fc.oneof(constants(ACCOUNTS), ...as)));
    add(6, sums.length > 0, () => compared(fc.oneof(...sums), ORDER, constants([0, 0.3, 1, 2, 3])));
    add(2, true, () => fc.oneof(...texts(scope)));
    add(1, as.length > 0 && forms.provenance && !onlyValues, () =>
        fc.record({
            op: fc.constant<'from'>('from'),
            term: fc.oneof(...as, ...(scope.params.includes('to') ? [fc.constant(param('to'))] : [])),
            source: fc.nat({ max: 2 })
        })
    );
    add(2, !onlyValues, () => fc.record({ op: fc.constant<'carries'>('carries'), label: fc.nat({ max: 1 }) }));
    add(1, !onlyValues, () =>
        fc.record({ op: fc.constant<'caller is'>('caller is'), agent: fc.nat({ max: AGENTS.length - 1 }) })
    );
    add(1, !onlyValues && !scope.inWhere, () =>
        fc
            .record({
                op: fc.constant<'approved by'>('approved by'),
                humans: fc.subarray([0, 1], { minLength: 1 }),
                per:
                    forms.approvals && scope.params.includes('acct')
                        ? fc.constantFrom(undefined, [param('acct')])
                        : fc.constant(undefined)
            })
            .map(({ per, ...rest }): Condition => ({ ...rest, ...(per && { per }) }))
    );
    add(2, forms.modes && scope.machines > 0 && !onlyValues, () =>
        fc.record({
            op: fc.constant<'in mode'>('in mode'),
            machine: fc.nat({ max: scope.machines - 1 }),
            mode: fc.nat({ max: 2 })
        })
    );
    add(1, forms.clock && !onlyValues, () => fc.constantFrom(...CLOCK));
    add(5, scope.monitors.length > 0 && !onlyValues, () =>
        fc.record({ op: fc.constant<'monitor'>('monitor'), monitor: fc.constantFrom(...scope.monitors) })
    );
    add(3, scope.counts.length > 0 && !onlyValues, () =>
        fc.record({
            op: fc.constant<'count'>('count'),
            monitor: fc.constantFrom(...scope.counts),
            cmp: ORDER,
            bound: fc.nat({ max: 3 })
        })
    );
    add(7, forms.recorders && scope.truths.length > 0 && !onlyValues, () =>
        fc.record({ op: fc.constant<'recorded'>('recorded'), recorder: fc.constantFrom(...scope.truths) })
    );
    return fc.oneof(...kinds);
}

const CLOCK: readonly Condition[] = [
    { op: 'time in', from: '02:00', to: '03:00' },
    { op: 'time in', from: '23:00', to: '02:00' },
    { op: 'time in', from: '09:00', to: '17:00' },
    { op: 'day in', from: 'sat', to: 'mon' },
    { op: 'day in', from: 'fri', to: 'fri' },
    { op: 'date in', from: '2026-01-31', to: '2026-03-30' }
];

const NOTED: Term = { term: 'instant', of: param('note'), timezone: TIMEZONE };
const DATE: Term = { term: 'instant', of: constant('2026-03-29'), timezone: TIMEZONE };

/** The first reads no clock. */
const INSTANTS: readonly Condition[] = [
    { op: 'compare', cmp: '<=', left: NOTED, right: DATE },
    { op: 'compare', cmp: '<', left: NOTED, right: { term: 'now' } },
    {
        op: 'compare',
        cmp: '<',
        left: { term: 'sum', left: NOTED, right: { term: 'now' }, minus: true },
        right: constant(3600)
    }
];

/** Conditions on the parts of texts. */
function texts(scope: Scope): fc.Arbitrary<Condition>[] {
    const { params, forms } = scope;
    const url: Term = { term: 'host', of: param('url') };
    const command: Term = { term: 'part', part: 'command', of: param('cmd') };
    const entry = (field: string): Term => ({ term: 'field', of: { term: 'element', level: 0 }, field });
    const all: { readonly of: string; readonly conditions: readonly Condition[]; readonly on?: boolean }[] = [
        {
            of: 'url',
            conditions: [
                { op: 'host in', term: url, hosts: ['*.a.example'] },
                { op: 'host within', term: url, network: '10.0.0.0/8' },
                { op: 'host within', term: url, network: 'private' },
                ...['10.0.0.0/8', 'fd00::/8'].map((network): Condition => ({
                    op: 'host within',
                    term: { term: 'part', part: 'address', of: param('url') },
                    network
                }))
            ]
        },
        {
            of: 'note',
            conditions: [
                { op: 'given', param: 'note' },
                { op: 'starts with', term: param('note'), prefix: 'ok' },
                {
                    op: 'compare',
                    cmp: '==',
                    left: param('note'),
                    right: { term: 'joined', left: param('note'), right: constant('') }
                },
                { op: 'contains', term: param('note'), value: 'x' },
                ...(forms.clock ? INSTANTS.filter((_, index) => index === 0 || !scope.onlyValues) : []),
                ...(['contains', 'starts with', 'ends with'] as const).flatMap((test): Condition[] =>
                    params.includes('path')
                        ? [
                              { op: 'text test', test, term: param('path'), other: param('note') },
                              { op: 'text test', test, term: param('note'), other: param('note') }
                          ]
                        : [{ op: 'text test', test, term: param('note'), other: param('note') }]
                ),
                { op: 'matches', term: param('note'), pattern: { regex: '[x]', ignoreCase: true } },
                { op: 'compare', cmp: '>', left: { term: 'length', of: param('note') }, right: constant(1) },
                { op: 'compare', cmp: '>', left: { term: 'bytes', of: param('note') }, right: constant(2) }
            ]
        },
        {
            of: 'to',
            conditions: [
                { op: 'contains', term: param('to'), value: 'v1' },
                ...(params.includes('note')
                    ? [{ op: 'text test', test: 'contains', term: param('to'), other: param('note') } as const]
                    : []),
                { op: 'compare', cmp: '>=', left: { term: 'length', of: param('to') }, right: constant(2) },
                ...(['every', 'some'] as const).map((op): Condition => ({
                    op,
                    list: param('to'),
                    level: 0,
                    arg: {
                        op: 'compare',
                        cmp: '==',
                        left: { term: 'part', part: 'domain', of: { term: 'element', level: 0 } },
                        right: constant('a.example')
                    }
                })),
                ...(['every', 'some'] as const).map((op): Condition => ({
                    op,
                    list: param('to'),
                    level: 0,
                    arg: {
                        op: 'or',
                        args: [
                            { op: 'in', term: { term: 'element', level: 0 }, values: ['v1'] },
                            { op: 'caller is', agent: 0 },
                            { op: 'approved by', humans: [0] }
                        ]
                    }
                }))
            ]
        },
        {
            of: 'tags',
            conditions: [
                { op: 'given', param: 'tags' },
                {
                    op: 'compare',
                    cmp: '>=',
                    left: { term: 'length', of: { term: 'entries', of: param('tags') } },
                    right: constant(2)
                },
                ...(['every', 'some'] as const).map((op): Condition => ({
                    op,
                    list: { term: 'entries', of: param('tags') },
                    level: 0,
                    arg: {
                        op: 'and',
                        args: [
                            { op: 'in', term: entry('key'), values: ['a', '__proto__'] },
                            {
                                op: 'or',
                                args: [
                                    { op: 'in', term: entry('value'), values: ['v1'] },
                                    { op: 'approved by', humans: [0] }
                                ]
                            }
                        ]
                    }
                }))
            ]
        },
        {
            of: 'path',
            conditions: [
                { op: 'path within', term: param('path'), root: '/srv/app' },
                { op: 'path within', term: param('path'), root: '**/app' },
                { op: 'text test', test: 'path within', term: param('path'), other: param('path') },
                ...['/srv', '/srv/app', ''].map((text): Condition => ({
                    op: 'text test',
                    test: 'path within',
                    term: param('path'),
                    other: { term: 'joined', left: constant(text), right: param('path') }
                })),
                {
                    op: 'compare',
                    cmp: '==',
                    left: { term: 'part', part: 'extension', of: param('path') },
                    right: constant('pem')
                },
                {
                    op: 'compare',
                    cmp: '==',
                    left: { term: 'part', part: 'name', of: param('path') },
                    right: constant('c')
                }
            ]
        },
        {
            of: 'cmd',
            on: forms.shell,
            conditions: [
                { op: 'command starts with', term: command, prefix: 'npm test' },
                { op: 'compare', cmp: '==', left: command, right: constant('npm test') },
                {
                    op: 'compare',
                    cmp: '==',
                    left: { term: 'part', part: 'program', of: param('cmd') },
                    right: constant('npm')
                },
                { op: 'redirects', term: param('cmd') },
                {
                    op: 'every',
                    list: { term: 'commands', of: param('cmd') },
                    level: 0,
                    arg: { op: 'command starts with', term: { term: 'element', level: 0 }, prefix: 'npm test' }
                }
            ]
        }
    ];
    const anyText: Condition = { op: 'any text', pattern: { regex: '.*v1.*', ignoreCase: false } };
    const inResult: Condition = { op: 'any text', term: RESULT, pattern: { regex: 'AKIA', ignoreCase: false } };
    return [
        fc.constant(anyText),
        ...(forms.results && scope.results.length > 0 ? [fc.constant(inResult)] : []),
        ...all
            .filter(({ of, on = true }) => on && params.includes(of))
            .map(({ conditions }) => fc.constantFrom(...conditions))
    ];
}
