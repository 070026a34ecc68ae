/**
 * Random policies as plain data. They are drawn as trees whose indices are any numbers and then fitted to the
 * inventory, so that every part shrinks on its own and what is left is still a policy.
 */
import fc from 'fast-check';
import type {
    Claim,
    Comparator,
    Condition,
    EventPattern,
    Monitor,
    MonitorKind,
    Param,
    Policy,
    Rule,
    Source,
    Status,
    Term,
    Tool,
    Type,
    Value
} from '../../server/model/policy.js';
import type { Truth } from '../../server/model/truth.js';

/** What a run of the generator asks for. */
export interface Shape {
    readonly agents: number;
    readonly humans: number;
    readonly tools: number;
    readonly params: number;
    readonly monitors: number;
    readonly rules: number;
    readonly claims: number;
    /** Depth of conditions. */
    readonly depth: number;
    /** How often conditions ask who approved: 1 now and then, 8 all the time. */
    readonly approvals: number;
    /** The status words of events beside `succeeded`. */
    readonly statuses: readonly Status[];
    /** The seconds that `valid` and `timeout` are taken from. */
    readonly seconds: readonly number[];
    /** The seconds that windows are taken from; none: no windows. */
    readonly windows: readonly number[];
    /** How often a monitor has a window, and how often the tools have keys and monitors ask for them, out of ten. */
    readonly timed: number;
    readonly keyed: number;
    /** Events from outside, at most. */
    readonly outside: number;
    readonly claimKinds: readonly Claim['kind'][];
}

export const SOURCE: Source = {
    uri: 'oracle:policy',
    start: { line: 0, character: 0 },
    end: { line: 0, character: 0 }
};

/** The parameters that tools are given: alike wherever they appear, as M3 asks of rules over several tools. */
interface Column {
    readonly param: Param;
    /** Arguments near every constant that a condition may compare with. */
    readonly values: readonly Value[];
    readonly constants: readonly Value[];
    readonly ordered: boolean;
    readonly url: boolean;
    /** Columns of the same kind may be asked for in one key. */
    readonly key?: 'text' | 'colour' | 'truth';
}

export const HOSTS: readonly string[] = ['a.example', '*.a.example', 'b.example', '10.0.0.1', '[::1]'];

export const URLS: readonly string[] = [
    'https://a.example/x',
    'https://A.Example:8443?q=1',
    'https://x.a.example#y',
    'https://b.example',
    'https://evila.example/',
    'http://10.0.0.1/',
    'http://010.0.0.1/',
    'http://167772161/',
    'http://x.0x7f/',
    'http://[::1]:80/',
    'https://b.example@a.example/',
    'https://a.example./',
    'https://a%2eexample/',
    'https://a.example\\@b.example',
    ' https://a.example/',
    'a.example',
    ''
];

const column = (
    name: string,
    type: Type,
    values: readonly Value[],
    constants: readonly Value[],
    more: Partial<Param> = {},
    key?: Column['key']
): Column => ({
    ...(key && { key }),
    param: { name, type, optional: false, ...more },
    values,
    constants,
    ordered: type.kind === 'int' || type.kind === 'number',
    url: name === 'url'
});

/** Values that no condition names: alike but for being different. */
export const ANYONE: readonly string[] = ['v1', 'v2', 'v3', 'v4', 'v5'];

const COLUMNS: readonly Column[] = [
    column('n', { kind: 'int' }, [-2, -1, 0, 1, 2, 3, 4, 5], [0, 1, 2]),
    column('url', { kind: 'string' }, URLS, ['https://a.example/x', '']),
    column('s', { kind: 'string' }, ['x', 'y', 'X', '', 'a.example', 'evila.example'], ['x', 'y']),
    column('m', { kind: 'int', min: 0, max: 3 }, [0, 1, 2, 3], [0, 1, 3], { optional: true }),
    column('b', { kind: 'bool' }, [true, false], [true, false], {}, 'truth'),
    column('k', { kind: 'literals', values: ['red', 'green', 7] }, ['red', 'green', 7], ['red', 7], {}, 'colour'),
    column('q', { kind: 'string' }, ['x', 'X'], ['x'], { optional: true }),
    ...['acct', 'peer'].map((name) => column(name, { kind: 'string' }, ['main', ...ANYONE], ['main'], {}, 'text')),
    column('ref', { kind: 'string' }, ['main', ...ANYONE], ['main'], { optional: true }, 'text'),
    column('d', { kind: 'bool' }, [true, false], [true], { optional: true, default: false })
];

/** Numbers twice as often: most borders are theirs. */
const DRAWN = [...COLUMNS, ...COLUMNS.filter((c) => c.ordered)];

const AGENTS = ['ann', 'bob', 'cyd'];
const HUMANS = ['rita', 'saul'];
const OUTSIDE = ['passed', 'closed'];
const LABELS = ['private', 'untrusted', 'secret'];

/** A truth that is mostly known. */
const rarelyUnknown = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Truth>(2) },
    { weight: 5, arbitrary: fc.constant<Truth>(0) },
    { weight: 1, arbitrary: fc.constant<Truth>(1) }
);
const index = fc.nat({ max: 59 });

interface RawAtom {
    readonly op:
        | 'true'
        | 'unknown'
        | 'compare'
        | 'two'
        | 'in'
        | 'host'
        | 'given'
        | 'monitor'
        | 'carries'
        | 'caller'
        | 'approved';
    readonly a: number;
    readonly b: number;
    readonly cmp: Comparator;
}
interface RawNegation {
    readonly op: 'not';
    readonly arg: RawCondition;
}
type RawCondition = RawAtom | RawNegation | RawJunction;
interface RawJunction {
    readonly op: 'and' | 'or';
    readonly args: readonly RawCondition[];
}

/** @param history how often the history is asked; @param approvals how often who approved */
const atom = (history: number, approvals: number): fc.Arbitrary<RawAtom> => {
    const kinds: [RawAtom['op'], number][] = [
        ['true', 3],
        ['unknown', 1],
        ['compare', 3],
        ['two', 1],
        ['in', 2],
        ['host', 2],
        ['given', 1],
        ['monitor', history],
        ['carries', history / 2],
        ['caller', 1],
        ['approved', approvals]
    ];
    return fc.record({
        op: fc.oneof(
            ...kinds
                .filter(([, weight]) => weight >= 1)
                .map(([op, weight]) => ({ weight: Math.floor(weight), arbitrary: fc.constant(op) }))
        ),
        a: index,
        b: index,
        cmp: fc.constantFrom<Comparator[]>('==', '!=', '<', '<=', '>', '>=')
    });
};

const condition = (depth: number, history: number, approvals: number): fc.Arbitrary<RawCondition> => {
    const leaf: fc.Arbitrary<RawCondition> = atom(history, approvals);
    if (depth === 0) {
        return leaf;
    }
    const deeper = condition(depth - 1, history, approvals);
    return fc.oneof(
        { weight: 5, arbitrary: leaf },
        { weight: 2, arbitrary: fc.record({ op: fc.constant<'not'>('not'), arg: deeper }) },
        {
            weight: 2,
            arbitrary: fc.record({
                op: fc.constantFrom<('and' | 'or')[]>('and', 'or'),
                args: fc.array(deeper, { minLength: 1, maxLength: 3 })
            })
        }
    );
};

const always: RawCondition = { op: 'true', a: 0, b: 0, cmp: '==' };
const callPattern = fc.record({
    tools: fc.oneof(
        { weight: 3, arbitrary: fc.array(rarelyUnknown, { minLength: 5, maxLength: 5 }) },
        { weight: 2, arbitrary: fc.constant<Truth[]>([2, 2, 2, 2, 2]) }
    ),
    agents: fc.oneof(
        { weight: 5, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.array(index, { minLength: 1, maxLength: 2 }) }
    ),
    caller: fc.constantFrom(false, false, false, true),
    one: index
});

const eventPattern = (shape: Shape) =>
    fc.record({
        pattern: callPattern,
        status: fc.oneof(
            { weight: 4, arbitrary: fc.constant<Status>('succeeded') },
            { weight: 4, arbitrary: fc.constantFrom(...shape.statuses) }
        ),
        outside: fc.oneof(
            { weight: 4, arbitrary: fc.constant(undefined) },
            { weight: shape.outside > 0 ? 1 : 0, arbitrary: index }
        ),
        where: fc.oneof({ weight: 3, arbitrary: fc.constant(always) }, { weight: 1, arbitrary: condition(1, 0, 0) })
    });

const monitor = (shape: Shape) =>
    fc.record({
        kind: fc.constantFrom<MonitorKind[]>(
            'once',
            'since',
            'no since',
            'since or start',
            'last is',
            'once then',
            'count'
        ),
        timed: fc.nat({ max: 9 }).map((n) => n < shape.timed && shape.windows.length > 0),
        window: fc.constantFrom(...shape.windows, 1),
        keys: fc.oneof(
            { weight: 2, arbitrary: fc.constant([]) },
            { weight: shape.keyed > 0 ? 3 : 0, arbitrary: fc.array(index, { minLength: 1, maxLength: 2 }) }
        ),
        event: eventPattern(shape),
        from: fc.option(eventPattern(shape), { nil: undefined, freq: 5 }),
        byAnyAgent: fc.constantFrom(false, false, true)
    });

const rule = (shape: Shape) =>
    fc.record({
        kind: fc.oneof(
            { weight: 3, arbitrary: fc.constant<Rule['kind']>('allow') },
            { weight: 2, arbitrary: fc.constant<Rule['kind']>('deny') },
            { weight: 1, arbitrary: fc.constant<Rule['kind']>('require') },
            { weight: 3, arbitrary: fc.constant<Rule['kind']>('approval') }
        ),
        subject: callPattern,
        plain: fc.boolean(),
        unlessApproved: fc.nat({ max: 15 }).map((n) => n < shape.approvals),
        when: condition(shape.depth, 8, shape.approvals),
        requires: condition(shape.depth, 12, shape.approvals),
        human: index,
        both: fc.boolean(),
        quorum: fc.boolean(),
        audit: fc.nat({ max: 11 }).map((n) => n === 0),
        valid: fc.constantFrom(...shape.seconds),
        timeout: fc.constantFrom(...shape.seconds)
    });

const claim = (shape: Shape) =>
    fc.record({
        kind: fc.constantFrom<Claim['kind'][]>(...shape.claimKinds),
        decision: fc.constantFrom<('allowed' | 'denied' | 'held')[]>('allowed', 'denied', 'held'),
        bound: fc.nat({ max: 2 }),
        perKey: fc.boolean(),
        subject: callPattern,
        bad: condition(shape.depth, 12, shape.approvals),
        unlessApproved: fc.boolean(),
        human: index,
        trigger: fc.option(index, { nil: undefined }),
        steps: fc.array(eventPattern(shape), { minLength: 1, maxLength: 3 }),
        status: fc.constantFrom<Status[]>('succeeded', 'succeeded', 'succeeded', 'released', 'failed'),
        withoutApproval: fc.boolean()
    });

/** A random policy of at most this shape. */
export function policies(shape: Shape): fc.Arbitrary<Policy> {
    return fc
        .record({
            agents: fc.integer({ min: 1, max: shape.agents }),
            humans: fc.constantFrom(...[2, 1, 1, 0].filter((humans) => humans <= shape.humans)),
            labels: fc.integer({ min: 0, max: 3 }),
            outside: fc.integer({ min: 0, max: shape.outside }),
            keyed: fc.nat({ max: 9 }).map((n) => n < shape.keyed),
            columns: fc.array(index, { maxLength: shape.params }),
            tools: fc.array(
                fc.record({
                    has: fc.array(fc.constantFrom(true, true, true, true, false), {
                        minLength: shape.params,
                        maxLength: shape.params
                    }),
                    traits: fc.record({
                        readonly: rarelyUnknown,
                        atomic: rarelyUnknown,
                        external: rarelyUnknown,
                        destructive: rarelyUnknown
                    }),
                    reads: fc.array(index, { maxLength: 2 }),
                    clears: fc.oneof(
                        { weight: 3, arbitrary: fc.constant<number[]>([]) },
                        { weight: 1, arbitrary: fc.array(index, { minLength: 1, maxLength: 2 }) }
                    ),
                    key: fc.constantFrom<string[]>(['acct'], ['acct'], ['acct', 'peer'], ['peer'], ['ref'], [])
                }),
                { minLength: Math.min(2, shape.tools), maxLength: shape.tools }
            ),
            monitors: fc.array(monitor(shape), { minLength: 1, maxLength: shape.monitors }),
            open: fc.constantFrom(true, true, true, true, false),
            rules: fc.array(rule(shape), { minLength: 1, maxLength: shape.rules }),
            claims: fc.array(claim(shape), { minLength: shape.claims === 0 ? 0 : 1, maxLength: shape.claims })
        })
        .map((raw) => {
            const tools = raw.tools.map((tool, i): Tool => {
                // Tools of one policy have most parameters in common, so that a rule over several can speak of them.
                const drawn = pick(DRAWN, raw.columns).filter((_, i) => tool.has[i]);
                const keys = COLUMNS.filter((c) => raw.keyed && tool.key.includes(c.param.name));
                const columns = [...keys, ...drawn.filter((c) => !keys.includes(c))].slice(
                    0,
                    Math.max(shape.params, keys.length)
                );
                // The model writes out that a confirmed `readonly` tool is atomic (M2).
                const traits: Tool['traits'] = tool.traits.readonly === 2 ? { ...tool.traits, atomic: 2 } : tool.traits;
                return {
                    name: `srv.t${i}`,
                    params: columns.map((c) => c.param),
                    traits: Object.fromEntries(Object.entries(traits).filter(([, truth]) => truth !== 0)),
                    reads: raw.labels === 0 ? [] : [...new Set(tool.reads.map((label) => label % raw.labels))],
                    clears: raw.labels === 0 ? [] : [...new Set(tool.clears.map((label) => label % raw.labels))],
                    source: SOURCE
                };
            });
            const bare = {
                agents: raw.agents,
                humans: raw.humans,
                labels: raw.labels,
                outside: raw.outside,
                tools,
                monitors: [],
                askable: []
            };
            const monitors = raw.monitors.map((m): Monitor => fitMonitor(m, bare));
            const inventory: Inventory = { ...bare, monitors, askable: [...monitors.keys()] };
            const claims = raw.claims.map((c, i): Claim => fitClaim(c, `claim ${i}`, inventory, monitors));
            const rules = raw.rules.map((r): Rule => fitRule(r, inventory));
            const open: Rule = {
                kind: 'allow',
                subject: { tools: tools.map(() => 2), text: 'any tool' },
                when: { op: 'constant', value: 2 },
                text: 'allow any agent: any tool',
                source: SOURCE
            };
            return capped({
                name: 'Random',
                source: SOURCE,
                agents: AGENTS.slice(0, raw.agents).map(declared),
                humans: HUMANS.slice(0, raw.humans).map(declared),
                labels: LABELS.slice(0, raw.labels).map(declared),
                outsideEvents: OUTSIDE.slice(0, raw.outside).map(declared),
                tools,
                monitors,
                rules: raw.open ? [...rules, open] : rules,
                claims,
                scenarios: []
            });
        });
}

/** Arguments for a tool that lie near the constants, every parameter's values in turn. */
export function argumentValues(param: Param): readonly (Value | undefined)[] {
    const values = COLUMNS.find((c) => c.param.name === param.name)?.values ?? [];
    return param.optional && param.default === undefined ? [...values, undefined] : values;
}

interface Inventory {
    readonly agents: number;
    readonly humans: number;
    readonly labels: number;
    readonly outside: number;
    readonly tools: readonly Tool[];
    readonly monitors: readonly Monitor[];
    /** The monitors that a condition may ask. */
    readonly askable: readonly number[];
    /** No call is in scope. */
    readonly noCall?: boolean;
}

/** A count saturates above every number that it is compared with. */
function capped(policy: Policy): Policy {
    const bounds = policyConditions(policy)
        .flatMap((condition) => atoms(condition))
        .flatMap((atom) => (atom.op === 'count' ? [[atom.monitor, atom.bound] as const] : []));
    const capOf = (index: number): number =>
        Math.max(0, ...bounds.filter(([monitor]) => monitor === index).map(([, bound]) => bound)) + 1;
    return {
        ...policy,
        monitors: policy.monitors.map((monitor, i) =>
            monitor.kind === 'count' ? { ...monitor, cap: capOf(i) } : monitor
        )
    };
}

/** Every condition of the rules and claims. */
export function policyConditions(policy: Policy): Condition[] {
    const rules = policy.rules.flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when]));
    const claims = policy.claims.flatMap((claim) => {
        switch (claim.kind) {
            case 'possible':
                return [];
            case 'always':
                return [claim.condition];
            case 'decided':
                return [claim.when];
            default:
                return [claim.bad];
        }
    });
    return [...rules, ...claims];
}

/** What a condition is made of. */
export function atoms(condition: Condition): Condition[] {
    switch (condition.op) {
        case 'not':
            return atoms(condition.arg);
        case 'and':
        case 'or':
            return condition.args.flatMap(atoms);
        default:
            return [condition];
    }
}

type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;

function fitMonitor(raw: Generated<ReturnType<typeof monitor>>, inventory: Inventory): Monitor {
    const isLast = raw.kind === 'last is';
    const plain = fitEvent(raw.event, isLast ? { ...inventory, outside: 0 } : inventory, !isLast);
    const window = raw.timed && raw.kind !== 'count' && raw.kind !== 'since or start' ? { window: raw.window } : {};
    if (isLast) {
        const status = ['succeeded', 'released', 'failed'].includes(plain.status) ? plain.status : 'succeeded';
        return { kind: raw.kind, event: { ...plain, status }, ...window, perAgent: !raw.byAnyAgent, text: 'last is' };
    }
    const needsFrom = raw.kind === 'once then';
    const plainFrom =
        raw.kind === 'once' || (raw.from === undefined && !needsFrom)
            ? undefined
            : fitEvent(raw.from ?? raw.event, inventory, true);
    const { event, from, keys } = withKeys(raw.keys, plain, plainFrom, inventory);
    return {
        kind: raw.kind,
        event,
        ...(from === undefined ? {} : { from }),
        ...window,
        ...(keys === undefined ? {} : { keys }),
        perAgent: event.agents === 'caller' || from?.agents === 'caller',
        text: raw.kind
    };
}

/** The patterns with keys as drawn, as far as their tools have parameters for them; F names all of them or none. */
function withKeys(
    drawn: readonly number[],
    event: EventPattern,
    from: EventPattern | undefined,
    inventory: Inventory
): { event: EventPattern; from: EventPattern | undefined; keys?: Term[] } {
    const keysIn = (pattern: EventPattern): Column[] => common(pattern.tools, inventory).filter((c) => c.key);
    const own = keysIn(event);
    if (drawn.length === 0 || own.length === 0) {
        return { event, from };
    }
    const chosen = drawn.map((i) => own[i % own.length] as Column);
    const alike = (columns: readonly Column[], c: Column, i: number): Column | undefined => {
        const same = columns.filter((other) => other.key === c.key);
        return same[i % Math.max(1, same.length)];
    };
    const theirs = from === undefined ? [] : chosen.map((c, at) => alike(keysIn(from), c, drawn[at] as number));
    const named = theirs.every((c) => c !== undefined) && (drawn[0] as number) % 3 !== 0;
    const asked = chosen.map((c, at) => alike(COLUMNS, c, Math.floor((drawn[at] as number) / 3)) as Column);
    return {
        event: { ...event, keys: chosen.map((c) => c.param.name) },
        from: from && named ? { ...from, keys: theirs.map((c) => (c as Column).param.name) } : from,
        keys: asked.map(param)
    };
}

function fitRule(raw: Generated<ReturnType<typeof rule>>, inventory: Inventory): Rule {
    const subject = fitPattern(raw.subject, inventory);
    const columns = common(subject.tools, inventory);
    const when: Condition =
        raw.plain && raw.kind !== 'deny' ? { op: 'constant', value: 2 } : fitCondition(raw.when, inventory, columns);
    const humans = raw.both && inventory.humans > 1 ? [0, 1] : [raw.human % Math.max(1, inventory.humans)];
    const approved: Condition = { op: 'approved by', humans };
    const guarded: Condition =
        raw.unlessApproved && raw.kind === 'deny' && inventory.humans > 0
            ? { op: 'and', args: [when, { op: 'not', arg: approved }] }
            : when;
    const base = { subject, when: guarded, text: raw.kind, source: SOURCE };
    if (raw.kind === 'approval' && inventory.humans > 0) {
        const { valid, timeout } = raw;
        return { ...base, kind: 'approval', humans, quorum: raw.quorum ? humans.length : 1, valid, timeout };
    }
    const audit = raw.audit && raw.kind !== 'allow' && raw.kind !== 'approval' ? { audit: true } : {};
    if (raw.kind === 'require') {
        return { ...base, ...audit, kind: 'require', requires: fitCondition(raw.requires, inventory, columns) };
    }
    return { ...base, ...audit, kind: raw.kind === 'approval' ? 'allow' : raw.kind };
}

/** @param monitors those that claims need beside them are added */
function fitClaim(
    raw: Generated<ReturnType<typeof claim>>,
    name: string,
    inventory: Inventory,
    monitors: Monitor[]
): Claim {
    const base = { name, text: raw.kind, source: SOURCE };
    if (raw.kind === 'possible') {
        const steps = raw.steps
            .map((step) => fitEvent(step, inventory, false))
            .map((step): EventPattern => ({ ...step, status: raw.status }));
        return { ...base, kind: 'possible', steps, withoutApproval: raw.withoutApproval };
    }
    const free = inventory.askable.filter((i) => inventory.monitors[i]?.keys === undefined);
    if (raw.kind === 'always') {
        const askable = free.filter((i) => inventory.monitors[i]?.perAgent === false);
        const noCall = { ...inventory, humans: 0, labels: 0, askable, noCall: true };
        const condition = fitCondition(raw.bad, noCall, []);
        // Most of what a monitor says is not so at the start, and a claim that it is breaks at once.
        return { ...base, kind: 'always', condition: raw.perKey ? condition : { op: 'not', arg: condition } };
    }
    const subject = fitPattern(raw.subject, inventory);
    const columns = common(subject.tools, inventory);
    const bad = fitCondition(raw.bad, inventory, columns);
    if (raw.kind === 'decided') {
        const when: Condition = raw.unlessApproved ? { op: 'constant', value: 2 } : bad;
        return { ...base, kind: 'decided', subject, when, decision: raw.decision };
    }
    const unless: Condition = { op: 'approved by', humans: [raw.human % Math.max(1, inventory.humans)] };
    const guards: Condition[] = raw.unlessApproved && inventory.humans > 0 ? [{ op: 'not', arg: unless }] : [];
    const always: Condition = { op: 'constant', value: 2 };
    if (raw.kind === 'at most') {
        const key = raw.perKey ? columns.find((c) => c.key) : undefined;
        monitors.push({
            kind: 'count',
            event: { ...subject, status: 'succeeded', where: always, ...(key && { keys: [key.param.name] }) },
            ...(key && { keys: [param(key)] }),
            perAgent: false,
            text: 'at most'
        });
        const tooMany: Condition = { op: 'count', monitor: monitors.length - 1, cmp: '>=', bound: raw.bound };
        return { ...base, kind: 'at most', subject, bad: { op: 'and', args: [tooMany] } };
    }
    if (raw.kind === 'no flow' && inventory.labels > 0) {
        const label = raw.human % inventory.labels;
        monitors.push({
            kind: 'once',
            event: {
                tools: inventory.tools.map((tool) => (tool.reads.includes(label) ? 2 : 0)),
                agents: 'caller',
                status: 'released',
                where: always,
                text: 'reads'
            },
            perAgent: true,
            text: 'no flow'
        });
        const received: Condition = { op: 'monitor', monitor: monitors.length - 1 };
        const flows: Condition = { op: 'and', args: [received, ...guards] };
        return { ...base, kind: 'no flow', subject, bad: flows, trigger: received };
    }
    const guarded = [bad, ...guards];
    const triggers = free.filter((i) => inventory.monitors[i]?.kind !== 'count');
    const kind = raw.kind === 'requires' ? 'requires' : 'never';
    if (kind === 'requires' || raw.trigger === undefined || triggers.length === 0) {
        return { ...base, kind, subject, bad: { op: 'and', args: guarded } };
    }
    const trigger: Condition = { op: 'monitor', monitor: triggers[raw.trigger % triggers.length] as number };
    return { ...base, kind, subject, bad: { op: 'and', args: [trigger, ...guarded] }, trigger };
}

function fitEvent(
    raw: Generated<ReturnType<typeof eventPattern>>,
    inventory: Inventory,
    byCaller: boolean
): EventPattern {
    const plain = fitPattern(raw.pattern, inventory);
    if (raw.outside !== undefined && inventory.outside > 0) {
        // Nothing but something from outside, or calls too.
        const tools = raw.pattern.one % 2 === 0 ? plain.tools : plain.tools.map((): Truth => 0);
        const outside = [raw.outside % inventory.outside];
        return { tools, outside, text: 'event', status: 'succeeded', where: { op: 'constant', value: 2 } };
    }
    const pattern = raw.pattern.caller && byCaller ? { ...plain, agents: 'caller' as const } : plain;
    return {
        ...pattern,
        status: raw.status,
        where: fitCondition(
            raw.where,
            { ...inventory, askable: [], labels: 0, humans: 0 },
            common(plain.tools, inventory)
        )
    };
}

function fitPattern(
    raw: Generated<typeof callPattern>,
    inventory: Inventory
): { tools: Truth[]; agents?: number[]; text: string } {
    const drawn = raw.tools.slice(0, inventory.tools.length);
    const empty = drawn.every((truth) => truth === 0) && raw.one % 10 !== 0;
    const tools = drawn.map((truth, i): Truth => (empty && i === raw.one % drawn.length ? 2 : truth));
    const agents = raw.agents === undefined ? undefined : [...new Set(raw.agents.map((a) => a % inventory.agents))];
    return { tools, ...(agents === undefined ? {} : { agents }), text: 'pattern' };
}

/** The columns that all of these tools have. */
function common(tools: readonly Truth[], inventory: Inventory): Column[] {
    const meant = inventory.tools.filter((_, i) => tools[i] !== 0);
    return meant.length === 0
        ? []
        : COLUMNS.filter((c) => meant.every((tool) => tool.params.some((param) => param.name === c.param.name)));
}

function fitCondition(raw: RawCondition, inventory: Inventory, columns: readonly Column[]): Condition {
    if ('arg' in raw) {
        return { op: 'not', arg: fitCondition(raw.arg, inventory, columns) };
    }
    if ('args' in raw) {
        return { op: raw.op, args: raw.args.map((arg) => fitCondition(arg, inventory, columns)) };
    }
    const atom = fitAtom(raw, inventory, columns);
    if (atom !== undefined) {
        return atom;
    }
    // What the inventory has nothing for asks the history instead, which is where the difficulties are.
    return inventory.askable.length > 0 && raw.op !== 'true' && raw.op !== 'unknown'
        ? history(raw, raw.b, inventory)
        : { op: 'constant', value: raw.op === 'unknown' ? 1 : raw.a % 5 === 4 ? 0 : 2 };
}

/** Nothing where the inventory has nothing to speak of. */
function fitAtom(raw: RawAtom, inventory: Inventory, columns: readonly Column[]): Condition | undefined {
    const any = columns[raw.a % Math.max(1, columns.length)];
    const url = columns.find((c) => c.url);
    switch (raw.op) {
        case 'true':
        case 'unknown':
            return undefined;
        case 'compare': {
            if (any === undefined) {
                return undefined;
            }
            const value = any.constants[raw.b % any.constants.length] as Value;
            const cmp = any.ordered ? raw.cmp : raw.b % 2 === 0 ? '==' : '!=';
            return { op: 'compare', cmp, left: param(any), right: { term: 'constant', value } };
        }
        case 'two': {
            const [left, right] = comparable(columns, raw.a);
            if (left === undefined || right === undefined) {
                return undefined;
            }
            const cmp = left.ordered ? raw.cmp : raw.b % 2 === 0 ? '==' : '!=';
            return {
                op: 'compare',
                cmp,
                left: left.url && raw.a % 2 === 0 ? { term: 'host', of: param(left) } : param(left),
                right: param(right)
            };
        }
        case 'in':
            return any === undefined
                ? undefined
                : { op: 'in', term: param(any), values: any.constants.filter((_, i) => ((raw.b + 1) >> i) % 2 === 1) };
        case 'host': {
            if (url === undefined) {
                return undefined;
            }
            const host: Term = { term: 'host', of: param(url) };
            const hosts = HOSTS.filter((_, i) => ((raw.b + 1) >> i) % 2 === 1);
            return raw.a % 4 === 0
                ? {
                      op: 'compare',
                      cmp: raw.b % 2 === 0 ? '==' : '!=',
                      left: host,
                      right: { term: 'constant', value: 'a.example' }
                  }
                : { op: 'host in', term: host, hosts };
        }
        case 'given':
            return any === undefined ? undefined : { op: 'given', param: any.param.name };
        case 'monitor':
            return inventory.askable.length === 0 ? undefined : history(raw, raw.a, inventory);
        case 'carries':
            return inventory.labels === 0 ? undefined : { op: 'carries', label: raw.a % inventory.labels };
        case 'caller':
            return inventory.noCall ? undefined : { op: 'caller is', agent: raw.a % inventory.agents };
        case 'approved':
            return inventory.humans === 0
                ? undefined
                : {
                      op: 'approved by',
                      humans: raw.b % 3 === 0 ? [...humansOf(inventory)] : [raw.a % inventory.humans]
                  };
    }
}

function humansOf(inventory: Inventory): number[] {
    return HUMANS.slice(0, inventory.humans).map((_, i) => i);
}

/** A question to a monitor: a count is compared with a number. */
function history(raw: RawAtom, which: number, inventory: Inventory): Condition {
    const monitor = inventory.askable[which % inventory.askable.length] as number;
    return inventory.monitors[monitor]?.kind === 'count'
        ? { op: 'count', monitor, cmp: raw.cmp, bound: raw.b % 4 }
        : { op: 'monitor', monitor };
}

/** Two parameters that may be compared with each other: two numbers, or two texts. */
function comparable(columns: readonly Column[], which: number): Column[] {
    const numbers = columns.filter((c) => c.ordered);
    const texts = columns.filter((c) => c.param.type.kind === 'string');
    const [first, second] = which % 3 === 0 ? [texts, numbers] : [numbers, texts];
    return first.length >= 2 ? first : second.length >= 2 ? second : [];
}

function param(c: Column): Term {
    return { term: 'param', name: c.param.name };
}

function pick<T>(from: readonly T[], indices: readonly number[]): T[] {
    return [...new Set(indices.map((i) => from[i % from.length] as T))];
}

function declared(name: string): { name: string; source: Source } {
    return { name, source: SOURCE };
}
