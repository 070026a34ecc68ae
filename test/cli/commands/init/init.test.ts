import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';

const SERVERS = fileURLToPath(new URL('../../fixtures/mcp-reference-servers.json', import.meta.url));
const FILES = fileURLToPath(
    new URL('../../../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js', import.meta.url)
);
const FROM = ['--from', SERVERS, '--server', 'filesystem', 'fetch'];

test('a policy and its inventory are written, and the check finds no problems', async () => {
    const cwd = folder({ 'policies/x': '' });
    const args = ['init', 'policies/mail-assistant.guardrail', '--template', 'exfiltration', ...FROM];
    const { code, stdout, stderr } = await guardrail(args, { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`policies/mail-assistant.guardrail  data that was read leaves only with the approval of the user
policies/tools.guardrail  15 tools of fetch, filesystem
left to the client: the tools that the policy does not name

Read both, then: guardrail check policies/mail-assistant.guardrail
`);
    const policy = readFileSync(join(cwd, 'policies/mail-assistant.guardrail'), 'utf8');
    expect(policy).toMatch(/^policy MailAssistant$/m);
    expect((await guardrail(['check', '--fail-on', 'warning'], { cwd })).code).toBe(0);
});

test('settings of coding agents are the policy if nothing else is there, and stay in force beside one', async () => {
    const settings = JSON.stringify({ permissions: { allow: ['Bash(npm test:*)'], deny: ['Read(.env)'] } });
    const cwd = folder({ '.claude/settings.json': settings, '.codex/rules/a.rules': 'prefix_rule(pattern=["ls"])\n' });
    const { code, stdout, stderr } = await guardrail(['init'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('left to the client: the tools that the policy does not name');
    expect(readFileSync(join(cwd, 'policy.guardrail'), 'utf8')).toMatch(/^server claude [^]*^server codex /m);
    expect((await guardrail(['check', '--text-only'], { cwd })).code).toBe(0);
    expect((await guardrail(['init'], { cwd })).stderr).toContain('GR910');
    const beside = await guardrail(['init', 'other.guardrail', '-t', 'approval', ...FROM], { cwd });
    expect(beside.stdout).toContain('still in force: .claude/settings.json, .codex/rules/a.rules; guardrail audit');
});

test('a server is started to list its tools, and the policy gets a default name', async () => {
    const cwd = folder({});
    const { code, stderr } = await guardrail(['init', '-t', 'approval', '--', process.execPath, FILES, '.'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(readFileSync(join(cwd, 'tools.guardrail'), 'utf8')).toMatch(/^ {2}tool list_directory\(/m);
    expect(readFileSync(join(cwd, 'policy.guardrail'), 'utf8')).toMatch(/^policy Policy$/m);
});

test('neither existing file is overwritten unless requested', async () => {
    for (const there of ['policy.guardrail', 'tools.guardrail']) {
        const cwd = folder({ [there]: 'label mine\n' });
        const refused = await guardrail(['init', '-t', 'approval', ...FROM], { cwd });
        expect(refused.stderr.replace(/\s+/g, ' ')).toContain(`error[GR910]: ${there} already exists`);
        expect([refused.code, readFileSync(join(cwd, there), 'utf8')]).toEqual([2, 'label mine\n']);
    }
    const cwd = folder({ 'policy.guardrail': 'label mine\n' });
    expect((await guardrail(['init', '-t', 'approval', '--force', ...FROM], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'policy.guardrail'), 'utf8')).toContain('policy Policy');
});

test.each([
    [['init', ...FROM], 'error[GR902]: a template is needed Give --template NAME. The templates are approval,'],
    [['init', '-t', 'aproval', ...FROM], 'error[GR902]: there is no template "aproval" The templates are approval,'],
    [['init', '-t', 'approval'], 'error[GR902]: one source of tools is needed'],
    [['init', 'a.guardrail', 'b.guardrail', '-t', 'approval', ...FROM], 'error[GR902]: there are several files: a'],
    [
        ['init', 'mail.txt', '-t', 'approval', ...FROM],
        'mail.txt cannot be the policy: its name does not end in .guardrail'
    ],
    [['init', 'tools.guardrail', '-t', 'approval', ...FROM], 'the inventory next to it has that name']
])('%j is refused', async (args, message) => {
    const { code, stderr } = await guardrail(args, { cwd: folder({}) });
    expect(stderr.replace(/\s+/g, ' ')).toContain(message);
    expect(code).toBe(2);
});

test('the templates are listed', async () => {
    const { code, stdout } = await guardrail(['init', '--list']);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe(
        'approval      calls that destroy something or reach somebody outside wait for the user'
    );
});

const STARTED = { command: process.execPath, args: [FILES, '.'] };

test.each([
    ['.mcp.json', { mcpServers: { notes: STARTED } }, 'claude'],
    ['.cursor/mcp.json', { mcpServers: { notes: STARTED } }, ''],
    ['.gemini/settings.json', { theme: 'x', mcpServers: { notes: STARTED } }, 'gemini'],
    ['.vscode/mcp.json', { servers: { notes: STARTED } }, ''],
    ['opencode.json', { mcp: { notes: { type: 'local', command: [process.execPath, FILES, '.'] } } }, 'opencode']
])('the servers of %s are found, and have the names that the client gives them', async (file, config, client) => {
    const cwd = folder({ [file]: JSON.stringify(config) });
    for (const source of [[], ['--', process.execPath, FILES, '.']]) {
        const { code, stderr } = await guardrail(['init', '-t', 'approval', '--force', ...source], { cwd });
        expect([code, stderr]).toEqual([0, '']);
        const inventory = readFileSync(join(cwd, 'tools.guardrail'), 'utf8');
        expect(Array.from(inventory.matchAll(/^server (\w+) /gm), ([, name]) => name)).toEqual(
            ['notes', client].filter((name) => name !== '')
        );
    }
});

/** What Codex 0.171.0 prints for a server that `codex mcp add notes -- …` added. */
const OF_CODEX = [
    {
        name: 'notes',
        enabled: true,
        disabled_reason: null,
        transport: { type: 'stdio', ...STARTED, env: null, env_vars: [], cwd: null },
        startup_timeout_sec: null,
        tool_timeout_sec: null,
        auth_status: 'unsupported'
    },
    { name: 'off', enabled: false, transport: { type: 'stdio', command: 'no-such-program', args: [] } }
];

test('servers in the TOML of Codex are not passed over, and are read as Codex lists them', async () => {
    const files = {
        '.codex/config.toml': '[mcp_servers.notes]\ncommand = "node"\n',
        '.mcp.json': JSON.stringify({ mcpServers: { others: STARTED } }),
        'servers.json': JSON.stringify(OF_CODEX)
    };
    const init = (cwd: string, ...source: string[]) => guardrail(['init', '-t', 'approval', ...source], { cwd });
    const cwd = folder(files);
    expect(await init(cwd)).toMatchObject({ code: 2, stderr: expect.stringContaining('GR976') as string });
    expect((await init(cwd, '--config', '.codex/config.toml')).stderr).toContain('GR976');
    expect((await init(cwd, '--config', 'servers.json')).code).toBe(0);
    expect(readFileSync(join(cwd, 'tools.guardrail'), 'utf8')).toMatch(/^server notes /m);
    expect((await init(folder(files), '--', process.execPath, FILES, '.')).code).toBe(0);
    const without = folder({ ...files, '.codex/config.toml': '# mcp_servers\nmodel = "x"\n' });
    expect((await init(without)).code).toBe(0);
});

test('a server that no client has keeps its own name, and the user is told', async () => {
    const cwd = folder({ '.mcp.json': JSON.stringify({ mcpServers: { notes: { command: 'other' } } }) });
    const { code, stdout } = await guardrail(['init', '-t', 'approval', '--', process.execPath, FILES, '.'], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringContaining("is the server's own name") as string]);
});

test('one server in several clients is asked once, and two of one name are refused', async () => {
    const cwd = folder({
        '.mcp.json': JSON.stringify({ mcpServers: { notes: STARTED } }),
        '.gemini/settings.json': '{ "theme": "x" }',
        '.vscode/mcp.json': JSON.stringify({ servers: { notes: STARTED } })
    });
    const { code, stdout } = await guardrail(['init', '-t', 'approval'], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringContaining('14 tools of notes') as string]);
    const other = folder({
        '.mcp.json': JSON.stringify({ mcpServers: { notes: STARTED } }),
        '.vscode/mcp.json': JSON.stringify({ servers: { notes: { command: 'other' } } })
    });
    expect((await guardrail(['init', '-t', 'approval'], { cwd: other })).stderr).toContain('GR902');
});

test.each(['{"mcpServers":', '{"mcpServers": {"notes": {"command": 1}}}', 'not JSON', ''])(
    'a configuration that cannot be read is named: %s',
    async (text) => {
        const cwd = folder({ '.mcp.json': text });
        const { code, stderr } = await guardrail(['init', '-t', 'approval'], { cwd });
        expect([code, stderr]).toEqual([2, expect.stringMatching(/^error\[GR976\]: .*\.mcp\.json/) as string]);
        expect((await guardrail(['init', '-t', 'approval', ...FROM], { cwd })).code).toBe(0);
    }
);
