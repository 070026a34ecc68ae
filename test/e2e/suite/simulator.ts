/** Tests the simulator: an agent is played by hand in its panel, and the session is saved as a scenario. */
import assert from 'node:assert/strict';
import type { FrameLocator, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { DARK, errorsOf, eventually, lensesOf, LIGHT, lineOf, openExample, replaceText, setTheme } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

describe('the simulator', function () {
    let page: Page;
    let view: FrameLocator;
    let document: vscode.TextDocument;

    before(async function () {
        page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await vscode.commands.executeCommand('workbench.action.closePanel');
        document = (await openExample('mail-assistant/mail.guardrail')).document;
        view = traceView(page);
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'simulator-failure');
        }
    });

    after(async () => {
        const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
        await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await vscode.commands.executeCommand('workbench.action.files.revert');
        await disconnect();
    });

    it('opens from the lens, and shows how each call would be decided', async () => {
        await page.locator('.codelens-decoration a', { hasText: 'Simulate' }).click();
        await view.getByRole('button', { name: /^Play assistant calls web\.fetch\(.*: allowed by line 9/ }).waitFor();
        await screenshot(page, 'simulator-start');
    });

    it('plays a call; other calls are then decided differently, and the state shows why', async () => {
        await view
            .getByRole('button', { name: /^Play assistant calls mail\.read/ })
            .first()
            .click();
        await view
            .getByRole('button', { name: /^Play assistant calls web\.post\(.*: held by line 10/ })
            .first()
            .waitFor();
        assert.match((await state()) ?? '', /Labels.*assistant.*private, untrusted/);
        assert.equal(await view.locator('.step .call').count(), 1);
    });

    it('reports the problem with a line, which can then be corrected', async () => {
        const entry = view.getByRole('textbox', { name: /Next step/ });
        await entry.fill('assistant calls web.pots(url: "https://a.example", body: "x")');
        await entry.press('Enter');
        await view.getByRole('alert').getByText(/pots/).waitFor();
        await entry.fill('assistant calls web.post(url: "https://a.example", body: "x")');
        await entry.press('Enter');
        await view.getByRole('button', { name: 'reviewer approves web.post' }).waitFor();
        assert.match((await state()) ?? '', /Held calls.*asks reviewer \(line 10\)/);
    });

    it('lets a person approve the call, which is then allowed, and undoes the approval', async () => {
        await view.getByRole('button', { name: 'reviewer approves web.post' }).click();
        await view
            .getByRole('button', { name: /^Play assistant calls web\.post\(url: "https:\/\/a\.example".*: allowed/ })
            .first()
            .click();
        await view.getByText('calls again').waitFor();
        await screenshot(page, 'simulator-dark');
        await setTheme(LIGHT);
        await view.locator('body.vscode-light').waitFor();
        await screenshot(page, 'simulator-light');
        await setTheme(DARK);
        await view.locator('body.vscode-dark').waitFor();
        await view.getByRole('button', { name: 'Undo' }).click();
        await view.getByText('calls again').waitFor({ state: 'detached' });
    });

    it('keeps the session as a scenario, which passes', async () => {
        await view.getByRole('button', { name: 'Keep as scenario' }).click();
        await page.locator('.quick-input-box input').fill('by hand');
        await page.keyboard.press('Enter');
        await eventually('the scenario is there', () => document.getText().includes('scenario "by hand"') || undefined);
        await eventually('and passes', async () => {
            const lenses = await lensesOf(document);
            const line = lineOf(document, 'scenario "by hand"');
            return lenses.some((lens) => lens.line === line && lens.title.startsWith('✓ passed')) || undefined;
        });
        assert.deepEqual(errorsOf(document), []);
        const kept = document.getText().slice(document.getText().indexOf('scenario "by hand"'));
        assert.match(kept, /-> allowed\n.*-> held\n {2}reviewer approves web\.post\n?$/);
    });

    it('follows the policy: the same session is decided again', async () => {
        await replaceText(document, 'for external tools when carries private', 'for mail.draft');
        await view.locator('.step .decision.allowed').nth(1).waitFor();
        await view
            .getByRole('alert')
            .getByText(/no call of web\.post is held/i)
            .waitFor();
    });

    it('judges the claims after each step', async () => {
        const first = (await openExample('mail-assistant/first-try.guardrail')).document;
        await vscode.commands.executeCommand('guardrail.simulate', first.uri);
        await view.locator('.simulated-claims .tone-good').first().waitFor();
        assert.equal(await view.locator('.simulated-claims .tone-bad').count(), 0);
        for (const tool of ['mail.read', 'web.fetch']) {
            const call = view.getByRole('button', { name: `Play assistant calls ${tool}(` });
            await call.first().click();
            await view.locator('.step .call', { hasText: tool }).waitFor();
        }
        await view.locator('.simulated-claims .tone-bad', { hasText: 'broken by step 2' }).waitFor();
        await view.locator('.step.judged.tone-bad').waitFor();
        await screenshot(page, 'simulator-broken-dark');
    });

    function state(): Promise<string | null> {
        return view.getByRole('complementary', { name: 'Session state' }).textContent();
    }
});
