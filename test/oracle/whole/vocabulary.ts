/** The inventory of the policies that mix every form: small, so that calls, values and results often coincide. */
import fc from 'fast-check';
import type {
    Agent,
    Arguments,
    Condition,
    OutsideEvent,
    Param,
    Policy,
    SessionConstant,
    Signal,
    Source,
    Term,
    Tool,
    Type,
    Value
} from '../../../server/model/policy/policy.js';
import type { Truth } from '../../../server/model/policy/truth.js';
import type { Ending } from '../view.js';

export const SOURCE: Source = {
    uri: 'oracle:policy',
    start: { line: 0, character: 0 },
    end: { line: 0, character: 0 }
};

const ACCOUNT: Type = { kind: 'entity', entity: 'Account', canonical: ['lower', 'trim'] };
const MONEY: Type = { kind: 'decimal', scale: 2 };
const TEXT: Type = { kind: 'string' };
const STATUS: Type = { kind: 'literals', values: ['ok', 'no'] };

const param = (name: string, type: Type, more: Partial<Param> = {}): Param => ({
    name,
    type,
    optional: false,
    ...more
});

const acct = param('acct', ACCOUNT);
const amount = param('amount', MONEY);

export interface ToolForm {
    readonly name: string;
    readonly params: readonly Param[];
    readonly returns: readonly Param[];
    readonly delegatesTo?: number;
}

/** The server, parameters and result of each tool; the rest is drawn. */
export const TOOLS: readonly ToolForm[] = [
    {
        name: 'bank.pay',
        params: [acct, amount, param('note', TEXT, { optional: true })],
        returns: [param('exit', { kind: 'int' }), param('price', MONEY)]
    },
    {
        name: 'bank.check',
        params: [acct, amount, param('tags', { kind: 'map', value: TEXT }, { optional: true })],
        returns: [param('exit', { kind: 'int' }), param('status', STATUS), param('owner', ACCOUNT)]
    },
    {
        name: 'web.post',
        params: [param('url', TEXT), amount, param('to', { kind: 'list', element: TEXT })],
        returns: [param('exit', { kind: 'int' })]
    },
    {
        name: 'shell.run',
        params: [param('cmd', TEXT), param('path', TEXT)],
        returns: [param('exit', { kind: 'int' })]
    },
    { name: 'delegate to bob', params: [], returns: [], delegatesTo: 1 },
    { name: 'delegate to cyd', params: [], returns: [], delegatesTo: 2 }
];

/** The tools of servers; the others are delegations. */
export const SERVED = TOOLS.flatMap((tool, index) => (tool.delegatesTo === undefined ? [index] : []));

/** The delegator for each delegating tool: an agent does not delegate to itself. */
export const DELEGATIONS = [
    { from: 0, to: 1, tool: 4 },
    { from: 1, to: 2, tool: 5 },
    { from: 0, to: 2, tool: 5 }
];

export const AGENTS = ['ann', 'bob', 'cyd'];
export const HUMANS = ['rita', 'saul'];
export const LABELS = ['private', 'untrusted'];

export const ACCOUNTS: readonly string[] = ['v1', 'v2', 'v3'];
/** Accounts in various spellings. */
const SPELLED: readonly string[] = ['v1', 'v2', ' V1', 'V2 ', 'v3'];
export const AMOUNTS: readonly number[] = [0, 1, 2, 0.1, 0.2, -1];
export const URLS: readonly string[] = [
    'https://a.example/x',
    'https://x.a.example/',
    'http://10.0.0.1/',
    'http://localhost/',
    'http://010.0.0.1/',
    '10.0.0.1',
    '010.0.0.1',
    '::ffff:10.0.0.1',
    'FD00::1'
];
const NOTES: readonly string[] = [
    'x',
    'ok then',
    'X',
    '€',
    '',
    '2026-03-29',
    '2026-03-29T03:00:00+02:00',
    '2026-02-30'
];
const RECIPIENTS: readonly string[] = ['bob@a.example', 'Bob <bob@a.example>', 'v1', 'eve@b.example'];
const LINES: readonly string[] = [
    'npm test',
    'npm   test -- -u',
    'npm testevil',
    'npm test > out',
    '\'npm\' "test"; rm x',
    'npm test $(rm x)',
    ''
];
const PATHS: readonly string[] = ['/srv/app/a.PEM', '/srv/app/../x', '/srv/./app//b', '/srv/apples', 'app/c', '~/d'];

/** The possible words of the user: texts whose tokens the oracle knows. */
export const REQUESTS: readonly Arguments[] = [
    { text: 'pay "v1" to bob@a.example' },
    { text: 'give 3 or 4.50, not 12x', acct: 'v2' },
    { text: 'see https://a.example/x and /srv/app', acct: 'v1' },
    { text: 'v1 and xv2' },
    { acct: 'v1' }
];
export const CONSTANTS: readonly Arguments[] = [{ user: 'v1', tier: 1 }, { user: 'v2', tier: 2 }, { tier: 2 }, {}];

/** The distinguishable ends of a call of each tool, for the conditions here. */
const RESULTS: readonly (readonly Arguments[])[] = [
    [{ exit: 0, price: 1, text: 'AKIA' }, { exit: 1, price: 0.2, text: 'fine' }, { exit: 0 }],
    [{ exit: 0, status: 'ok', owner: ' V1', text: 'fine' }, { exit: 0, status: 'no', owner: 'v2' }, { exit: 1 }],
    [
        { exit: 0, text: 'AKIA' },
        { exit: 1, text: 'fine' }
    ],
    [
        { exit: 0, text: 'AKIA' },
        { exit: 1, text: 'fine' }
    ],
    [],
    []
];

export function endingsOf(tool: number): readonly Ending[] {
    if (TOOLS[tool]?.delegatesTo !== undefined) {
        return [{ outcome: 'success' }];
    }
    return [
        ...(RESULTS[tool] ?? []).map((result): Ending => ({ outcome: 'success', result })),
        { outcome: 'success' },
        { outcome: 'error' },
        { outcome: 'lost' }
    ];
}

const VALUES: { readonly [name: string]: readonly (Value | undefined)[] } = {
    acct: SPELLED,
    amount: AMOUNTS,
    note: [undefined, ...NOTES],
    url: URLS,
    to: [[], ['bob@a.example'], ['v1'], RECIPIENTS, ['eve@b.example', 'bob@a.example']],
    tags: [undefined, {}, { a: 'v1' }, { b: 'v1', a: 'x' }, JSON.parse('{"__proto__":"v1"}') as Value],
    cmd: LINES,
    path: PATHS
};

/** Arguments of a call of a tool. */
export function argumentsOf(tool: number): fc.Arbitrary<Arguments> {
    const params = TOOLS[tool]?.params ?? [];
    return fc
        .record(Object.fromEntries(params.map(({ name }) => [name, fc.constantFrom(...(VALUES[name] ?? []))])))
        .map(
            (args) => Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as Arguments
        );
}

const declared = (name: string): { name: string; source: Source } => ({ name, source: SOURCE });

export const OUTSIDE: readonly OutsideEvent[] = [
    declared('passed'),
    { ...declared('closed'), params: [acct] },
    { ...declared('user says'), special: 'user says' },
    { ...declared('end of delegation to bob'), special: 'end of delegation', delegate: 1 },
    { ...declared('end of delegation to cyd'), special: 'end of delegation', delegate: 2 },
    { ...declared('entered m0.b'), special: 'entered', mode: { machine: 0, mode: 1 } }
];
/** The outside events that a session can trigger, by number. */
export const OCCURRING = [0, 1];

export const SIGNALS: readonly Signal[] = [
    { ...declared('risk'), params: [], type: { kind: 'int', min: 0, max: 3 } },
    { ...declared('pii'), params: [param('of', ACCOUNT)], type: { kind: 'int', min: 0, max: 3 } }
];

const SESSION: readonly SessionConstant[] = [
    { ...declared('user'), type: ACCOUNT },
    { ...declared('tier'), type: { kind: 'int', min: 1, max: 3 } }
];

export const TIMEZONE = 'Europe/Berlin';
/** Times around 02:00 on a Sunday, when the clocks of the time zone went forward to 03:00. */
export const EPOCHS: readonly number[] = [
    Date.UTC(2026, 2, 29, 0, 59, 50) / 1000,
    Date.UTC(2026, 0, 30, 22, 59, 58) / 1000,
    // A day, a week and a month end.
    Date.UTC(2026, 4, 31, 21, 59, 58) / 1000,
    Date.UTC(2026, 0, 5, 7, 59, 59) / 1000
];

const rarelyUnknown = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Truth>(0) },
    { weight: 4, arbitrary: fc.constant<Truth>(2) },
    { weight: 1, arbitrary: fc.constant<Truth>(1) }
);

/** The drawn parts of each tool. */
export const toolDraw = fc.record({
    atomic: rarelyUnknown,
    readonly: fc.constantFrom<Truth[]>(0, 0, 0, 2),
    reads: fc.subarray([0, 1], { maxLength: 1 }),
    readsWhen: fc.constantFrom('', '', '', 'result', 'amount', 'said', 'said of result'),
    clears: fc.constantFrom<number[][]>([], [], [], [], [0]),
    succeeds: fc.constantFrom('', '', 'result', 'said of result'),
    mayDo: fc.constantFrom<number[][]>([], [], [], [], [0], [0, 1]),
    stores: fc.constantFrom(false, false, true)
});

export type ToolDraw = typeof toolDraw extends fc.Arbitrary<infer T> ? T : never;

export function toolOf(form: ToolForm, index: number, draw: ToolDraw, flags: Flags): Tool {
    const { name, params, returns, delegatesTo } = form;
    if (delegatesTo !== undefined) {
        return { name, params, traits: { atomic: 2 }, reads: [], clears: [], delegatesTo, source: SOURCE };
    }
    const traits = {
        ...(draw.atomic === 0 ? {} : { atomic: draw.atomic }),
        ...(draw.readonly === 2 ? { readonly: 2 as Truth, atomic: 2 as Truth } : {})
    };
    const exit = { term: 'field' as const, of: { term: 'result' as const }, field: 'exit' };
    const isZero = {
        op: 'compare' as const,
        cmp: '==' as const,
        left: exit,
        right: { term: 'constant' as const, value: 0 }
    };
    const isPositive = {
        op: 'compare' as const,
        cmp: '>' as const,
        left: { term: 'param' as const, name: 'amount' },
        right: { term: 'constant' as const, value: 0 }
    };
    const said = (of: Term): Condition => ({
        op: 'compare',
        cmp: '>=',
        left: { term: 'signal', signal: 1, args: [of] },
        right: { term: 'constant', value: 1 }
    });
    const hasAccount = params.some((one) => one.name === 'acct');
    const hasOwner = returns.some((one) => one.name === 'owner');
    const saidOfResult = said({ term: 'field', of: { term: 'result' }, field: 'owner' });
    const hasAmount = params.some((one) => one.name === 'amount');
    const asked: { readonly [name in ToolDraw['readsWhen']]: Condition | undefined } = {
        '': undefined,
        result: isZero,
        amount: hasAmount ? isPositive : isZero,
        said: hasAccount ? said({ term: 'param', name: 'acct' }) : isZero,
        'said of result': hasOwner ? saidOfResult : isZero
    };
    const when = asked[draw.readsWhen];
    const succeeds = asked[draw.succeeds];
    // Delegations, and calls of the tool itself, are not inner calls.
    const mayDo = draw.mayDo.filter((other) => other !== index);
    return {
        name,
        params,
        returns,
        traits,
        reads: draw.reads,
        clears: flags.clears ? draw.clears : [],
        ...(flags.conditionalReads && when && { conditionalReads: [{ labels: [1], when }] }),
        ...(flags.succeeds && succeeds && { succeeds }),
        ...(flags.mayDo &&
            mayDo.length > 0 && { mayDo: TOOLS.map((_, other): Truth => (mayDo.includes(other) ? 2 : 0)) }),
        ...(flags.stores && draw.stores && { stores: name.split('.')[0] as string }),
        source: SOURCE
    };
}

/** The choices of the forms that are drawn. */
export interface Flags {
    readonly clears: boolean;
    readonly conditionalReads: boolean;
    readonly succeeds: boolean;
    readonly mayDo: boolean;
    readonly stores: boolean;
}

export interface InventoryDraw {
    readonly tools: readonly ToolDraw[];
    readonly ownRights: boolean;
    /** True if everyone is connected by delegation; otherwise cyd stands apart. */
    readonly chained: boolean;
}

/** The declarations of every policy. */
export function inventory(
    draw: InventoryDraw,
    flags: Flags
): Omit<Policy, 'monitors' | 'recorders' | 'rules' | 'claims' | 'scenarios'> {
    const agents: Agent[] = AGENTS.map((name, i) => ({
        ...declared(name),
        principal: draw.chained || i < 2 ? 0 : 1
    }));
    return {
        name: 'Random',
        source: SOURCE,
        agents,
        humans: HUMANS.map(declared),
        labels: LABELS.map(declared),
        outsideEvents: OUTSIDE,
        tools: TOOLS.map((form, i) => toolOf(form, i, draw.tools[i % draw.tools.length] as ToolDraw, flags)),
        delegations: (draw.chained ? DELEGATIONS : DELEGATIONS.slice(0, 1)).map(({ from, to }) => ({
            from,
            to,
            ownRights: draw.ownRights
        })),
        sessionConstants: SESSION,
        signals: SIGNALS,
        request: [param('acct', ACCOUNT, { optional: true })],
        timezone: TIMEZONE,
        sources: [
            { kind: 'user', text: 'user' },
            {
                kind: 'result',
                event: { tools: TOOLS.map((_, i): Truth => (i === 1 ? 2 : 0)), text: 'bank.check' },
                fields: ['owner'],
                text: 'bank.check.result.owner'
            },
            {
                kind: 'result',
                event: { tools: TOOLS.map((_, i): Truth => (i < 2 ? 2 : 0)), text: 'bank.*' },
                fields: [],
                text: 'bank.*'
            }
        ]
    };
}
