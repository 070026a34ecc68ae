/**
 * Tests the offers to assistants: tools, and the same tools as an MCP server, in versions that accept them from an
 * extension.
 */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { isSince } from './editor.js';
import { disconnect, screenshot, workbenchPage } from './page.js';

/** A part of the API that is newer than our oldest supported version. */
interface Tools {
    readonly lm: {
        invokeTool(
            name: string,
            options: { input: object; toolInvocationToken: undefined }
        ): Promise<{ content: readonly { value: string }[] }>;
    };
}

if (isSince(95)) {
    describe('an assistant', () => {
        const ask = async (name: string, input: object): Promise<string> => {
            const { lm } = vscode as unknown as Tools;
            const { content } = await lm.invokeTool(name, { input, toolInvocationToken: undefined });
            return content.map(({ value }) => value).join('');
        };

        it('checks a file and sees the session', async () => {
            const text = await ask('guardrail_check', { file: 'mail-assistant/first-try.guardrail' });
            assert.match(text, /Policy MailAssistant: 1 of 2 claims violated/);
            assert.match(text, /web\.fetch\(url: "https:/);
        });

        it('checks a text, and sees its errors', async () => {
            const text = await ask('guardrail_check', { text: 'policy Broken\nallow nobody: nothing' });
            assert.match(text, /- line 2, column \d+: GR\d+: /);
        });

        it('looks up a code', async () => {
            assert.match(await ask('guardrail_explain', { code: 'GR501' }), /GR501/);
        });

        it('gets an explanation of its mistake', async () => {
            await assert.rejects(ask('guardrail_check', { file: 'nowhere.guardrail' }), /There is no file nowhere/);
            await assert.rejects(ask('guardrail_explain', { code: '../../../etc' }), /There is no code/);
        });
    });
}

if (isSince(101)) {
    describe('the MCP server', function () {
        let page: Page;

        before(async function () {
            page = (await workbenchPage()) ?? this.skip();
        });

        after(async () => {
            await page.keyboard.press('Escape');
            await vscode.commands.executeCommand('workbench.action.closePanel');
            await disconnect();
        });

        const row = (text: string): Locator =>
            page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

        it('is listed, starts, and has its tools', async () => {
            void vscode.commands.executeCommand('workbench.mcp.listServer');
            await row('Stopped').waitFor();
            assert.match((await row('Stopped').textContent()) ?? '', /^Guardrail/);
            await row('Stopped').click();
            await row('Start Server').click();
            // VS Code shows the output of a server that is started manually.
            await page.locator('.view-line', { hasText: 'Discovered 2 tools' }).waitFor();
            void vscode.commands.executeCommand('workbench.mcp.listServer');
            await row('Running').waitFor();
            assert.match((await row('Running').textContent()) ?? '', /^Guardrail/);
            await screenshot(page, 'mcp-server', { hasMenu: true });
        });
    });
}
