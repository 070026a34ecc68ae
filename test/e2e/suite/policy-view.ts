/** Tests the view of all policies in the page: rows, icons, actions, the badge, and its message when it is empty. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { eventually, lineOf, openExample, replaceText } from './editor.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';
import { languageServerPid } from './processes.js';

const VIEW = '.pane-body [aria-label="Policies"]';
const POLICY = 'policy MailAssistant in mail-assistant/first-try.guardrail: 1 of 2 claims violated';
const BROKEN = 'claim mail leaves only through a person: violated';
const POSSIBLE = 'claim it can still answer mail: possible';
/** The policies of the workspace (`scripts/e2e/prepare.mjs`) with violated claims. */
const FIRST_TRIES = ['coding-agent', 'hand-over', 'mail-assistant', 'mcp-servers'].map(
    (folder) => `${folder}/first-try.guardrail`
);
const ANOTHER = `policy Another
agent bot
server s { tool pay() }
allow bot: s.pay
claim "CLAIM": never s.pay
`;

describe('the view of policies', function () {
    let page: Page;

    before(async function () {
        // All policies are checked, some of which take long.
        this.timeout(300_000);
        page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        // The badge is on the icon of the view.
        await setOption('activityBar.location', 'default');
        await vscode.commands.executeCommand('guardrail.policies.focus');
        // Only the start of a long list is drawn.
        await vscode.commands.executeCommand('guardrail.showOnlyProblems');
        const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
        const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
            .filter((file) => file.endsWith('.guardrail'))
            .map((file) => join(folder, file));
        const policies = files.filter((file) => /^policy /m.test(readFileSync(file, 'utf8')));
        await Promise.all(
            policies.map((file) => vscode.commands.executeCommand('guardrail.check', vscode.Uri.file(file)))
        );
    });

    after(async () => {
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await setOption('activityBar.location', 'hidden');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await disconnect();
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'policies-failure');
        }
    });

    const row = (label: string) => page.locator(`${VIEW} [role=treeitem][aria-label^="${label}"]`);
    /** Rows move while others are added. */
    const listsFirstTries = (): Promise<boolean> =>
        eventually('the broken policies are listed', async () => {
            const files = (await labels()).flatMap((label) => /^policy .* in (\S+): /.exec(label)?.[1] ?? []);
            assert.deepEqual(files, FIRST_TRIES);
            return true;
        });
    const labels = (): Promise<string[]> =>
        page.locator(`${VIEW} [role=treeitem]`).evaluateAll((rows) => rows.map((each) => each.ariaLabel ?? ''));

    it('lists policies that are not open, in the order of their files, and leaves out those without problems', async () => {
        await listsFirstTries();
        // Rows are drawn before their children.
        await eventually('its claims are drawn', async () => (await row(BROKEN).count()) > 0 || undefined);
        const all = await labels();
        const at = all.findIndex((label) => label.startsWith(POLICY));
        assert.ok(all[at + 1]!.startsWith(BROKEN), all.join('\n'));
        assert.ok(!all[at + 2]!.startsWith(POSSIBLE), all.join('\n'));
        await vscode.commands.executeCommand('guardrail.showAllPolicies');
        await eventually('claims that hold are there', async () =>
            (await labels()).some((label) => /^claim .*: holds/.test(label)) ? true : undefined
        );
        await vscode.commands.executeCommand('guardrail.showOnlyProblems');
        await eventually('they are not', async () =>
            (await labels()).every((label) => !/^claim .*: holds/.test(label)) ? true : undefined
        );
        await listsFirstTries();
    });

    it('counts the violated claims in its badge', async () => {
        const badge = page.locator('.activitybar .action-item', { has: page.locator('[aria-label^="Guardrail"]') });
        await eventually('the badge', async () =>
            /^[1-9]\d*$/.test((await badge.locator('.badge-content').textContent()) ?? '') ? true : undefined
        );
    });

    it('opens the claim', async () => {
        await row(BROKEN).first().click();
        await eventually('the cursor is at the claim', () => {
            const editor = vscode.window.activeTextEditor;
            if (!editor?.document.uri.path.endsWith('/mail-assistant/first-try.guardrail')) {
                return undefined;
            }
            return editor.selection.active.line === lineOf(editor.document, 'claim "mail leaves only') || undefined;
        });
    });

    it('shows the session from the row', async () => {
        await row(BROKEN).first().hover();
        await row(BROKEN).first().locator('.action-label[aria-label="Show Session"]').click();
        await traceView(page).locator('.step').first().waitFor();
        await screenshot(page, 'policies-dark', { part: { x: 0, y: 0, width: 347, height: 380 } });
        await setOption('colorTheme', 'Default Light Modern');
        await screenshot(page, 'policies-light');
        await setOption('colorTheme', 'Default Dark Modern');
        await vscode.commands.executeCommand('workbench.action.closeEditorsInGroup');
    });

    it('follows edits', async () => {
        const { document } = await openExample('mail-assistant/first-try.guardrail');
        await replaceText(document, 'for web.post', 'for external tools');
        await eventually(
            'the policy is no longer among those with a problem',
            async () => (await row(POLICY).count()) === 0 || undefined
        );
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('workbench.action.files.revert');
        await eventually('it is broken again', async () => (await row(POLICY).count()) > 0 || undefined);
    });

    it('does not redraw rows that have not changed', async () => {
        const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'another.guardrail');
        const write = async (claim: string): Promise<void> => {
            const text = ANOTHER.replace('CLAIM', claim);
            await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
            await row(`claim ${claim}`).first().waitFor();
            await vscode.commands.executeCommand('guardrail.check', file.toString());
            await row(`claim ${claim}: violated`).first().waitFor();
        };
        await write('nothing is paid');
        const button = await row(POLICY).first().locator('.action-label[aria-label="Check"]').elementHandle();
        await write('nobody pays');
        assert.ok(await button.evaluate((element) => element.isConnected), 'the button of the other row is the same');
        await vscode.workspace.fs.delete(file);
        await row('claim nobody pays').first().waitFor({ state: 'detached' });
    });

    it('checks a policy from its row, whatever the editor shows', async () => {
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await row(POLICY).first().hover();
        await row(POLICY).first().locator('.action-label[aria-label="Check"]').click();
        await page.locator('.statusbar-item', { hasText: 'MailAssistant: 1 of 2 claims violated' }).waitFor();
    });

    it('reports that the server is not running, and starts it', async function () {
        this.timeout(120_000);
        const restart = page.locator('.welcome-view-content .monaco-button', { hasText: 'Restart Server' });
        // This resets the count of crashes: after the fifth, the server is not restarted automatically.
        await vscode.commands.executeCommand('guardrail.restartServer');
        const killed = new Set<number>();
        while (killed.size < 5) {
            killed.add(await eventually(`crash ${killed.size + 1}`, () => killAnother(killed)));
        }
        await restart.waitFor();
        await vscode.commands.executeCommand('notifications.clearAll');
        await screenshot(page, 'policies-stopped');
        await restart.click();
        await eventually('the policies are back', async () => (await row(POLICY).count()) > 0 || undefined);
    });
});

/** A server that is ending may be visible for a while. */
function killAnother(killed: ReadonlySet<number>): number | undefined {
    try {
        const pid = languageServerPid();
        return !killed.has(pid) && process.kill(pid, 'SIGKILL') ? pid : undefined;
    } catch {
        // The server is not running at the moment.
        return undefined;
    }
}

async function setOption(name: string, value: string): Promise<void> {
    await vscode.workspace.getConfiguration('workbench').update(name, value, vscode.ConfigurationTarget.Global);
}
