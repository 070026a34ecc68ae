/** Tests that an editor reports a policy that lacks a pack which an extended configuration requires. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { DiagnosticSeverity, FileChangeType } from 'vscode-languageserver';
import { KEPT, PACKAGE, repository, REQUIRE, WITHOUT } from '../cli/config/repository.js';
import { folder } from '../cli/guardrail.js';
import { TestClient } from './client.js';

test('a required pack that a policy does not use is an error at its name, until it uses it or none is required', async () => {
    const root = folder(repository({}, {}, { 'a.guardrail': WITHOUT }));
    const client = TestClient.start('--stdio');
    onTestFinished(() => client.kill());
    const uri = pathToFileURL(join(root, 'a.guardrail')).href;
    const reported = (): readonly unknown[] =>
        (client.latest(uri)?.diagnostics ?? [])
            .filter(({ code }) => code === 'GR260')
            .map(({ severity, range }) => [severity, range.start.line, range.start.character]);
    const require = async (...packs: object[]): Promise<void> => {
        const path = join(root, PACKAGE, 'guardrail.config.json');
        writeFileSync(path, JSON.stringify({ require: packs }));
        await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
            changes: [{ uri: pathToFileURL(path).href, type: FileChangeType.Changed }]
        });
    };
    await client.initialize(pathToFileURL(root).href);
    await client.open(uri, WITHOUT);
    await client.until(() => reported().length > 0);
    expect(reported()).toEqual([[DiagnosticSeverity.Error, 0, 'policy '.length]]);

    await client.change(uri, 2, KEPT);
    await client.until(() => reported().length === 0);
    await client.change(uri, 3, WITHOUT);
    await client.until(() => reported().length > 0);

    await require();
    await client.until(() => reported().length === 0);
    await require(REQUIRE);
    await client.until(() => reported().length > 0);
});
