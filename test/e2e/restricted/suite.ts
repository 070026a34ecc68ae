/**
 * Tests an author's work in a folder before and after it is trusted: everything goes through the page, as there is no
 * other access.
 */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { screenshot, traceView } from '../suite/page.js';

const CLAIM = 'mail leaves only through a person';
/** The time for which the tests watch that something does not appear. */
const STILL_MS = 1_000;

interface Subject {
    readonly page: Page;
    /** Opens a folder before VS Code has been told whether it is trusted. */
    readonly open: (folder: 'policies' | 'empty') => Promise<unknown>;
}

/** The tests, each of which starts where the previous one ended. */
export function tests({ page, open }: Subject): void {
    const question: Locator = page.locator('.monaco-dialog-box', { hasText: 'Do you trust the authors' });
    const isRestricted: Locator = page.locator('.statusbar-item', { hasText: 'Restricted Mode' });
    const lens = (text: string): Locator => page.locator('.codelens-decoration a', { hasText: text });
    const row = (label: string): Locator =>
        page.locator(`.pane-body [aria-label="Policies"] [role=treeitem][aria-label^="${label}"]`);
    /** The number of tests that passed, and of those that were run, over the tests. */
    const counted = (text: string | RegExp): Locator => page.locator('.result-summary', { hasText: text });
    const listed: Locator = page.locator('.quick-input-list .monaco-list-row');

    describe('Restricted Mode', () => {
        afterEach(async function () {
            if (this.currentTest?.state === 'failed') {
                await screenshot(page, 'restricted-failure', { hasMenu: true });
            }
        });

        it('explains what requires trust if there is no policy', async () => {
            await openRestricted('empty');
            const welcome = page.locator('.welcome-view-content');
            await welcome.getByText('tasks, tests and the debugger wait until you trust the workspace').waitFor();
            await screenshot(page, 'restricted-empty');
            await welcome.locator('.monaco-button', { hasText: 'Manage Workspace Trust' }).click();
            await page.locator('.tab', { hasText: 'Workspace Trust' }).waitFor();
        });

        it('lists and checks the policies', async () => {
            await openRestricted('policies');
            await openClaim();
            await lens('violated · show session').waitFor();
            await page.locator('.statusbar-item', { hasText: 'Guardrail: 1 of 2 claims violated' }).waitFor();
            await page.locator('.monaco-editor .squiggly-error').first().waitFor();
        });

        it('shows the session', async () => {
            await lens('violated · show session').click();
            await traceView(page).locator('.step.judged').waitFor();
            await screenshot(page, 'restricted-session');
        });

        it('plays an agent by hand', async () => {
            await openClaim();
            await lens('Simulate').click();
            const call = traceView(page).getByRole('button', { name: /^Play assistant calls mail\.read/ });
            await call.first().click();
            await traceView(page).locator('.step .call').first().waitFor();
        });

        it('offers no tasks before the folder is trusted', async () => {
            await command('Tasks: Run Task');
            await refuse('Listing and running tasks');
            await page.waitForTimeout(STILL_MS);
            assert.equal(await page.locator('.quick-input-widget').isVisible(), false);
        });

        it('does not debug before the folder is trusted', async () => {
            await openClaim();
            await lens('Debug').first().click();
            await refuse('Debugging');
            await page.waitForTimeout(STILL_MS);
            assert.equal(await page.locator('.debug-toolbar').isVisible(), false);
        });

        it('runs no tests before the folder is trusted', async () => {
            await command('Test: Run All Tests');
            await refuse('Running tests');
            await command('Testing: Focus on Test Explorer View');
            // The marks are those of the checks; only a run counts its tests.
            await counted('0/0').waitFor();
        });

        it('imports no tools before trust', async () => {
            await command('Guardrail: Import Tools…');
            await page.locator('.notification-toast', { hasText: 'a folder in Restricted Mode must not do' }).waitFor();
            await page.waitForTimeout(STILL_MS);
            assert.equal(await page.locator('.quick-input-widget').isVisible(), false);
        });

        it('runs them once the folder is trusted', async () => {
            await command('Test: Run All Tests');
            await question.locator('.monaco-button', { hasText: 'Trust Folder & Continue' }).click();
            await counted(/[1-9]\d*\/[1-9]/).waitFor();
            await isRestricted.waitFor({ state: 'hidden' });
            await screenshot(page, 'restricted-trusted');
        });

        it('then debugs', async () => {
            await lens('Debug').first().click();
            await page.locator('.debug-call-stack .monaco-list-row', { hasText: 'The session starts' }).waitFor();
            await page.keyboard.press('Shift+F5');
            await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
        });

        it('then offers the task, which checks the folder', async () => {
            await command('Tasks: Run Task');
            await listed.filter({ hasText: 'guardrail' }).first().click();
            await listed.filter({ hasText: 'guardrail: check' }).first().click();
            await command('Terminal: Focus on Terminal View');
            await page.locator('.xterm-rows', { hasText: /3 files in [\d.]+ m?s/ }).waitFor();
            await screenshot(page, 'restricted-task');
        });
    });

    async function openRestricted(folder: 'policies' | 'empty'): Promise<void> {
        await open(folder);
        await question.locator('.monaco-button', { hasText: 'No, I don' }).click();
        await isRestricted.waitFor();
        await command('Guardrail: Focus on Policies View');
    }

    /** Opens the claim, and runs it alone from its row. */
    async function openClaim(): Promise<void> {
        await command('View: Close All Editors');
        await row(`claim ${CLAIM}: violated`).click();
    }

    async function refuse(why: string): Promise<void> {
        await question.getByText(why).waitFor();
        await question.locator('.monaco-button', { hasText: 'Cancel' }).click();
        await question.waitFor({ state: 'hidden' });
    }

    async function command(title: string): Promise<void> {
        await page.keyboard.press('F1');
        await page.locator('.quick-input-box input').fill(`>${title}`);
        await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
    }
}
