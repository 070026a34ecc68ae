/** Tests the way from a violated claim to its repair in the session view, in the real page. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { DARK, errorsOf, eventually, openExample, setTheme } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

const CLAIM = 'mail leaves only through a person';
const OTHER = 'it can still answer mail';

describe('fixing a claim in the session view', function () {
    let page: Page;
    let document: vscode.TextDocument;

    before(async function () {
        page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        document = (await openExample('mail-assistant/first-try.guardrail')).document;
        await eventually('the claim is violated', () => errorsOf(document).length > 0 || undefined);
    });

    after(async () => {
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await vscode.commands.executeCommand('workbench.action.files.revert');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await disconnect();
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'fixing-failed');
        }
    });

    it('shows the repairs with their effects, from the lens', async () => {
        await page.locator('.codelens-decoration a', { hasText: 'Fix…' }).first().click();
        const view = traceView(page);
        await view.locator('.repair').first().waitFor();
        assert.match((await view.locator('.repair .chip').allTextContents()).join('\n'), /web\.fetch: allowed -> held/);
        assert.equal(await view.locator('.toolbar button').first().textContent(), 'Fix…');
        assert.equal(await view.locator('.toolbar button[tabindex="0"]').count(), 1);
        const title = await view.locator('#repairs-title').boundingBox();
        const frame = await page.locator('iframe.webview.ready').boundingBox();
        assert.ok(title && frame && title.y >= frame.y, 'the fixes are in sight');
        for (const [name, theme, kind] of [
            ['fix-light', 'Default Light Modern', 'vscode-light'],
            ['fix-contrast', 'Default High Contrast', 'vscode-high-contrast'],
            ['fix-dark', DARK, 'vscode-dark']
        ] as const) {
            await setTheme(theme);
            await view.locator(`body.${kind}`).waitFor();
            await screenshot(page, name);
        }
    });

    it('shows the step that breaks the claim without scrolling', async () => {
        const view = traceView(page);
        await view.locator('.repairs').getByRole('button', { name: 'Close the fixes' }).click();
        await view.locator('.repairs').waitFor({ state: 'detached' });
        const mark = await view.locator('.judged-mark').boundingBox();
        const frame = await page.locator('iframe.webview.ready').boundingBox();
        assert.ok(mark && frame && mark.y + mark.height <= frame.y + frame.height, 'the mark is in sight');
    });

    it('explains why no rule stops the step, with values next to the rules', async () => {
        const view = traceView(page);
        await view.locator('.step.selected .reasons').first().waitFor();
        const text = (await view.locator('.step.selected .reasons').allTextContents()).join('\n');
        assert.match(text, /once mail\.read is true/);
        assert.match(text, /approved by reviewer is false/);
        assert.match(text, /1 rule is about other calls/);
        await screenshot(page, 'why-dark');
        await setTheme('Default High Contrast Light');
        await view.locator('body.vscode-high-contrast-light').waitFor();
        await screenshot(page, 'why-contrast-light');
        await setTheme(DARK);
        await view.locator('body.vscode-dark').waitFor();
    });

    it('has a menu in the status bar', async () => {
        await page.locator('[id$="guardrail.status"]').first().click();
        const menu = page.locator('.quick-input-widget');
        await menu.getByText('Fix a Claim…').waitFor();
        await screenshot(page, 'status-menu-dark', { hasMenu: true });
        await page.keyboard.press('Escape');
    });

    it('writes nothing before the change was shown as a difference', async () => {
        const view = traceView(page);
        const before = document.getText();
        await view.locator('.toolbar button.fix').click();
        const first = view.locator('.repair').first();
        await first.waitFor();
        assert.equal(await first.getByRole('button', { name: 'Make This Change' }).count(), 0);
        await first.getByRole('button', { name: 'Show Change' }).press('Enter');
        await page.locator('.monaco-diff-editor').first().waitFor();
        assert.equal(document.getText(), before);
        await screenshot(page, 'fix-difference-dark');
        await first.getByRole('button', { name: 'Make This Change' }).press('Enter');
        const errors = (): string[] => errorsOf(document).map(({ message }) => message);
        await eventually('the claim holds', () => errors().length === 0 || undefined).catch(() =>
            assert.deepEqual(errors(), [])
        );
        await view.locator('.repaired').waitFor();
        assert.equal(await page.locator('.monaco-diff-editor').count(), 0);
    });

    it('follows the cursor to another claim, unless it is pinned', async () => {
        const view = traceView(page);
        await moveTo(OTHER);
        await view.locator('h1', { hasText: OTHER }).waitFor();
        await view.locator('.toolbar button.pin').click();
        await view.locator('.toolbar button.pin[aria-pressed="true"]').waitFor();
        await moveTo(CLAIM);
        await page.waitForTimeout(1000);
        assert.equal(await view.locator('h1').textContent(), OTHER);
        await view.locator('.toolbar button.pin').click();
        await moveTo(CLAIM);
        await view.locator('h1', { hasText: CLAIM }).waitFor();
    });

    /** Moves the cursor as a person does, because the view ignores selections that programs make. */
    async function moveTo(claim: string): Promise<void> {
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        const name = new RegExp(claim.replaceAll(' ', '\\s'));
        await page.locator('.editor-instance .view-line').filter({ hasText: name }).last().click();
    }
});
