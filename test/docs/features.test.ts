/**
 * Tests that the tables of docs/editor.md list everything that the server announces, and all commands and settings of
 * the manifest.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { InitializeResult } from 'vscode-languageserver';
import { IDLE_HOST, startServer } from '../lsp/support.js';

const page = readFileSync(new URL('../../docs/editor.md', import.meta.url), 'utf8');

/** The requests of a capability, if its name does not make them clear. */
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

const { contributes } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    contributes: {
        configuration: { properties: Record<string, { default: unknown }> };
        commands: readonly { command: string; title: string }[];
    };
};
const titles = JSON.parse(readFileSync(new URL('../../package.nls.json', import.meta.url), 'utf8')) as Record<
    string,
    string
>;
const rows = page.split('\n').map((line) => line.replace(/ +/g, ' '));

test('the table of settings has exactly all settings, with their defaults', () => {
    const settings = Object.entries(contributes.configuration.properties);
    const expected = settings.map(
        ([name, { default: value }]) =>
            `| \`${name}\` | \`${typeof value === 'string' ? value : JSON.stringify(value)}\` |`
    );
    const listed = rows.flatMap((row) => /^\| `guardrail\.[\w.]+` \| `[^`]*` \|/.exec(row)?.[0] ?? []);
    expect(listed.sort()).toEqual(expected.sort());
});

test('the table of commands has exactly all commands, by title', () => {
    const expected = contributes.commands.map(
        ({ command, title }) => `| _${titles[title.slice(1, -1)]}_ | \`${command}\` |`
    );
    const listed = rows.flatMap((row) => /^\| _[^|]+_ \| `guardrail\.\w+` \|/.exec(row)?.[0] ?? []);
    expect(listed.sort()).toEqual(expected.sort());
});
