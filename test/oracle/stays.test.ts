/**
 * Compares `stays possible` with its definition, second by second, on random small policies: verdicts and shortest
 * lengths.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { recoveryByRules } from '../../server/checker/portfolio/recovery-by-rules.js';
import { questionOf } from '../../server/checker/questions/question.js';
import type { ClaimResult } from '../../server/checker/results/result.js';
import type {
    CallPattern,
    Claim,
    Condition,
    MonitorKind,
    Policy,
    Rule,
    Source
} from '../../server/model/policy/policy.js';
import { policies, type Shape } from './generate.js';
import { printPolicy } from './print.js';
import { staysPossible } from './stays.js';
import { more, runs } from '../support/depth.js';

const SEED = 20_261_121;
const LIMITS = { steps: 3, out: 4, sessions: 4_000 };

const plain: Shape = {
    agents: 1,
    humans: 1,
    tools: 2,
    params: 0,
    monitors: 2,
    rules: 4,
    claims: 2,
    depth: 1,
    approvals: 1,
    statuses: ['denied', 'released', 'failed'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never']
};
const seeing: Shape = { ...plain, statuses: ['attempted', 'held', 'denied'], approvals: 4, outside: 0 };
const keyed: Shape = { ...plain, monitors: 2, rules: 4, outside: 0, keyed: 10 };
const timed: Shape = { ...plain, humans: 0, monitors: 3, rules: 5, outside: 0, windows: [1, 2, 3], timed: 9 };

/** The claims that calls of the same patterns stay possible. */
function staying(policy: Policy, windows: readonly number[], withoutApproval: boolean, perKey: boolean): Policy {
    return {
        ...policy,
        claims: policy.claims.flatMap((claim, at): Claim[] =>
            claim.kind === 'never'
                ? [
                      {
                          name: claim.name,
                          text: claim.text,
                          source: claim.source,
                          kind: 'stays possible',
                          subject: claim.subject,
                          keys: perKey ? keysOf(policy, claim.subject) : [],
                          ...(claim.trigger && { trigger: claim.trigger }),
                          window: windows[at % windows.length] as number,
                          withoutApproval
                      }
                  ]
                : []
        )
    };
}

/** A parameter that all calls of the pattern have, and that histories are keyed by. */
function keysOf(policy: Policy, subject: CallPattern): string[] {
    const tools = policy.tools.filter((_, tool) => subject.tools[tool] !== 0);
    const names = ['acct', 'peer'].filter((name) =>
        tools.every((tool) => tool.params.some((param) => param.name === name))
    );
    return tools.length > 0 ? names.slice(0, 1) : [];
}

const SOURCE: Source = { uri: '', start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const TRUE: Condition = { op: 'constant', value: 2 };

/**
 * Policies in which each of a few tools is granted under one or two conditions on the calls and times of the others, so
 * that many possibilities run out.
 */
const ladders: fc.Arbitrary<Policy> = fc
    .record({
        monitors: fc.array(
            fc.record({
                kind: fc.constantFrom<MonitorKind[]>('once', 'once', 'no since', 'since'),
                event: fc.nat({ max: 2 }),
                from: fc.nat({ max: 2 }),
                window: fc.constantFrom(undefined, 1, 2, 3)
            }),
            { minLength: 2, maxLength: 3 }
        ),
        grants: fc.array(fc.array(fc.tuple(fc.nat({ max: 2 }), fc.boolean()), { maxLength: 2 }), {
            minLength: 3,
            maxLength: 3
        }),
        window: fc.constantFrom(0, 1, 2, 3, 5)
    })
    .map(({ monitors, grants, window }) => {
        const patternOf = (tool: number): CallPattern => ({
            tools: [0, 1, 2].map((other) => (other === tool ? 2 : 0)),
            text: `t${tool}`
        });
        return {
            name: 'Ladder',
            source: SOURCE,
            agents: [{ name: 'ann', source: SOURCE }],
            humans: [],
            labels: [],
            outsideEvents: [],
            tools: [0, 1, 2].map((tool) => ({
                name: `srv.t${tool}`,
                params: [],
                traits: { atomic: 2 },
                reads: [],
                clears: [],
                source: SOURCE
            })),
            monitors: monitors.map(({ kind, event, from, window: within }) => ({
                kind,
                event: { ...patternOf(event), status: 'succeeded', where: TRUE },
                ...(kind !== 'once' && { from: { ...patternOf(from), status: 'succeeded', where: TRUE } }),
                ...(within !== undefined && { window: within }),
                perAgent: false,
                text: kind
            })),
            rules: grants.map((literals, tool): Rule => ({
                kind: 'allow',
                subject: patternOf(tool),
                when: {
                    op: 'and',
                    args: literals.map(([monitor, isNot]): Condition => {
                        const asked: Condition = { op: 'monitor', monitor: monitor % monitors.length };
                        return isNot ? { op: 'not', arg: asked } : asked;
                    })
                },
                text: 'allow',
                source: SOURCE
            })),
            claims: [0, 1, 2].map((tool) => ({
                kind: 'stays possible',
                name: `t${tool}`,
                text: 'stays possible',
                source: SOURCE,
                subject: patternOf(tool),
                keys: [],
                window,
                withoutApproval: false
            })),
            scenarios: []
        };
    });

/** True if some condition may see that calls are held. */
function seesHolds(policy: Policy): boolean {
    return /"status":"(attempted|held)"|"approved by"/.test(JSON.stringify(policy));
}

const random = (shape: Shape): fc.Arbitrary<Policy> =>
    fc
        .tuple(
            policies(shape),
            fc.array(fc.constantFrom(0, 1, 2, 3, 5), { minLength: 2, maxLength: 2 }),
            fc.constantFrom(false, false, true),
            fc.boolean()
        )
        .map(([policy, windows, withoutApproval, perKey]) => staying(policy, windows, withoutApproval, perKey));

const shapes: [string, fc.Arbitrary<Policy>, number, readonly string[]][] = [
    [
        'conditions, approvals',
        random(plain),
        45,
        ['holds', 'violated', 'dead in 0', 'dead in 1', 'dead in 2', 'by the rules alone: holds']
    ],
    [
        'windows of time',
        random(timed),
        45,
        ['holds', 'violated', 'dead in 0', 'dead in 1', 'dead in 2', 'by the rules alone: holds']
    ],
    ['what sees holds', random(seeing), 45, ['holds in scope', 'violated', 'dead in 1']],
    [
        'keys',
        random(keyed),
        45,
        ['holds', 'violated', 'dead in 0', 'dead in 1', 'per key', 'by the rules alone: violated']
    ],
    ['what runs out', ladders, 45, ['holds', 'violated', 'dead in 1', 'dead in 2', 'after a wait']]
];

test.each(shapes)('%s', (_, drawn, numRuns, expected) => {
    const tally = new Map<string, number>();
    fc.assert(
        fc.property(drawn, (policy) => {
            expect(disagreements(policy, tally), printPolicy(policy)).toEqual([]);
        }),
        { seed: SEED, numRuns: runs(numRuns) }
    );
    for (const what of expected) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(more(0));
    }
});

function disagreements(policy: Policy, tally: Map<string, number>): string[] {
    const { claims } = checkPolicy(policy);
    return policy.claims.flatMap((claim, i) => {
        const first = claim.kind === 'stays possible' ? staysPossible(policy, claim, LIMITS) : undefined;
        const { verdict, trace, explanation } = claims[i] as ClaimResult;
        const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
        count(verdict);
        if (claim.kind === 'stays possible' && claim.keys.length > 0) {
            count('per key');
        }
        // A way out may be longer than that.
        const isShort = first?.dead !== undefined && first.dead < (trace?.steps.length ?? Infinity);
        const facts =
            isShort && claim.kind === 'stays possible' ? staysPossible(policy, claim, { ...LIMITS, out: 8 }) : first;
        if (!facts) {
            count('too large for the oracle');
            return [];
        }
        if (trace) {
            count(`dead in ${trace.steps.length}`);
        }
        if (explanation.startsWith('Once ')) {
            count('after a wait');
        }
        if (verdict === 'undecided' || verdict === 'holds in scope') {
            return [];
        }
        const question = questionOf(claim);
        const alone = question.goal === 'recovery' ? recoveryByRules(policy, question) : undefined;
        if (alone) {
            count(`by the rules alone: ${alone.verdict}`);
            if (alone.verdict !== verdict) {
                return [`${claim.name}: ${verdict}, but by the rules alone ${alone.verdict}`];
            }
        }
        const length = trace?.steps.length ?? Infinity;
        if (trace && seesHolds(policy)) {
            // Lapses are not explored, so a shorter session may exist.
            return length > LIMITS.steps || (facts.dead ?? Infinity) <= length
                ? []
                : [`${claim.name}: ${verdict} ${length}: ${explanation}; the oracle: ${facts.dead}`];
        }
        const says = `${claim.name}: ${verdict} ${length}: ${explanation}`;
        const expected = facts.dead ?? (length > LIMITS.steps ? length : Infinity);
        const empty = verdict === 'vacuous' && facts.triggered;
        return length === expected && !empty ? [] : [`${says}; the oracle: ${facts.dead}, ${facts.triggered}`];
    });
}
