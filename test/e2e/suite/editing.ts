/** Tests help while a policy is written: the features of the language server, as VS Code requests and shows them. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { errorsOf, eventually, lensesOf, lineOf, openExample, replaceText } from './editor.js';
import { disconnect, type Part, screenshot, workbenchPage } from './page.js';

const RULE = 'for external tools when carries private';
const GAP = 'for web.post';
const CLAIM = 'mail leaves only through a person';
/** The location of the policy in the page. */
const POLICY: Part = { x: 0, y: 0, width: 1000, height: 560 };

/** The policy of the README with names that begin like others, so that a wrong suggestion would replace them. */
const TYPED = [
    'policy MailAssistant',
    'agent assistant',
    'agent mail',
    'human reviewer',
    'label read',
    'allow assistant: mail.read, mail.draft, web.fetch, web.post',
    'require approval by reviewer for web.post',
    'deny mail.draft when carries private',
    'claim "mail leaves only through a person": never external tools after mail.read unless approved by reviewer'
];

describe('editing the mail assistant', function () {
    let page: Page | undefined;
    let editor: vscode.TextEditor;
    let document: vscode.TextDocument;
    let shipped: string;

    before(async () => {
        page = await workbenchPage();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        editor = await openExample('mail-assistant/mail.guardrail');
        document = editor.document;
        shipped = document.getText();
    });

    afterEach(async () => {
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    after(disconnect);

    it('leaves a policy that is typed by hand as it is typed', async function () {
        if (!page) {
            this.skip();
        }
        const typed = await vscode.workspace.openTextDocument({ language: 'guardrail', content: '' });
        await vscode.window.showTextDocument(typed);
        await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
        for (const line of TYPED) {
            await page.keyboard.type(line, { delay: 20 });
            // A list that the line opened is there before Enter.
            await page.waitForTimeout(400);
            await page.keyboard.press('Enter');
        }
        await eventually('everything is typed', () => {
            assert.deepEqual(typed.getText().trimEnd().split('\n'), TYPED);
            return true;
        });
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });

    it('offers the name that was meant', async () => {
        await replaceText(document, 'mail.draft, web.fetch', 'mail.darft, web.fetch');
        const fix = await eventually('a fix with an edit', async () => {
            const [error] = errorsOf(document);
            const fixes = error ? await quickFixes(error.range) : [];
            return fixes.find(({ title, edit }) => edit && /draft/.test(title));
        });
        await vscode.workspace.applyEdit(fix.edit!);
        assert.equal(document.getText(), shipped);
        await eventually('no error is left', () => (errorsOf(document).length === 0 ? true : undefined));
    });

    it('offers repairs of a violated claim, and the claim holds after one', async function () {
        await replaceText(document, RULE, GAP);
        const [error] = await eventually('the claim is violated', () => some(errorsOf(document)));
        editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        editor.selection = new vscode.Selection(error!.range.start, error!.range.start);
        const repair = await eventually('a repair', async () =>
            (await quickFixes(error!.range)).find(({ title }) => /: allowed -> (held|denied)/.test(title))
        );
        if (page) {
            await vscode.commands.executeCommand('editor.action.quickFix');
            await page
                .locator('.action-widget')
                .getByText(/: allowed -> (held|denied)/)
                .first()
                .waitFor();
            await screenshot(page, 'quick-fixes-dark', { hasMenu: true, part: POLICY });
            await page.keyboard.press('Escape');
        }
        assert.ok(repair.edit, 'a repair with an edit');
        await vscode.workspace.applyEdit(repair.edit);
        await eventually('the claim holds', async () => (await claimLens())?.startsWith('holds') || undefined);
        await eventually('no error is left', () => (errorsOf(document).length === 0 ? true : undefined));
    });

    it('formats, and changes only white space', async () => {
        await replaceText(document, 'allow assistant: mail.read, mail.draft', 'allow   assistant:mail.read,mail.draft');
        const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>(
            'vscode.executeFormatDocumentProvider',
            document.uri,
            { tabSize: 2, insertSpaces: true }
        );
        const change = new vscode.WorkspaceEdit();
        change.set(document.uri, edits);
        await vscode.workspace.applyEdit(change);
        assert.equal(document.getText(), shipped);
    });

    it('renames a tool wherever it is used', async () => {
        const at = document.positionAt(shipped.indexOf('mail.draft') + 'mail.'.length);
        const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
            'vscode.executeDocumentRenameProvider',
            document.uri,
            at,
            'write'
        );
        const files = edit.entries().map(([uri, edits]) => [uri.path.split('/').pop(), edits.length]);
        assert.deepEqual(new Map(files as [string, number][]).get('mail.guardrail'), 2);
        assert.ok(files.length > 1, 'its declaration is in another file');
    });

    it('shows the meaning of a selector next to it', async function () {
        const hints = await eventually('hints', async () => {
            const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
                'vscode.executeInlayHintProvider',
                document.uri,
                new vscode.Range(0, 0, document.lineCount, 0)
            );
            return some(found);
        });
        const texts = hints.map(({ label }) =>
            typeof label === 'string' ? label : label.map(({ value }) => value).join('')
        );
        assert.ok(
            texts.some((text) => text.includes('web.post')),
            texts.join(' | ')
        );
        if (page) {
            await page
                .locator('.codelens-decoration', { hasText: /^\S holds/ })
                .first()
                .waitFor();
            await screenshot(page, 'inlay-hints');
        }
    });

    it('shows the facts about a claim in its hover', async function () {
        const at = document.positionAt(shipped.indexOf(CLAIM));
        const shown = await eventually('the verdict', async () => {
            const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
                'vscode.executeHoverProvider',
                document.uri,
                at
            );
            const text = hovers.flatMap(({ contents }) =>
                contents.map((part) => (part as vscode.MarkdownString).value)
            );
            return text.some((part) => /holds/.test(part)) ? text.join('\n') : undefined;
        });
        assert.match(shown, /external/);
        if (page) {
            editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
            editor.selection = new vscode.Selection(at, at);
            await vscode.commands.executeCommand('editor.action.showHover');
            await page.locator('.monaco-hover:visible', { hasText: 'holds' }).first().waitFor();
            await screenshot(page, 'hover-dark', { hasMenu: true, part: POLICY });
            await page.keyboard.press('Escape');
        }
    });

    it('shows the parameters of a call while they are typed', async () => {
        const place = document.positionAt(shipped.indexOf('web.post(url:') + 'web.post('.length);
        const help = await vscode.commands.executeCommand<vscode.SignatureHelp>(
            'vscode.executeSignatureHelpProvider',
            document.uri,
            place,
            '('
        );
        assert.match(help.signatures[0]!.label, /web\.post\(.*url.*body/);
    });

    async function quickFixes(range: vscode.Range): Promise<vscode.CodeAction[]> {
        return vscode.commands.executeCommand<vscode.CodeAction[]>(
            'vscode.executeCodeActionProvider',
            document.uri,
            range,
            vscode.CodeActionKind.QuickFix.value,
            20
        );
    }

    async function claimLens(): Promise<string | undefined> {
        const line = lineOf(document, `claim "${CLAIM}"`);
        // The title is returned without the verdict icon.
        return (await lensesOf(document)).find((lens) => lens.line === line)?.title.replace(/^\S /, '');
    }
});

function some<T>(all: readonly T[]): readonly T[] | undefined {
    return all.length > 0 ? all : undefined;
}
