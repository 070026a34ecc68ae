/** Tests the actions that clients with different capabilities get, and when. */
import { describe, expect, test } from 'vitest';
import type { ClientCapabilities, CodeAction } from 'vscode-languageserver';
import { CancellationToken, CodeActionKind } from 'vscode-languageserver';
import { FIX_ALL } from '../../../../server/lsp/features/code-actions/provider.js';
import type { Opened } from '../../support.js';
import { CLIENT, IDLE_HOST, open, startServer } from '../../support.js';
import { actionsAt, diagnosticsOf, fixesFor, textsAfter } from './support.js';

const FILES = {
    'main.guardrail': `policy Mail
import "./tools.guardrail"
import "./tools.guardrail"
agent assistant
allow assistant: mail.read, mail.read
allow asistant: mail.read
claim: never mail.read
`,
    'tools.guardrail': 'server mail { tool read() }\n'
};

async function openBy(capabilities: ClientCapabilities): Promise<Opened> {
    return open(FILES, await startServer(IDLE_HOST, { client: { ...CLIENT, capabilities } }));
}

async function first(opened: Opened, code: string): Promise<CodeAction> {
    const diagnostic = diagnosticsOf(opened).find((each) => each.code === code)!;
    return (await fixesFor(opened, diagnostic))[0]!;
}

const LITERALS = { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } };

describe('a client', () => {
    test('that only supports commands gets nothing', async () => {
        const opened = await openBy({});
        expect(await actionsAt(opened, diagnosticsOf(opened)[0]!.range)).toEqual([]);
    });

    test('without document changes gets changes by file, and no preference', async () => {
        const opened = await openBy({ textDocument: { codeAction: LITERALS } });
        const action = await first(opened, 'GR204');
        expect(action).toMatchObject({ title: 'Change to `assistant`', kind: 'quickfix' });
        expect(action.isPreferred).toBeUndefined();
        expect(action.edit!.changes![opened.uri('main.guardrail')]).toMatchObject([{ newText: 'assistant' }]);
        expect(action.edit!.documentChanges).toBeUndefined();
    });

    test('that does not resolve actions gets the edit immediately', async () => {
        const { workspace } = CLIENT.capabilities;
        const text = 'policy A\nserver a { tool b() }\nagent x\nhuman x\nallow x: a.b\nrequire approval by x for a.b\n';
        const server = await startServer(IDLE_HOST, {
            client: {
                ...CLIENT,
                capabilities: { ...(workspace && { workspace }), textDocument: { codeAction: LITERALS } }
            }
        });
        const action = await first(await open(text, server), 'GR221');
        expect(action.title).toBe('Rename to `x_human`');
        expect(action.edit).toBeDefined();
    });

    test('that supports snippets in edits gets placeholders, others get the text', async () => {
        const workspaceEdit = { documentChanges: true, snippetEditSupport: true };
        const text =
            'policy A\nserver a { tool b(n: int) }\nagent x\nallow x: a.b\nscenario "s":\n  x calls a.b() -> allowed\n';
        const client = {
            ...CLIENT,
            capabilities: { workspace: { workspaceEdit }, textDocument: { codeAction: LITERALS } }
        };
        const snippets = await first(await open(text, await startServer(IDLE_HOST, { client })), 'GR306');
        expect(snippets.edit!.documentChanges![0]).toMatchObject({ edits: [{ snippet: { value: 'n: ${1:0}' } }] });
        const plain = await first(await open(text), 'GR306');
        expect(plain.edit!.documentChanges![0]).toMatchObject({ edits: [{ newText: 'n: 0' }] });
    });

    test('that cannot create files is not offered new files', async () => {
        const text = 'policy A\nimport "./none.guardrail"\nagent a\n';
        const titles = async (opened: Opened): Promise<string[]> => {
            const diagnostic = diagnosticsOf(opened).find(({ code }) => code === 'GR210')!;
            return (await fixesFor(opened, diagnostic)).map(({ title }) => title);
        };
        expect(await titles(await open(text))).toContain('Create "./none.guardrail"');
        const server = await startServer(IDLE_HOST, {
            client: { ...CLIENT, capabilities: { textDocument: { codeAction: LITERALS } } }
        });
        expect(await titles(await open(text, server))).toEqual(['Remove this import']);
    });
});

describe('a request', () => {
    test('gets the actions of the kinds that it asks for', async () => {
        const opened = await open(FILES);
        const { range } = diagnosticsOf(opened).find(({ code }) => code === 'GR204')!;
        const kinds = async (only: CodeActionKind[]): Promise<string[]> => [
            ...new Set((await actionsAt(opened, range, [], only)).map(({ kind }) => kind!))
        ];
        expect(await kinds([CodeActionKind.QuickFix])).toEqual(['quickfix']);
        expect(await kinds([CodeActionKind.Source])).toContain(FIX_ALL);
        expect(await kinds([CodeActionKind.Source])).not.toContain('quickfix');
        expect(await kinds([CodeActionKind.SourceFixAll])).toEqual([FIX_ALL]);
        expect(await kinds([CodeActionKind.SourceOrganizeImports])).not.toContain('quickfix');
    });

    test('gets the actions in its range, with or without diagnostics from the client', async () => {
        const opened = await open(FILES);
        const { range, ...rest } = diagnosticsOf(opened).find(({ code }) => code === 'GR204')!;
        const without = await actionsAt(opened, range, [], [CodeActionKind.QuickFix]);
        const sent = { range, ...rest };
        const withIt = await actionsAt(opened, range, [sent], [CodeActionKind.QuickFix]);
        expect(withIt.map(({ title }) => title)).toEqual(without.map(({ title }) => title));
        expect(withIt[0]!.diagnostics![0]).toBe(sent);
    });

    test('about a diagnostic of an earlier text gets nothing', async () => {
        const opened = await open(FILES);
        const stale = { ...diagnosticsOf(opened)[0]!, code: 'GR201' };
        const elsewhere = { start: { line: 6, character: 0 }, end: { line: 6, character: 0 } };
        expect(await actionsAt(opened, elsewhere, [stale], [CodeActionKind.QuickFix])).toEqual([]);
    });

    test('at most one action of a diagnostic is preferred', async () => {
        const opened = await open(FILES);
        for (const diagnostic of diagnosticsOf(opened)) {
            const preferred = (await fixesFor(opened, diagnostic)).filter(({ isPreferred }) => isPreferred);
            expect(preferred.length).toBeLessThanOrEqual(1);
        }
    });

    test('to resolve an outdated action is answered with an error', async () => {
        const { services } = await open(FILES);
        const action = { title: 'Rename', data: 123_456 };
        await expect(services.editing.CodeActions.resolve(action, CancellationToken.None)).rejects.toThrow(
            /out of date/
        );
    });
});

test('all safe fixes of a file at once', async () => {
    const opened = await open(FILES);
    const [action, ...others] = await actionsAt(opened, diagnosticsOf(opened)[0]!.range, [], [FIX_ALL]);
    expect(others).toEqual([]);
    const after = await textsAfter(opened, action!, FILES);
    expect(after['main.guardrail']).toBe(`policy Mail
import "./tools.guardrail"
agent assistant
allow assistant: mail.read
allow asistant: mail.read
claim: never mail.read
`);
});
