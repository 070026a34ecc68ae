/** Tests the life cycle of the server: messages that come too early or too late, and how it ends. */
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ErrorCodes } from 'vscode-languageserver';
import { SERVER, TestClient } from '../client.js';

let client: TestClient;

beforeEach(() => {
    client = TestClient.start();
});
afterEach(() => client.kill());

const HOVER = { textDocument: { uri: 'file:///x.guardrail' }, position: { line: 0, character: 0 } };

test('a request before initialize, a second initialize, and one after shutdown are refused', async () => {
    const { connection } = client;
    await expect(connection.sendRequest('textDocument/hover', HOVER)).rejects.toMatchObject({
        code: ErrorCodes.ServerNotInitialized
    });
    await expect(connection.sendRequest('no/such/request')).rejects.toMatchObject({
        code: ErrorCodes.ServerNotInitialized
    });
    // A notification that comes too early is dropped.
    await client.open('file:///x.guardrail', 'agent a');
    await client.initialize(null);
    await expect(connection.sendRequest('textDocument/documentSymbol', HOVER)).rejects.toThrow('file:///x.guardrail');
    await expect(client.initialize(null)).rejects.toMatchObject({ code: ErrorCodes.InvalidRequest });
    await expect(connection.sendRequest('no/such/request')).rejects.toMatchObject({ code: ErrorCodes.MethodNotFound });
    expect(await connection.sendRequest('shutdown')).toBeNull();
    await expect(connection.sendRequest('textDocument/hover', HOVER)).rejects.toMatchObject({
        code: ErrorCodes.InvalidRequest
    });
    await connection.sendNotification('exit');
    expect(await client.exited).toBe(0);
});

describe('the server ends', () => {
    test('with 1 on exit without shutdown, even before initialize', async () => {
        await client.connection.sendNotification('exit');
        expect(await client.exited).toBe(1);
    });

    test('when its input closes', async () => {
        await client.initialize(null);
        client.closeInput();
        expect(await client.exited).toBe(1);
    });

    test('when the process that the client named has ended', async () => {
        const parent = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)']);
        await client.initialize(pathToFileURL('/').href, { processId: parent.pid!, workspaceFolders: null });
        parent.kill();
        expect(await client.exited).toBe(1);
    });
});

test('an invalid message does no harm', async () => {
    const child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const answer = new Promise<string>((resolve) => {
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
            output += chunk.toString();
            if (output.includes('"id":1')) {
                resolve(output);
            }
        });
    });
    const send = (text: string): void => {
        child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    send('{"jsonrpc":"2.0","id":');
    send('{"jsonrpc":"2.0"}');
    send('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}');
    expect(await answer).toContain('"capabilities"');
    child.kill();
});
