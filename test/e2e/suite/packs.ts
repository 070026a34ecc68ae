/** Tests the view of packs, and the templates of statements that name what the policy declares. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { eventually, LIGHT, DARK, setTheme } from './editor.js';
import { disconnect, screenshot, workbenchPage } from './page.js';

const VIEW = '.pane-body [aria-label="Packs"]';
const INDEX = `/** At most \`most\` calls of \`of\`, and none without \`gate\`. */
pack Careful(of: tools, gate: human, most: int = 3) {
  require approval by gate for of
  limit of to 3
  claim "nobody acts alone": never of unless approved by gate
}
@deprecated("Careful")
pack Old(of: tools) { deny of }
`;
const POLICY = `policy Packed

server desk {
  tool open(id: string) readonly
  tool close(id: string) irreversible
}
agent clerk
human boss

allow clerk: desk.*
`;

describe('packs of packages', function () {
    this.timeout(300_000);
    const at = (name: string): vscode.Uri =>
        vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'packed', name);
    const write = (name: string, text: string): Thenable<void> =>
        vscode.workspace.fs.writeFile(at(name), new TextEncoder().encode(text));
    let page: Page;
    const row = (label: string): Locator => page.locator(`${VIEW} [role=treeitem][aria-label^="${label}"]`);

    before(async function () {
        const shown = await workbenchPage();
        if (!shown) {
            this.skip();
        }
        page = shown;
        page.setDefaultTimeout(120_000);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('guardrail.packs.focus');
        await row('guardrail/std').waitFor();
    });

    after(async () => {
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.workspace.fs.delete(at(''), { recursive: true });
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await disconnect();
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'packs-failure', { hasMenu: true });
        }
    });

    it('are listed once they are installed', async () => {
        await write('node_modules/@acme/rules/index.guardrail', INDEX);
        await write(
            'node_modules/@acme/rules/package.json',
            JSON.stringify({ name: '@acme/rules', version: '2.1.0', exports: './index.guardrail' })
        );
        await write('policy.guardrail', POLICY);
        await write('package.json', JSON.stringify({ dependencies: { '@acme/rules': '^2.0.0' } }));
        await vscode.window.showTextDocument(at('policy.guardrail'), { viewColumn: vscode.ViewColumn.One });
        await row('@acme/rules 2.1.0, packs: 2').waitFor();
        await row('pack Old (of) deprecated').waitFor();
        await screenshot(page, 'packs-dark', { part: { x: 0, y: 598, width: 297, height: 140 } });
        await setTheme(LIGHT);
        await screenshot(page, 'packs-light');
        await setTheme(DARK);
    });

    it('are imported into the open policy and used with its names', async () => {
        await row('pack Careful').hover();
        await row('pack Careful').locator('.action-label[aria-label="Use Pack…"]').click();
        const { document } = vscode.window.activeTextEditor!;
        await eventually('the use is there', () => /use Careful\(/.test(document.getText()) || undefined);
        await screenshot(page, 'packs-use-dark', { hasMenu: true });
        await page.keyboard.press('Escape');
        const text = document.getText();
        assert.match(text, /^import \{ Careful \} from "@acme\/rules"$/m);
        assert.match(text, /^use Careful\(of: desk\.open, gate: boss\)$/m);
    });

    it('show their documentation', async () => {
        await row('pack Careful').click();
        const preview = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
        await preview.getByRole('heading', { name: 'Careful' }).waitFor();
        await preview.getByText('a human or a role').waitFor();
        await screenshot(page, 'packs-documentation-dark');
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });

    it('templates name the tools and people of the policy', async () => {
        const editor = await vscode.window.showTextDocument(at('policy.guardrail'));
        const { document } = editor;
        await vscode.commands.executeCommand('leaveSnippet');
        await editor.edit((edit) => edit.insert(document.lineAt(document.lineCount - 1).range.end, '\n\n'));
        const last = document.lineCount - 1;
        editor.selection = new vscode.Selection(last, 0, last, 0);
        await page.locator(`.line-numbers.active-line-number`, { hasText: String(last + 1) }).waitFor();
        await page.keyboard.type('require', { delay: 50 });
        const template = page.locator('.suggest-widget .monaco-list-row', { hasText: 'require approval per' });
        await template.first().waitFor();
        await screenshot(page, 'templates-dark', { hasMenu: true });
        await template.first().click();
        await eventually(
            'the template is there',
            () => /^require approval by boss for .+ valid 8h per /m.test(document.getText()) || undefined
        );
        await screenshot(page, 'template-dark', { hasMenu: true });
    });
});
