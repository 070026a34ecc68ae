/** Tests what the server must survive: files of 10,000 lines, import cycles, and a worker that dies. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { DocumentDiagnosticReport, Hover, Location } from 'vscode-languageserver';
import { checkRequest } from '../../../server/lsp/protocol.js';
import { SERVER, TestClient } from '../client.js';
import { Project } from '../conformance/project.js';

let project: Project | undefined;

afterEach(() => project?.dispose());

async function codes(of: Project, path: string): Promise<unknown[]> {
    const report = await of.request<DocumentDiagnosticReport>('textDocument/diagnostic', {
        textDocument: { uri: of.uri(path) }
    });
    return report.kind === 'full' ? report.items.map(({ code }) => code) : [];
}

test('a file of 10,000 lines is edited like any other', async () => {
    project = new Project({});
    project.client.settings = { check: { onType: false } };
    await project.initialize();
    const uri = project.uri('long.guardrail');
    const tools = Array.from(
        { length: 2500 },
        (_, at) => `  /** Tool ${at}. */\n  tool t${at}(a: string) reads private`
    );
    const rules = Array.from({ length: 2500 }, (_, at) => `// Rule ${at}.\ndeny big.t${at} when a == "${at}"`);
    const head = ['policy Long', 'label private', 'agent bot', 'server big {', ...tools, '}', 'allow bot: big.*'];
    const text = [...head, ...rules, ''].join('\n');
    await project.client.open(uri, text);
    expect(await codes(project, 'long.guardrail')).toEqual(['GR417']);
    const end = { line: text.split('\n').length - 1, character: 0 };
    await project.client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: 2 },
        contentChanges: [{ range: { start: end, end }, text: 'deny nowhere.missing\n' }]
    });
    expect(await codes(project, 'long.guardrail')).toContain('GR201');
    const at = { textDocument: { uri }, position: { line: 5009, character: 10 } };
    expect(JSON.stringify(await project.request<Hover>('textDocument/hover', at))).toContain('tool big.t1(');
    expect(await project.request<Location[]>('textDocument/definition', at)).toHaveLength(1);
});

test('files in an import cycle are all read', async () => {
    project = new Project({
        'a.guardrail': 'policy A\nimport "./b.guardrail"\nagent bot\nallow bot: far.go\n',
        'b.guardrail': 'import "./c.guardrail"\n',
        'c.guardrail': 'import "./a.guardrail"\nserver far { tool go() }\n'
    });
    await project.initialize();
    await project.client.open(
        project.uri('a.guardrail'),
        'policy A\nimport "./b.guardrail"\nagent bot\nallow bot: far.go\n'
    );
    const found = await Promise.all(['a.guardrail', 'b.guardrail', 'c.guardrail'].map((path) => codes(project!, path)));
    expect(found.flat().filter((code) => code === 'GR204')).toEqual([]);
    await project.client.change(
        project.uri('a.guardrail'),
        2,
        'policy A\nimport "./b.guardrail"\nallow nobody: far.go\n'
    );
    expect(await codes(project, 'a.guardrail')).toContain('GR204');
});

test.each([
    [{}, []],
    [{ showsLog: true }, [{ title: 'Show Log' }]]
])(
    'a checker that dies is reported once to a client with %j, and another one checks the next change',
    async (initializationOptions, actions) => {
        project = new Project({ 'a.guardrail': '' });
        const folder = join(project.root, 'node_modules/server');
        cpSync(dirname(SERVER), folder, { recursive: true });
        writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
        renameSync(join(folder, 'worker.js'), join(folder, 'worker-that-lives.js'));
        writeFileSync(join(folder, 'worker.js'), DYING);
        const client = TestClient.of(
            spawn(process.execPath, [join(folder, 'server.js'), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
        );
        try {
            await client.initialize(null, { capabilities: {}, initializationOptions });
            const uri = project.uri('a.guardrail');
            const text = 'policy P\nagent a\nserver s { tool t() }\nallow a: s.t\nclaim: never s.t\n';
            await client.open(uri, text);
            await client.until(() => client.states.some(({ state }) => state === 'failed'));
            expect(existsSync(join(folder, 'died'))).toBe(true);
            await client.change(uri, 2, `${text}claim: possible s.t\n`);
            await client.done(uri, 2);
            const told = client.shown.filter((message) => message.includes('checker'));
            expect(told).toEqual([expect.stringMatching(/stopped unexpectedly .* start again/)]);
            expect(client.offered).toEqual(actions);
            expect(await client.connection.sendRequest(checkRequest, { uri })).toMatchObject({ claims: [{}, {}] });
        } finally {
            client.kill();
        }
    }
);

/** A worker of which the first instance ends at its first order, as if out of memory. */
const DYING = `
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
const flag = new URL('died', import.meta.url);
if (existsSync(flag)) {
    await import('./worker-that-lives.js');
} else {
    writeFileSync(flag, '');
    parentPort.on('message', () => process.exit(7));
}
`;
