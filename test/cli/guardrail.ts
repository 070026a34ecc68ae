/**
 * Runs the command as shipped, outside the process of the tests. Most commands share a process (`warm.mjs`), because
 * starting one takes longer than the command itself.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as after } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

const WARM = fileURLToPath(new URL('./warm.mjs', import.meta.url));

export interface Outcome {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

export interface Surroundings {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** The options of Node. */
    readonly node?: readonly string[];
    readonly uid?: number;
    /** The number of milliseconds after which the command is killed, without an exit code; undefined for never. */
    readonly killAfter?: number;
    /** Standard input; empty if undefined. */
    readonly input?: string;
}

export function guardrail(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
    if (!existsSync(CLI)) {
        throw new Error('dist/cli.js is not built: npm run build');
    }
    const { node, uid, killAfter } = surroundings;
    const isAlone = [node, uid, killAfter].some((one) => one !== undefined);
    return isAlone ? runAlone(args, surroundings) : runWarm(args, surroundings);
}

function environment({ env }: Surroundings): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...env };
}

/** Runs the command in a process of its own. */
function runAlone(args: readonly string[], surroundings: Surroundings): Promise<Outcome> {
    const { cwd, node = [], uid, killAfter } = surroundings;
    return new Promise((resolve) => {
        execFile(
            process.execPath,
            [...node, CLI, ...args],
            {
                cwd,
                env: environment(surroundings),
                maxBuffer: 64 * 1024 * 1024,
                ...(killAfter !== undefined && { timeout: killAfter, killSignal: 'SIGKILL' as const }),
                ...(uid === undefined ? {} : { uid })
            },
            (error, stdout, stderr) => {
                const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
                resolve({ code, stdout, stderr });
            }
        );
    });
}

/** A command that waits for something this long hangs; commands after it get another process. */
const MOST_WAITING_MS = 240_000;

let warm: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs the command in the process that ran the commands before it. */
function runWarm(args: readonly string[], surroundings: Surroundings): Promise<Outcome> {
    const { cwd = process.cwd(), input = '' } = surroundings;
    const outcome = last.then(() =>
        answerOf((warm ??= startWarm()), { cli: CLI, args, cwd, env: environment(surroundings), input })
    );
    last = outcome.catch(() => undefined);
    return outcome;
}

function startWarm(): ChildProcess {
    const child = fork(WARM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
    const stop = (): void => void child.kill('SIGKILL');
    process.once('exit', stop);
    child.once('exit', () => {
        process.off('exit', stop);
        warm = undefined;
    });
    return child;
}

function answerOf(child: ChildProcess, request: object): Promise<Outcome> {
    return new Promise((resolve, reject) => {
        const watch = setTimeout(() => child.kill('SIGKILL'), MOST_WAITING_MS);
        const onExit = (): void => {
            clearTimeout(watch);
            reject(new Error(`the process of the commands ended: ${JSON.stringify(request)}`));
        };
        child.once('exit', onExit);
        child.once('message', (outcome) => {
            clearTimeout(watch);
            child.off('exit', onExit);
            // While it is idle, it does not keep the tests running.
            child.unref();
            child.channel?.unref();
            resolve(outcome as Outcome);
        });
        child.ref();
        child.channel?.ref();
        child.send(request);
    });
}

/** Deletes a folder in which processes that are about to end may still write. */
async function removed(root: string, tries = 20): Promise<void> {
    try {
        rmSync(root, { recursive: true, force: true });
    } catch (error) {
        if (tries === 0 || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') {
            throw error;
        }
        await after(250);
        await removed(root, tries - 1);
    }
}

/** A folder with these files, which is deleted after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
    const root = mkdtempSync(join(tmpdir(), 'guardrail-'));
    onTestFinished(() => removed(root));
    // Another user may need to read the folder.
    chmodSync(root, 0o755);
    for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), content);
    }
    return root;
}

/** A valid policy with a claim that holds. */
export const GOOD = `policy Good
agent assistant
server mail { tool read(folder: string) tool send(to: string) external }
allow assistant: mail.read
claim "nothing is sent": never mail.send
claim "it can read": possible mail.read
`;

/** A valid policy with a claim that a single call breaks. */
export const BAD = GOOD.replace('policy Good', 'policy Bad').replace(
    'allow assistant: mail.read',
    'allow assistant: mail.*'
);

/** A policy whose check takes minutes. */
export const LONG_RUN = `policy LongRun
agent bot
server s { tool login()  tool pay() }
allow bot: any tool
limit s.login to 300
deny s.pay when count(s.login) >= 300
claim "none after the last": never s.pay when count(s.login) >= 300
`;
