/**
 * Compares counts and totals in the finite system with the search over concrete sessions, which uses the decision
 * procedure itself, on random policies with caps, spans, windows and lost answers. The concrete search must not break
 * what the finite system proves, and must not find shorter sessions.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../../server/checker/search/answer.js';
import { searchWithin } from '../../server/checker/portfolio/concrete.js';
import { reachOf } from '../../server/checker/reductions/cone.js';
import { unsupportedPartsOf } from '../../server/checker/system/unsupported.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { represented } from '../../server/checker/system/represented-totals.js';
import type {
    Claim,
    Comparator,
    Condition,
    EventPattern,
    Policy,
    Recorder,
    Rule,
    Tool
} from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import { SOURCE } from './fit.js';
import { more, runs } from '../support/depth.js';
import { questionOf } from '../../server/checker/questions/question.js';

const SEED = 20_261_126;

const AMOUNT = 'amount';

/** The tools: two whose answers may be lost, one that is atomic, and one that restarts spans. */
const TOOLS: readonly Tool[] = [
    tool('pay', true, false),
    tool('send', true, false),
    tool('wire', true, true),
    tool('reset', false, true)
];
function tool(name: string, hasAmount: boolean, isAtomic: boolean): Tool {
    return {
        name: `s.${name}`,
        params: hasAmount ? [{ name: AMOUNT, type: { kind: 'int', min: 0 }, optional: false }] : [],
        traits: isAtomic ? { atomic: 2 } : {},
        reads: [],
        clears: [],
        source: SOURCE
    };
}

interface Shape {
    readonly kinds: readonly ('total' | 'count')[];
    readonly windows: readonly (number | undefined)[];
    readonly bounds: readonly number[];
    readonly recorders: number;
    /** The tools whose events are counted. */
    readonly tools: readonly number[];
}

const patternOf = (tools: readonly number[]): Pick<EventPattern, 'tools' | 'text' | 'status' | 'where'> => ({
    tools: TOOLS.map((_, index): Truth => (tools.includes(index) ? 2 : 0)),
    text: tools.map((index) => TOOLS[index]!.name).join(', '),
    status: 'succeeded',
    where: { op: 'constant', value: 2 }
});

const recorder = (shape: Shape): fc.Arbitrary<Recorder> =>
    fc
        .record({
            kind: fc.constantFrom(...shape.kinds),
            tools: fc.subarray([...shape.tools], { minLength: 1 }),
            released: fc.constantFrom(false, false, true),
            least: fc.constantFrom(undefined, undefined, undefined, 2),
            isSpan: fc.constantFrom(false, false, true),
            window: fc.constantFrom(...shape.windows)
        })
        .map(({ kind, tools, released, least, isSpan, window }) => ({
            kind,
            event: {
                ...patternOf(tools),
                ...(released && { status: 'released' as const }),
                ...(least !== undefined &&
                    kind === 'total' && { where: compare('>=', { term: 'param', name: AMOUNT }, least) })
            },
            ...(isSpan && { from: patternOf([3]) }),
            ...(kind === 'total' && { value: { term: 'param', name: AMOUNT } as const, bounds: { min: 0 } }),
            ...(window !== undefined && { window }),
            text: `${kind}(${tools.join()}${isSpan ? ' since reset' : ''}${window === undefined ? '' : ` within ${window}s`})`
        }));

type Compared = Extract<Condition, { op: 'compare' }>['left'];

function compare(cmp: Comparator, left: Compared, bound: number): Condition {
    return { op: 'compare', cmp, left, right: { term: 'constant', value: bound } };
}

const asked = (shape: Shape, recorders: readonly Recorder[], own: boolean): fc.Arbitrary<Condition> =>
    fc
        .record({
            recorder: fc.nat({ max: recorders.length - 1 }),
            own: fc.boolean(),
            cmp: fc.constantFrom<Comparator[]>('<=', '>', '<', '>=', '=='),
            bound: fc.constantFrom(...shape.bounds)
        })
        .map(({ recorder: index, own: withOwn, cmp, bound }) => {
            const aggregate = { term: 'aggregate', recorder: index } as const;
            const isAdded = own && withOwn && recorders[index]!.kind === 'total';
            return isAdded
                ? compare(
                      cmp,
                      { term: 'sum', left: aggregate, right: { term: 'param', name: AMOUNT }, minus: false },
                      bound
                  )
                : compare(cmp, aggregate, bound);
        });

const policies = (shape: Shape): fc.Arbitrary<Policy> =>
    fc.array(recorder(shape), { minLength: 1, maxLength: shape.recorders }).chain((recorders) => {
        const condition = asked(shape, recorders, true);
        const amount = fc
            .record({ cmp: fc.constantFrom<Comparator[]>('>', '>=', '=='), bound: fc.constantFrom(2, 3) })
            .map(({ cmp, bound }) => compare(cmp, { term: 'param', name: AMOUNT }, bound));
        const rule = fc
            .record({
                kind: fc.constantFrom<('deny' | 'allow' | 'require')[]>('deny', 'deny', 'allow', 'require'),
                tools: fc.subarray([...shape.tools], { minLength: 1 }),
                when: fc.oneof({ weight: 4, arbitrary: condition }, { weight: 1, arbitrary: amount })
            })
            .map(({ kind, tools, when }): Rule => {
                const base = { subject: patternOf(tools), text: kind, source: SOURCE };
                return kind === 'require'
                    ? { ...base, kind, when: { op: 'constant', value: 2 }, requires: when }
                    : { ...base, kind, when };
            });
        const claim = fc.oneof(
            asked(shape, recorders, false).map((one): Claim => ({
                kind: 'always',
                condition: one,
                name: 'c',
                text: 'always',
                source: SOURCE
            })),
            fc
                .record({ tools: fc.subarray([...shape.tools], { minLength: 1 }), bad: condition })
                .map(({ tools, bad }): Claim => ({
                    kind: 'never',
                    subject: patternOf(tools),
                    bad,
                    name: 'c',
                    text: 'never',
                    source: SOURCE
                }))
        );
        return fc
            .record({
                rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
                open: fc.constantFrom(true, true, true, false),
                claims: fc.array(claim, { minLength: 1, maxLength: 2 })
            })
            .map(({ rules, open, claims }): Policy => ({
                name: 'Random',
                source: SOURCE,
                agents: [{ name: 'ann', source: SOURCE }],
                humans: [],
                labels: [],
                outsideEvents: [],
                tools: TOOLS,
                monitors: [],
                recorders,
                rules: [
                    ...rules,
                    {
                        kind: 'allow',
                        subject: patternOf(open ? [0, 1, 2, 3] : [0, 3]),
                        when: { op: 'constant', value: 2 },
                        text: 'allow',
                        source: SOURCE
                    }
                ],
                claims,
                scenarios: []
            }));
    });

const oneTotal: Shape = { kinds: ['total'], windows: [undefined], bounds: [0, 2, 5, 7], recorders: 1, tools: [0, 2] };
const totals: Shape = { ...oneTotal, recorders: 3, tools: [0, 1, 2] };
const counts: Shape = {
    kinds: ['count'],
    windows: [undefined, 1, 2, 3],
    bounds: [0, 1, 2],
    recorders: 2,
    tools: [0, 2]
};
const windowed: Shape = { ...oneTotal, windows: [2, undefined], recorders: 2 };

test.each<[string, Shape, number]>([
    ['one total', oneTotal, 40],
    ['totals that overlap', totals, 25],
    ['counts with and without windows', counts, 40],
    ['totals within a window', windowed, 25]
])('%s', (_, shape, perBuild) => {
    const words: Record<string, number> = {};
    fc.assert(
        fc.property(policies(shape), (policy) => {
            policy.claims.forEach((claim) => agree(policy, claim, shape === oneTotal, words));
        }),
        { seed: SEED, numRuns: runs(perBuild) }
    );
    expect(words['holds'] ?? 0).toBeGreaterThan(more(3));
    expect(words['violated'] ?? 0).toBeGreaterThan(more(3));
});

/** @param isExact true if the finite system must decide everything */
function agree(policy: Policy, claim: Claim, isExact: boolean, words: Record<string, number>): void {
    const seen = represented(policy, questionOf(claim), reachOf(policy, questionOf(claim)));
    const beyond = unsupportedPartsOf(seen.policy, seen.question, reachOf(seen.policy, seen.question));
    expect(beyond.filter(({ isMore }) => !isMore)).toEqual([]);
    const limits = { ...DEFAULT_LIMITS, maxStates: 20_000 };
    const approximates = beyond.map(({ what }) => what);
    const exact = finished(searchExactly(policy, questionOf(claim), { limits }, approximates));
    words[exact.verdict] = (words[exact.verdict] ?? 0) + 1;
    const concrete = finished(
        searchWithin(
            policy,
            questionOf(claim),
            beyond,
            { limits: DEFAULT_LIMITS },
            { states: 1_500, transitions: 6_000 }
        )
    );
    const told = `${JSON.stringify(policy.recorders?.map(({ text, event }) => [text, event.status, event.where]))}\n${policy.rules
        .map(({ kind, subject, ...rule }) => `${kind} ${subject.text} ${JSON.stringify([rule.when, rule])}`)
        .join('\n')}\n${JSON.stringify(claim)}\n${sayOf(exact)}, concrete: ${sayOf(concrete)}`;
    if (isExact) {
        expect(exact.exploration.limit, told).toBeUndefined();
    }
    const [steps, others] = [exact, concrete].map(({ trace }) => trace?.steps.length);
    if (others !== undefined) {
        expect(exact.verdict, told).not.toMatch(/holds|vacuous/);
        expect(steps ?? 0, told).toBeLessThanOrEqual(others);
    }
}

function sayOf({ verdict, trace, exploration, scopes }: Answer): string {
    const session = trace?.steps.map(({ text }) => text).join('; ') ?? '';
    return `${verdict} ${exploration.limit ?? ''} ${scopes.join()} ${session}`;
}
