/** Tests the trace view in the real page: its three panes, the actions on a session, and sessions in files. */
import assert from 'node:assert/strict';
import { errors, type Locator, type Page } from 'playwright-core';
import * as vscode from 'vscode';
import { eventually, errorsOf, openExample, replaceText } from './editor.js';
import { disconnect, RIGHT, screenshot, traceView, workbenchPage } from './page.js';
import { longPolicy, LONG_STEPS } from './trace-long.js';

/** The time within which the file dialog, on a busy machine, does what it was told. */
const SAVING_MS = 5_000;

const CLAIM = 'mail leaves only through a person';
const GAP = 'for web.post';
const RULE = 'for external tools when carries private';

describe('the trace view', function () {
    let page: Page;
    let document: vscode.TextDocument;
    let folder: vscode.Uri;

    before(async function () {
        const found = await workbenchPage();
        if (!found) {
            this.skip();
        }
        page = found;
        folder = vscode.workspace.workspaceFolders![0]!.uri;
        await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(folder, 'kept'));
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        document = (await openExample('mail-assistant/first-try.guardrail')).document;
        await eventually('the claim is violated', () => errorsOf(document).length > 0 || undefined);
        await show(document.uri, 'claim', CLAIM);
        await traceView(page).locator('.step.judged').waitFor();
    });

    after(async () => {
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await disconnect();
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'trace-failed');
        }
    });

    it('draws the session as a sequence', async () => {
        await pane('Sequence');
        const view = traceView(page);
        await view.locator('.sequence .row').first().waitFor();
        assert.deepEqual(await view.locator('.head text').allTextContents(), ['assistant', 'mail', 'web']);
        assert.equal(await view.locator('.row.judged').count(), 1);
        await view.locator('.row.selected .row-button').focus();
        await page.keyboard.press('ArrowUp');
        await view.locator('.row.selected .row-button[aria-label^="Step 1 of 2: "]').waitFor();
        await page.keyboard.press('ArrowDown');
        await view.locator('.row.selected .row-button[aria-label^="Step 2 of 2: "]').waitFor();
        await screenshot(page, 'session-sequence-dark', { part: RIGHT });
    });

    it('draws the flows of the policy, and leads to the rules', async () => {
        await pane('Policy');
        const view = traceView(page);
        await view.locator('svg.graph').first().waitFor();
        const flows = (await view.locator('.flow').allTextContents()).join('\n');
        assert.match(flows, /unguarded\s*private to web\.fetch/);
        assert.match(flows, /needs approval\s*private to web\.post\s*require approval by reviewer for web\.post/);
        await screenshot(page, 'session-policy-dark', { part: RIGHT });
        await view.locator('.box.gate [role="button"]').first().focus();
        await page.keyboard.press('Enter');
        await eventually('the editor is at the rule', () => {
            const editor = vscode.window.activeTextEditor;
            const line = editor && document.lineAt(editor.selection.active.line).text;
            return line?.startsWith('require approval') || undefined;
        });
    });

    it('decides the session again by the policy as it is edited', async () => {
        await pane('Steps');
        const view = traceView(page);
        await view.getByRole('button', { name: 'Replay', exact: true }).click();
        await view.locator('.again-summary.same').waitFor();
        await replaceText(document, GAP, RULE);
        await view.locator('.again-summary.parts', { hasText: 'diverges from this session at step 2' }).waitFor();
        assert.equal(await view.locator('.step.differs .decisions .sr-only').textContent(), 'was allowed, now held');
        assert.equal(await view.locator('.step.differs .now-title').textContent(), 'Different from here');
        assert.match((await view.locator('.now .rule-link').textContent()) ?? '', /when carries private/);
        await screenshot(page, 'session-replay-dark');
        await replaceText(document, RULE, GAP);
        await view.locator('.again-summary.same').waitFor();
        await view.getByRole('button', { name: 'Replay', exact: true }).click();
        await view.locator('.is-current').waitFor();
    });

    it('keeps the session as a scenario, which fails until the rule is repaired', async () => {
        await traceView(page).getByRole('button', { name: 'Make it a scenario' }).click();
        await traceView(page).getByText('Added', { exact: true }).first().waitFor();
        const text = await eventually('the scenario is there', () =>
            document.getText().includes(`scenario "against: ${CLAIM}"`) ? document.getText() : undefined
        );
        assert.match(text, /assistant calls mail\.read\(folder: .*\) -> allowed/);
        assert.match(text, /assistant calls web\.fetch\(url: .*\) -> held/);
        await page
            .locator('.codelens-decoration', { hasText: /failed/ })
            .first()
            .waitFor();
        await screenshot(page, 'scenario-kept-dark');
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    for (const name of ['Sequence', 'Policy']) {
        it(`saves the diagram of the pane ${name} as SVG`, async () => {
            await pane(name);
            const target = vscode.Uri.joinPath(folder, 'kept', `${name}.svg`);
            const svg = await saveAs(traceView(page).getByRole('button', { name: 'Save as SVG' }), target);
            assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+/);
            assert.match(svg, /fetch/);
            await pane('Steps');
        });
    }

    it('saves the session, and shows the file without its policy', async () => {
        const target = vscode.Uri.joinPath(folder, 'kept', 'mail.itf.json');
        await traceView(page).locator('.step.judged').waitFor();
        const saved = JSON.parse(await saveAs(traceView(page).locator('.tool-button.save'), target)) as {
            readonly '#meta': { readonly guardrail: { readonly subject: { readonly uri: string } } };
            readonly states: readonly unknown[];
        };
        assert.equal(saved['#meta'].guardrail.subject.uri, '../mail-assistant/first-try.guardrail');
        assert.equal(saved.states.length, 3);

        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        const alone = vscode.Uri.joinPath(folder, 'kept', 'alone', 'mail.itf.json');
        await vscode.workspace.fs.copy(target, alone);
        await vscode.commands.executeCommand('guardrail.openSession', alone);
        const view = traceView(page);
        await view.locator('h1', { hasText: CLAIM }).waitFor();
        assert.equal(await view.locator('.step.judged').count(), 1);
        assert.match((await view.locator('.origin').textContent()) ?? '', /^mail\.itf\.json of MailAssistant/);
        await view.getByRole('button', { name: 'Replay', exact: true }).click();
        await view.locator('.note', { hasText: 'no longer exists or has errors' }).waitFor();
        await screenshot(page, 'session-file-dark');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('opens a file on request', async () => {
        await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, 'kept', 'mail.itf.json'));
        void vscode.commands.executeCommand('guardrail.openSession');
        await answerDialog(vscode.Uri.joinPath(folder, 'kept', 'mail.itf.json'));
        await traceView(page).locator('h1', { hasText: CLAIM }).waitFor();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('describes the problem with a file in a sentence, and opens it as text', async () => {
        const broken = vscode.Uri.joinPath(folder, 'kept', 'broken.itf.json');
        await vscode.workspace.fs.writeFile(broken, new TextEncoder().encode('{ "states": [] }'));
        void vscode.commands.executeCommand('guardrail.openSession', broken);
        const toast = page.locator('.notification-toast', { hasText: 'The session could not be opened' });
        await toast.waitFor();
        assert.match((await toast.textContent()) ?? '', /The file has no list of states/);
        await toast.getByRole('button', { name: 'Open as Text' }).click();
        await eventually('its text is there', () =>
            vscode.window.activeTextEditor?.document.uri.path === broken.path ? true : undefined
        );
        await vscode.commands.executeCommand('notifications.clearAll');
    });

    it('stays responsive with a long session, and filters it', async function () {
        const uri = vscode.Uri.joinPath(folder, 'long.guardrail');
        await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(longPolicy()));
        const long = await vscode.workspace.openTextDocument(uri);
        await vscode.window.showTextDocument(long, vscode.ViewColumn.One);
        await show(uri, 'scenario', 'a long day');
        const view = traceView(page);
        await view.locator('.step').nth(LONG_STEPS).waitFor({ state: 'attached' });
        await view.locator('.step.selected .step-button').focus();
        const keys = await view.locator('body').evaluate(timeOfKeys);
        report(`${LONG_STEPS} steps: a key takes ${keys.median.toFixed(1)} ms of work (most ${keys.most.toFixed(1)})`);
        await screenshot(page, 'trace-long-dark');

        await view.getByLabel('Words that a step must contain').fill('pay');
        const some = await view.locator('.filter .count').textContent();
        assert.match(some ?? '', new RegExp(`^\\d+ of ${LONG_STEPS} steps`));
        await view.getByLabel('Kind of step').selectOption('held');
        assert.ok(
            (await view.locator('.step:not(.selected) .decision').allTextContents()).every((word) => word === 'held')
        );
        assert.ok((await view.locator('.gap-button').count()) > 0);
        await screenshot(page, 'session-filter-dark', { part: RIGHT });
        await view.getByRole('button', { name: 'Show all steps' }).first().click();
        assert.equal(await view.locator('.filter .count').textContent(), `${LONG_STEPS} steps`);

        await pane('Sequence');
        await view
            .locator('.sequence .row')
            .nth(LONG_STEPS - 1)
            .waitFor({ state: 'attached' });
        await screenshot(page, 'trace-long-sequence-dark');
        await pane('Steps');
    });

    async function show(uri: vscode.Uri, kind: string, name: string): Promise<void> {
        await vscode.commands.executeCommand('guardrail.showSession', { uri: uri.toString(), kind, name });
    }

    async function pane(name: string): Promise<void> {
        await traceView(page).getByRole('tab', { name }).click();
    }

    /** Saves with a button that asks for a file. */
    async function saveAs(button: Locator, target: vscode.Uri): Promise<string> {
        return eventually('the file is there', async () => {
            await button.click();
            await answerDialog(target);
            for (let waited = 0; waited < SAVING_MS; waited += 100) {
                const text = await read(target);
                if (text !== undefined) {
                    return text;
                }
                await page.waitForTimeout(100);
            }
            return undefined;
        });
    }

    /**
     * Answers the editor's own file dialog. Once the dialog has read its folder, it fills in a name, even over one that
     * was typed earlier: then that name is the answer, and the caller tries again. Typing while the dialog looks for
     * the file of an earlier answer would take that answer back.
     */
    async function answerDialog({ path }: vscode.Uri): Promise<void> {
        const input = page.locator('.quick-input-box input').first();
        const busy = page.locator('.quick-input-progress.active');
        await input.waitFor();
        await eventually('the dialog is closed', async () => {
            try {
                await busy.waitFor({ state: 'hidden', timeout: SAVING_MS });
                await input.fill(path, { timeout: SAVING_MS });
                await page.waitForTimeout(500);
                if ((await input.inputValue({ timeout: SAVING_MS })) === path) {
                    await input.press('Enter', { timeout: SAVING_MS });
                    await input.waitFor({ state: 'hidden', timeout: SAVING_MS });
                }
            } catch (error) {
                // The dialog may close at any of these steps, by the answer before.
                if (!(error instanceof errors.TimeoutError)) {
                    throw error;
                }
            }
            return (await input.isHidden()) || undefined;
        });
    }
});

async function read(uri: vscode.Uri): Promise<string | undefined> {
    try {
        return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) || undefined;
    } catch {
        return undefined;
    }
}

/** The times that the page takes for the effect of a key, once the layout is complete. */
async function timeOfKeys(): Promise<{ readonly median: number; readonly most: number }> {
    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
        const began = performance.now();
        document.activeElement?.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true, cancelable: true })
        );
        await Promise.resolve();
        await new Promise((resolve) => setTimeout(resolve, 0));
        void document.body.offsetHeight;
        times.push(performance.now() - began);
        await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    times.sort((a, b) => a - b);
    return { median: times[times.length >> 1]!, most: times.at(-1)! };
}

function report(line: string): void {
    // oxlint-disable-next-line no-console
    console.log(`e2e|       ${line}`);
}
