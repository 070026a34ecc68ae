/** `guardrail gateway status`: what enforces a policy for the clients of this folder, and what switches it off. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { displayPath } from '../../../workspace/display-path.js';
import { printedJson } from '../../../workspace/printed-json.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { ReportFormat } from '../../reports/formats.js';
import { hang, printable } from '../../terminal/layout.js';
import type { Terminal } from '../../terminal/terminal.js';
import { CLIENTS, type HookClient, OTHER_HOOKS } from './clients.js';
import { type HookFile, hookFiles } from './hook-files.js';
import { fieldOf, otherHooks } from './hooked-text.js';
import {
    clientOf,
    homePath,
    hookFile,
    type Installation,
    installationAt,
    installations,
    type Scope,
    SCOPES,
    textOf
} from './installation.js';

/** The hooks of one configuration of a client. */
export interface HookStatus {
    readonly client: string;
    readonly scope: Scope;
    readonly file: string;
    /** The path of the policy; absent in records of earlier versions. */
    readonly policy?: string;
    /** Why the hooks do not enforce the policy; empty if nothing was found. */
    readonly problems: readonly string[];
    /** What gets past the hooks even if they run, beside `SAME_USER`. */
    readonly gaps: readonly string[];
}

/** What gets past the hooks of every client. */
export const SAME_USER =
    'A program of the same user can answer approvals, change the policy, and answer hooks in place of the gateway: let the agent run as another user, or in a sandbox.';

export async function status(
    { client, format }: { readonly client?: string | undefined; readonly format: ReportFormat },
    { cwd, output, style }: Terminal
): Promise<ExitCode> {
    if (client !== undefined) {
        clientOf(client);
    }
    const all = statuses(cwd).filter((one) => client === undefined || one.client === client);
    // Hooks in one configuration are enough, whatever is wrong with those in another.
    const clients = new Set(all.map((one) => one.client));
    const fails = [...clients].filter((name) => all.every((one) => one.client !== name || one.problems.length > 0));
    if (format === 'json') {
        output.write(printedJson(all));
    } else if (all.length === 0) {
        output.write(`${client === undefined ? 'no client' : clientOf(client).title} has hooks of Guardrail here\n`);
    } else {
        const lines = all.flatMap((one) => [
            style.bold(
                `${CLIENTS[one.client]!.title}, ${one.scope}: ${one.problems.length > 0 ? 'not enforced' : 'enforced'}`
            ),
            `  ${printable(displayPath(one.file, cwd))}`,
            ...(one.policy === undefined ? [] : [`  policy ${printable(displayPath(one.policy, cwd))}`]),
            ...one.problems.flatMap((problem) => hang('  problem: ', printable(problem), style)),
            ...one.gaps.flatMap((gap) => hang('  not stopped: ', gap, style))
        ]);
        output.write(`${[...lines, ...hang('', SAME_USER, style)].join('\n')}\n`);
    }
    await output.finished();
    return clients.size === 0 || fails.length > 0 ? EXIT.violated : EXIT.ok;
}

/** All hooks that were installed for a client in the folder, in the home folder and by the administrator. */
export function statuses(cwd: string): readonly HookStatus[] {
    return Object.entries(CLIENTS).flatMap(([name, client]) =>
        SCOPES.flatMap((scope) => {
            const file = hookFile(client, scope, cwd);
            const found = file === undefined ? undefined : foundHooks(scope, file);
            return found
                ? [
                      {
                          client: name,
                          scope,
                          file: file!,
                          ...(found.policy !== undefined && { policy: found.policy }),
                          problems: problemsOf(client, scope, cwd, file!, found.installation),
                          gaps: [
                              ...otherHooksOf(client, scope, cwd, found.installation?.command),
                              ...gapsOf(client, scope)
                          ]
                      }
                  ]
                : [];
        })
    );
}

/** Why the hooks that were installed for a policy do not enforce it now, as sentences; empty if nothing was found. */
export function problemsOfPolicy(policy: string): readonly string[] {
    return installations()
        .filter((one) => one.policy === policy && one.client !== undefined)
        .flatMap(({ client, scope = 'project', folder = '/', file, ...one }) =>
            problemsOf(CLIENTS[client!]!, scope, folder, file, { file, ...one }).map(
                (problem) => `${CLIENTS[client!]!.title}: ${problem}`
            )
        );
}

/** What gets past the hooks of a client, as sentences, beside `SAME_USER`. */
export function gapsOf({ managed, gaps }: HookClient, scope: Scope): readonly string[] {
    return scope === 'managed' ? managed!.gaps : gaps;
}

/** The settings and variables that make a client leave out hooks of this scope, as sentences. */
export function switchesOff(client: HookClient, scope: Scope, cwd: string): string[] {
    return client.off.flatMap((one) => {
        if ('variable' in one) {
            const value = process.env[one.variable];
            return value === undefined || ['', '0', 'false'].includes(value.toLowerCase())
                ? []
                : [`the environment has ${one.variable}`];
        }
        const own = [join(cwd, one.file), homePath(client, one.file)];
        const managed = scope === 'managed' ? [hookFile(client, scope, cwd)!] : [];
        // What an administrator configured is switched off only there, except by a list.
        const files = scope === 'managed' && 'path' in one ? managed : [...new Set([...own, ...managed])];
        return files.flatMap((file) => {
            const text = textOf(file);
            if (text === undefined) {
                return [];
            }
            const shown = displayPath(file, cwd);
            if ('list' in one) {
                const value = fieldOf(text, one.list);
                const names = Array.isArray(value) ? value.map(String) : [];
                return names.some(isHook) ? [`${shown} has the hook in ${one.list.join('.')}`] : [];
            }
            const value = file.endsWith('.toml') ? tomlFlag(text, one.path.at(-1)!) : fieldOf(text, one.path);
            return value === undefined || value === one.on
                ? []
                : [`${shown} sets ${one.path.join('.')} to ${JSON.stringify(value)}`];
        });
    });
}

/** True for a command that runs the program of an installed hook. */
function isHook(command: string): boolean {
    return /\/hook\.(?:sh|js)\b/.test(command);
}

/** False if any table of the text sets the name to false, whatever the table is; no setting is missed. */
function tomlFlag(text: string, name: string): false | undefined {
    return new RegExp(String.raw`^[^#\n]*\b${name}["']?\s*=\s*false`, 'm').test(text) ? false : undefined;
}

/** The policy and the record of the hooks in a file; the record of an administrator's is not here. */
function foundHooks(
    scope: Scope,
    file: string
): { readonly policy?: string | undefined; readonly installation?: Installation } | undefined {
    const installation = installationAt(file);
    if (installation) {
        return { policy: installation.policy, installation };
    }
    const text = scope === 'managed' ? (textOf(file) ?? '') : '';
    return isHook(text) ? { policy: /--policy '?([^'"\s\\]+)/.exec(text)?.[1] } : undefined;
}

function problemsOf(
    client: HookClient,
    scope: Scope,
    cwd: string,
    file: string,
    installation: Installation | undefined
): string[] {
    return [
        ...changesOf(client, scope, cwd, installation),
        ...switchesOff(client, scope, cwd),
        ...(scope === 'managed' ? [] : trustProblems(client, scope, cwd, file))
    ];
}

/** How the hooks differ from those that were installed; the record of an administrator's may be missing. */
function changesOf(client: HookClient, scope: Scope, cwd: string, installation: Installation | undefined): string[] {
    const { command, policy } = installation ?? {};
    const [own, namedIn] = hookFiles(client, scope, cwd);
    const isThere = ({ path, isIn }: HookFile, after = ''): boolean => isIn(textOf(path) ?? '', after, command ?? '');
    // The command begins with the shell, the hook for it, the socket, Node, and the hook for Node.
    const programs = (command ?? '').split(' ', 6).filter((word) => word.startsWith('/'));
    const missing = [...programs, ...(policy === undefined ? [] : [policy])].filter((path) => !existsSync(path));
    return [
        ...(installation === undefined || isThere(own!, installation.after)
            ? []
            : ['the hooks were removed or changed since they were installed']),
        ...(namedIn === undefined || isThere(namedIn)
            ? []
            : [`${displayPath(namedIn.path, cwd)} does not name them, so ${client.title} does not read them`]),
        ...missing.map((path) => `${path} is missing, so every call is denied`)
    ];
}

/** Not empty for a client that runs the hooks only after the user trusted the file or its folder. */
function trustProblems(client: HookClient, scope: 'project' | 'user', cwd: string, file: string): string[] {
    const { title, trust } = client;
    if (!trust?.scopes.includes(scope)) {
        return [];
    }
    const text = textOf(homePath(client, trust.file)) ?? '';
    const subject = trust.file.endsWith('.toml') ? file : cwd;
    const isNamed = [subject, realpathSync(existsSync(subject) ? subject : cwd)].some((path) =>
        text.includes(`"${path}`)
    );
    return isNamed ? [] : [`${title} runs them only once they are trusted, and ~/${trust.file} does not name them`];
}

/** Other hooks of the same events, which can change a call after it was decided. */
function otherHooksOf(client: HookClient, scope: Scope, cwd: string, command: string | undefined): string[] {
    const { format, managed, file } = client;
    if (!format || (scope === 'managed' && !managed!.gaps.includes(OTHER_HOOKS))) {
        return [];
    }
    const names = client.off.flatMap((one) => ('file' in one && one.file.endsWith('.json') ? [one.file] : []));
    const files = [...names, file.project].map((name) => join(cwd, name));
    return [...new Set([...files, ...[...names, file.user].map((name) => homePath(client, name))])].flatMap((path) => {
        const count = otherHooks(textOf(path) ?? '', format, `${command ?? ''} || exit 2`);
        return count === 0 ? [] : [`${displayPath(path, cwd)} has other hooks before a call: ${count}.`];
    });
}
