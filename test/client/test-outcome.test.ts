/** Tests the test result for each verdict: a pass, a failure, or an error if the verdict is unknown. */
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../client/testing/outcome.js';
import type { ClaimResult, PolicyResult, ScenarioResult } from '../../server/lsp/protocol.js';
import { at, counterexample, violatedClaim } from './fixtures/results.js';

const claim = (changes: Partial<ClaimResult>): ClaimResult =>
    ({ ...violatedClaim, trace: undefined, ...changes }) as ClaimResult;

function outcomeOfClaim(result: ClaimResult) {
    const policy: PolicyResult = { policy: 'P', source: at(0), claims: [result], scenarios: [], findings: [] };
    return outcomeOf({ kind: 'claim', name: result.name, source: result.usedAt ?? result.source }, policy);
}

describe('a claim', () => {
    test.each([
        ['holds', {}, 'passed', undefined],
        ['holds', { saysNothing: true }, 'passed', 'says nothing about the rules'],
        ['witnessed', {}, 'passed', undefined],
        ['holds in scope', { within: ['values'] }, 'errored', 'holds in scope: values'],
        ['holds in scope', { within: ['values'], accepts: ['values'] }, 'passed', 'holds in scope: values, accepted'],
        ['holds in scope', {}, 'errored', 'holds in scope'],
        ['vacuous', { expected: true }, 'passed', 'vacuous, as expected'],
        ['vacuous', {}, 'failed', 'vacuous'],
        ['violated', {}, 'failed', 'violated'],
        ['impossible', {}, 'failed', 'impossible'],
        ['undecided', {}, 'errored', 'undecided'],
        ['not witnessed in scope', {}, 'errored', 'not found in scope']
    ] as const)('that %s %j: %s', (verdict, changes, state, note) => {
        const outcome = outcomeOfClaim(claim({ verdict, ...changes }))!;
        expect(outcome.state).toBe(state);
        expect(outcome.note).toBe(note);
        expect(outcome.problems.length).toBe(state === 'passed' ? 0 : 1);
    });

    test('that was cut off shows where the search stopped, and what to do', () => {
        const basis = { ...violatedClaim.basis, limit: '60 seconds are over after 12 states' };
        const [problem] = outcomeOfClaim(claim({ verdict: 'undecided', basis }))!.problems;
        expect(problem!.text).toContain('Stopped: 60 seconds are over after 12 states.');
        expect(problem!.text).toContain('guardrail.check');
    });

    test('that is violated has the session, at its place', () => {
        const { problems, lines, milliseconds } = outcomeOfClaim(violatedClaim)!;
        expect(problems).toMatchObject([{ source: violatedClaim.source, trace: counterexample }]);
        expect(problems[0]!.text).toContain(violatedClaim.explanation);
        expect(lines).toContain(`2. ${counterexample.steps[1]!.text}`);
        expect(milliseconds).toBe(violatedClaim.basis.milliseconds);
    });

    test('from a pack is placed where the pack is used', () => {
        expect(outcomeOfClaim({ ...violatedClaim, usedAt: at(5) })!.problems).toMatchObject([{ source: at(5) }]);
    });

    test('that has moved has no outcome', () => {
        const policy: PolicyResult = {
            policy: 'P',
            source: at(0),
            claims: [violatedClaim],
            scenarios: [],
            findings: []
        };
        expect(outcomeOf({ kind: 'claim', name: violatedClaim.name, source: at(77) }, policy)).toBeUndefined();
    });
});

test('a scenario fails at each step with an unexpected decision', () => {
    const step = { text: 'a calls t.t', rules: [] };
    const scenario: ScenarioResult = {
        name: 'S',
        source: at(20),
        passed: false,
        steps: [
            { ...step, source: at(21), passed: true, message: 'Allowed by line 9.' },
            {
                ...step,
                source: at(22),
                passed: false,
                message: 'Expected held, but it is allowed by line 9.',
                actual: 'allowed'
            }
        ],
        trace: counterexample
    };
    const policy: PolicyResult = { policy: 'P', source: at(0), claims: [], scenarios: [scenario], findings: [] };
    expect(outcomeOf({ kind: 'scenario', name: 'S', source: at(20) }, policy)).toMatchObject({
        state: 'failed',
        problems: [{ source: at(22), text: 'Expected held, but it is allowed by line 9.', actual: 'allowed' }],
        lines: [
            'failed: S',
            '  a calls t.t: Allowed by line 9.',
            '! a calls t.t: Expected held, but it is allowed by line 9.'
        ]
    });
});
