import { describe, expect, test } from 'vitest';
import { sessionContent } from '../../server/wording/session-content.js';
import type { CheckState, PolicyResult, ShowSessionParams } from '../../server/lsp/protocol.js';
import {
    counterexample,
    expectedClaim,
    outsideClaim,
    repairedResult,
    result,
    uri,
    violatedClaim
} from '../client/fixtures/results.js';

const claim: ShowSessionParams = { uri, kind: 'claim', name: violatedClaim.name };
const done = (of: PolicyResult): CheckState => ({ uri, version: 1, state: 'done', result: of });

describe('the contents of the trace view', () => {
    test('a violated claim with its session', () => {
        expect(sessionContent(claim, done(result))).toMatchObject({
            freshness: 'current',
            policy: 'MailAssistant',
            word: 'violated',
            tone: 'bad',
            title: violatedClaim.name,
            text: violatedClaim.text,
            summary: counterexample.summary,
            trace: counterexample
        });
    });

    test('a claim that holds after an edit is shown as holding, with the session that broke it', () => {
        const before = sessionContent(claim, done(result));
        const after = sessionContent(claim, done(repairedResult), before);
        expect(after).toMatchObject({ word: 'holds', tone: 'good', repaired: counterexample });
        expect(after).not.toHaveProperty('trace');
        const next = sessionContent(claim, done(repairedResult), after);
        expect(next.repaired).toEqual(counterexample);
        const brokenAgain = sessionContent(claim, done(result), next);
        expect(brokenAgain).toMatchObject({ word: 'violated' });
        expect(brokenAgain).not.toHaveProperty('repaired');
    });

    test('a claim that held from the start was not repaired', () => {
        expect(sessionContent(claim, done(repairedResult))).not.toHaveProperty('repaired');
    });

    test('annotations, and an expected vacuous claim', () => {
        const claims = [outsideClaim, expectedClaim];
        const contents = claims.map(({ name }) =>
            sessionContent({ uri, kind: 'claim', name }, done({ ...result, claims }))
        );
        expect(contents).toMatchObject([
            { word: 'violated', tone: 'bad', annotations: ['@severity(high)', '@owasp(ASI02, "b c")'] },
            { word: 'vacuous, as expected', tone: 'good', annotations: ['@expected(vacuous)'] }
        ]);
    });

    test('findings of one code are distinguished by their message, while it stays the same', () => {
        const [first] = result.findings;
        const second = { ...first!, message: 'another' };
        const of = done({ ...result, findings: [first!, second] });
        const titleFor = (message?: string): string =>
            sessionContent({ uri, kind: 'finding', name: 'GR501', ...(message && { message }) }, of).title;
        expect([titleFor('another'), titleFor(first!.message), titleFor('as it was'), titleFor()]).toEqual([
            'another',
            first!.message,
            first!.message,
            first!.message
        ]);
    });

    test('a claim that only a second session breaks shows that session', () => {
        const { trace, explanation, basis } = violatedClaim;
        const acrossSessions = {
            verdict: 'violated',
            line: 'also across sessions: broken by a second session',
            explanation,
            basis,
            trace: trace!
        } as const;
        const [held] = repairedResult.claims;
        const { trace: _, ...good } = held!;
        const claims = [{ ...good, verdict: 'holds', acrossSessions } as const];
        const subject = { uri, kind: 'claim', name: good.name } as const;
        expect(sessionContent(subject, done({ ...repairedResult, claims }))).toMatchObject({
            word: 'holds in one session',
            tone: 'partial',
            trace,
            summary: `${good.explanation} Also across sessions: broken by a second session. ${explanation}`
        });
    });

    test('a claim that holds and is open across sessions says so', () => {
        const line = 'also across sessions: undecided; mark it';
        const { basis } = violatedClaim;
        const acrossSessions = { verdict: 'undecided', line, explanation: 'Too large.', basis } as const;
        const [held] = repairedResult.claims;
        const { trace: _, ...good } = held!;
        const summary = (verdict: 'holds' | 'vacuous'): string | undefined =>
            sessionContent(
                { uri, kind: 'claim', name: good.name },
                done({ ...repairedResult, claims: [{ ...good, verdict, acrossSessions }] })
            ).summary;
        expect(summary('holds')).toBe(`${good.explanation} Also across sessions: undecided; mark it. Too large.`);
        expect(summary('vacuous')).toBe(good.explanation);
    });

    test('a session that no search ended at may not be a shortest one', () => {
        const subject = { uri, kind: 'claim', name: violatedClaim.name } as const;
        const shown = (claim: typeof violatedClaim): true | undefined =>
            sessionContent(subject, done({ ...result, claims: [claim] })).mayBeShorter;
        const { basis } = violatedClaim;
        expect(shown(violatedClaim)).toBeUndefined();
        expect(shown({ ...violatedClaim, scenario: 'it leaks' })).toBe(true);
        expect(shown({ ...violatedClaim, basis: { ...basis, limit: 'it was found at random' } })).toBe(true);
    });

    test('an impossible claim shows the obstacles', () => {
        const content = sessionContent({ uri, kind: 'claim', name: 'it can still answer mail' }, done(result));
        expect(content).toMatchObject({ word: 'impossible', tone: 'bad' });
        expect(content.problems).toEqual([
            expect.objectContaining({ text: 'mail.draft is denied', rule: counterexample.steps[0]!.rules[0]!.text })
        ]);
    });

    test('a failed scenario shows what was expected', () => {
        const scenario = result.scenarios[0]!;
        const failing = { ...scenario.steps[0]!, passed: false, message: 'expected denied, was allowed' };
        const failed = { ...result, scenarios: [{ ...scenario, passed: false, steps: [failing] }] };
        const params: ShowSessionParams = { uri, kind: 'scenario', name: scenario.name };
        expect(sessionContent(params, done(result))).toMatchObject({ word: 'passed', tone: 'good', problems: [] });
        expect(sessionContent(params, done(failed))).toMatchObject({
            word: 'failed',
            tone: 'bad',
            problems: [{ text: 'expected denied, was allowed', source: failing.source }]
        });
    });

    test('a finding, and its disappearance', () => {
        const params: ShowSessionParams = { uri, kind: 'finding', name: 'GR501' };
        const before = sessionContent(params, done(result));
        expect(before).toMatchObject({ word: 'warning', tone: 'warn', text: 'GR501', trace: counterexample });
        const gone = sessionContent(params, done(repairedResult), before);
        expect(gone).toMatchObject({ word: 'gone', tone: 'good', title: before.title });
    });

    test.each([
        ['checking', 'checking', undefined],
        ['cancelled', 'checking', undefined],
        ['invalid', 'outdated', /errors/],
        ['failed', 'outdated', /failed/]
    ] as const)('while %s, earlier results stay and are marked %s', (state, freshness, note) => {
        const before = sessionContent(claim, done(result));
        const content = sessionContent(claim, { uri, version: 2, state }, before);
        expect(content).toMatchObject({ freshness, word: 'violated', trace: counterexample });
        expect(content.note ?? '').toMatch(note ?? /^$/);
        expect(sessionContent(claim, done(result), content)).toEqual(before);
    });

    test('no result is shown for a policy that was never checked', () => {
        expect(sessionContent(claim, undefined)).toMatchObject({
            freshness: 'checking',
            word: 'checking',
            tone: 'warn'
        });
        const failed = sessionContent(claim, { uri, version: 1, state: 'failed', message: 'no memory' });
        expect(failed).toMatchObject({ freshness: 'outdated', word: 'not known', note: 'no memory' });
    });

    test('a renamed claim keeps its last session, marked as outdated', () => {
        const before = sessionContent(claim, done(result));
        const content = sessionContent(claim, done({ ...result, claims: [] }), before);
        expect(content).toMatchObject({ freshness: 'outdated', trace: counterexample });
        expect(content.note).toMatch(/no claim of this name/);
    });
});
