/** Tests the checker's results in code lenses and hovers. */
import { describe, expect, test } from 'vitest';
import type { CodeLens } from 'vscode-languageserver';
import type { PolicyKnowledge } from '../../../../server/lsp/check/policy-knowledge.js';
import type { CheckService } from '../../../../server/lsp/check/service.js';
import { claimsOf, resultFor } from '../../../../server/lsp/text/anchors.js';
import { GuardrailCodeLensProvider } from '../../../../server/lsp/features/code-lens/provider.js';
import { claimHover } from '../../../../server/lsp/features/hover/results.js';
import type { Opened } from '../../support.js';
import { open } from '../../support.js';
import { TEXT, ANNOTATED, BROKEN_ACROSS, policy, traceOf } from '../../result-cases.js';

describe('lenses', () => {
    const titles = (lenses: readonly CodeLens[]): string[] =>
        lenses.map(({ range, command }) => `${range.start.line + 1}: ${command!.title}`);

    function lenses(document: Opened['document'], known: PolicyKnowledge | undefined, isOnDemand = false): CodeLens[] {
        const service = { get: () => known, isOnDemand } as unknown as CheckService;
        return new GuardrailCodeLensProvider(() => service).provideCodeLens(document);
    }

    test('without results: only the command', async () => {
        const { document } = await policy();
        expect(titles(lenses(document, undefined))).toEqual(['1: Check', '1: Simulate']);
    });

    test('without results that would come by themselves: each claim and scenario can be checked', async () => {
        const { document } = await policy();
        const found = lenses(document, undefined, true);
        expect(titles(found)).toEqual([
            '1: Check',
            '1: Simulate',
            '7: not checked · check',
            '9: not checked · check',
            '10: not checked · check'
        ]);
        expect(found.at(-1)!.command).toMatchObject({
            command: 'guardrail.check',
            arguments: [document.uri.toString()]
        });
    });

    test('a check is in progress', async () => {
        const { document, result, known } = await policy();
        const { result: _, ...checking } = { ...known(result), state: 'checking' as const };
        expect(
            titles(lenses(document, { ...checking, claims: [], progress: { claim: 'first', states: 120000 } }))
        ).toEqual([
            '1: Check',
            '1: Simulate',
            '1: checking…',
            '7: checking… 120,000 states',
            '9: checking… 120,000 states',
            '10: checking…'
        ]);
        expect(titles(lenses(document, { ...checking, claims: [result.claims[0]!] }))).toContain(
            '7: ✓ holds · 1,204 states · 12 ms'
        );
    });

    test.each<[string, Partial<PolicyKnowledge>, string]>([
        ['at first', { state: 'checking' }, '7: holds'],
        [
            'once it takes long',
            { state: 'checking', isLong: true, progress: { claim: 'first', states: 9 } },
            '7: holds (before the last change) · checking… 9 states'
        ],
        ['when it was stopped', { state: 'outdated' }, '7: holds (before the last change) · check again'],
        ['while the text has errors', { state: 'invalid' }, '7: holds (before the last change)']
    ])('an earlier verdict %s', async (_when, now, title) => {
        const { document, result, known } = await policy();
        const { result: _, ...rest } = known(result);
        const earlier = { ...rest, claims: [], earlier: { result, text: TEXT }, ...now };
        expect(titles(lenses(document, earlier))).toContain(title);
        const again = lenses(document, earlier).some(
            ({ command }) => command?.command === 'guardrail.check' && command.title.endsWith('check again')
        );
        expect(again).toBe(now.state === 'outdated');
    });

    test('results: verdicts with their basis, and sessions to show', async () => {
        const { document, result, known } = await policy();
        const uri = document.uri.toString();
        const source = { uri, start: { line: 9, character: 0 }, end: { line: 10, character: 31 } };
        const found = lenses(
            document,
            known({
                ...result,
                claims: [{ ...result.claims[0]!, verdict: 'violated', trace: traceOf([]) }, result.claims[1]!],
                scenarios: [{ name: 'x', source, passed: false, steps: [], trace: traceOf([]) }],
                findings: [{ code: 'GR501', severity: 'warning', message: 'Look here.', source, trace: traceOf([]) }]
            })
        );
        expect(titles(found)).toEqual([
            '1: Check',
            '1: Simulate',
            '1: 2 claims: 1 violated, 1 holds · 0 of 1 scenario passed · 1 finding',
            '7: ✗ violated · show session',
            '7: Debug',
            '7: Fix…',
            '9: ✓ holds · 1,204 states · 12 ms',
            '10: ✗ failed · show session',
            '10: Debug',
            '10: GR501 · show session'
        ]);
        expect(found.map(({ command }) => command!.arguments?.[0] as unknown).filter(Boolean)).toEqual([
            uri,
            uri,
            { uri, kind: 'claim', name: 'first' },
            { uri, kind: 'claim', name: 'first' },
            { uri, kind: 'claim', name: 'first' },
            { uri, kind: 'scenario', name: 'x' },
            { uri, kind: 'scenario', name: 'x' },
            { uri, kind: 'finding', name: 'GR501', message: 'Look here.' }
        ]);
    });

    test('a claim that a second session breaks shows that session', async () => {
        const { document, result, known } = await policy();
        const claims = [{ ...result.claims[0]!, acrossSessions: BROKEN_ACROSS }, result.claims[1]!];
        const found = lenses(document, known({ ...result, claims }));
        expect(titles(found)).toContain('7: ≈ holds in one session · 1,204 states · 12 ms · show session');
        expect(found.map(({ command }) => command!.arguments?.[0] as unknown)).toContainEqual({
            uri: document.uri.toString(),
            kind: 'claim',
            name: 'first'
        });
    });

    test('a claim that holds and is open across sessions says so', async () => {
        const { document, result, known } = await policy();
        const { trace: _, ...open } = { ...BROKEN_ACROSS, verdict: 'undecided' } as const;
        const claims = [{ ...result.claims[0]!, acrossSessions: open }, result.claims[1]!];
        expect(titles(lenses(document, known({ ...result, claims })))).toContain(
            '7: ✓ holds · 1,204 states · 12 ms · undecided across sessions'
        );
    });

    test.each(['undecided', 'holds in scope'] as const)(
        'a claim that is %s opens the view, which says what helps',
        async (verdict) => {
            const { document, result, known } = await policy();
            const claims = [{ ...result.claims[0]!, verdict }, result.claims[1]!];
            const found = lenses(document, known({ ...result, claims }));
            const [lens] = found.filter(({ command }) => command!.title.endsWith(' · what helps'));
            expect(lens?.command).toMatchObject({
                command: 'guardrail.showSession',
                arguments: [{ uri: document.uri.toString(), kind: 'claim', name: 'first' }]
            });
            // There is no session to step through.
            expect(titles(found)).not.toContain('7: Debug');
        }
    );

    test('a claim that is expected to be vacuous, above its annotations', async () => {
        const { document, result, known } = await policy({ verdict: 'vacuous', expected: true }, ANNOTATED);
        expect(titles(lenses(document, known(result)))).toEqual([
            '1: Check',
            '1: Simulate',
            '1: 1 claim: 1 vacuous',
            '3: ✓ vacuous, as expected · 1,204 states · 12 ms'
        ]);
    });

    test('an inventory has no lenses', async () => {
        const { document } = await open('agent a');
        expect(lenses(document, undefined)).toEqual([]);
    });
});

describe('hovers', () => {
    const KINDS = `policy P
label l
server s { tool t() reads l tool u() }
agent a
allow a: s.t
claim: s.u is denied when carries l
claim: no flow from l to s.u
claim: at most 2 s.t
claim: always count(s.t) < 3
@expected(vacuous) @severity(high)
claim: s.u requires once s.t
`;

    test.each([
        ['holds', '**holds** · No session breaks it.'],
        ['violated', '**violated** · No session breaks it.']
    ] as const)('a claim of each kind that is %s', async (verdict, line) => {
        const { document, services, result } = await policy({ verdict }, KINDS);
        const hovers = claimsOf(document).map((claim) =>
            claimHover(claim, resultFor(claim, result.claims), services).split('\n\n')
        );
        expect(hovers.map(([code]) => code)).toEqual(
            KINDS.split('\nclaim')
                .slice(1)
                .map((text) => `claim${text.split('\n')[0]}`)
                .map((text) => (text.includes('requires') ? `@expected(vacuous)\n@severity(high)\n${text}` : text))
                .map((text) => `\`\`\`guardrail\n${text}\n\`\`\``)
        );
        for (const [, said, basis] of hovers) {
            expect(said).toBe(line);
            expect(basis).toBe('1,204 states, 5,000 transitions · 2 tools and 1 rule matter for this claim.');
        }
    });

    test('the length of the sessions only for a search that did not cover all', async () => {
        const { document, services, result } = await policy({ verdict: 'undecided' });
        const [claim] = claimsOf(document);
        const { basis, ...rest } = result.claims[0]!;
        const cut = { ...rest, basis: { ...basis, exhausted: false } };
        expect(claimHover(claim!, cut, services)).toContain('5,000 transitions, sessions of up to 4 steps');
    });

    test('the statements that cost most', async () => {
        const { document, services, result } = await policy({ verdict: 'undecided' });
        const [claim] = claimsOf(document);
        const { basis, ...rest } = result.claims[0]!;
        const readers = [{ text: 'limit s.t to 40', source: rest.source }];
        const costs = { states: 900, parts: [{ what: 'count(s.t)', readers, values: 24 }], others: 0 };
        const text = claimHover(claim!, { ...rest, basis: { ...basis, costs } }, services);
        expect(text).toMatch(/What costs most, in the 900 states looked at:\s+[-*] .*limit s.t to 40.*24 values/);
    });

    test('a claim that a second session breaks: the second line, and the steps', async () => {
        const { document, services, result } = await policy({ acrossSessions: BROKEN_ACROSS });
        const [claim] = claimsOf(document);
        const text = claimHover(claim!, result.claims[0], services);
        expect(text).toContain('Also across sessions: broken by a second session. a can call s.t.');
        expect(text).toContain('new session');
    });

    test("an attacker's address is not a link, values are not markup, and code stays code", async () => {
        const explanation = 'a can call s.t(url: "https://evil.example/", to: "*all*"): see `s.*`.';
        const { document, services, result } = await policy({ verdict: 'violated', explanation });
        const [claim] = claimsOf(document);
        expect(claimHover(claim!, result.claims[0], services)).toContain(
            'a can call s.t(url: "https\\://evil.example/", to: "\\*all\\*"): see `s.*`.'
        );
    });

    test('an expected vacuous claim', async () => {
        const { document, services, result } = await policy({ verdict: 'vacuous', expected: true }, ANNOTATED);
        const [claim] = claimsOf(document);
        expect(claimHover(claim!, result.claims[0], services)).toContain('**vacuous, as expected** · ');
    });
});
