/**
 * Tests ways to get a forbidden call past a hook: the environment and the files of a project, and events that another
 * program would read differently. Only status 0 lets a call pass: of any other, the installed command makes status 2.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { client } from './hooked-client.js';
import { expectOnPage } from '../../../support/tried-ways.js';

const PASSES = '#!/bin/sh\ncat >/dev/null\nprintf "\\n204"\nexit 0\n';

/** Files that a project could have. */
const FILES: Record<string, string> = {
    'off.cjs': 'process.exit(0);\n',
    'off.sh': 'exit 0\n',
    'modules/x.js': 'process.exit(0);\n',
    '.curlrc': 'url = "file:///dev/null"\noutput = "/dev/null"\n',
    package: '{"type":"module"}',
    ...Object.fromEntries(['sh', 'curl', 'cat', 'node', 'command', 'printf'].map((name) => [name, PASSES])),
    ...Object.fromEntries(['sh', 'curl', 'cat', 'node', 'command', 'printf'].map((name) => [`bin/${name}`, PASSES]))
};

/** Variables that the settings of a project can give to a client, and so to its hooks. */
const VARIABLES: Record<string, (root: string) => Record<string, string>> = {
    'options of Node': (root) => ({ NODE_OPTIONS: `--require=${root}/off.cjs` }),
    'an import of Node': (root) => ({ NODE_OPTIONS: `--import=${root}/off.cjs` }),
    'modules of Node': (root) => ({ NODE_PATH: `${root}/modules`, NODE_OPTIONS: '--require=x' }),
    'the debugger of Node': () => ({ NODE_OPTIONS: '--inspect-brk=127.0.0.1:0' }),
    'a check of syntax': () => ({ NODE_OPTIONS: '--check' }),
    'another loader': (root) => ({ NODE_OPTIONS: `--experimental-loader=${root}/off.cjs` }),
    'files of Node': (root) => ({
        NODE_EXTRA_CA_CERTS: `${root}/off.cjs`,
        NODE_REPL_EXTERNAL_MODULE: `${root}/off.cjs`,
        NODE_COMPILE_CACHE: root,
        NODE_ICU_DATA: root
    }),
    'messages of Node': () => ({
        NODE_DEBUG: '*',
        NODE_REDIRECT_WARNINGS: '/dev/full',
        NODE_PENDING_DEPRECATION: '1',
        GUARDRAIL_DEBUG: '1'
    }),
    'a file of the shell': (root) => ({ ENV: `${root}/off.sh`, BASH_ENV: `${root}/off.sh` }),
    'options of the shell': () => ({ SHELLOPTS: 'noexec', POSIXLY_CORRECT: '1' }),
    'a prompt of the shell': () => ({ SHELLOPTS: 'xtrace', PS4: '$(exit 0)' }),
    'separators of the shell': () => ({ IFS: 'abcdefghijklmnopqrstuvwxyz/' }),
    'a function of the shell': () => ({
        'BASH_FUNC_curl%%': '() { printf "\\n204"; }',
        'BASH_FUNC_exec%%': '() { :; }'
    }),
    'other programs first': (root) => ({ PATH: `${root}/bin:${root}` }),
    'the folder itself as a path': () => ({ PATH: '.:' }),
    'a folder of curl': (root) => ({ CURL_HOME: root, HOME: root, XDG_CONFIG_HOME: root }),
    'a proxy': () => ({ ALL_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9', NO_PROXY: '' }),
    'another language': () => ({ LC_ALL: 'tr_TR.UTF-8', LANG: 'x' }),
    'no settings of OpenSSL': (root) => ({ OPENSSL_CONF: `${root}/none`, SSL_CERT_FILE: '/dev/null' }),
    'a folder of names': (root) => ({ CDPATH: root, PWD: '/', OLDPWD: '/' }),
    'names of the hook itself': () => ({ socket: '/none', status: '204', failure: '0', reason: '', event: '{}' }),
    'no colours, or a check without end': () => ({ FORCE_COLOR: '1', NODE_V8_COVERAGE: '/dev/null', CI: '' }),
    // The last, because the gateway that it leads to is another one.
    'folders of the state': (root) => ({ XDG_STATE_HOME: root, XDG_RUNTIME_DIR: root, TMPDIR: root })
};

const shell = { hook_event_name: 'PreToolUse', session_id: 's', tool_name: 'Bash', tool_use_id: '1' };
const forbidden = { ...shell, tool_input: { command: 'forbidden' } };
const json = JSON.stringify(forbidden);

/** Events of a forbidden call, or of a call of which nobody can say what it is. */
const EVENTS: Record<string, string> = {
    'the call': json,
    'lower case': JSON.stringify({ ...forbidden, tool_name: 'bash' }),
    'upper case': JSON.stringify({ ...forbidden, tool_name: 'BASH' }),
    'a space after the name': JSON.stringify({ ...forbidden, tool_name: 'Bash ' }),
    'the name of an MCP tool': JSON.stringify({ ...forbidden, tool_name: 'mcp__client__Bash' }),
    'a letter of another alphabet': JSON.stringify({ ...forbidden, tool_name: 'B\u0430sh' }),
    'a character without width': JSON.stringify({ ...forbidden, tool_name: 'Bash\u200b' }),
    'a name of all objects': JSON.stringify({ ...forbidden, tool_name: '__proto__' }),
    'a list of names': JSON.stringify({ ...forbidden, tool_name: ['Bash'] }),
    'no name': JSON.stringify({ ...forbidden, tool_name: undefined }),
    'an unknown event': JSON.stringify({ ...forbidden, hook_event_name: 'PreToolUse2' }),
    'an event in lower case': JSON.stringify({ ...forbidden, hook_event_name: 'pretooluse' }),
    'a permission': JSON.stringify({ ...forbidden, hook_event_name: 'PermissionRequest' }),
    'no event': JSON.stringify({ ...forbidden, hook_event_name: undefined }),
    'no session': JSON.stringify({ ...forbidden, session_id: undefined }),
    'a number as session': JSON.stringify({ ...forbidden, session_id: 7 }),
    'no arguments': JSON.stringify({ ...forbidden, tool_input: undefined }),
    'arguments as a list': JSON.stringify({ ...forbidden, tool_input: ['forbidden'] }),
    'arguments as JSON text': JSON.stringify({ ...forbidden, tool_input: '{"command":"forbidden"}' }),
    'arguments as a text': JSON.stringify({ ...forbidden, tool_input: 'forbidden' }),
    'another argument': JSON.stringify({ ...forbidden, tool_input: { command: 'ls', then: 'forbidden' } }),
    'a number as an argument': JSON.stringify({ ...forbidden, tool_input: { command: 7 } }),
    'a field twice': json.replace('{"command"', '{"command":"ls","command"'),
    'the arguments twice': json.replace('"tool_input"', '"tool_input":{"command":"ls"},"tool_input"'),
    'the name twice': json.replace('"tool_name"', '"tool_name":"Read","tool_name"'),
    'an escaped argument': json.replace('forbidden', '\\u0066orbidden'),
    'a byte order mark': `\uFEFF${json}`,
    'a text before it': `x${json}`,
    'another event after it': `${JSON.stringify({ ...shell, tool_input: { command: 'ls' } })}\n${json}`,
    'a list of events': `[${json}]`,
    'half of it': json.slice(0, -2),
    'options before it': `\x1f--observe\x1f--program\x1fx\x1f${json}`,
    'a NUL': `\0--observe\0--program\0x\0${json}`,
    'an end of a document of the shell': `\nEND\nexit 0\n${json}`,
    'deep nesting': json.replace('"forbidden"', `${'['.repeat(5_000)}${']'.repeat(5_000)}`),
    'a long argument': JSON.stringify({ ...forbidden, tool_input: { command: 'forbidden', x: 'x'.repeat(2_000_000) } }),
    'invalid UTF-8': json.replace('Bash', 'Bash\uFFFD')
};

function inProject(): ReturnType<typeof client> {
    const one = client();
    ['bin', 'modules'].forEach((name) => mkdirSync(join(one.root, name)));
    for (const [name, text] of Object.entries(FILES)) {
        writeFileSync(join(one.root, name), text);
        chmodSync(join(one.root, name), 0o755);
    }
    return one;
}

test('no forbidden call passes, whatever the event is', async () => {
    const { run, before } = inProject();
    expect((await before('ls')).status).toBe(0);
    const passed: string[] = [];
    for (const [name, event] of Object.entries(EVENTS)) {
        if ((await run(event)).status === 0) {
            passed.push(name);
        }
    }
    expect(passed).toEqual([]);
});

test('of many forbidden calls at once none passes', async () => {
    const { run } = inProject();
    const answers = await Promise.all(Array.from({ length: 12 }, () => run(json)));
    expect(answers.filter(({ status }) => status === 0)).toEqual([]);
});

test.each(['with', 'without'])('%s a gateway, no variable of a project lets a forbidden call pass', async (how) => {
    const { run, root, env, gateway, tool } = inProject();
    const own = { ...env };
    const passed: string[] = [];
    for (const [name, variables] of Object.entries(VARIABLES)) {
        if (how === 'with' || name === 'options of Node') {
            expect((await tool('Read', { file_path: 'x' })).status).toBe(0);
        }
        if (how === 'without') {
            process.kill(gateway(), 'SIGKILL');
        }
        Object.assign(env, variables(root));
        if ((await run(json)).status === 0) {
            passed.push(name);
        }
        Object.keys(env).forEach((variable) => delete (env as Record<string, string>)[variable]);
        Object.assign(env, own);
    }
    expect(passed).toEqual([]);
});

test('the page counts these ways', () => expectOnPage('test/cli/commands/hook/evasions.test.ts', EVENTS, VARIABLES));
