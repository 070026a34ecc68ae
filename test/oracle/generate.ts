/**
 * Random policies as plain data. They are drawn as trees with arbitrary indices and then fitted to the inventory, so
 * that every part shrinks independently and the result is still a policy.
 */
import fc from 'fast-check';
import type {
    Claim,
    Comparator,
    Monitor,
    MonitorKind,
    Policy,
    Rule,
    Source,
    Status,
    Tool
} from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import { DRAWN, COLUMNS } from './columns.js';
import { capped, fitClaim, fitMonitor, fitRule, SOURCE, type Inventory } from './fit.js';

/** The parameters of the generator. */
export interface Shape {
    readonly agents: number;
    readonly humans: number;
    readonly tools: number;
    readonly params: number;
    readonly monitors: number;
    readonly rules: number;
    readonly claims: number;
    /** The depth of conditions. */
    readonly depth: number;
    /** The frequency with which conditions read who approved: 1 is occasionally, 8 is all the time. */
    readonly approvals: number;
    /** The status words of events in addition to `succeeded`. */
    readonly statuses: readonly Status[];
    /** The seconds that `valid` and `timeout` are drawn from. */
    readonly seconds: readonly number[];
    /** The seconds that windows are drawn from; empty if there are no windows. */
    readonly windows: readonly number[];
    /**
     * The frequency, out of ten, with which a monitor has a window, and with which tools have keys that monitors read.
     */
    readonly timed: number;
    readonly keyed: number;
    /** The maximum number of outside events. */
    readonly outside: number;
    readonly claimKinds: readonly Claim['kind'][];
}

const AGENTS = ['ann', 'bob', 'cyd'];
const HUMANS = ['rita', 'saul'];
const OUTSIDE = ['passed', 'closed'];
const LABELS = ['private', 'untrusted', 'secret'];

/** A truth value that is usually known. */
const rarelyUnknown = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Truth>(2) },
    { weight: 5, arbitrary: fc.constant<Truth>(0) },
    { weight: 1, arbitrary: fc.constant<Truth>(1) }
);
const index = fc.nat({ max: 59 });

export interface RawAtom {
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
export type RawCondition = RawAtom | RawNegation | RawJunction;
interface RawJunction {
    readonly op: 'and' | 'or';
    readonly args: readonly RawCondition[];
}

/**
 * @param history how often the history is read
 * @param approvals how often conditions read who approved
 */
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
export const callPattern = fc.record({
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

export const eventPattern = (shape: Shape) =>
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

export const monitor = (shape: Shape) =>
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

export const rule = (shape: Shape) =>
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

export const claim = (shape: Shape) =>
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
                // Tools of one policy share most parameters, so that a rule over several can refer to them.
                const drawn = pick(DRAWN, raw.columns).filter((_, i) => tool.has[i]);
                const keys = COLUMNS.filter((c) => raw.keyed && tool.key.includes(c.param.name));
                const columns = [...keys, ...drawn.filter((c) => !keys.includes(c))].slice(
                    0,
                    Math.max(shape.params, keys.length)
                );
                // The model states explicitly that a confirmed `readonly` tool is atomic (M2).
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

function pick<T>(from: readonly T[], indices: readonly number[]): T[] {
    return [...new Set(indices.map((i) => from[i % from.length] as T))];
}

function declared(name: string): { name: string; source: Source } {
    return { name, source: SOURCE };
}
