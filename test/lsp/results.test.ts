/** Tests the checker's results as diagnostics. */
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver';
import { DiagnosticSeverity } from 'vscode-languageserver';
import type { PolicyKnowledge } from '../../server/lsp/check/policy-knowledge.js';
import { rangeOf } from '../../server/lsp/text/anchors.js';
import { isReplaced, resultDiagnostics } from '../../server/lsp/features/diagnostics/results.js';
import { open } from './support.js';
import { TEXT, ANNOTATED, BROKEN_ACROSS, policy, step, traceOf } from './result-cases.js';

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
            message: '"first" is violated: a can call s.t.',
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
        ['holds in scope', 'GR594', DiagnosticSeverity.Warning],
        ['not witnessed in scope', 'GR594', DiagnosticSeverity.Warning]
    ] as const)('%s is %s', async (verdict, code, severity) => {
        const { document, result, known } = await policy({ verdict });
        const [placed] = resultDiagnostics(known(result), document);
        expect(placed?.diagnostic).toMatchObject({ code, severity });
    });

    test('holds in scope is not reported if the scope is accepted by name', async () => {
        const within = ['values', 'counts'] as const;
        const accepting = async (accepts: readonly ('values' | 'counts')[]): Promise<number> => {
            const { document, result, known } = await policy({ verdict: 'holds in scope', within, accepts });
            return resultDiagnostics(known(result), document).length;
        };
        expect([await accepting(['values', 'counts']), await accepting(['values'])]).toEqual([0, 2]);
    });

    test.each(['holds', 'witnessed'] as const)('%s is not reported', async (verdict) => {
        const { document, result, known } = await policy({ verdict });
        expect(resultDiagnostics(known(result), document)).toEqual([]);
    });

    test('a second session that breaks a claim is an information message at its name, with the steps', async () => {
        const { document, result, known } = await policy();
        const claims = [{ ...result.claims[0]!, verdict: 'holds', acrossSessions: BROKEN_ACROSS } as const];
        const [placed, ...rest] = resultDiagnostics(known({ ...result, claims }), document);
        expect(rest).toEqual([]);
        expect(placed!.diagnostic).toMatchObject({
            severity: DiagnosticSeverity.Information,
            code: 'GR598',
            message: 'A second session breaks "first": a can call s.t.'
        });
        expect(document.textDocument.getText(placed!.diagnostic.range)).toBe('"first"');
        expect(placed!.diagnostic.relatedInformation!.map(({ message }) => message)).toEqual([
            '1. new session',
            '2. a calls s.t (here)'
        ]);
    });

    test('a second session that does not break it is not reported', async () => {
        const acrossSessions = { ...BROKEN_ACROSS, verdict: 'holds', line: 'also across sessions: holds' } as const;
        const { document, result, known } = await policy({ verdict: 'holds', acrossSessions });
        expect(resultDiagnostics(known(result), document)).toEqual([]);
    });

    test('vacuous is not reported if it is expected', async () => {
        const { document, result, known } = await policy({ verdict: 'vacuous', expected: true });
        expect(resultDiagnostics(known(result), document)).toEqual([]);
    });

    test('a failed scenario step and a finding are at their places, even in other files', async () => {
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

    test('a finding replaces the hint from the text alone, at its place', async () => {
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

    test('during the next check, earlier ones move with the text until their claim has a new verdict', async () => {
        const before = await policy({ verdict: 'violated' });
        const after = await open(`// new line\n${TEXT}`);
        const earlier: PolicyKnowledge = {
            ...before.known(before.result),
            state: 'checking',
            earlier: { result: before.result, text: TEXT },
            claims: []
        };
        const { result: _, ...checking } = { ...earlier, uri: after.document.uri.toString() };
        // The earlier result belongs to the same file, which only has another address here.
        const moved = JSON.parse(
            JSON.stringify(checking).replaceAll(before.document.uri.toString(), after.document.uri.toString())
        ) as PolicyKnowledge;
        const lines = (known: PolicyKnowledge): number[] =>
            resultDiagnostics(known, after.document).map(({ diagnostic }) => diagnostic.range.start.line);
        expect(lines(moved)).toEqual([7, 9]);
        const places = resultDiagnostics(moved, after.document).map(({ diagnostic }) => diagnostic.range);
        expect(places.map((range) => after.document.textDocument.getText(range))).toEqual(['"first"', 'claim']);
        expect(lines({ ...moved, claims: [{ ...before.result.claims[0]!, verdict: 'holds' }] })).toEqual([9]);
        const messages = (known: PolicyKnowledge): boolean[] =>
            resultDiagnostics(known, after.document).map(({ diagnostic }) =>
                JSON.stringify(diagnostic.message).includes('(before the last change)')
            );
        expect(messages(moved)).toEqual([false, false]);
        expect(messages({ ...moved, isLong: true })).toEqual([true, true]);
    });
});
