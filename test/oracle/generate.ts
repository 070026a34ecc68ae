/**
 * Random policies as plain data. They are drawn as trees whose indices are any numbers and then fitted to the
 * inventory, so that every part shrinks on its own and what is left is still a policy.
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
} from '../../server/model/policy.js';
import type { Truth } from '../../server/model/truth.js';
import { DRAWN } from './columns.js';
import { fitClaim, fitMonitor, fitRule, SOURCE, type Inventory } from './fit.js';

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
}

const AGENTS = ['ann', 'bob', 'cyd'];
const HUMANS = ['rita', 'saul'];
const LABELS = ['private', 'untrusted', 'secret'];

/** A truth that is mostly known. */
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
        where: fc.oneof({ weight: 3, arbitrary: fc.constant(always) }, { weight: 1, arbitrary: condition(1, 0, 0) })
    });

export const monitor = (shape: Shape) =>
    fc.record({
        kind: fc.constantFrom<MonitorKind[]>('once', 'since', 'no since', 'since or start', 'last is'),
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
        valid: fc.constantFrom(...shape.seconds),
        timeout: fc.constantFrom(...shape.seconds)
    });

export const claim = (shape: Shape) =>
    fc.record({
        kind: fc.constantFrom<Claim['kind'][]>('never', 'requires', 'possible'),
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
                    reads: fc.array(index, { maxLength: 2 })
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
                const columns = pick(DRAWN, raw.columns).filter((_, i) => tool.has[i]);
                // The model writes out that a confirmed `readonly` tool is atomic (M2).
                const traits: Tool['traits'] = tool.traits.readonly === 2 ? { ...tool.traits, atomic: 2 } : tool.traits;
                return {
                    name: `srv.t${i}`,
                    params: columns.map((c) => c.param),
                    traits: Object.fromEntries(Object.entries(traits).filter(([, truth]) => truth !== 0)),
                    reads: raw.labels === 0 ? [] : [...new Set(tool.reads.map((label) => label % raw.labels))],
                    source: SOURCE
                };
            });
            const inventory: Inventory = {
                agents: raw.agents,
                humans: raw.humans,
                labels: raw.labels,
                tools,
                monitors: raw.monitors.length
            };
            const monitors = raw.monitors.map((m): Monitor => fitMonitor(m, inventory));
            const rules = raw.rules.map((r): Rule => fitRule(r, inventory));
            const open: Rule = {
                kind: 'allow',
                subject: { tools: tools.map(() => 2), text: 'any tool' },
                when: { op: 'constant', value: 2 },
                text: 'allow any agent: any tool',
                source: SOURCE
            };
            return {
                name: 'Random',
                source: SOURCE,
                agents: AGENTS.slice(0, raw.agents).map(declared),
                humans: HUMANS.slice(0, raw.humans).map(declared),
                labels: LABELS.slice(0, raw.labels).map(declared),
                tools,
                monitors,
                rules: raw.open ? [...rules, open] : rules,
                claims: raw.claims.map((c, i): Claim => fitClaim(c, `claim ${i}`, inventory)),
                scenarios: []
            };
        });
}

function pick<T>(from: readonly T[], indices: readonly number[]): T[] {
    return [...new Set(indices.map((i) => from[i % from.length] as T))];
}

function declared(name: string): { name: string; source: Source } {
    return { name, source: SOURCE };
}
