/** Tests the way from real tools to a policy, and from a change of a policy to the decisions that it affects. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Locator, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { eventually, lensesOf } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

const SERVER = `
const tools = [
    { name: 'read', description: 'Reads a file.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true, openWorldHint: false } },
    { name: 'post', description: 'Posts a text.', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } }
];
const answers = {
    initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'own', version: '1' } }),
    'tools/list': () => ({ tools })
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id !== undefined) {
        console.log(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method]?.(params) ?? {} }));
    }
});
`;

const OLD = `policy Changed

import "./tools.guardrail"

agent bot

allow bot: work.read
deny work.post
`;

describe('real tools', function () {
    // Each step runs a command in a process of its own.
    this.timeout(400_000);
    const folder = (): vscode.Uri => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'imported');
    const at = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), name);
    const root = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), '..', name);
    const textOf = async (uri: vscode.Uri): Promise<string | undefined> =>
        vscode.workspace.fs.readFile(uri).then(
            (bytes) => new TextDecoder().decode(bytes),
            () => undefined
        );
    const write = (uri: vscode.Uri, text: string): Thenable<void> =>
        vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    let page: Page;

    before(async function () {
        const shown = await workbenchPage();
        if (!shown) {
            this.skip();
        }
        page = shown;
        page.setDefaultTimeout(120_000);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        // The pictures are of the part beside it.
        await vscode.commands.executeCommand('workbench.view.explorer');
        await write(at('server.cjs'), SERVER);
        const server = {
            command: process.execPath,
            args: [at('server.cjs').fsPath],
            env: { ELECTRON_RUN_AS_NODE: '1' }
        };
        await write(root('.mcp.json'), JSON.stringify({ mcpServers: { work: server } }));
    });

    after(async () => {
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.workspace.getConfiguration('git').update('enabled', false, vscode.ConfigurationTarget.Global);
        await vscode.workspace.fs.delete(folder(), { recursive: true });
        await vscode.workspace.fs.delete(root('.mcp.json'));
        await disconnect();
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'import-failure', { hasMenu: true });
        }
    });

    const input = (): Locator => page.locator('.quick-input-widget');
    /** Waits for the page of a question. */
    const asked = (title: string): Promise<void> => input().getByText(title, { exact: true }).waitFor();
    const accept = (): Promise<void> => page.keyboard.press('Enter');
    /** Chooses a tool of a page, or leaves it out. */
    const toggle = (name: string): Promise<void> =>
        page.locator('.quick-input-list .monaco-list-row', { hasText: name }).click();

    it('are imported from the configuration of a client, after the author agrees and marks them', async () => {
        void vscode.commands.executeCommand('guardrail.importTools');
        await asked('Import Tools');
        await page.locator('.quick-input-list .monaco-list-row', { hasText: '.mcp.json' }).first().waitFor();
        await page.keyboard.type('.mcp.json');
        await accept();
        await input().getByText('work', { exact: true }).waitFor();
        await accept();
        await asked('Start this server?');
        // The whole command is shown, over several rows if it is long.
        await eventually('the end of the command is shown', async () => {
            const rows = await page.locator('.quick-input-list .monaco-list-row .label-name').allTextContents();
            return rows.join('').includes('server.cjs') || undefined;
        });
        await screenshot(page, 'import-ask-dark', { hasMenu: true });
        await accept();
        await asked('File for the tools');
        await page.keyboard.press('Control+A');
        await page.keyboard.type('imported/tools.guardrail');
        await accept();
        await asked('Which tools read secrets? (1/5)');
        await screenshot(page, 'import-tools-dark', {
            hasMenu: true,
            part: { x: 390, y: 0, width: 620, height: 170 }
        });
        // Its server does not say what `post` reads.
        await toggle('work.post');
        await accept();
        await asked('Which tools return text that strangers can write? (2/5)');
        await toggle('work.post');
        await accept();
        await asked('With which tools can data leave the company? (3/5)');
        await accept();
        await asked('Which tools destroy or overwrite something? (4/5)');
        await toggle('work.post');
        await accept();
        await asked('Which tools change nothing? Their servers claim it. (5/5)');
        await toggle('work.read');
        await accept();
        const text = await eventually('the inventory is written', () => textOf(at('tools.guardrail')));
        assert.match(text, /^ {2}tool read\(\) readonly reads private$/m);
        assert.match(text, /^ {2}tool post\(text\?: string\) external$/m);
    });

    it('get a policy from a template, which is checked at once', async () => {
        await page.getByRole('button', { name: 'New Policy for These Tools' }).click();
        await asked('New Policy for These Tools');
        await page.keyboard.type('exfiltration');
        await accept();
        await asked('File for the policy');
        await page.keyboard.press('Control+A');
        await page.keyboard.type('policy.guardrail');
        await screenshot(page, 'import-policy-dark', { hasMenu: true });
        await page.keyboard.press('Control+A');
        await page.keyboard.type('imported/mail.guardrail');
        await accept();
        const text = await eventually('the policy is written', () => textOf(at('mail.guardrail')));
        assert.match(text, /import "\.\/tools\.guardrail"/);
        await eventually(
            'it is shown',
            () => vscode.window.activeTextEditor?.document.uri.path.endsWith('imported/mail.guardrail') || undefined
        );
        await page.locator('.codelens-decoration', { hasText: /✓|◐|○/ }).first().waitFor();
        await screenshot(page, 'import-done-dark', { part: { x: 303, y: 0, width: 1097, height: 460 } });
    });

    it('are decided differently after a change, and the session is shown', async () => {
        const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: folder().fsPath });
        await write(at('changed.guardrail'), OLD);
        git('init', '--quiet', '--initial-branch', 'main');
        git('add', '.');
        git('-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '--quiet', '--message', 'policies');
        await write(at('changed.guardrail'), OLD.replace('deny work.post', 'allow bot: work.post'));
        await vscode.window.showTextDocument(at('changed.guardrail'), { viewColumn: vscode.ViewColumn.One });
        const lens = page.locator('.codelens-decoration a', { hasText: 'Changed Decisions…' });
        await vscode.workspace.getConfiguration('git').update('enabled', true, vscode.ConfigurationTarget.Global);
        await eventually('the Git extension knows the repository', async () =>
            vscode.commands.executeCommand('git.openRepository', folder().fsPath).then(
                () => true as const,
                () => undefined
            )
        );
        await eventually('the lens is there', async () => {
            const { document } = vscode.window.activeTextEditor!;
            return (await lensesOf(document)).some(({ title }) => title === 'Changed Decisions…') || undefined;
        });
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
        await vscode.window.showTextDocument(at('changed.guardrail'), { viewColumn: vscode.ViewColumn.One });
        await lens.click();
        await asked('Which decisions does your change affect?');
        await accept();
        const view = traceView(page);
        await view.getByRole('heading', { name: 'work.post: denied → allowed' }).waitFor();
        await view.getByText('In HEAD the last call was denied').waitFor();
        await screenshot(page, 'changed-decisions-dark', { part: { x: 303, y: 0, width: 1097, height: 600 } });
    });
});
