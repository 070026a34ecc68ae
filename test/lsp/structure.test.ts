/** Tests the structure of a text as an editor shows it: selections, folds, links, symbols of the workspace. */
import { describe, expect, test } from 'vitest';
import type { SelectionRange, WorkspaceSymbol } from 'vscode-languageserver';
import { selectionRanges } from '../../server/lsp/features/selection-ranges.js';
import { matchScore } from '../../server/lsp/features/workspace-symbols.js';
import { POLICY, TOOLS } from './fixture.js';
import { open, textIn } from './support.js';

describe('selection ranges', () => {
    test.each<[string, string[]]>([
        [
            '/** Why. */\ndeny s.t when a == "x<|>y" and b',
            [
                'xy',
                '"xy"',
                'a == "xy"',
                'a == "xy" and b',
                'deny s.t when a == "xy" and b',
                '/** Why. */\ndeny s.t when a == "xy" and b'
            ]
        ],
        [
            'deny s.t when once s.u(id<|>: x, n: 3)',
            [
                'id',
                'id: x',
                'id: x, n: 3',
                '(id: x, n: 3)',
                's.u(id: x, n: 3)',
                'once s.u(id: x, n: 3)',
                'deny s.t when once s.u(id: x, n: 3)'
            ]
        ],
        [
            'server s {\n  tool t(a: str<|>ing)\n}',
            [
                'string',
                'a: string',
                '(a: string)',
                'tool t(a: string)',
                '\n  tool t(a: string)\n',
                '{\n  tool t(a: string)\n}',
                'server s {\n  tool t(a: string)\n}'
            ]
        ],
        ['deny s.t<|>', ['t', 's.t', 'deny s.t']],
        ['deny s.t when (<|>', ['deny s.t when (']],
        ['', ['']]
    ])('%j', async (text, expected) => {
        const { document, params } = await open(text);
        let current: SelectionRange | undefined = selectionRanges(document, [params.position])[0];
        const found: string[] = [];
        for (; current; current = current.parent) {
            found.push(textIn(document, current.range));
        }
        expect(found).toEqual(expected);
    });
});

test('folds are declarations, comments, imports and regions', async () => {
    const { services, document } = await open(`/*
 * A policy.
 */
import "./a.guardrail"
import "./b.guardrail"

// One.
// Two.
// Three.
// #region Tools
server s {
  // #region Reading
  tool t(
    a: string
  )
  // #endregion
}
// #endregion
deny s.t // a comment at the end
// of no block
`);
    const folds = await services.lsp.FoldingRangeProvider!.getFoldingRanges(document, {
        textDocument: { uri: document.uri.toString() }
    });
    expect(folds.map(({ startLine, endLine, kind }) => [startLine + 1, endLine + 1, kind ?? '']).sort()).toEqual(
        [
            [1, 2, 'comment'],
            [4, 5, 'imports'],
            [7, 9, 'comment'],
            [10, 18, 'region'],
            [11, 16, ''],
            [12, 16, 'region'],
            [13, 14, '']
        ].sort()
    );
});

describe('document links', () => {
    test.each<[string, [text: string, target: string][]]>([
        ['import "./tools.guardrail"', [['./tools.guardrail', 'tools.guardrail']]],
        ['import { NoExfiltration } from "guardrail/std"', [['guardrail/std', 'guardrail:/std.guardrail']]],
        ['import "./gone.guardrail"', []],
        [
            '// See https://example.com/a(b), and (https://example.org/x.).',
            [
                ['https://example.com/a', 'https://example.com/a'],
                ['https://example.org/x', 'https://example.org/x']
            ]
        ],
        [
            '/** The [runbook](./docs/runbook.md#night) and [home](../x.md), [here](#a). */\nlabel a',
            [
                ['./docs/runbook.md#night', 'docs/runbook.md#night'],
                ['../x.md', '../x.md']
            ]
        ],
        ['label a // "import"', []]
    ])('%s', async (text, expected) => {
        const { services, document } = await open({ 'main.guardrail': text, 'tools.guardrail': TOOLS });
        const links = await services.lsp.DocumentLinkProvider!.getDocumentLinks(document, {
            textDocument: { uri: document.uri.toString() }
        });
        const target = (path: string): string =>
            /^\w+:/.test(path) ? path : new URL(path, document.uri.toString()).toString();
        expect(links.map((link) => [textIn(document, link.range), link.target])).toEqual(
            expected.map(([written, path]) => [written, target(path)])
        );
    });
});

describe('workspace symbols', () => {
    const MODES = `modes work {
  triage initial { on mail.read enter fix }
  fix { allow mail.read }
}
pack Gate(sink: tools) { define inside = once sink }
`;

    async function symbols(query: string): Promise<WorkspaceSymbol[]> {
        const { shared } = await open({
            'mail.guardrail': POLICY + MODES,
            'tools.guardrail': TOOLS
        });
        return await shared.lsp.WorkspaceSymbolProvider!.getSymbols({ query });
    }

    test.each([
        ['send', ['mail.send']],
        ['mail.send', ['mail.send']],
        ['mse', ['mail.send']],
        ['order-status', ['web.order-status']],
        ['fix', ['work.fix']],
        ['gate', ['packs.Gate', 'Gate.inside']],
        ['mail stays', ['mail.guardrail.mail stays']],
        ['nothing like it', []]
    ])('%s', async (query, expected) => {
        const found = await symbols(query);
        const names = found.map(({ name, containerName }) => `${containerName}.${name}`);
        expect(names.slice(0, expected.length)).toEqual(
            expected.map((name) => name.replace('packs.', 'mail.guardrail.'))
        );
        expect(names.length === 0).toBe(expected.length === 0);
    });

    test('without a query all named elements are listed, but nothing built in', async () => {
        const names = (await symbols('')).map(({ name }) => name);
        expect(names).toEqual(
            expect.arrayContaining([
                'Mail',
                'mail',
                'read',
                'private',
                'assistant',
                'reviewer',
                'internal',
                'releasing'
            ])
        );
        expect(names).not.toContain('readonly');
        expect(names).not.toContain('severity');
    });

    test('the place of a symbol can be requested later', async () => {
        const { shared, document } = await open('server s { tool t(a: string) }');
        const provider = shared.lsp.WorkspaceSymbolProvider!;
        const uri = document.uri.toString();
        const symbol = { name: 't', kind: 6 as const, location: { uri }, data: { path: '/elements@0/tools@0' } };
        const { location } = (await provider.resolveSymbol!(symbol)) as {
            location: { range: SelectionRange['range'] };
        };
        expect(textIn(document, location.range)).toBe('t');
        expect(() => provider.resolveSymbol!({ ...symbol, data: { path: '/elements@9' } })).toThrow('has changed');
    });

    test('a closer match comes first', () => {
        const ranked = ['send', 'sender', 'resend', 's-e-n-d', 'sxexnxd'];
        const scores = ranked.map((name) => matchScore('send', name, name)!);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        expect(new Set(scores).size).toBe(ranked.length);
        expect(matchScore('send', 'sand', 'sand')).toBeUndefined();
    });
});
