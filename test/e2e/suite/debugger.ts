/** Tests the debugger: a counterexample is stepped through, forwards and backwards, with its state. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { errorsOf, eventually, openExample, replaceText } from './editor.js';
import { disconnect, screenshot, workbenchPage } from './page.js';

const CLAIM = 'mail leaves only through a person';
const SCENARIO = 'an injected instruction is held';
const RULE = 'for external tools when carries private';
const GAP = 'for web.post';
const ORDER = `policy Order
agent bot
server s { tool a()  tool b() }
allow bot: s.a, s.b
deny s.b when once s.a
claim "b can come first": possible s.b then s.a
scenario "b after a":
  bot calls s.a() -> allowed
  bot calls s.b() -> denied
`;

describe('the debugger', function () {
    let page: Page | undefined;
    let document: vscode.TextDocument;

    before(async function () {
        page = await workbenchPage();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        document = (await openExample('mail-assistant/mail.guardrail')).document;
        await replaceText(document, RULE, GAP);
        await eventually('the claim is violated', () => (errorsOf(document).length > 0 ? true : undefined));
        const rule = new vscode.Location(document.uri, new vscode.Position(8, 0));
        vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(rule)]);
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed' && page) {
            await screenshot(page, 'debugger-failure');
        }
        if (this.currentTest?.state === 'failed') {
            await vscode.debug.stopDebugging();
        }
    });

    after(async () => {
        await vscode.debug.stopDebugging();
        vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        // F5 has saved the text.
        await replaceText(document, GAP, RULE);
        await document.save();
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        await vscode.commands.executeCommand('workbench.action.closePanel');
        await disconnect();
    });

    it('stops before the first step of a counterexample', async () => {
        const started = await vscode.debug.startDebugging(undefined, {
            type: 'guardrail',
            request: 'launch',
            name: CLAIM,
            policy: document.uri.fsPath,
            claim: CLAIM
        });
        assert.ok(started);
        await frames((all) => all.length === 1);
    });

    it('steps forwards, and runs to the step that a rule with a breakpoint decided', async () => {
        await ask('next', { threadId: 1 });
        const [read] = await frames((all) => all.length === 2);
        assert.match(read!.name, /assistant calls mail\.read\(.*allowed by line 9/);
        assert.equal(read!.line, 9);
        await ask('continue', { threadId: 1 });
        const [fetched] = await frames((all) => all.length === 3);
        assert.match(fetched!.name, /web\.fetch/);
    });

    it('shows the state of the session as variables', async () => {
        const [frame] = await frames((all) => all.length === 3);
        const { scopes } = await ask<{ scopes: { name: string; variablesReference: number }[] }>('scopes', {
            frameId: frame!.id
        });
        const { variables } = await ask<{ variables: { name: string; value: string }[] }>('variables', {
            variablesReference: scopes.find(({ name }) => name === 'Labels')!.variablesReference
        });
        assert.deepEqual(
            variables.map(({ name, value }) => [name, value]),
            [['assistant', 'private, untrusted']]
        );
        if (page) {
            await vscode.commands.executeCommand('workbench.view.debug');
            await page.locator('.debug-variables').getByText('Labels').first().waitFor();
            await screenshot(page, 'debugger-dark');
        }
    });

    it('evaluates conditions at the place of the frame', async () => {
        const all = await frames((found) => found.length === 3);
        const evaluate = (frameId: number): Promise<{ result: string }> =>
            ask('evaluate', { expression: 'once mail.read', frameId, context: 'repl' });
        assert.equal((await evaluate(all[0]!.id)).result, 'true');
        assert.equal((await evaluate(all[2]!.id)).result, 'false');
    });

    it('moves a breakpoint to a place where a session can stop, and reports places where it cannot', async () => {
        const at = (line: number): vscode.SourceBreakpoint =>
            new vscode.SourceBreakpoint(new vscode.Location(document.uri, new vscode.Position(line, 0)));
        const [moved, below] = [at(2), at(document.lineCount - 1)];
        vscode.debug.addBreakpoints([moved, below]);
        const known = (
            breakpoint: vscode.Breakpoint
        ): Promise<{ verified: boolean; line?: number; message?: string }> =>
            eventually(
                'the adapter knows the breakpoint',
                async () =>
                    vscode.debug.activeDebugSession!.getDebugProtocolBreakpoint(breakpoint) as Promise<
                        { verified: boolean; line?: number; message?: string } | undefined
                    >
            );
        const { verified, line } = await known(moved);
        assert.deepEqual({ verified, line }, { verified: true, line: 9 });
        assert.equal((await known(below)).verified, false);
        assert.match((await known(below)).message ?? '', /no rule or scenario step/);
        if (page) {
            await page.locator('.codicon-debug-breakpoint-unverified').first().waitFor({ state: 'attached' });
            await screenshot(page, 'debugger-breakpoints');
        }
        vscode.debug.removeBreakpoints([moved, below]);
    });

    it('steps backwards, and ends', async () => {
        await ask('stepBack', { threadId: 1 });
        await frames((all) => all.length === 2);
        await ask('reverseContinue', { threadId: 1 });
        await frames((all) => all.length === 1);
        await vscode.commands.executeCommand('workbench.action.debug.stop');
        await eventually('it is over', () => (vscode.debug.activeDebugSession ? undefined : true));
    });

    it('starts with F5 in the scenario at the cursor, runs to the cursor, and jumps to it', async () => {
        vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
        const step = document
            .getText()
            .split('\n')
            .findIndex((line) => line.includes('reviewer approves web.post'));
        const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await focusAt(editor, step);
        await vscode.commands.executeCommand('workbench.action.debug.start');
        await frames((all) => all.length === 1);
        assert.equal(vscode.debug.activeDebugSession!.configuration.scenario, SCENARIO);
        await focusAt(editor, step);
        await vscode.commands.executeCommand('editor.debug.action.runToCursor');
        const [approval] = await frames((all) => all.length === 4);
        assert.equal(approval!.line, step + 1);
        await focusAt(editor, step - 1);
        await vscode.commands.executeCommand('debug.jumpToCursor');
        const [held] = await frames((all) => all.length === 3);
        assert.match(held!.name, /web\.post.*held/);
        if (page) {
            await page.locator('.debug-top-stack-frame-line, .debug-focused-stack-frame-line').first().waitFor();
            await screenshot(page, 'debugger-scenario');
        }
        await vscode.commands.executeCommand('workbench.action.debug.stop');
        await eventually('it is over', () => (vscode.debug.activeDebugSession ? undefined : true));
    });

    it('shows the value of the condition under the mouse', async function () {
        if (!page) {
            this.skip();
        }
        const folder = vscode.workspace.workspaceFolders![0]!;
        const file = vscode.Uri.joinPath(folder.uri, 'order.guardrail');
        await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(ORDER));
        await openExample('order.guardrail');
        const started = vscode.debug.startDebugging(folder, {
            type: 'guardrail',
            request: 'launch',
            name: 'with variables',
            policy: '${workspaceFolder}/order.guardrail'
        });
        // The cursor is not on a claim or scenario, so the user is asked for one.
        await page.locator('.quick-input-widget').getByText('b after a').first().click();
        assert.ok(await started);
        await frames((all) => all.length === 1);
        await hoverTells('false');
        await ask('next', { threadId: 1 });
        await frames((all) => all.length === 2);
        await hoverTells('true');
        await screenshot(page, 'debugger-hover', { hasMenu: true });
        await vscode.commands.executeCommand('workbench.action.debug.stop');
        await eventually('it is over', () => (vscode.debug.activeDebugSession ? undefined : true));
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
        await vscode.workspace.fs.delete(file);
    });

    async function hoverTells(value: string): Promise<void> {
        const word = page!.locator('.view-line', { hasText: 'when once s.a' }).getByText('once').first();
        await eventually(`the hover tells ${value}`, async () => {
            await page!.mouse.move(300, 15);
            const box = await word.boundingBox();
            await page!.mouse.move(box!.x + box!.width / 2, box!.y + box!.height / 2, { steps: 5 });
            return page!
                .locator('.debug-hover-widget', { hasText: value })
                .waitFor({ timeout: 1000 })
                .then(
                    () => true,
                    () => undefined
                );
        });
    }

    async function focusAt(editor: vscode.TextEditor, line: number): Promise<void> {
        await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
        editor.selection = new vscode.Selection(line, 2, line, 2);
        await eventually('the cursor is there', () => (editor.selection.active.line === line ? true : undefined));
    }

    async function ask<R>(command: string, args: object): Promise<R> {
        return (await vscode.debug.activeDebugSession!.customRequest(command, args)) as R;
    }

    async function frames(
        isSo: (all: readonly { id: number }[]) => boolean
    ): Promise<{ id: number; name: string; line: number }[]> {
        return eventually('the stack is as expected', async () => {
            const { stackFrames } = await ask<{ stackFrames: { id: number; name: string; line: number }[] }>(
                'stackTrace',
                { threadId: 1 }
            ).catch(() => ({ stackFrames: [] }));
            return isSo(stackFrames) ? stackFrames : undefined;
        });
    }
});
