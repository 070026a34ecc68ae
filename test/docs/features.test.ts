/** The table of features in docs/editor.md has what the server announces, and the table of settings what there is to set. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { InitializeResult } from 'vscode-languageserver';
import { IDLE_HOST, startServer } from '../lsp/support.js';

const page = readFileSync(new URL('../../docs/editor.md', import.meta.url), 'utf8');

/** The requests of a capability, where its name does not say them. */
const METHODS: { readonly [capability: string]: readonly string[] } = {
    callHierarchy: ['textDocument/prepareCallHierarchy'],
    codeAction: ['textDocument/codeAction', 'codeAction/resolve'],
    codeLens: ['textDocument/codeLens', 'codeLens/resolve'],
    completion: ['textDocument/completion', 'completionItem/resolve'],
    diagnostic: ['textDocument/diagnostic', 'workspace/diagnostic'],
    documentFormatting: ['textDocument/formatting'],
    documentOnTypeFormatting: ['textDocument/onTypeFormatting'],
    documentRangeFormatting: ['textDocument/rangeFormatting'],
    inlayHint: ['textDocument/inlayHint', 'inlayHint/resolve'],
    rename: ['textDocument/rename', 'textDocument/prepareRename'],
    workspaceSymbol: ['workspace/symbol']
};

test('every request that the server announces is in the table', async () => {
    const { shared } = await startServer(IDLE_HOST);
    const answer: InitializeResult = await shared.lsp.LanguageServer.initialize({
        processId: null,
        rootUri: null,
        capabilities: { textDocument: { diagnostic: {} } }
    });
    const announced = Object.entries(answer.capabilities)
        .filter(([name, value]) => name.endsWith('Provider') && value !== undefined && value !== false)
        .map(([name]) => name.replace(/Provider$/, ''))
        .filter((name) => name !== 'executeCommand');
    expect(announced.length).toBeGreaterThan(20);
    const methods = announced.flatMap((name) => METHODS[name] ?? [`textDocument/${name}`]);
    expect(methods.filter((method) => !page.includes(`\`${method}\``))).toEqual([]);
});

test('every setting is in the table, with its default', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
        contributes: { configuration: { properties: Record<string, { default: unknown }> } };
    };
    const settings = Object.entries(manifest.contributes.configuration.properties).filter(
        ([name]) => !name.startsWith('guardrail.trace.')
    );
    const rows = page.split('\n').map((line) => line.replace(/ +/g, ' '));
    const missing = settings.filter(
        ([name, { default: value }]) => !rows.some((row) => row.startsWith(`| \`${name}\` | \`${String(value)}\` |`))
    );
    expect(missing.map(([name]) => name)).toEqual([]);
});
