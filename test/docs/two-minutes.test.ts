/**
 * Tests a newcomer's first two minutes, and records them for the README: from no policy to a call that waits for the
 * person. Everything below a prompt is what the commands print. The agent's call runs the hook as it is installed;
 * `scripts/clients` does the same with the real clients.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { toolsOfClient } from '../../server/settings/inventories/client-tools.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { recording, type Step } from './recording.js';
import { eventually } from '../support/eventually.js';

const IMAGE = fileURLToPath(new URL('../../docs/images/two-minutes.svg', import.meta.url));
const FILES = fileURLToPath(
    new URL('../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js', import.meta.url)
);
/** The arguments of tools that the policy names. */
const SAMPLES: { readonly [tool: string]: object } = {
    Write: { file_path: '/p/a.ts', content: 'x' },
    Edit: { file_path: '/p/.claude/agents/a.md', old_string: 'x', new_string: 'y', replace_all: true },
    MultiEdit: { file_path: '/p/settings.json', edits: [{ old_string: 'x', new_string: 'y' }] },
    Monitor: { description: 'x', timeout_ms: 1000, command: 'tail -f a.log' },
    NotebookEdit: { notebook_path: '/p/a.ipynb', new_source: 'x', cell_type: 'code' },
    Bash: { command: 'npm test && git status | head -5', description: 'Tests', timeout: 120000 }
};
/** The lines of a long output that the recording shows. */
const MOST_LINES = 14;

/** A call of each tool of Claude Code, of a server that the policy names, and of one that it does not name. */
const CALLS: readonly (readonly [tool: string, input: object])[] = [
    ...toolsOfClient('claude')!.map(({ name }) => [name, SAMPLES[name] ?? {}] as const),
    ['TodoWrite', { todos: [] }],
    ['WebFetch', { url: 'https://a.example', prompt: 'x' }],
    ['mcp__other__anything', {}],
    ['mcp__files__read_text_file', { path: 'notes.txt' }]
];
const STOPPED: readonly (readonly [tool: string, input: object])[] = [
    ['Write', { file_path: '/p/.claude/settings.local.json', content: '{"disableAllHooks":true}' }],
    ['Edit', { file_path: '/p/policy.guardrail', old_string: 'deny', new_string: 'allow' }],
    ['Bash', { command: 'npx guardrail approvals approve 1' }],
    ['mcp__files__new_tool', {}]
];

/** Writes whatever differs from run to run in one way. */
function stable(output: string, root: string): string {
    return output
        .replaceAll(root, '/home/me/project')
        .replaceAll(process.execPath, 'node')
        .replace(/\S*\/dist\/hook\.sh \S+ node \S+/g, '…/hook.sh …')
        .replace(/[0-9a-f]{6}-(\d+)/g, '3f9c1a-$1')
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-30T09:00:00.000Z');
}

function shown(output: string): string[] {
    const lines = output.trimEnd().split('\n');
    return lines.length <= MOST_LINES
        ? lines
        : [...lines.slice(0, MOST_LINES - 1), `… ${lines.length - MOST_LINES + 1} more lines`];
}

test.skipIf(process.platform === 'win32')(
    'the next call that the policy holds waits for the person',
    { timeout: 240_000 },
    async () => {
        const root = folder({
            'notes.txt': 'hello',
            '.mcp.json': JSON.stringify({ mcpServers: { files: { command: process.execPath, args: [FILES, '.'] } } })
        });
        const env = { HOME: root, XDG_RUNTIME_DIR: root, XDG_STATE_HOME: join(root, 'state') };
        mkdirSync(env.XDG_STATE_HOME, { mode: 0o700 });
        onTestFinished(() => gatewaysIn(env.XDG_STATE_HOME).forEach((pid) => process.kill(pid, 'SIGKILL')));
        const steps: Step[] = [];
        const run = async (command: string, args: readonly string[]): Promise<string> => {
            const { code, stdout, stderr } = await guardrail(args, { cwd: root, env });
            expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
            const output = stable(stdout, root);
            steps.push({ prompt: stable(command, root), lines: shown(output) });
            return stdout;
        };
        await run('guardrail init --template approval', ['init', '--template', 'approval']);
        await run('guardrail gateway install claude', ['gateway', 'install', 'claude']);
        steps.push({ says: 'The agent calls write_file. Its hook waits, and so does the agent.', lines: [] });
        const call = calledBy(root, env, 'mcp__files__write_file', { path: 'notes.txt', content: 'hello, world' });
        await eventually(async () => {
            const { stdout } = await guardrail(['approvals', '--format', 'json'], { cwd: root, env });
            expect(JSON.parse(stdout)).toHaveLength(1);
        });
        const list = await run('guardrail approvals', ['approvals']);
        expect(list).toMatch(/files__write_file[\s\S]*hello, world[\s\S]*require approval by user/);
        expect(call.isOver()).toBe(false);
        const [id] = /[0-9a-f]{6}-\d+/.exec(list)!;
        await run(`guardrail approvals approve ${id}`, ['approvals', 'approve', id]);
        expect(await call.over).toEqual({ status: 0, stderr: '' });
        steps.push({ says: 'The hook lets the call through, once and with these arguments.', lines: [] });
        await expect(recording(steps)).toMatchFileSnapshot(IMAGE);
        // Apart from what the policy says, the agent works as before.
        for (const [tool, input] of CALLS) {
            expect([tool, await calledBy(root, env, tool, input).over]).toEqual([tool, { status: 0, stderr: '' }]);
        }
        for (const [tool, input] of STOPPED) {
            expect([tool, await calledBy(root, env, tool, input).over]).toMatchObject([tool, { status: 2 }]);
        }
    }
);

/** Runs the hook before a call, with the command that is in the settings, as Claude Code does. */
function calledBy(root: string, env: Readonly<Record<string, string>>, tool: string, input: object) {
    const settings = JSON.parse(readFileSync(join(root, '.claude/settings.local.json'), 'utf8')) as {
        readonly hooks: { readonly PreToolUse: readonly [{ readonly hooks: readonly [{ readonly command: string }] }] };
    };
    const { command } = settings.hooks.PreToolUse[0].hooks[0];
    const child = spawn('/bin/sh', ['-c', command], {
        cwd: root,
        env: { ...env, PATH: process.env['PATH'] },
        stdio: ['pipe', 'ignore', 'pipe']
    });
    child.stdin.end(
        JSON.stringify({
            session_id: 'one',
            hook_event_name: 'PreToolUse',
            tool_name: tool,
            tool_input: input,
            tool_use_id: 'a'
        })
    );
    let isOver = false;
    const over = Promise.all([text(child.stderr), once(child, 'close')]).then(([stderr, [status]]) => {
        isOver = true;
        return { status: status as number | null, stderr };
    });
    return { over, isOver: () => isOver };
}

/** The processes that hold the locks of logs. */
function gatewaysIn(state: string): number[] {
    return readdirSync(state, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.lock'))
        .map((file) => (JSON.parse(readFileSync(join(state, file), 'utf8')) as { readonly pid: number }).pid);
}
