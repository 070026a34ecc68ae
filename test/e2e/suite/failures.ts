/** Tests that failures are reported: once, with the next step, and with the log one click away. */
import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { errorsOf, eventually, lensesOf, openExample, replaceText } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

const RULE = 'for external tools when carries private';
const GAP = 'for web.post';
const PATIENCE_MS = 2 * 60_000;
/** A policy with many states: no limit is as low as that of the test. */
const LARGE = `policy Large
agent bot
server s { tool a(n: 0..99)  tool b(n: 0..99)  tool c() }
allow bot: any tool
deny s.c when once s.a(n: 1) and once s.b(n: 2) and count(s.a) >= 40 and count(s.b) >= 40
claim "never that often": never s.c when count(s.a) >= 40 and count(s.b) >= 40
`;
const POLICY =
    'policy Vanishing\nimport "./vanishing-tools.guardrail"\nagent bot\nallow bot: s.t\nclaim "t": possible s.t\n';
const TOOLS = 'server s { tool t() }\n';

describe('failures', function () {
    // Meanwhile every policy of the folder is checked again.
    this.timeout(4 * 60_000);
    let page: Page;
    let document: vscode.TextDocument;
    const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;

    before(async function () {
        page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('notifications.clearAll');
        document = (await openExample('mail-assistant/mail.guardrail')).document;
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'failures-failure');
        }
    });

    after(async () => {
        await vscode.commands.executeCommand('notifications.clearAll');
        await vscode.commands.executeCommand('workbench.action.closePanel');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await disconnect();
    });

    it('a server that cannot start, with an action to start it', async () => {
        const back = hide('server.js');
        try {
            void vscode.commands.executeCommand('guardrail.restartServer');
            const told = messages('did not start');
            await told.first().waitFor();
            assert.equal(await told.count(), 1);
            assert.deepEqual(await buttonsOf(told), ['Restart Server', 'Show Log']);
            await screenshot(page, 'failure-server');
            await told.getByRole('button', { name: 'Show Log' }).click();
            await logIsShown();
            await screenshot(page, 'failure-log');
            void vscode.commands.executeCommand('guardrail.restartServer');
            await told.first().waitFor();
        } finally {
            back();
        }
        await messages('did not start').getByRole('button', { name: 'Restart Server' }).click();
        await verdict('holds');
        await eventually('nothing is told any more', async () => (await messages('').count()) === 0 || undefined);
    });

    it('a worker that dies, once, and the next change is checked', async () => {
        const back = hide('worker.js');
        try {
            void vscode.commands.executeCommand('guardrail.restartServer');
            const told = messages('The Guardrail checker stopped unexpectedly');
            await told.first().waitFor();
            assert.deepEqual(await buttonsOf(told), ['Show Log']);
            await statusBar('check failed');
            await replaceText(document, RULE, GAP);
            await statusBar('check failed');
            assert.equal(await told.count(), 1);
            await screenshot(page, 'failure-worker');
            await told.getByRole('button', { name: 'Show Log' }).click();
            await logIsShown();
        } finally {
            back();
        }
        await replaceText(document, GAP, RULE);
        await verdict('holds');
    });

    it('a policy that is too large, at the claim, with the limit and a page that explains what to do', async () => {
        const settings = vscode.workspace.getConfiguration('guardrail');
        await settings.update('check.maxStates', 1000, vscode.ConfigurationTarget.Global);
        const file = join(folder(), 'large.guardrail');
        writeFileSync(file, LARGE);
        try {
            const { document: large } = await openExample('large.guardrail');
            const problem = await eventually(
                'the claim is undecided',
                () =>
                    vscode.languages
                        .getDiagnostics(large.uri)
                        .find(({ code }) => typeof code === 'object' && code.value === 'GR593'),
                PATIENCE_MS
            );
            assert.equal(problem.range.start.line, 5);
            assert.match(problem.message, /more than 1,000 states/);
            // The page states what to do.
            const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
                'vscode.executeCodeActionProvider',
                large.uri,
                problem.range
            );
            assert.ok(fixes.some(({ title }) => title.includes('Explain GR593')));
            await statusBar('undecided');
            await vscode.commands.executeCommand('workbench.action.closePanel');
            // The view and the hover name the statements that cost most.
            await page.locator('.codelens-decoration a', { hasText: 'what helps' }).click();
            const open = traceView(page).locator('.open');
            await open.getByText('What costs most, in the').waitFor();
            await open.locator('.rule-link', { hasText: 'deny s.c when' }).first().waitFor();
            const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
                'vscode.executeHoverProvider',
                large.uri,
                problem.range.start
            );
            const shown = hovers.flatMap(({ contents }) =>
                contents.map((part) => (part as vscode.MarkdownString).value)
            );
            assert.match(shown.join('\n'), /What costs most[^]*deny s\.c when[^]*\d+ values/);
            await screenshot(page, 'undecided-dark');
        } finally {
            await settings.update('check.maxStates', undefined, vscode.ConfigurationTarget.Global);
            const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
            await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));
            await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
            rmSync(file);
        }
    });

    it('a file that is missing, at its import, until it exists again', async () => {
        const [policy, tools] = ['vanishing.guardrail', 'vanishing-tools.guardrail'].map((name) =>
            join(folder(), name)
        );
        writeFileSync(tools!, TOOLS);
        writeFileSync(policy!, POLICY);
        const { document: importing } = await openExample('vanishing.guardrail');
        await eventually(
            'it is checked',
            async () => (await lensesOf(importing)).some(({ title }) => /^\S possible/.test(title)) || undefined,
            PATIENCE_MS
        );
        rmSync(tools!);
        const [error] = await eventually('an error', () => {
            const errors = errorsOf(importing).filter(({ range }) => range.start.line === 1);
            return errors.length > 0 ? errors : undefined;
        });
        assert.match(error!.message, /vanishing-tools\.guardrail/);
        await statusBar('not checked');
        await screenshot(page, 'failure-vanished');
        writeFileSync(tools!, TOOLS);
        await eventually('no error', () => errorsOf(importing).length === 0 || undefined);
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
        rmSync(policy!);
        rmSync(tools!);
    });

    async function logIsShown(): Promise<void> {
        await page.locator('.part.panel .view-line', { hasText: '[error]' }).first().waitFor();
    }

    function messages(text: string): Locator {
        return page.locator('.notification-toast', { hasText: text });
    }

    function buttonsOf(message: Locator): Promise<string[]> {
        return message.first().locator('.notification-list-item-buttons-container .monaco-button').allTextContents();
    }

    async function statusBar(text: string): Promise<void> {
        await page.locator('[id$="guardrail.status"]', { hasText: text }).first().waitFor({ timeout: PATIENCE_MS });
    }

    async function verdict(word: string): Promise<void> {
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await eventually(
            `the claim ${word}`,
            async () => (await lensesOf(document)).some(({ title }) => title.slice(2).startsWith(word)) || undefined,
            PATIENCE_MS
        );
    }
});

/** Removes a part of the extension, and returns a function that restores it. */
function hide(part: string): () => void {
    const { extensionPath } = vscode.extensions.getExtension('guardrail.guardrail')!;
    const [there, away] = [join(extensionPath, 'dist', part), join(extensionPath, 'dist', `${part}.away`)];
    renameSync(there, away);
    return () => renameSync(away, there);
}
