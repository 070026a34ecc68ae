import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { CLI } from '../../guardrail.js';

test.each([[['--stdio']], [[]]])('guardrail lsp %j is the language server', async (args) => {
    const child = spawn(process.execPath, [CLI, 'lsp', ...args]);
    const ended = new Promise((resolve) => child.on('close', resolve));
    const connection = createMessageConnection(
        new StreamMessageReader(child.stdout),
        new StreamMessageWriter(child.stdin)
    );
    connection.listen();
    const { capabilities } = await connection.sendRequest<{ capabilities: object }>('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities: {}
    });
    expect(capabilities).toHaveProperty('hoverProvider');
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    expect(await ended).toBe(0);
    connection.dispose();
});
