/** Tests which severities an editor sees: those of configurations, then those of its settings. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiagnosticSeverity, FileChangeType } from 'vscode-languageserver';
import { TestClient } from './client.js';

const POLICY = `policy P
agent bot
label private
label untrusted
server s {
    tool read() reads private
    tool fetch() reads untrusted
    tool send(to: string) external
}
allow bot: s.*
deny s.send when to in ["a", "a"]
claim "it can read": possible s.read
`;

let folder: string;
let client: TestClient;
let uri: string;
let configuration: string;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guardrail-severity-'));
    writeFileSync(join(folder, 'p.guardrail'), POLICY);
    configuration = join(folder, 'guardrail.config.json');
    uri = pathToFileURL(join(folder, 'p.guardrail')).href;
    client = TestClient.start('--stdio');
});

afterEach(() => {
    client.kill();
    rmSync(folder, { recursive: true });
});

function severities(): Readonly<Record<string, DiagnosticSeverity | undefined>> {
    const found: Record<string, DiagnosticSeverity | undefined> = {};
    for (const { code, severity } of client.latest(uri)?.diagnostics ?? []) {
        found[String(code)] = severity;
    }
    return found;
}

async function configure(severity: object): Promise<void> {
    writeFileSync(configuration, JSON.stringify({ severity }));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: [{ uri: pathToFileURL(configuration).href, type: FileChangeType.Changed }]
    });
}

test('a configuration sets severities, and a change of it applies at once', async () => {
    writeFileSync(configuration, '{ "severity": { "GR434": "error", "GR501": "hint" } }');
    await client.initialize(pathToFileURL(folder).href);
    await client.open(uri, POLICY);
    await client.until(
        () => severities()['GR434'] === DiagnosticSeverity.Error && severities()['GR501'] === DiagnosticSeverity.Hint
    );
    await configure({ GR434: 'off', GR501: 'off' });
    await client.until(() => !('GR434' in severities()) && !('GR501' in severities()));
});

test('a policy with a message that is raised to an error is still checked', async () => {
    writeFileSync(configuration, '{ "severity": { "GR434": "error" } }');
    await client.initialize(pathToFileURL(folder).href);
    await client.open(uri, POLICY);
    await client.done(uri, 1);
    expect(severities()).toMatchObject({ GR434: DiagnosticSeverity.Error });
});

test('settings apply to codes that no configuration names', async () => {
    writeFileSync(configuration, '{ "severity": { "GR501": "information" } }');
    client.settings = { severity: { GR501: 'off', GR434: 'hint', GR590: 'off' } };
    await client.initialize(pathToFileURL(folder).href);
    await client.open(uri, POLICY);
    await client.until(
        () =>
            severities()['GR434'] === DiagnosticSeverity.Hint &&
            severities()['GR501'] === DiagnosticSeverity.Information
    );
    client.settings = { severity: { GR434: 'off' } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.until(() => !('GR434' in severities()));
    expect(severities()).toMatchObject({ GR501: DiagnosticSeverity.Information });
});
