/** Runs the command as shipped, in a separate process. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Outcome {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

export interface Surroundings {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Options of Node. */
    readonly node?: readonly string[];
    readonly uid?: number;
    /** Milliseconds after which it is killed, without an exit code; absent: never. */
    readonly killAfter?: number;
    /** Standard input; absent: none. */
    readonly input?: string;
}

export function guardrail(
    args: readonly string[],
    { cwd, env, node = [], uid, killAfter, input }: Surroundings = {}
): Promise<Outcome> {
    if (!existsSync(CLI)) {
        throw new Error('dist/cli.js is not built: npm run build');
    }
    return new Promise((resolve) => {
        const child = execFile(
            process.execPath,
            [...node, CLI, ...args],
            {
                cwd,
                env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...env },
                maxBuffer: 64 * 1024 * 1024,
                ...(killAfter !== undefined && { timeout: killAfter, killSignal: 'SIGKILL' as const }),
                ...(uid === undefined ? {} : { uid })
            },
            (error, stdout, stderr) => {
                const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
                resolve({ code, stdout, stderr });
            }
        );
        if (input !== undefined) {
            child.stdin!.end(input);
        }
    });
}

/** A folder with these files, deleted after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
    const root = mkdtempSync(join(tmpdir(), 'guardrail-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    // Another user may need to read it.
    chmodSync(root, 0o755);
    for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), content);
    }
    return root;
}

/** Valid, with a claim that holds. */
export const GOOD = `policy Good
agent assistant
server mail { tool read(folder: string) tool send(to: string) external }
allow assistant: mail.read
claim "nothing is sent": never mail.send
claim "it can read": possible mail.read
`;

/** Valid, with a claim that a single call breaks. */
export const BAD = GOOD.replace('policy Good', 'policy Bad').replace(
    'allow assistant: mail.read',
    'allow assistant: mail.*'
);

/** Checking this takes minutes. */
export const LONG_RUN = `policy LongRun
agent bot
server s { tool login()  tool pay() }
allow bot: any tool
limit s.login to 300
deny s.pay when count(s.login) >= 300
claim "none after the last": never s.pay when count(s.login) >= 300
`;
