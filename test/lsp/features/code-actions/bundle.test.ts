/** Tests the bundled server and its worker, as in an editor: a claim is repaired. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver';
import { CodeActionTriggerKind } from 'vscode-languageserver';
import { TestClient } from '../../client.js';
import { CLIENT } from '../../support.js';

const folder = mkdtempSync(join(tmpdir(), 'guardrail-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The tools of the policy, in a file that is not open. */
const TOOLS = 'server mail { tool read() }\nserver web { tool post(body: string) external }\n';
const POLICY = `policy Mail
import "./tools.guardrail"
agent assistant
allow assistant: mail.read, web.post
claim "mail stays": never web.post after mail.read
`;

test('the repairs of a violated claim, and of what a second session breaks', async () => {
    writeFileSync(join(folder, 'tools.guardrail'), TOOLS);
    const uri = pathToFileURL(join(folder, 'mail.guardrail')).href;
    const client = TestClient.start();
    const { capabilities } = await client.initialize(pathToFileURL(folder).href, CLIENT);
    expect(capabilities.codeActionProvider).toMatchObject({ resolveProvider: true });
    await client.open(uri, POLICY);
    await client.done(uri, 1);
    const range = { start: { line: 4, character: 8 }, end: { line: 4, character: 8 } };
    const ask = (): Promise<CodeAction[]> =>
        client.connection.sendRequest('textDocument/codeAction', {
            textDocument: { uri },
            range,
            context: { diagnostics: [], only: ['quickfix'], triggerKind: CodeActionTriggerKind.Invoked }
        });
    /** The first answer does not wait for the search. */
    const found = async (): Promise<string[]> => {
        for (;;) {
            const titles = (await ask()).map(({ title }) => title);
            if (titles[0]?.startsWith('Find a rule change') === false) {
                return titles;
            }
        }
    };
    const titles = await found();
    expect(titles[0]).toBe(
        'Add: deny web.post when once mail.read (holds in one session; web.post: allowed -> denied)'
    );
    expect(titles).toContain('Keep this session as the scenario "against: mail stays"');
    // What a second session breaks is repaired in turn.
    const rule = 'deny web.post when once mail.read';
    await client.change(uri, 2, POLICY.replace('claim', `${rule}\nclaim`));
    await client.done(uri, 2);
    range.start.line = range.end.line = 5;
    expect((await found())[0]).toBe(`Change line 5 to: ${rule} across sessions (web.post: allowed -> denied)`);
    expect(await client.shutdown()).toBe(0);
});
