/** Tests the view of waiting calls with a real gateway in front of a real server. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { eventually } from './editor.js';
import { disconnect, screenshot, workbenchPage } from './page.js';

const POLICY = `policy Files
agent assistant
human me
server fs {
  tool read_text_file(path: string) readonly
  tool write_file(path: string, content: string)
}
allow assistant: fs.*
require approval by me for fs.write_file because "files are changed only with my approval"
claim "files change only with my approval": never fs.write_file unless approved by me
`;

describe('the view of waiting calls', function () {
    let page: Page;
    let there: string;
    let gateway: ChildProcessByStdio<Writable, Readable, null>;
    const answers = new Map<number, string>();

    before(async function () {
        page = (await workbenchPage()) ?? this.skip();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        there = mkdtempSync(join(tmpdir(), 'guardrail-files-'));
        writeFileSync(join(there, 'files.guardrail'), POLICY);
        writeFileSync(join(there, 'notes.txt'), 'before');
        gateway = startGateway(there, answers);
        send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
        await answerTo(1);
        send({ method: 'notifications/initialized' });
        callTool(2, 'read_text_file', { path: join(there, 'notes.txt') });
        assert.match(await answerTo(2), /before/);
    });

    after(async () => {
        gateway.kill();
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        rmSync(there, { recursive: true, force: true });
        await disconnect();
    });

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') {
            await screenshot(page, 'approvals-failure', { hasNotifications: true });
        }
    });

    const clientInfo = { name: 'e2e', version: '1' };
    const send = (message: object): boolean =>
        gateway.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const callTool = (id: number, name: string, args: object): boolean =>
        send({ id, method: 'tools/call', params: { name, arguments: args } });
    const answerTo = (id: number): Promise<string> => eventually(`an answer to ${id}`, () => answers.get(id));
    const rows = () => page.locator('.pane-body [aria-label="Waiting Calls"] [role=treeitem]');

    it('shows a call with its arguments and the earlier events, and lets it through after an approval', async () => {
        const path = join(there, 'notes.txt');
        callTool(3, 'write_file', { path, content: 'Call Ann back.\u202e' });
        await vscode.commands.executeCommand('guardrail.policies.focus');
        await eventually('a row of the call', async () => (await rows().count()) === 1);
        await rows().first().click();
        const document = await eventually('the call is shown', () => shownCall());
        const text = document.getText();
        assert.match(text, /^\/\/ A call of fs\.write_file waits/);
        assert.ok(text.includes('require approval by me for fs.write_file'));
        // A character that reverses the line is visible.
        assert.ok(text.includes('"content": "Call Ann back.\\u202e"'));
        assert.match(text, /\/\/ allowed: fs\.read_text_file \{"path":/);
        assert.equal(readFileSync(path, 'utf8'), 'before');
        await page.locator('.codelens-decoration a', { hasText: 'Approve' }).first().waitFor();
        await screenshot(page, 'waiting-call-dark', { part: { x: 0, y: 0, width: 1400, height: 560 } });
        await page.getByRole('button', { name: 'Approve What Is Shown' }).first().click();
        assert.doesNotMatch(await answerTo(3), /isError":true/);
        assert.equal(readFileSync(path, 'utf8'), 'Call Ann back.\u202e');
        await eventually('the call is gone', async () => (await rows().count()) === 0);
        await eventually('its document says so', () => document.getText().includes('does not wait any more'));
    });

    it('denies a call from its row, and the agent is told', async () => {
        const path = join(there, 'other.txt');
        callTool(4, 'write_file', { path, content: 'x' });
        await eventually('a row of the call', async () => (await rows().count()) === 1);
        await rows().first().hover();
        await rows().first().getByRole('button', { name: 'Deny Call' }).click();
        assert.match(await answerTo(4), /isError":true/);
        assert.ok(!existsSync(path));
    });

    it('disappears with the last gateway', async () => {
        gateway.stdin.end();
        await eventually(
            'the view is gone',
            async () => (await page.locator('[aria-label="Waiting Calls"]').count()) === 0
        );
    });
});

function shownCall(): vscode.TextDocument | undefined {
    const document = vscode.window.activeTextEditor?.document;
    return document?.uri.scheme === 'guardrail-call' ? document : undefined;
}

function startGateway(there: string, answers: Map<number, string>): ChildProcessByStdio<Writable, Readable, null> {
    const { extensionPath } = vscode.extensions.getExtension('guardrail.guardrail')!;
    const server = join(extensionPath, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');
    const policy = ['--policy', join(there, 'files.guardrail'), '--state', join(there, 'state')];
    const args = [join(extensionPath, 'dist/cli.js'), 'gateway', ...policy, '--', process.execPath, server, there];
    const gateway = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    let rest = '';
    gateway.stdout.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop()!;
        lines.forEach((line) => answers.set((JSON.parse(line) as { id: number }).id, line));
    });
    return gateway;
}
