/** Tests the settings as the editor's settings page shows them. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { disconnect, screenshot, workbenchPage } from './page.js';

describe('the settings', () => {
    after(disconnect);

    it('can be found, each with a description', async function () {
        const page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:guardrail.guardrail');
        const settings = page.locator('.settings-editor .setting-item-contents');
        await settings.nth(3).waitFor();
        assert.match((await settings.first().textContent()) ?? '', /Guardrail.*Check.*On Type.*Check the claims/s);
        await screenshot(page, 'settings-dark', { part: { x: 100, y: 0, width: 1060, height: 738 } });
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });
});
