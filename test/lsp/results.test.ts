/** What the checker found, as diagnostics and as lenses. */
import { describe, expect, test } from 'vitest';
import type { CodeLens, Diagnostic } from 'vscode-languageserver';
import { DiagnosticSeverity } from 'vscode-languageserver';
import { lower } from '../../language/lower/index.js';
import type { PolicyFile } from '../../language/generated/ast.js';
import type { ClaimResult, PolicyResult, RuleReference, Trace, TraceStep } from '../../server/checker/result.js';
import type { PolicyKnowledge } from '../../server/lsp/check/knowledge.js';
import type { CheckService } from '../../server/lsp/check/service.js';
import { claimsOf, rangeOf, resultFor } from '../../server/lsp/anchors.js';
import { GuardrailCodeLensProvider } from '../../server/lsp/code-lens.js';
import { isReplaced, resultDiagnostics } from '../../server/lsp/diagnostics/results.js';
import { claimHover } from '../../server/lsp/hover/results.js';
import { resultOf } from './check/fake-host.js';
import type { Opened } from './support.js';
import { open } from './support.js';

const TEXT = `policy P
server s {
  tool t(x: string)
}
agent a
allow a: s.t
claim "first":
  never s.t
claim: possible s.t
scenario "x":
  a calls s.t(x: "1") -> denied
`;

interface Case extends Opened {
    readonly result: PolicyResult;
    /** What is known once `result` is there. */
    readonly known: (result: PolicyResult, text?: string) => PolicyKnowledge;
}

const ANNOTATED = `policy P
server s { tool t() tool u() }
@expected(vacuous)
claim: never s.t after s.u
`;

async function policy(given: Partial<ClaimResult> = {}, source = TEXT): Promise<Case> {
    const opened = await open(source);
    const lowered = lower(opened.document.parseResult.value as PolicyFile, opened.services);
    const uri = opened.document.uri.toString();
    return {
        ...opened,
        result: resultOf(lowered, given),
        known: (result, text = source) => ({ uri, version: 1, state: 'done', text, result, claims: result.claims })
    };
}

function step(text: string, rules: readonly RuleReference[], marks: Partial<TraceStep> = {}): TraceStep {
    return {
        kind: 'call',
        actor: 'a',
        tool: 's.t',
        args: {},
        time: 0,
        rules,
        changes: [],
        breaks: false,
        letsThrough: false,
        judged: false,
        text,
        ...marks
    };
}

const traceOf = (steps: readonly TraceStep[]): Trace => ({ steps, facts: [], summary: '' });

const BROKEN_ACROSS: NonNullable<ClaimResult['acrossSessions']> = {
    verdict: 'violated',
    line: 'also across sessions: broken by a second session',
    explanation: 'a can call s.t.',
    basis: {
        states: 3,
        transitions: 4,
        depth: 2,
        exhausted: false,
        scopes: [],
        slice: { tools: 1, rules: 1, monitors: 0 },
        milliseconds: 1
    },
    trace: traceOf([step('a new session starts', []), step('a calls s.t', [], { judged: true })])
};

describe('diagnostics', () => {
    test('a violated claim is an error at its name, with the steps at the rules that decided them', async () => {
        const { document, result, known } = await policy();
        const uri = document.uri.toString();
        const rule = {
            text: 'allow a: s.t',
            source: { uri, start: { line: 5, character: 0 }, end: { line: 5, character: 12 } }
        };
        const trace = traceOf([
            step('a calls s.t', [rule], { breaks: true }),
            step('nobody decides', []),
            step('a calls s.t again', [rule], { judged: true })
        ]);
        const claims = [{ ...result.claims[0]!, verdict: 'violated', explanation: 'a can call s.t.', trace } as const];
        const [placed, ...rest] = resultDiagnostics(known({ ...result, claims }), document);
        expect(rest).toEqual([]);
        expect(placed!.diagnostic).toMatchObject({
            severity: DiagnosticSeverity.Error,
            code: 'GR590',
            message: 'Violated: a can call s.t.',
            source: 'guardrail'
        });
        expect(document.textDocument.getText(placed!.diagnostic.range)).toBe('"first"');
        expect(
            placed!.diagnostic.relatedInformation!.map(({ message, location }) => [
                message,
                document.textDocument.getText(location.range)
            ])
        ).toEqual([
            ['1. a calls s.t (a cause)', 'allow a: s.t'],
            ['2. nobody decides', '"first"'],
            ['3. a calls s.t again (here)', 'allow a: s.t']
        ]);
    });

    test.each([
        [TEXT, ['"first"', 'claim']],
        [ANNOTATED, ['claim']]
    ])('a claim without a name has it at its first word, not at an annotation', async (text, places) => {
        const { document, result, known } = await policy({ verdict: 'impossible' }, text);
        const ranges = resultDiagnostics(known(result), document).map(({ diagnostic }) => diagnostic.range);
        expect(ranges.map((range) => document.textDocument.getText(range))).toEqual(places);
    });

    test.each([
        ['violated', 'GR590', DiagnosticSeverity.Error],
        ['impossible', 'GR591', DiagnosticSeverity.Error],
        ['vacuous', 'GR592', DiagnosticSeverity.Warning],
        ['undecided', 'GR593', DiagnosticSeverity.Warning],
        ['not witnessed in scope', 'GR594', DiagnosticSeverity.Warning]
    ] as const)('%s is %s', async (verdict, code, severity) => {
        const { document, result, known } = await policy({ verdict });
        const [placed] = resultDiagnostics(known(result), document);
        expect(placed?.diagnostic).toMatchObject({ code, severity });
    });

    test.each(['holds', 'holds in scope', 'witnessed'] as const)('%s is none', async (verdict) => {
        const { document, result, known } = await policy({ verdict });
        expect(resultDiagnostics(known(result), document)).toEqual([]);
    });

    test('a second session that breaks a claim is an information at its name, with the steps', async () => {
        const { document, result, known } = await policy();
        const claims = [{ ...result.claims[0]!, verdict: 'holds', acrossSessions: BROKEN_ACROSS } as const];
        const [placed, ...rest] = resultDiagnostics(known({ ...result, claims }), document);
        expect(rest).toEqual([]);
        expect(placed!.diagnostic).toMatchObject({
            severity: DiagnosticSeverity.Information,
            code: 'GR598',
            message: 'Also across sessions: broken by a second session: a can call s.t.'
        });
        expect(document.textDocument.getText(placed!.diagnostic.range)).toBe('"first"');
        expect(placed!.diagnostic.relatedInformation!.map(({ message }) => message)).toEqual([
            '1. a new session starts',
            '2. a calls s.t (here)'
        ]);
    });

    test('a second session that does not is none', async () => {
        const acrossSessions = { ...BROKEN_ACROSS, verdict: 'holds', line: 'also across sessions: holds' } as const;
        const { document, result, known } = await policy({ verdict: 'holds', acrossSessions });
        expect(resultDiagnostics(known(result), document)).toEqual([]);
    });

    test('vacuous is none where it is expected', async () => {
        const { document, result, known } = await policy({ verdict: 'vacuous', expected: true });
        expect(resultDiagnostics(known(result), document)).toEqual([]);
    });

    test('a failed step of a scenario and a finding lie at their places, also in other files', async () => {
        const { document, result, known } = await policy();
        const uri = document.uri.toString();
        const place = { start: { line: 10, character: 2 }, end: { line: 10, character: 31 } };
        const source = { uri, ...place };
        const elsewhere = { uri: 'file:///other.guardrail', ...place };
        const placed = resultDiagnostics(
            known({
                ...result,
                scenarios: [
                    {
                        name: 'x',
                        source,
                        passed: false,
                        trace: traceOf([]),
                        steps: [
                            { source, text: 'one', passed: true, message: 'fine', rules: [] },
                            {
                                source,
                                text: 'seen',
                                passed: true,
                                message: 'It would be denied.',
                                rules: [],
                                audited: [{ text: 'audit deny s.t', source: elsewhere }]
                            },
                            { source, text: 'two', passed: false, message: 'Expected denied, but allowed.', rules: [] }
                        ]
                    }
                ],
                findings: [{ code: 'GR501', severity: 'information', message: 'Look here.', source: elsewhere }]
            }),
            document
        );
        expect(
            placed.map(({ uri, diagnostic: { code, severity, message } }) => [uri, code, severity, message])
        ).toEqual([
            [uri, 'GR596', DiagnosticSeverity.Information, 'It would be denied.'],
            [uri, 'GR595', DiagnosticSeverity.Error, 'Expected denied, but allowed.'],
            ['file:///other.guardrail', 'GR501', DiagnosticSeverity.Information, 'Look here.']
        ]);
        const audited = placed[0]!.diagnostic.relatedInformation!;
        expect(audited.map(({ message, location }) => [message, location.uri])).toEqual([
            ['audit deny s.t', elsewhere.uri]
        ]);
    });

    test('a finding replaces what the text alone looked like, at its place', async () => {
        const { document, known, result } = await policy();
        const source = result.claims[0]!.source;
        const finding = { code: 'GR505', severity: 'warning', message: 'Never.', source, replaces: ['GR433'] } as const;
        const found = resultDiagnostics(known({ ...result, findings: [finding] }), document);
        const diagnostics = found.map(({ diagnostic }) => diagnostic);
        const own = (code: string, range = rangeOf(source)): Diagnostic => ({ code, range, message: 'It looks so.' });
        const before = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
        expect(isReplaced(own('GR433'), diagnostics)).toBe(true);
        expect(isReplaced(own('GR428'), diagnostics)).toBe(false);
        expect(isReplaced(own('GR433', before), diagnostics)).toBe(false);
    });

    test('while the next check runs, earlier ones move with the text until their claim has its new verdict', async () => {
        const before = await policy({ verdict: 'violated' });
        const after = await open(`// new line\n${TEXT}`);
        const earlier: PolicyKnowledge = {
            ...before.known(before.result),
            state: 'checking',
            earlier: { result: before.result, text: TEXT },
            claims: []
        };
        const { result: _, ...checking } = { ...earlier, uri: after.document.uri.toString() };
        // The earlier result is of the same file; here it only has another address.
        const moved = JSON.parse(
            JSON.stringify(checking).replaceAll(before.document.uri.toString(), after.document.uri.toString())
        ) as PolicyKnowledge;
        const lines = (known: PolicyKnowledge): number[] =>
            resultDiagnostics(known, after.document).map(({ diagnostic }) => diagnostic.range.start.line);
        expect(lines(moved)).toEqual([7, 9]);
        expect(lines({ ...moved, claims: [{ ...before.result.claims[0]!, verdict: 'holds' }] })).toEqual([9]);
        const messages = (known: PolicyKnowledge): boolean[] =>
            resultDiagnostics(known, after.document).map(({ diagnostic }) =>
                JSON.stringify(diagnostic.message).includes('(before the last change)')
            );
        expect(messages(moved)).toEqual([false, false]);
        expect(messages({ ...moved, isLong: true })).toEqual([true, true]);
    });
});

describe('lenses', () => {
    const titles = (lenses: readonly CodeLens[]): string[] =>
        lenses.map(({ range, command }) => `${range.start.line + 1}: ${command!.title}`);

    function lenses(document: Opened['document'], known: PolicyKnowledge | undefined): CodeLens[] {
        const service = { get: () => known } as unknown as CheckService;
        return new GuardrailCodeLensProvider(() => service).provideCodeLens(document);
    }

    test('nothing is known: only the command', async () => {
        const { document } = await policy();
        expect(titles(lenses(document, undefined))).toEqual(['1: Check']);
    });

    test('a check is under way', async () => {
        const { document, result, known } = await policy();
        const { result: _, ...checking } = { ...known(result), state: 'checking' as const };
        expect(
            titles(lenses(document, { ...checking, claims: [], progress: { claim: 'first', states: 120000 } }))
        ).toEqual([
            '1: Check',
            '1: checking…',
            '7: checking… 120,000 states',
            '9: checking… 120,000 states',
            '10: checking…'
        ]);
        expect(titles(lenses(document, { ...checking, claims: [result.claims[0]!] }))).toContain(
            '7: holds · 1,204 states · 12 ms'
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

    test('results: verdicts with what they rest on, and sessions to show', async () => {
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
            '1: 2 claims: 1 violated, 1 holds · 0 of 1 scenario passed · 1 finding',
            '7: violated · show session',
            '9: holds · 1,204 states · 12 ms',
            '10: failed · show session',
            '10: GR501 · show session'
        ]);
        expect(found.map(({ command }) => command!.arguments?.[0] as unknown).filter(Boolean)).toEqual([
            uri,
            { uri, kind: 'claim', name: 'first' },
            { uri, kind: 'scenario', name: 'x' },
            { uri, kind: 'finding', name: 'GR501', message: 'Look here.' }
        ]);
    });

    test('a claim that a second session breaks has that session to show', async () => {
        const { document, result, known } = await policy();
        const claims = [{ ...result.claims[0]!, acrossSessions: BROKEN_ACROSS }, result.claims[1]!];
        const found = lenses(document, known({ ...result, claims }));
        expect(titles(found)).toContain('7: holds · 1,204 states · 12 ms · broken by a second session · show session');
        expect(found.map(({ command }) => command!.arguments?.[0] as unknown)).toContainEqual({
            uri: document.uri.toString(),
            kind: 'claim',
            name: 'first'
        });
    });

    test('a claim that is expected to be vacuous, above its annotations', async () => {
        const { document, result, known } = await policy({ verdict: 'vacuous', expected: true }, ANNOTATED);
        expect(titles(lenses(document, known(result)))).toEqual([
            '1: Check',
            '1: 1 claim: 1 vacuous',
            '3: vacuous, as expected · 1,204 states · 12 ms'
        ]);
    });

    test('an inventory has none', async () => {
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
            expect(basis).toBe(
                '1,204 states, 5,000 transitions, sessions of up to 4 steps · the claim sees 2 tools, 1 rule.'
            );
        }
    });

    test('a claim that a second session breaks: the second line, and the steps', async () => {
        const { document, services, result } = await policy({ acrossSessions: BROKEN_ACROSS });
        const [claim] = claimsOf(document);
        const text = claimHover(claim!, result.claims[0], services);
        expect(text).toContain('Also across sessions: broken by a second session. a can call s.t.');
        expect(text).toContain('a new session starts');
    });

    test('a vacuous claim that is expected', async () => {
        const { document, services, result } = await policy({ verdict: 'vacuous', expected: true }, ANNOTATED);
        const [claim] = claimsOf(document);
        expect(claimHover(claim!, result.claims[0], services)).toContain('**vacuous**, as expected · ');
    });
});
