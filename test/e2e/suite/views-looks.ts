/**
 * Tests the appearance of what the editor shows besides sessions: the simulator, which is a page of ours, and the parts
 * that VS Code draws with our texts and colours.
 */
import assert from 'node:assert/strict';
import type { FrameLocator, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { DARK, openExample, setTheme } from './editor.js';
import { inWidth, NARROW, THEMES, violations } from './looks.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

describe('the appearance of the simulator and the lists', function () {
    this.timeout(300_000);
    let page: Page;
    let view: FrameLocator;

    before(async function () {
        page = (await workbenchPage()) ?? this.skip();
        page.setDefaultTimeout(120_000);
        view = traceView(page);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        const { document } = await openExample('mail-assistant/first-try.guardrail');
        await vscode.commands.executeCommand('guardrail.simulate', document.uri.toString());
        // A session that breaks a claim has everything that the page can show.
        for (const call of ['mail.read', 'web.post', 'web.fetch']) {
            await view
                .getByRole('button', { name: new RegExp(`^Play assistant calls ${call.replace('.', '\\.')}`) })
                .first()
                .click();
            await view.locator('.step .call', { hasText: call }).first().waitFor();
        }
        await vscode.commands.executeCommand('guardrail.policies.focus');
    });

    after(async () => {
        await setTheme(DARK);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await disconnect();
    });

    for (const { name, theme, kind } of THEMES) {
        it(`does not violate WCAG 2.2 in ${name}`, async () => {
            await setTheme(theme);
            await view.locator(`body.${kind}`).waitFor();
            await screenshot(page, `views-${name}`);
            assert.deepEqual(await violations(page), []);
        });
    }

    for (const width of NARROW) {
        it(`needs no sideways scrolling at ${width.name}`, async () => {
            await vscode.commands.executeCommand('workbench.action.closeSidebar');
            await inWidth(page, width, async (tooWide) => {
                await screenshot(page, `simulator-${width.picture}`);
                assert.equal(await tooWide(), 0);
            });
        });
    }
});
