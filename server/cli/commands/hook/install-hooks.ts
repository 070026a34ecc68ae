/**
 * `guardrail gateway install CLIENT` and `uninstall CLIENT`: add Guardrail's hooks to a client's configuration, and
 * remove them.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { socketFolderPath } from '../../../enforcement/socket-folder.js';
import { CodedError, EXIT, type ExitCode, systemReason } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import { writeAtomically } from '../../terminal/output.js';
import type { Terminal } from '../../terminal/terminal.js';
import { CLIENTS, type HookClient, openCodePlugin } from './clients.js';
import { fieldOf, withHooks, withoutHooks } from './hooked-text.js';
import { enforceable } from '../gateway/enforceable.js';
import { type EnforceFlagValues, wordsOf } from '../gateway/enforce-flags.js';
import { socketName } from './protocol.js';
import { assertFitsHooks } from './serve-hooks.js';

export interface InstallOptions extends EnforceFlagValues {
    readonly client: string;
    /** True for the configuration in the home folder instead of the current folder. */
    readonly user: boolean;
    readonly dryRun: boolean;
    /** The folder of the program. */
    readonly folder: URL;
}

/** The data that `uninstall` needs to restore the file. */
interface Installation {
    readonly file: string;
    /** The original text; null if the file did not exist. */
    readonly before: string | null;
    /** The text that `install` wrote. */
    readonly after: string;
    readonly command: string;
}

export async function install(options: InstallOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, style } = terminal;
    const client = clientOf(options.client);
    if (process.platform === 'win32') {
        throw new CodedError(
            'GR986',
            `what ${client.title} does on Windows when a hook fails was not tested, so calls might pass without a decision`,
            'Use `guardrail gateway` as a proxy in front of the MCP servers.'
        );
    }
    const policy = resolve(cwd, options.policy);
    const {
        policy: {
            loaded: { agents }
        }
    } = await enforceable({ ...options, cwd, assertFits: (found) => assertFitsHooks(found, options) });
    if (options.agent === undefined && agents.length > 1) {
        throw new CodedError(
            'GR902',
            `${options.policy} has several agents, and the client is one of them`,
            `Name it with --agent: ${agents.join(', ')}.`
        );
    }
    const base = options.user ? homedir() : cwd;
    const file = join(base, options.user ? client.file.user : client.file.project);
    assertRunsHooks(client, base, cwd);
    const record = recordOf(file);
    if (existsSync(record)) {
        throw new CodedError(
            'GR987',
            `${displayPath(file, cwd)} already has the hooks of Guardrail`,
            `Remove them first: guardrail gateway uninstall ${options.client}${options.user ? ' --user' : ''}`
        );
    }
    const before = textOf(file);
    const command = commandOf(options, policy);
    const after = client.format
        ? withHooks(before, client.format, { before: `${command} || exit 2`, others: command })
        : openCodePlugin(command);
    if (after === undefined || (!client.format && before !== undefined)) {
        throw new CodedError(
            'GR987',
            `${displayPath(file, cwd)} is not a configuration of ${client.title} that hooks can be added to`,
            client.format ? 'Make it valid JSON in which each event under `hooks` has a list.' : 'Move the file away.'
        );
    }
    output.write(`${style.bold(displayPath(file, cwd))}\n${added(before ?? '', after)}\n`);
    if (!options.dryRun) {
        const installed: Installation = { file, before: before ?? null, after, command };
        mkdirSync(dirname(record), { recursive: true, mode: 0o700 });
        writeFileSync(record, JSON.stringify(installed), { mode: 0o600 });
        writeAtomically(file, after);
    }
    const notes = [
        ...(client.isTested
            ? []
            : [`The hooks of ${client.title} were written from its documentation and have never been run.`]),
        ...(client.afterwards === undefined ? [] : [client.afterwards])
    ];
    output.write(notes.map((note) => `\n${note}\n`).join(''));
    await output.finished();
    return EXIT.ok;
}

export async function uninstall(
    { client: name, user }: Pick<InstallOptions, 'client' | 'user'>,
    { cwd, output }: Terminal
): Promise<ExitCode> {
    const client = clientOf(name);
    const file = user ? join(homedir(), client.file.user) : join(cwd, client.file.project);
    const record = recordOf(file);
    const shown = displayPath(file, cwd);
    if (!existsSync(record)) {
        throw new CodedError(
            'GR987',
            `${shown} has no hooks of Guardrail`,
            'Give --user for the hooks in the home folder.'
        );
    }
    const { before, after, command } = JSON.parse(readFileSync(record, 'utf8')) as Installation;
    const now = textOf(file);
    if (now === after && before === null) {
        rmSync(file);
        output.write(`${shown} is removed\n`);
    } else if (now === after) {
        writeAtomically(file, before!);
        output.write(`${shown} is as it was before\n`);
    } else if (now !== undefined && client.format) {
        writeAtomically(file, withoutHooks(now, command));
        output.write(`${shown} was changed since: only the hooks of Guardrail are removed\n`);
    } else if (now !== undefined) {
        throw new CodedError('GR987', `${shown} was changed since it was written`, 'Delete it if you do not need it.');
    }
    rmSync(record);
    await output.finished();
    return EXIT.ok;
}

function clientOf(name: string): HookClient {
    const client = Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
    if (!client) {
        throw new CodedError(
            'GR902',
            `there is no client "${name}"`,
            `The clients are ${Object.keys(CLIENTS).join(', ')}.`
        );
    }
    return client;
}

/** Throws GR986 for a setting that makes the client ignore hooks, because every call would pass. */
function assertRunsHooks({ title, off }: HookClient, base: string, cwd: string): void {
    for (const { file, path, value } of off) {
        for (const folder of new Set([base, cwd, homedir()])) {
            const text = textOf(join(folder, file));
            if (text !== undefined && fieldOf(text, path) === value) {
                throw new CodedError(
                    'GR986',
                    `${title} runs no hooks: ${displayPath(join(folder, file), cwd)} sets ${path.join('.')} to ${String(value)}`,
                    'Remove this setting.'
                );
            }
        }
    }
}

/** Writes the command for a shell. */
function commandOf({ folder, ...options }: InstallOptions, policy: string): string {
    const [shell, hook] = ['hook.sh', 'hook.js'].map((name) => fileURLToPath(new URL(name, folder)));
    const socket = join(basename(socketFolderPath()), socketName(policy));
    const flags = ['--policy', policy, ...wordsOf(options, ['policy'])];
    const words = ['/bin/sh', shell!, socket, process.execPath, hook!, options.client, ...flags];
    return words
        .map((word) => (/^[\w./@:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
        .join(' ');
}

/** The file that describes an installation, in the user's state folder. */
function recordOf(file: string): string {
    const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state');
    return join(state, 'guardrail/installed', `${createHash('sha256').update(file).digest('hex').slice(0, 24)}.json`);
}

function textOf(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
            return undefined;
        }
        throw new CodedError('GR987', `${file} cannot be read: ${systemReason(error)}`, 'Check its permissions.');
    }
}

/** The lines of `after` that are not in `before`, each with a plus sign. */
function added(before: string, after: string): string {
    const [old, all] = [before.split('\n'), after.split('\n')];
    let start = 0;
    while (start < old.length && old[start] === all[start]) {
        start++;
    }
    let end = 0;
    while (end < old.length - start && old.at(-1 - end) === all.at(-1 - end)) {
        end++;
    }
    const lines = all.slice(start, all.length - end).map((line) => `+ ${line}`);
    const removed = old
        .slice(start, old.length - end)
        .filter((line) => line !== '')
        .map((line) => `- ${line}`);
    return [...removed, ...lines].join('\n');
}
