/** Times of the hook that a client runs at each call, with the command that `guardrail gateway install claude` writes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const COLD = 15;
const WARM = 200;

/**
 * Milliseconds, from the start of the shell to its end. "Cold" includes the start of the resident gateway, whose
 * policy was checked before, as it is by `install`.
 */
export async function hookTimes(cwd: string): Promise<{ readonly [name: string]: readonly number[] }> {
    const environment = {
        ...process.env,
        HOME: cwd,
        XDG_RUNTIME_DIR: join(cwd, 'run'),
        XDG_STATE_HOME: join(cwd, 'hooks')
    };
    mkdirSync(environment.XDG_RUNTIME_DIR, { mode: 0o700 });
    const run = async (command: string, input = ''): Promise<number> => {
        const began = performance.now();
        const child = spawn('/bin/sh', ['-c', command], { cwd, env: environment, stdio: ['pipe', 'ignore', 'pipe'] });
        child.stdin.end(input);
        let errors = '';
        child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
        const [code] = (await once(child, 'close')) as [number | null];
        if (code !== 0) {
            throw new Error(`${command}: ${code}: ${errors}`);
        }
        return performance.now() - began;
    };
    await run(`${process.execPath} ${resolve('dist/cli.js')} gateway install claude --policy mail.guardrail`);
    const settings = JSON.parse(readFileSync(join(cwd, '.claude/settings.local.json'), 'utf8')) as {
        readonly hooks: { readonly PreToolUse: readonly [{ readonly hooks: readonly [{ readonly command: string }] }] };
    };
    const { command } = settings.hooks.PreToolUse[0].hooks[0];
    let calls = 0;
    const hook = (): Promise<number> =>
        run(
            command,
            JSON.stringify({
                hook_event_name: 'PreToolUse',
                session_id: 'one',
                tool_name: 'mcp__mail__read',
                tool_input: { folder: 'inbox' },
                tool_use_id: String(calls++)
            })
        );
    const cold: number[] = [];
    for (let start = 0; start < COLD; start++) {
        await stopGateways(environment.XDG_STATE_HOME);
        cold.push(await hook());
    }
    const warm: number[] = [];
    const empty: number[] = [];
    for (let call = 0; call < WARM; call++) {
        warm.push(await hook());
        empty.push(await run(`${process.execPath} -e 0`));
    }
    await stopGateways(environment.XDG_STATE_HOME);
    rmSync(join(cwd, '.claude'), { recursive: true });
    return { 'cold: it starts the gateway': cold, 'warm: the gateway runs': warm, 'an empty Node program': empty };
}

/** The resident gateways, by the locks of their logs. */
async function stopGateways(state: string): Promise<void> {
    const locks = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.lock'));
    for (const lock of locks) {
        const path = join(state, lock);
        process.kill((JSON.parse(readFileSync(path, 'utf8')) as { readonly pid: number }).pid, 'SIGTERM');
        while (readdirSync(state, { recursive: true, encoding: 'utf8' }).includes(lock)) {
            await new Promise((done) => setTimeout(done, 5));
        }
    }
}
