/** A client with hooks: the program as shipped, with a resident gateway in a separate process. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { socketName } from '../../../../server/cli/commands/hook/protocol.js';
import { folder, guardrail } from '../../guardrail.js';

export const [SHELL_HOOK, HOOK] = ['sh', 'js'].map((ending) =>
    fileURLToPath(new URL(`../../../../dist/hook.${ending}`, import.meta.url))
);
export const POLICY = `policy Assistant
agent assistant
human user
server client {
  tool Bash(command: string)
  tool Read(file_path: string) readonly
}
allow assistant: client.*
limit client.Bash to 3
deny client.Bash when command == "forbidden" because "it is forbidden"
require approval by user for client.Bash when command == "careful"
claim "forbidden commands never run": never client.Bash when command == "forbidden"
`;

export interface Answer {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A client with a separate policy, whose gateways end with the test. */
export function client(policy = POLICY) {
    const root = folder({ 'policy.guardrail': policy });
    const env = { PATH: process.env['PATH'], HOME: root, XDG_RUNTIME_DIR: root, XDG_STATE_HOME: join(root, 'state') };
    const log = (): string => {
        const found = readdirSync(join(root, 'state/guardrail')).map((name) => join(root, 'state/guardrail', name));
        return join(
            found.find((name) => existsSync(join(name, 'hooks.jsonl')))!,
            'hooks.jsonl'
        );
    };
    const gateway = (): number => (JSON.parse(readFileSync(`${log()}.lock`, 'utf8')) as { readonly pid: number }).pid;
    onTestFinished(() => {
        const files = existsSync(join(root, 'state'))
            ? readdirSync(join(root, 'state'), { recursive: true, encoding: 'utf8' })
            : [];
        files
            .filter((file) => file.endsWith('.lock'))
            .forEach((file) => {
                const { pid } = JSON.parse(readFileSync(join(root, 'state', file), 'utf8')) as { readonly pid: number };
                try {
                    process.kill(pid, 'SIGKILL');
                } catch {
                    // It has ended.
                }
            });
    });
    const programs = { shell: SHELL_HOOK!, node: HOOK! };
    const run = async (event: string, ...flags: string[]): Promise<Answer> => {
        const policyFile = join(root, 'policy.guardrail');
        const socket = join(`guardrail-${process.getuid!()}`, socketName(policyFile));
        const words = [
            programs.shell,
            socket,
            process.execPath,
            programs.node,
            'claude',
            '--policy',
            policyFile,
            ...flags
        ];
        const child = spawn('/bin/sh', words, { cwd: root, env });
        child.stdin.end(event);
        const [stdout, stderr, status] = await Promise.all([
            text(child.stdout),
            text(child.stderr),
            new Promise<number | null>((resolve) => child.on('close', resolve))
        ]);
        return { status, stdout, stderr };
    };
    const event = (hook_event_name: string, tool_name: string, tool_input: object, tool_use_id: string): string =>
        JSON.stringify({ session_id: 's', hook_event_name, tool_name, tool_input, tool_use_id, tool_response: {} });
    return {
        root,
        env,
        event,
        log,
        gateway,
        programs,
        run,
        before: (command: string, id = command, ...flags: string[]) =>
            run(event('PreToolUse', 'Bash', { command }, id), ...flags),
        after: (command: string, id = command, ...flags: string[]) =>
            run(event('PostToolUse', 'Bash', { command }, id), ...flags),
        tool: (name: string, args: object) => run(event('PreToolUse', name, args, name)),
        approvals: (...args: string[]) => guardrail(['approvals', ...args], { cwd: root, env: { ...env, PATH: '' } })
    };
}
