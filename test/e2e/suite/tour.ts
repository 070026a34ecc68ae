/**
 * Tests the first lesson of the tour, from the point of view of a policy author: a gap, the session that uses it, and
 * the repair.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { languageServerPid } from './processes.js';
import { DARK, errorsOf, eventually, lensesOf, lineOf, openExample, replaceText, setTheme } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

const RULE = 'for external tools when carries private';
const GAP = 'for web.post';
const CLAIM = 'mail leaves only through a person';

describe('the mail assistant', function () {
    let page: Page | undefined;
    let document: vscode.TextDocument;

    before(async () => {
        page = await workbenchPage();
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
        document = (await openExample('mail-assistant/mail.guardrail')).document;
    });

    after(disconnect);

    it('holds as shipped', async () => {
        assert.equal(document.languageId, 'guardrail');
        await eventually('the claim holds', async () => (await claimLens())?.startsWith('holds') || undefined);
        assert.deepEqual(errorsOf(document), []);
    });

    it('shows that on the status bar', async function () {
        const page = pageOrSkip(this);
        await page.locator('#guardrail\\.guardrail\\.status, [id$="guardrail.status"]').first().waitFor();
        await eventually(
            'the status bar says so',
            async () => /holds? in one session/.test(await statusText(page)) || undefined
        );
    });

    it('stays in the status bar while the log is open', async function () {
        const page = pageOrSkip(this);
        await vscode.commands.executeCommand('guardrail.showLog');
        await eventually('the log is in the panel', () =>
            vscode.window.activeTextEditor?.document.uri.scheme === 'output' ? true : undefined
        );
        assert.match(await statusText(page), /2 claims hold/);
        await vscode.commands.executeCommand('workbench.action.closePanel');
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    });

    it('has a diagnostic at the claim once the rule has a gap, with the session as related information', async () => {
        await replaceText(document, RULE, GAP);
        const [diagnostic] = await eventually('an error', () => {
            const errors = errorsOf(document);
            return errors.length > 0 ? errors : undefined;
        });
        assert.ok(diagnostic);
        assert.equal(diagnostic.range.start.line, lineOf(document, `claim "${CLAIM}"`));
        assert.match(document.getText(diagnostic.range), /mail leaves only through a person/);
        const related = diagnostic.relatedInformation ?? [];
        assert.equal(related.length, 2);
        assert.match(related[0]!.message, /mail\.read/);
        assert.match(related[1]!.message, /web\.fetch/);
        for (const { location } of related) {
            assert.equal(location.uri.toString(), document.uri.toString());
            assert.equal(location.range.start.line, lineOf(document, 'allow assistant'));
        }
        assert.equal(errorsOf(document).length, 1);
    });

    it('has a lens above the claim that offers the session', async () => {
        assert.match((await claimLens()) ?? '', /^violated · show session/);
    });

    it('opens the shortest session from the lens', async function () {
        const page = pageOrSkip(this);
        await page.locator('.codelens-decoration a', { hasText: 'violated · show session' }).click();
        const view = traceView(page);
        await view.locator('.step.judged').waitFor();
        assert.equal(await view.locator('.verdict').textContent(), 'violated');
        assert.equal(await view.locator('h1').textContent(), CLAIM);
        const calls = await view.locator('.call').allTextContents();
        assert.equal(calls.length, 2);
        assert.match(calls[0]!, /^mail\.read\(folder: /);
        assert.match(calls[1]!, /^web\.fetch\(url: /);
        assert.match((await view.locator('.step').nth(1).textContent()) ?? '', /assistant carries private/);
        assert.match((await view.locator('.basis').textContent()) ?? '', /No shorter session breaks it/);
        assert.match(await statusText(page), /1 of 2 claims violated/);
        await screenshot(page, 'judged-dark');
    });

    it('has its steps a few Tabs away, by keyboard alone', async function () {
        const page = pageOrSkip(this);
        const steps = traceView(page).locator('.step-button:focus');
        await traceView(page).locator('.step.judged').waitFor();
        // A view that was opened just now may not take the focus yet.
        await eventually('a step has the focus after four Tabs at most', async () => {
            await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
            for (let tabs = 0; tabs < 4 && (await steps.count()) === 0; tabs++) {
                await page.keyboard.press('Tab');
            }
            return (await steps.count()) > 0;
        });
    });

    it('lists its claims and scenarios over the status bar', async function () {
        const page = pageOrSkip(this);
        await page.locator('[id$="guardrail.status"]').first().hover();
        const list = page.locator('.monaco-hover:visible', { hasText: 'an injected instruction is held' });
        await list.getByRole('link', { name: CLAIM }).waitFor();
        await screenshot(page, 'status-dark', { hasMenu: true, part: { x: 0, y: 540, width: 640, height: 220 } });
    });

    it('moves the editor with the session', async function () {
        const page = pageOrSkip(this);
        const view = traceView(page);
        await view.locator('.step.selected .step-button').focus();
        await page.keyboard.press('ArrowUp');
        await view.locator('.step.selected .call', { hasText: 'mail.read' }).waitFor();
        assert.match((await view.locator('.facts').textContent()) ?? '', /True after step 1/);
        await page.keyboard.press('Enter');
        await eventually('the editor is at the rule', () => {
            const editor = vscode.window.activeTextEditor;
            const at = editor?.document.uri.toString() === document.uri.toString() && editor.selection.active.line;
            return at === lineOf(document, 'allow assistant') || undefined;
        });
        await screenshot(page, 'session-dark');
    });

    it('is copied as Markdown', async function () {
        const page = pageOrSkip(this);
        await vscode.env.clipboard.writeText('');
        await traceView(page).getByRole('button', { name: 'Copy as Markdown' }).click();
        const markdown = await eventually(
            'the clipboard has it',
            async () => (await vscode.env.clipboard.readText()) || undefined
        );
        assert.match(markdown, /^### mail leaves only through a person/);
        await traceView(page).getByText('Copied', { exact: true }).first().waitFor();
        assert.match(markdown, /2\. assistant calls `web\.fetch\(.*→ \*\*allowed\*\*/);
    });

    it('survives a reload of the view', async function () {
        const page = pageOrSkip(this);
        await vscode.commands.executeCommand('workbench.action.webview.reloadWebviewAction');
        const view = traceView(page);
        await view.locator('.step.selected .call', { hasText: 'mail.read' }).waitFor();
        assert.equal(await view.locator('.verdict').textContent(), 'violated');
    });

    it('keeps the last session, marked as old, while the policy has an error', async function () {
        const page = pageOrSkip(this);
        await replaceText(document, 'human reviewer', 'human');
        const view = traceView(page);
        await view.locator('.freshness', { hasText: 'as it stood before' }).waitFor();
        assert.equal(await view.locator('.step').count(), 3);
        const old = errorsOf(document).filter(({ message }) => /violated/.test(message));
        assert.ok(old.length > 0 && old.every(({ message }) => /before the last change/.test(message)));
        await screenshot(page, 'invalid-dark');
        await replaceText(document, 'human', 'human reviewer');
        await view.locator('.is-current').waitFor();
    });

    it('is legible in a light and in a high contrast theme', async function () {
        const page = pageOrSkip(this);
        for (const [name, theme, kind] of [
            ['session-light', 'Default Light Modern', 'vscode-light'],
            ['session-contrast', 'Default High Contrast', 'vscode-high-contrast']
        ] as const) {
            await setTheme(theme);
            await traceView(page).locator(`body.${kind}`).waitFor();
            await screenshot(page, name);
        }
        await setTheme(DARK);
        await traceView(page).locator('body.vscode-dark').waitFor();
    });

    it('holds again once the rule is repaired, everywhere', async function () {
        await replaceText(document, GAP, RULE);
        await eventually('no error', () => errorsOf(document).length === 0 || undefined);
        await eventually('the lens says it', async () => (await claimLens())?.startsWith('holds') || undefined);
        const page = pageOrSkip(this);
        const view = traceView(page);
        await view.locator('.repaired', { hasText: 'Fixed' }).waitFor();
        assert.match((await view.locator('.verdict').textContent()) ?? '', /^holds/);
        assert.equal(await view.locator('.step').count(), 0);
        await eventually(
            'the status bar says it',
            async () => /holds? in one session/.test(await statusText(page)) || undefined
        );
        await page.locator('.codelens-decoration', { hasText: /^\S holds/ }).waitFor();
        await screenshot(page, 'repaired-dark');
    });

    it('offers its sessions in a list', async function () {
        const page = pageOrSkip(this);
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        const shown = vscode.commands.executeCommand('guardrail.showSession');
        const list = page.locator('.quick-input-widget');
        await list.locator('.quick-input-list-label', { hasText: CLAIM }).first().waitFor();
        await screenshot(page, 'sessions-dark');
        await page.keyboard.type('injected');
        await page.keyboard.press('Enter');
        await shown;
        const view = traceView(page);
        await view.locator('h1', { hasText: 'an injected instruction is held' }).waitFor();
        assert.deepEqual(await view.locator('.decision').allTextContents(), ['allowed', 'held', 'approved', 'allowed']);
        await screenshot(page, 'scenario-dark');
    });

    it('is checked again after the server was restarted', async () => {
        await replaceText(document, RULE, GAP);
        await eventually('an error', () => errorsOf(document).length === 1 || undefined);
        await vscode.commands.executeCommand('guardrail.restartServer');
        await eventually('the error again', () => errorsOf(document).length === 1 || undefined);
        assert.match((await claimLens()) ?? '', /^violated/);
        await replaceText(document, GAP, RULE);
        await eventually('no error', () => errorsOf(document).length === 0 || undefined);
    });

    it('is checked again after the server crashed', async function () {
        if (process.platform !== 'linux') {
            this.skip();
        }
        process.kill(languageServerPid(), 'SIGKILL');
        // The more messages are sent to the server before its end is known, the more of them fail.
        for (let edits = 0; edits < 4; edits++) {
            await replaceText(document, RULE, GAP);
            await replaceText(document, GAP, RULE);
        }
        await replaceText(document, RULE, GAP);
        await eventually('an error', () => errorsOf(document).length === 1 || undefined);
        await replaceText(document, GAP, RULE);
        await eventually('no error', () => errorsOf(document).length === 0 || undefined);
    });

    it('is checked only on demand if the author chooses this', async () => {
        // Only complete results are kept as outdated.
        await eventually('the check is complete', async () =>
            (await lensesOf(document)).some(({ title }) => title.startsWith('✓ passed')) ? true : undefined
        );
        const settings = vscode.workspace.getConfiguration('guardrail');
        await settings.update('check.onType', false, vscode.ConfigurationTarget.Global);
        try {
            await eventually('nothing is claimed anew', async () =>
                (await claimLens())?.endsWith('check again') ? true : undefined
            );
            await replaceText(document, RULE, GAP);
            await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
            await vscode.commands.executeCommand('guardrail.check');
            await eventually('the claim is violated', () => (errorsOf(document).length === 1 ? true : undefined));
        } finally {
            await settings.update('check.onType', undefined, vscode.ConfigurationTarget.Global);
            await vscode.commands.executeCommand('workbench.action.files.revert');
        }
    });

    async function claimLens(): Promise<string | undefined> {
        const line = lineOf(document, `claim "${CLAIM}"`);
        // The title is returned without the verdict icon.
        return (await lensesOf(document)).find((lens) => lens.line === line)?.title.replace(/^\S /, '');
    }

    async function statusText(page: Page): Promise<string> {
        return (
            (await page
                .locator('[id="guardrail.guardrail.guardrail.status"], [id$="guardrail.status"]')
                .first()
                .textContent()) ?? ''
        );
    }

    /** The page; the tests of the page are skipped if there is none. */
    function pageOrSkip(test: Mocha.Context): Page {
        return page ?? test.skip();
    }
});
