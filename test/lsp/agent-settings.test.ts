/** The settings of coding agents in the editor, with no policy in the folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CodeAction, Diagnostic, Hover } from 'vscode-languageserver';
import type { PolicyResult } from '../../server/lsp/protocol.js';
import { CAPABILITIES, TestClient } from './client.js';

let folder: string;
let client: TestClient;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guardrail-agent-settings-'));
    client = TestClient.start('--stdio');
});

afterEach(() => {
    client.kill();
    rmSync(folder, { recursive: true });
});

const SETTINGS = '.claude/settings.json';
const TEXT = `{
  "permissions": {
    "allow": ["WebFetch(domain:x.com)", "Bash(gh api:*)"],
    "deny": ["Write(.env)"]
  }
}
`;

async function opened(path: string, text: string, options = {}): Promise<string> {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const uri = pathToFileURL(file).href;
    await client.initialize(pathToFileURL(folder).href, options);
    await client.open(uri, text);
    return uri;
}

const asked = <R>(method: string, uri: string, more: object = {}): Promise<R> =>
    client.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, ...more });
const codes = (diagnostics: readonly Diagnostic[]): unknown[] => diagnostics.map(({ code }) => code);
const broken = (uri: string): boolean => client.latest(uri)?.diagnostics.some(({ code }) => code === 'GR590') ?? false;

describe('what is wrong is found in the files of each client', () => {
    test.each([
        [SETTINGS, '{"permissions":{"deny":["Write(.env)"]}}', ['GR702']],
        ['.claude/settings.local.json', '{"permissions":{"deny":["bash(rm:*)"]}}', ['GR702']],
        ['.codex/rules/default.rules', 'prefix_rule(pattern=["a"], decision="ask")', ['GR701']],
        ['.cursor/permissions.json', '{"permissions":{"deny":["Shell(rm)"]}}', ['GR704']],
        ['.cursor/cli.json', '{"permissions":{"ask":[]}}', ['GR704']],
        ['.gemini/policies/a.toml', '[[rules]]\ntoolName = "glob"\n', ['GR704']],
        [SETTINGS, '['.repeat(100_000), ['GR701']],
        [SETTINGS, '', ['GR701']]
    ])('%s', async (path, text, expected) => {
        const uri = await opened(path, text);
        await client.until(() => client.latest(uri) !== undefined);
        expect(codes(client.latest(uri)!.diagnostics)).toEqual(expected);
    });
});

test('a session that gets through is at the rule that lets it through, and its view has the steps', async () => {
    const uri = await opened(SETTINGS, TEXT);
    await client.until(() => broken(uri));
    const claim = client.latest(uri)!.diagnostics.find(({ code }) => code === 'GR590')!;
    expect(claim.range.start).toEqual({ line: 2, character: 40 });
    expect(claim.relatedInformation!.map(({ location }) => location.range.start.line)).toEqual([2, 2]);
    const lenses = await client.lenses(uri);
    expect(lenses[0]!.command!.title).toBe('Claude Code: 2 allow · 0 ask · 0 deny · 3 claims broken');
    // The session view shows what the server tells, without a request.
    await client.done(uri, 1);
    const [shown] = lenses.flatMap(({ command }) => (command?.arguments ?? []) as { uri: string; name: string }[]);
    const result = await client.connection.sendRequest<PolicyResult>('guardrail/check', { uri: shown!.uri });
    const { trace } = result.claims.find(({ name }) => name === shown!.name)!;
    expect(trace!.steps.map(({ tool, rules }) => [tool, ...rules.map(({ text }) => text)])).toEqual([
        ['claude.WebFetch', 'allow WebFetch(domain:x.com)'],
        ['claude.Bash', 'allow Bash(gh api:*)']
    ]);
});

test('a rule says what the client does, a fix writes what was meant, and a change is read', async () => {
    const uri = await opened(SETTINGS, TEXT);
    await client.until(() => broken(uri));
    const hover = await asked<Hover>('hover', uri, { position: { line: 2, character: 45 } });
    expect(JSON.stringify(hover.contents)).toContain('`gh api`: **allowed**  \\ndecided by this rule');
    const range = { start: { line: 3, character: 15 }, end: { line: 3, character: 15 } };
    const [fix] = await asked<CodeAction[]>('codeAction', uri, { range, context: { diagnostics: [] } });
    expect(fix!.edit!.changes![uri]).toEqual([
        { range: { start: { line: 3, character: 13 }, end: { line: 3, character: 26 } }, newText: '"Edit(.env)"' }
    ]);
    await client.change(uri, 2, '{"permissions":{"deny":["Edit(.env)"]}}');
    await client.until(() => client.latest(uri)!.version === 2);
    expect(client.latest(uri)!.diagnostics).toEqual([]);
});

test('nothing else of these files is touched, and one setting turns it off', async () => {
    const dynamic = { dynamicRegistration: true };
    const capabilities = {
        ...CAPABILITIES,
        textDocument: { ...CAPABILITIES.textDocument, synchronization: dynamic, hover: dynamic, codeLens: dynamic }
    };
    const uri = await opened(SETTINGS, TEXT, { capabilities });
    await client.until(() => broken(uri));
    const position = { line: 2, character: 5 };
    for (const [method, params] of [
        ['completion', { position }],
        ['formatting', { options: { tabSize: 2, insertSpaces: true } }],
        ['documentSymbol', {}],
        ['foldingRange', {}],
        ['semanticTokens/full', {}],
        ['rename', { position, newName: 'x' }],
        ['definition', { position }]
    ] as const) {
        expect([method, await asked(method, uri, params)]).toEqual([method, null]);
    }
    const registered = client.registrations.filter(({ registerOptions }) =>
        JSON.stringify(registerOptions ?? {}).includes('.claude/settings.json')
    );
    expect(registered.map(({ method }) => method).sort()).toEqual([
        'textDocument/codeLens',
        'textDocument/didChange',
        'textDocument/didClose',
        'textDocument/didOpen',
        'textDocument/hover'
    ]);
    client.settings = { agentSettings: false };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.until(() => client.latest(uri)!.diagnostics.length === 0);
    expect(await asked('hover', uri, { position: { line: 2, character: 45 } })).toBeNull();
    await client.until(() => client.requests.includes('client/unregisterCapability'));
});
