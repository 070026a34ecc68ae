/**
 * Tests claims and scenarios in the Test Explorer: found in files that were never opened, run, failed, outdated, run on
 * save.
 */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { eventually, lineOf, openExample, replaceText } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

const RULE = 'for external tools when carries private';
const GAP = 'for web.post';
const CLAIM = 'mail leaves only through a person';
const POSSIBLE = 'it can still answer mail';
const SCENARIO = 'an injected instruction is held';
/** Counts that depend on each other, in far more states than a run explores before somebody cancels it. */
const LONG_RUN = `policy LongRun
agent bot
server s { tool a()  tool b()  tool c()  tool d()  tool pay() }
allow bot: s.a, s.b, s.c, s.d
allow bot: s.pay when count(s.a) >= 40 and count(s.b) >= 40 and count(s.c) >= 40 and count(s.d) >= 40
limit s.a to 40
limit s.b to 40
limit s.c to 40
limit s.d to 40
deny s.b when count(s.a within 5m) >= 3 and count(s.c) < 20
deny s.d when count(s.b within 5m) >= 3 and count(s.a) < 20
claim "no payment": never s.pay
claim "no payment after d": never s.pay when count(s.d within 10m) >= 5
`;

describe('the Test Explorer', function () {
    let page: Page;
    let document: vscode.TextDocument;
    let shipped: string;

    before(async function () {
        page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        document = (await openExample('mail-assistant/mail.guardrail')).document;
        shipped = document.getText();
        // The view appears once there are tests.
        await eventually('the Test Explorer is shown', async () => {
            await vscode.commands.executeCommand('workbench.view.testing.focus');
            return (await page.locator('.test-explorer [role=treeitem]').count()) > 0 || undefined;
        });
    });

    after(async () => {
        await vscode.commands.executeCommand('testing.clearTestResults');
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await vscode.commands.executeCommand('workbench.action.files.revert');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await vscode.commands.executeCommand('workbench.action.closePanel');
        await disconnect();
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'tests-failure');
        }
    });

    it('lists the policies of files that are not open', async () => {
        await eventually('the policy is in the tree', async () => {
            const labels = await rows();
            return (
                labels.some((label) => /^coding-agent\/coding-agent\.guardrail \((Passed|Failed)\)/.test(label)) ||
                undefined
            );
        });
    });

    it('marks each test automatically', async () => {
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await filter('@doc');
        await eventually('the policy is alone', async () => (await topRows().count()) === 1 || undefined);
        // Older versions do not expand a single item.
        if ((await topRows().getAttribute('aria-expanded')) === 'false') {
            await topRows().locator('.monaco-tl-twistie').click();
        }
        await shows([
            'mail-assistant/mail.guardrail (Passed)',
            `${CLAIM} (holds in one session) (Passed)`,
            `${POSSIBLE} (Passed)`,
            `${SCENARIO} (Passed)`
        ]);
        await screenshot(page, 'tests-passed');
    });

    it('updates the marks after an edit', async () => {
        await replaceText(document, RULE, GAP);
        await shows([
            'mail-assistant/mail.guardrail (Failed)',
            `${CLAIM} (violated) (Failed)`,
            `${POSSIBLE} (Passed)`,
            `${SCENARIO} (Passed)`
        ]);
        await page.locator('.testing-run-glyph.codicon-testing-failed-icon').first().waitFor();
        await screenshot(page, 'tests-marks-dark');
    });

    it('runs one test, and reports the problem at the claim, with the session as the stack', async () => {
        await run(CLAIM);
        await shows([
            'mail-assistant/mail.guardrail (Failed)',
            `${CLAIM} (violated) (Failed)`,
            `${POSSIBLE} (Passed)`,
            `${SCENARIO} (Passed)`
        ]);
        const result = page.locator('.test-output-peek-tree .monaco-list-row', { hasText: CLAIM });
        // The list may be filled again while the row is clicked.
        await eventually('the message is shown', async () => {
            await result.filter({ visible: true }).first().click({ timeout: 2000 });
            const link = page.getByRole('link', { name: 'Show session' }).first();
            return (await link.isVisible()) || undefined;
        });
        const message = page.locator('.test-output-peek-message-container', { hasText: 'Show session' }).first();
        // Text from the policy is neither rendered as markup nor linked.
        assert.match(
            (await message.textContent()) ?? '',
            /web\.fetch\(url: "https:\/\/evil\.example\/"\) after mail\.read/
        );
        assert.deepEqual(await message.getByRole('link').allTextContents(), ['Show session']);
        await screenshot(page, 'tests-dark');
    });

    it('goes from the message to the session', async () => {
        await page.getByRole('link', { name: 'Show session' }).first().click();
        await traceView(page).locator('.step.judged').waitFor();
        assert.equal(await traceView(page).locator('h1').textContent(), CLAIM);
        const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
        await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    });

    it('updates the mark of the repaired claim', async () => {
        await replaceText(document, GAP, RULE);
        await eventually('the claim passes', async () => (await rows())[1]?.endsWith('(Passed)') || undefined);
        assert.equal(document.getText(), shipped);
    });

    it('shows which rules the scenarios cover', async () => {
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        // VS Code shows it until another run ends, and the policies of the folder are still being checked.
        await eventually('the rules are marked', async () => {
            await vscode.commands.executeCommand('testing.coverageCurrentFile');
            const marks = page.locator('.coverage-deco-gutter.coverage-deco-hit');
            return (
                (await marks
                    .first()
                    .waitFor({ timeout: 2000 })
                    .then(
                        () => true,
                        () => false
                    )) || undefined
            );
        });
        await screenshot(page, 'coverage-dark', { part: { x: 303, y: 0, width: 1097, height: 484 } });
        await vscode.commands.executeCommand('testing.coverage.close');
    });

    it('decides the step of a scenario at the cursor', async () => {
        const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        const line = lineOf(document, `scenario "${SCENARIO}"`) + 2;
        editor.selection = new vscode.Selection(line, 4, line, 4);
        await vscode.commands.executeCommand('guardrail.decideCall');
        const toast = page.locator('.notification-toast', { hasText: 'held by line' });
        await toast.getByRole('button', { name: 'Go to Rule' }).waitFor();
        await screenshot(page, 'decide-call-dark', {
            hasNotifications: true,
            part: { x: 303, y: 0, width: 1097, height: 760 }
        });
        await vscode.commands.executeCommand('notifications.clearAll');
    });

    it('can be cancelled, and each test has its last mark again', async () => {
        // The run takes many seconds, so it is still going when the page is examined.
        const long = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'long-run.guardrail');
        await vscode.workspace.fs.writeFile(long, new TextEncoder().encode(LONG_RUN));
        await filter('');
        await eventually(
            'the tree has it',
            async () => (await rows()).some((row) => row.startsWith('long-run.guardrail')) || undefined
        );
        const others = async (): Promise<string[]> => (await rows()).filter((row) => !row.startsWith('long-run'));
        const before = await eventually('the others are marked', async () => {
            const all = await others();
            return all.length > 2 && all.every((row) => / \((Passed|Failed|Errored)\)/.test(row)) ? all : undefined;
        });
        // The run is complete when all of the tests are.
        const run = vscode.commands.executeCommand('testing.runAll');
        await eventually(
            'tests run',
            async () => (await rows()).some((row) => /long-run.*Running/.test(row)) || undefined
        );
        await vscode.commands.executeCommand('testing.cancelRun');
        await run;
        await eventually(
            'no test runs any more',
            async () => !(await rows()).some((row) => /Running|Queued/.test(row)) || undefined
        );
        await eventually('the marks are back', async () => {
            assert.deepEqual(await others(), before);
            return true;
        });
        await page.locator('.testing-run-glyph.codicon-testing-passed-icon').first().waitFor();
        await screenshot(page, 'tests-after-cancel');
        await vscode.workspace.fs.delete(long);
    });

    async function filter(text: string): Promise<void> {
        await page.locator('.testing-filter-wrapper .monaco-editor').first().click();
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.press('Delete');
        await page.keyboard.type(text);
        await page.keyboard.press('Escape');
    }

    function topRows(): Locator {
        return page.locator('.test-explorer [role=treeitem][aria-level="1"]');
    }

    /** Runs the test by the button in its row. */
    async function run(name: string): Promise<void> {
        const row = page.locator('.test-explorer [role=treeitem]', { hasText: name }).first();
        await row.hover();
        await row.getByRole('button', { name: 'Run Test' }).click();
    }

    /** The accessible names of the tree's rows, as a screen reader speaks them, without durations. */
    function rows(): Promise<string[]> {
        return page
            .locator('.test-explorer [role=treeitem]')
            .evaluateAll((all) =>
                all.map((row) => (row.getAttribute('aria-label') ?? '').replace(/, in .*?m?s\b/, ''))
            );
    }

    async function shows(expected: string[]): Promise<void> {
        let seen: string[] = [];
        await eventually(`the tree shows ${expected.join(' | ')}`, async () => {
            seen = await rows();
            return JSON.stringify(seen) === JSON.stringify(expected) || undefined;
        }).catch((error: unknown) => {
            throw new Error(`${String(error)}; it shows ${seen.join(' | ')}`);
        });
    }
});
