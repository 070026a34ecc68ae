/**
 * Tests that the product's decision procedure and the oracle agree on random sessions of policies that mix every form.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Condition, Policy, Rule } from '../../server/model/policy/policy.js';
import { printPolicy } from './print.js';
import { disagreement, type Tally } from './whole/agree.js';
import { TRUE } from './whole/conditions.js';
import { FORMS } from './whole/forms.js';
import { policies } from './whole/policies.js';
import { sessions, type Step } from './whole/sessions.js';
import { more, runs, SHARE } from '../support/depth.js';

/** The number of policies, which a longer run increases. */
const POLICIES = runs(900);
const SESSIONS_PER_POLICY = 4;
const SEED = 20_251_125 + SHARE;

/** How often the sessions of all tests contain each feature. */
const tally: Tally = new Map();

/** The features that must occur: a generator that stops reaching one of these would leave it untested. */
const EXPECTED = [
    ...['allowed', 'held', 'waits', 'denied by rule', 'denied by unknown', 'denied by default', 'denied by inventory'],
    ...['approve', 'refuse', 'return', 'outside', 'says', 'session', 'clock', 'time', 'success', 'error', 'lost'],
    ...['once', 'since', 'no since', 'once then'].flatMap((kind) =>
        ['yes', 'no', 'unknown'].map((said) => `${kind}: ${said}`)
    ),
    ...['count', 'distinct', 'total', 'total distinct'].flatMap((kind) => [`${kind}: exact`, `${kind}: interval`]),
    ...['signals of an event', 'signals of a request', 'signals with an answer', 'signals of a result'],
    ...['latest: one', 'latest: none', 'several modes possible', 'decided for several'],
    ...['chosen: once', 'chosen: a time', 'chosen: for the session']
];

test('no form is left out', () => {
    expect(Object.entries(FORMS).flatMap(([form, on]) => (on ? [] : [form]))).toEqual([]);
});

test('product and oracle decide the same way', () => {
    expectAgreement(policies(), sessions, POLICIES);
});

/** Other rules deny most calls, so that few answers serve a second call, and few calls depend on the history. */
test('answers and windows last as long as the oracle says', () => {
    const probed = policies().map((policy): Policy => {
        const base = {
            subject: { tools: policy.tools.map(() => 2 as const), text: 'any tool' },
            source: policy.source
        };
        const asked = policy.rules.flatMap((rule): Rule[] =>
            rule.kind === 'approval' ? [{ ...rule, per: rule.per ?? [], subject: base.subject, when: TRUE }] : []
        );
        const probes = historyOf(policy).map((when): Rule => ({
            ...base,
            kind: 'deny',
            subject: { ...base.subject, agents: [PROBE] },
            when,
            text: 'deny'
        }));
        return { ...policy, rules: [{ ...base, kind: 'allow', when: TRUE, text: 'allow' }, ...asked, ...probes] };
    });
    // One agent calls two tools again and again, and each call is answered. Before the next one, something ends.
    const alike = sessions.map((steps) =>
        steps.slice(0, 6).flatMap((step, at): Step[] => {
            if (step.kind !== 'call' || step.tool > 1) {
                return step.kind === 'call' ? [] : [step];
            }
            const { ending } = step;
            const call = { ...step, agent: 0 };
            return [
                call,
                { kind: 'approve', hold: at, human: at, lasts: ending, again: at % 2 === 0 },
                { kind: 'wait until', which: ending % 2 === 0 ? 0 : ending, offset: (ending + at) % 3 },
                { ...call, agent: PROBE },
                call
            ];
        })
    );
    expectAgreement(probed, alike, runs(900, 45));
});

test.each(EXPECTED)('the random sessions contain: %s', (kind) => {
    expect(tally.get(kind) ?? 0).toBeGreaterThan(more(5));
});

/** The agent whose calls show the value of each part of the history. */
const PROBE = 2;

/** A condition for each part of the history. */
function historyOf({ monitors, recorders = [] }: Policy): Condition[] {
    return [
        ...monitors.map(({ kind, cap = 1 }, monitor): Condition =>
            kind === 'count' ? { op: 'count', monitor, cmp: '>=', bound: cap } : { op: 'monitor', monitor }
        ),
        ...recorders.flatMap(({ kind }, recorder): Condition[] =>
            kind === 'latest'
                ? []
                : ['count', 'distinct', 'total', 'total distinct'].includes(kind)
                  ? [1, 2].map((value) => ({
                        op: 'compare',
                        cmp: '>=',
                        left: { term: 'aggregate', recorder },
                        right: { term: 'constant', value }
                    }))
                  : [{ op: 'recorded', recorder }]
        )
    ];
}

function expectAgreement(drawn: fc.Arbitrary<Policy>, played: fc.Arbitrary<readonly Step[]>, numRuns: number): void {
    const cases = fc.tuple(drawn, fc.array(played, { minLength: SESSIONS_PER_POLICY, maxLength: SESSIONS_PER_POLICY }));
    const details = fc.check(
        fc.property(cases, ([policy, many]) => many.every((steps) => disagreement(policy, steps, tally) === undefined)),
        { numRuns, seed: SEED }
    );
    if (details.counterexample !== null) {
        const [[policy, many]] = details.counterexample;
        const session = many.map((steps) => disagreement(policy, steps, new Map())).find((text) => text !== undefined);
        expect.fail(
            `seed ${details.seed}, path ${details.counterexamplePath}\n${printPolicy(policy)}\n\n` +
                (session ?? String(details.errorInstance))
        );
    }
}
