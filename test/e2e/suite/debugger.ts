/** The debugger: a counterexample is stepped through, forwards and backwards, with its state. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { errorsOf, eventually, openExample, replaceText } from './editor.js';
import { disconnect, screenshot, workbenchPage } from './page.js';

const CLAIM = 'mail leaves only through a person';

describe('the debugger', function () {
    let page: Page | undefined;
    let document: vscode.TextDocument;

    before(async function () {
        page = await workbenchPage();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        document = (await openExample('mail-assistant/mail.guardrail')).document;
        await replaceText(document, 'for external tools when carries private', 'for web.post');
        await eventually('the claim is violated', () => (errorsOf(document).length > 0 ? true : undefined));
        const rule = new vscode.Location(document.uri, new vscode.Position(8, 0));
        vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(rule)]);
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed' && page) {
            await screenshot(page, 'debugger-failure');
        }
    });

    after(async () => {
        await vscode.debug.stopDebugging();
        vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
        await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
        await vscode.commands.executeCommand('workbench.action.files.revert');
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

    it('steps backwards, and ends', async () => {
        await ask('stepBack', { threadId: 1 });
        await frames((all) => all.length === 2);
        await ask('reverseContinue', { threadId: 1 });
        await frames((all) => all.length === 1);
        await vscode.commands.executeCommand('workbench.action.debug.stop');
        await eventually('it is over', () => (vscode.debug.activeDebugSession ? undefined : true));
    });

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
