/** Tests a policy that was never saved: it has no file, and code that reads it by its name cannot tell what it is. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { errorsOf, eventually } from './editor.js';
import { disconnect, traceView, workbenchPage } from './page.js';

describe('a policy that was never saved', function () {
    let page: Page | undefined;
    let document: vscode.TextDocument;

    before(async () => {
        page = await workbenchPage();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('guardrail.newPolicy');
        document = vscode.window.activeTextEditor!.document;
        assert.ok(document.isUntitled);
    });

    after(disconnect);

    it('has repairs', async () => {
        const error = await eventually('an error', () => errorsOf(document)[0]);
        await eventually('a repair', async () => {
            const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
                'vscode.executeCodeActionProvider',
                document.uri,
                error.range,
                vscode.CodeActionKind.QuickFix.value
            );
            return fixes.some(({ title }) => /: allowed -> (held|denied)/.test(title)) ? true : undefined;
        });
    });

    it('can be debugged and played without being saved', async function () {
        if (!page) {
            this.skip();
        }
        await page.locator('.codelens-decoration a', { hasText: 'Debug' }).first().click();
        await eventually('the session is stepped through', () => vscode.debug.activeDebugSession);
        await vscode.debug.stopDebugging();
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await vscode.commands.executeCommand('workbench.action.closePanel');
        vscode.window.activeTextEditor!.revealRange(new vscode.Range(0, 0, 0, 0));
        await page.locator('.codelens-decoration a', { hasText: 'Simulate' }).click();
        await traceView(page)
            .getByRole('button', { name: /^Play assistant calls web\.fetch\(.*: allowed/ })
            .first()
            .waitFor();
        assert.ok(vscode.window.activeTextEditor?.document.isUntitled);
        const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
        await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
});
