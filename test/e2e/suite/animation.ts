/**
 * The animation in the README (`npm run test:e2e -- --pictures`): frames of a rule that loses its hold, of the session
 * that the checker finds, and of the repair, as they appear in the editor.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { eventually, openExample } from './editor.js';
import { disconnect, traceView, workbenchPage } from './page.js';

const RULE = 'external tools when carries private';
const GAP = 'web.post';
/** A size that is small enough to be legible on a page. */
const SIZE = { width: 1000, height: 720 };
const USUAL_SIZE = { width: 1400, height: 760 };
/** Settings without pop-ups that open while typing, because they would cover the policy. */
const QUIET = { quickSuggestions: false, suggestOnTriggerCharacters: false };

describe('the animation', function () {
    this.timeout(120_000);
    let page: Page;
    let editor: vscode.TextEditor;
    let frames = 0;

    before(async function () {
        page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await vscode.commands.executeCommand('workbench.action.closePanel');
        await configure(QUIET);
        await page.setViewportSize(SIZE);
        editor = await openExample('mail-assistant/mail.guardrail');
        await vscode.commands.executeCommand('workbench.action.files.revert');
        select(0, 0);
        editor.revealRange(editor.selection);
        mkdirSync(folder(), { recursive: true });
    });

    after(async () => {
        await configure({ quickSuggestions: undefined, suggestOnTriggerCharacters: undefined });
        await page.setViewportSize(USUAL_SIZE);
        await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
        await vscode.commands.executeCommand('workbench.action.files.revert');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await disconnect();
    });

    it('shows a weakened rule, the session, and the repair', async () => {
        const view = traceView(page);
        await verdict('holds');
        await frame(1600);

        const at = editor.document.getText().indexOf(RULE);
        select(at, at + RULE.length);
        await frame(900);
        for (const [index, letter] of [...GAP].entries()) {
            await page.keyboard.type(letter);
            await frame(index === GAP.length - 1 ? 500 : 110);
        }
        await verdict('violated');
        await frame(1800);

        await page.locator('.codelens-decoration a', { hasText: 'violated · show session' }).click();
        await view.locator('.step.judged').waitFor();
        await frame(2800);
        await view.locator('.step.selected .step-button').focus();
        await page.keyboard.press('ArrowUp');
        await view.locator('.step.selected .call', { hasText: 'mail.read' }).waitFor();
        await frame(1800);
        await page.keyboard.press('ArrowDown');
        await view.locator('.step.selected .call', { hasText: 'web.fetch' }).waitFor();
        await frame(1400);

        editor = await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
        const claim = editor.document.getText().indexOf('claim "') + 'claim "'.length;
        select(claim, claim);
        await repairsFound();
        await vscode.commands.executeCommand('editor.action.quickFix');
        await page
            .locator('.action-widget')
            .getByText(/: allowed -> (held|denied)/)
            .first()
            .waitFor();
        await frame(2400);
        await page
            .locator('.action-widget')
            .getByText(/: allowed -> (held|denied)/)
            .first()
            .click();
        await page.locator('.bulk-edit-panel input[type=checkbox]').first().click();
        await frame(2400);
        await page.getByRole('button', { name: 'Apply', exact: true }).click();
        await view.locator('.repaired').waitFor();
        await verdict('holds');
        await frame(3600);
    });

    function folder(): string {
        return join(process.env.GUARDRAIL_E2E_OUT ?? '.', 'repair');
    }

    /** Saves a frame in the format of scripts/e2e/animation.mjs, with the milliseconds to show it. */
    async function frame(ms: number): Promise<void> {
        await page.mouse.move(300, 4);
        const name = `${String(frames++).padStart(3, '0')}-${ms}.png`;
        await page.screenshot({ path: join(folder(), name), animations: 'disabled', scale: 'css' });
    }

    function select(from: number, to: number): void {
        const { document } = editor;
        editor.selection = new vscode.Selection(document.positionAt(from), document.positionAt(to));
    }

    /** Waits until the repairs have been found; before, the menu has another entry. */
    async function repairsFound(): Promise<void> {
        const { document, selection } = editor;
        await eventually('repairs', async () => {
            const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
                'vscode.executeCodeActionProvider',
                document.uri,
                selection,
                vscode.CodeActionKind.QuickFix.value,
                20
            );
            return fixes.some(({ title }) => /: allowed -> (held|denied)/.test(title)) ? true : undefined;
        });
    }

    async function verdict(word: string): Promise<void> {
        await page
            .locator('.codelens-decoration', { hasText: new RegExp(`^\\S ${word}`) })
            .first()
            .waitFor();
    }
});

async function configure(settings: Readonly<Record<string, boolean | undefined>>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
        await vscode.workspace.getConfiguration('editor').update(name, value, vscode.ConfigurationTarget.Global);
    }
}
