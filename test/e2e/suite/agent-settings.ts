/** Tests what the editor says about the settings of a coding agent, in a folder whose policies do not matter to them. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { eventually, lensesOf } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

const TEXT = `{
  "permissions": {
    "allow": ["WebFetch(domain:x.com)", "Bash(gh api:*)"],
    "deny": ["Write(.env)"]
  }
}
`;

describe('the settings of a coding agent', function () {
    let page: Page;
    let document: vscode.TextDocument;

    before(async function () {
        page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        // This VS Code has no ripgrep, with which others find the files that activate the extension.
        await vscode.extensions.getExtension('guardrail.guardrail')!.activate();
        const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.claude/settings.json');
        await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(TEXT));
        document = await vscode.workspace.openTextDocument(uri);
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    });

    after(async () => {
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        const folder = vscode.Uri.joinPath(document.uri, '..');
        await vscode.workspace.fs.delete(folder, { recursive: true });
        await disconnect();
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'agent-settings-failure');
        }
    });

    const codesAt = (line: number): unknown[] =>
        vscode.languages
            .getDiagnostics(document.uri)
            .filter(({ source, range }) => source === 'guardrail' && range.start.line === line)
            .map(({ code }) => (typeof code === 'object' ? code.value : code));

    it('have problems at their rules, and the session that gets through', async () => {
        await eventually('the rule that lets a session through is marked', () => codesAt(2).includes('GR590'));
        assert.deepEqual(codesAt(3), ['GR702']);
        await eventually('the lens', async () =>
            (await lensesOf(document)).some(({ title }) => /show session$/.test(title))
        );
        await page.locator('.codelens-decoration a', { hasText: 'show session' }).first().waitFor();
        await screenshot(page, 'agent-settings-dark');
        await page.locator('.codelens-decoration a', { hasText: 'show session' }).first().click();
        await traceView(page).locator('.step.judged').waitFor();
        await screenshot(page, 'agent-settings-session-dark');
    });

    it('are corrected by a fix that touches nothing else', async () => {
        const line = document.lineAt(3).range;
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
            'vscode.executeCodeActionProvider',
            document.uri,
            line
        );
        const fix = actions.find(({ edit }) => edit !== undefined);
        assert.ok(fix?.edit, actions.map(({ title }) => title).join('\n'));
        assert.ok(await vscode.workspace.applyEdit(fix.edit));
        assert.equal(document.getText(), TEXT.replace('Write(.env)', 'Edit(.env)'));
        await eventually('the problem is gone', () => codesAt(3).length === 0);
    });
});
