/** Tests the help for beginners, tasks, and the pages of the codes. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { errorsOf, eventually, lensesOf, openExample } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

const EXTENSION = 'guardrail.guardrail';

describe('a new user', function () {
    let page: Page | undefined;

    before(async () => {
        page = await workbenchPage();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    after(async () => {
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await disconnect();
    });

    it('gets a walkthrough', async function () {
        await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${EXTENSION}#firstPolicy`, false);
        if (!page) {
            this.skip();
        }
        await page.locator('.getting-started-step', { hasText: 'See what breaks it' }).first().waitFor();
        const steps = await page.locator('.getting-started-step .step-title').allTextContents();
        assert.deepEqual(steps, [
            'Open a policy',
            'See what breaks it',
            'Keep it as a test',
            'Repair the rule',
            'Start from your own tools',
            'Check every change'
        ]);
        await traceView(page).getByText('Each tool is harmless').waitFor();
        await screenshot(page, 'walkthrough-dark');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('gets a policy with a gap, which is found without saving it', async () => {
        await openExample('mail-assistant/mail.guardrail');
        await vscode.commands.executeCommand('guardrail.newPolicy');
        const document = vscode.window.activeTextEditor?.document;
        assert.equal(document?.languageId, 'guardrail');
        assert.ok(document?.isUntitled);
        await eventually('the claim is violated', async () =>
            (await lensesOf(document)).some(({ title }) => title.startsWith('✗ violated')) ? true : undefined
        );
        if (page) {
            await page.locator('.codelens-decoration', { hasText: /^✗ violated/ }).waitFor();
            await screenshot(page, 'new-policy-dark', { part: { x: 0, y: 0, width: 1000, height: 760 } });
        }
        // The walkthrough has no editor to act on, but finds the policy that was active last.
        await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${EXTENSION}#firstPolicy`, false);
        await eventually('the walkthrough is active', () => vscode.window.activeTextEditor === undefined || undefined);
        await vscode.commands.executeCommand('guardrail.keepSession');
        await eventually('the session was kept', () => /scenario "against: /.test(document.getText()) || undefined);
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
});

describe('tasks', () => {
    const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
    let tasks: vscode.Task[];

    after(() => vscode.commands.executeCommand('workbench.action.closePanel'));

    it('are offered for a folder, and so are those of tasks.json', async () => {
        // VS Code waits for seconds for the providers of other types.
        tasks = await eventually('both tasks', async () => {
            const fetched = await vscode.tasks.fetchTasks({ type: 'guardrail' });
            return ['check', 'mail'].every((wanted) => fetched.some(({ name }) => name === wanted))
                ? fetched
                : undefined;
        });
    });

    it('check policies, and report problems', async () => {
        const ended = new Promise<number | undefined>((resolve) => {
            const subscription = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
                subscription.dispose();
                resolve(exitCode);
            });
        });
        await vscode.tasks.executeTask(tasks.find(({ name }) => name === 'mail')!);
        assert.equal(await ended, 1);
        const file = vscode.Uri.joinPath(folder(), 'mail-assistant', 'first-try.guardrail');
        const problem = await eventually('the problem', () =>
            vscode.languages
                .getDiagnostics(file)
                .find(({ message }) => message.startsWith('"mail leaves only through a person" is violated'))
        );
        const { code } = problem;
        assert.equal(typeof code === 'object' ? code.value : code, 'GR590');
        assert.equal(problem.range.start.line, 20);
    });
});

describe('the page of a code', () => {
    after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

    it('is what the link of a diagnostic opens', async () => {
        const { document } = await openExample('mail-assistant/first-try.guardrail');
        // A problem found by a task has no page there.
        const code = await eventually('the claim is violated', () =>
            errorsOf(document)
                .map((error) => error.code)
                .find((code) => typeof code === 'object')
        );
        await vscode.commands.executeCommand('vscode.open', code.target);
        const shown = vscode.window.activeTextEditor?.document;
        assert.equal(shown?.languageId, 'markdown');
        assert.match(shown.getText(), /^# GR590\b/);
    });

    it('is shown as a page if the settings ask for it', async () => {
        await vscode.commands.executeCommand('guardrail.explain', 'GR501');
        await eventually('the preview', () =>
            vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label.includes('GR501.md'))
        );
    });
});
