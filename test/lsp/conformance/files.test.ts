/** Tests files and folders that are created, moved and deleted, in the editor and outside of it. */
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentDiagnosticReport, TextDocumentEdit, WorkspaceEdit, WorkspaceSymbol } from 'vscode-languageserver';
import { FileChangeType } from 'vscode-languageserver';
import { Project, PULLING } from './project.js';

const FILES = {
    'main.guardrail': `policy Main
import "./tools/mail.guardrail"
import "./tools/web/post.guardrail"
agent bot
allow bot: mail.send, web.post
`,
    'tools/mail.guardrail': 'import "./traits.guardrail"\nserver mail { tool send(to: string) risky }\n',
    'tools/traits.guardrail': 'trait risky\n',
    'tools/web/post.guardrail': 'import "../traits.guardrail"\nserver web { tool post(url: string) risky }\n'
};

let project: Project;

beforeAll(async () => {
    project = new Project(FILES);
    const { capabilities } = await project.initialize({
        ...PULLING,
        workspace: { ...PULLING.workspace, workspaceEdit: { documentChanges: true }, fileOperations: {} }
    });
    expect(Object.keys(capabilities.workspace!.fileOperations!)).toEqual([
        'didCreate',
        'willRename',
        'didRename',
        'didDelete'
    ]);
});
afterAll(() => project.dispose());

async function codes(path: string): Promise<unknown[]> {
    const report = await project.request<DocumentDiagnosticReport>('textDocument/diagnostic', {
        textDocument: { uri: project.uri(path) }
    });
    return report.kind === 'full' ? report.items.map(({ code }) => code) : [];
}

/** The new import paths by file, after moves of files or folders. */
async function edits(...moves: [string, string][]): Promise<Record<string, string[]> | null> {
    const edit = await project.request<WorkspaceEdit | null>('workspace/willRenameFiles', {
        files: moves.map(([from, to]) => ({ oldUri: project.uri(from), newUri: project.uri(to) }))
    });
    return (
        edit &&
        Object.fromEntries(
            (edit.documentChanges as TextDocumentEdit[]).map(({ textDocument, edits: changes }) => [
                textDocument.uri.slice(project.uri('').length + 1),
                changes.map((change) => ('newText' in change ? change.newText : ''))
            ])
        )
    );
}

test.each<[string, [string, string][], Record<string, string[]> | null]>([
    [
        'a file: those that import it, and what it imports',
        [['tools/mail.guardrail', 'servers/post/mail.guardrail']],
        {
            'main.guardrail': ['"./servers/post/mail.guardrail"'],
            'tools/mail.guardrail': ['"../../tools/traits.guardrail"']
        }
    ],
    [
        'a file within its folder',
        [['tools/traits.guardrail', 'tools/t.guardrail']],
        { 'tools/mail.guardrail': ['"./t.guardrail"'], 'tools/web/post.guardrail': ['"../t.guardrail"'] }
    ],
    [
        'a folder: what stays together keeps its paths',
        [['tools', 'inventory']],
        { 'main.guardrail': ['"./inventory/mail.guardrail"', '"./inventory/web/post.guardrail"'] }
    ],
    [
        'two files at once',
        [
            ['main.guardrail', 'policies/main.guardrail'],
            ['tools/mail.guardrail', 'policies/mail.guardrail']
        ],
        {
            'main.guardrail': ['"./mail.guardrail"', '"../tools/web/post.guardrail"'],
            'tools/mail.guardrail': ['"../tools/traits.guardrail"']
        }
    ],
    ['a file to what is not a policy', [['tools/mail.guardrail', 'tools/mail.txt']], null],
    ['a file that nothing imports', [['README.md', 'LIESMICH.md']], null]
])('the imports stay valid after a rename of %s', async (_, moves, expected) => {
    expect(await edits(...moves)).toEqual(expected);
});

describe('once it has happened', () => {
    test('importers of the file see a rename, and its undo', async () => {
        expect(await codes('main.guardrail')).not.toContain('GR210');
        await move('tools/mail.guardrail', 'tools/post.guardrail');
        expect(await codes('main.guardrail')).toContain('GR210');
        await move('tools/post.guardrail', 'tools/mail.guardrail');
        expect(await codes('main.guardrail')).not.toContain('GR210');
    });

    test('a folder that was deleted and created again', async () => {
        project.remove('tools/web');
        await project.client.connection.sendNotification('workspace/didDeleteFiles', {
            files: [{ uri: project.uri('tools/web') }]
        });
        expect(await codes('main.guardrail')).toContain('GR210');
        project.write('tools/web/post.guardrail', FILES['tools/web/post.guardrail']);
        await project.client.connection.sendNotification('workspace/didCreateFiles', {
            files: [{ uri: project.uri('tools/web') }]
        });
        expect(await codes('main.guardrail')).not.toContain('GR210');
    });

    async function move(from: string, to: string): Promise<void> {
        mkdirSync(dirname(join(project.root, to)), { recursive: true });
        renameSync(join(project.root, from), join(project.root, to));
        await project.client.connection.sendNotification('workspace/didRenameFiles', {
            files: [{ oldUri: project.uri(from), newUri: project.uri(to) }]
        });
    }
});

describe('outside the editor', () => {
    test('a folder is deleted: one event for all its contents', async () => {
        project.remove('tools/web');
        await project.watched('tools/web', FileChangeType.Deleted);
        expect(await codes('main.guardrail')).toContain('GR210');
        project.write('tools/web/post.guardrail', FILES['tools/web/post.guardrail']);
        await project.watched('tools/web/post.guardrail', FileChangeType.Created);
        expect(await codes('main.guardrail')).not.toContain('GR210');
    });

    test('the file of an open text is deleted: the text stays until it is closed', async () => {
        const uri = project.uri('tools/web/post.guardrail');
        await project.client.open(uri, FILES['tools/web/post.guardrail']);
        project.remove('tools/web');
        await project.watched('tools/web', FileChangeType.Deleted);
        expect(await codes('main.guardrail')).not.toContain('GR210');
        await project.client.change(uri, 2, 'policy P\nallow nobody: any tool');
        expect(await codes('tools/web/post.guardrail')).toContain('GR204');
        await project.client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
        await project.client.waitFor(async () => (await codes('main.guardrail')).includes('GR210'));
        project.write('tools/web/post.guardrail', FILES['tools/web/post.guardrail']);
        await project.watched('tools/web/post.guardrail', FileChangeType.Created);
        expect(await codes('main.guardrail')).not.toContain('GR210');
    });

    test('the file of an open text changes: the typed text counts', async () => {
        const uri = project.uri('tools/traits.guardrail');
        await project.client.open(uri, 'trait other');
        expect(await codes('tools/mail.guardrail')).toContain('GR206');
        await project.watched('tools/traits.guardrail', FileChangeType.Changed);
        expect(await codes('tools/mail.guardrail')).toContain('GR206');
        await project.client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
        await project.client.waitFor(async () => !(await codes('tools/mail.guardrail')).includes('GR206'));
    });

    test('a file that disappears before it is read does not prevent the others from being built', async () => {
        await project.watched('never.guardrail', FileChangeType.Created);
        await project.client.open(project.uri('new.guardrail'), 'policy P\nallow nobody: any tool');
        expect(await codes('new.guardrail')).toContain('GR204');
    });

    test('a package is added and removed, and its package.json changes', async () => {
        const uri = project.uri('uses.guardrail');
        await project.client.open(uri, 'policy P\nimport { Safe } from "@acme/rules"\n');
        expect(await codes('uses.guardrail')).toContain('GR236');
        const manifest = JSON.stringify({ name: '@acme/rules', guardrail: 'rules.guardrail' });
        project.write('node_modules/@acme/rules/package.json', manifest);
        project.write('node_modules/@acme/rules/rules.guardrail', 'pack Safe(t: tools) { deny t }');
        await project.watched('node_modules/@acme/rules', FileChangeType.Created);
        expect(await codes('uses.guardrail')).not.toContain('GR236');
        project.write('node_modules/@acme/rules/package.json', '{');
        await project.watched('node_modules/@acme/rules/package.json', FileChangeType.Changed);
        expect(await codes('uses.guardrail')).toContain('GR236');
        project.write('node_modules/@acme/rules/package.json', manifest);
        await project.watched('node_modules/@acme/rules/package.json', FileChangeType.Changed);
        expect(await codes('uses.guardrail')).not.toContain('GR236');
        project.remove('node_modules');
        await project.watched('node_modules', FileChangeType.Deleted);
        expect(await codes('uses.guardrail')).toContain('GR236');
    });

    test('a policy of a package that nothing imports is not part of the workspace', async () => {
        project.write('node_modules/other/rules.guardrail', 'policy P\nallow nobody: any tool');
        await project.watched('node_modules/other/rules.guardrail', FileChangeType.Created);
        expect(await codes('node_modules/other/rules.guardrail')).toEqual([]);
    });
});

test('folders are opened and closed', async () => {
    const other = new Project({ 'far.guardrail': 'trait faraway\n' });
    const names = async (): Promise<string[]> =>
        (await project.request<WorkspaceSymbol[]>('workspace/symbol', { query: 'faraway' })).map(({ name }) => name);
    const folder = { uri: other.uri(''), name: 'other' };
    const change = (added: unknown[], removed: unknown[]): Promise<void> =>
        project.client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
            event: { added, removed }
        });
    try {
        expect(await names()).toEqual([]);
        await change([folder], []);
        await project.client.waitFor(async () => (await names()).length === 1);
        await change([], [folder]);
        await project.client.waitFor(async () => (await names()).length === 0);
    } finally {
        other.dispose();
    }
});

test('a client that supports only one folder gets it', async () => {
    const old = new Project({ 'a.guardrail': 'trait olden\n' });
    try {
        await old.request('initialize', { processId: null, rootUri: old.uri(''), capabilities: {} });
        await old.client.connection.sendNotification('initialized', {});
        const found = await old.request<WorkspaceSymbol[]>('workspace/symbol', { query: 'olden' });
        expect(found.map(({ name }) => name)).toEqual(['olden']);
    } finally {
        old.dispose();
    }
});
