/**
 * `guardrail gateway install CLIENT` and `uninstall CLIENT`: add Guardrail's hooks to a client's configuration, and
 * remove them.
 */
import { rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { socketFolderPath } from '../../../enforcement/socket-folder.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import { printedJson } from '../../../workspace/printed-json.js';
import type { ReportFormat } from '../../reports/formats.js';
import { writeAtomically } from '../../terminal/output.js';
import type { Terminal } from '../../terminal/terminal.js';
import { type HookClient, type HookCommands, openCodePlugin } from './clients.js';
import { decisionTable, type ToolDecision } from './decision-table.js';
import { hasHooks, withHooks, withoutHooks } from './hooked-text.js';
import { enforceable } from '../gateway/enforceable.js';
import { type EnforceFlagValues, wordsOf } from '../gateway/enforce-flags.js';
import {
    clientOf,
    forget,
    hookFile,
    installationAt,
    installations,
    record,
    type Scope,
    textOf
} from './installation.js';
import { endGateway, socketName } from './protocol.js';
import { assertFitsHooks } from './serve-hooks.js';
import { gapsOf, SAME_USER, switchesOff } from './status.js';

export interface InstallOptions extends EnforceFlagValues {
    readonly client: string;
    readonly scope: Scope;
    readonly dryRun: boolean;
    readonly format: ReportFormat;
    /** The folder of the program. */
    readonly folder: URL;
}

/** What `install` reports with `--format json`. */
export interface InstallReport {
    readonly client: string;
    readonly scope: Scope;
    /** The configuration that has the hooks. */
    readonly file: string;
    readonly policy: string;
    /** False for `--dry-run`. */
    readonly installed: boolean;
    /** What becomes of each tool. */
    readonly tools: readonly ToolDecision[];
    /** The lines that are added and removed, with a sign and a space before each. */
    readonly change: readonly string[];
    /** What the user has to do or to know before the client runs the hooks, as sentences. */
    readonly notes: readonly string[];
    /** What gets past the hooks even if they run, as sentences. */
    readonly gaps: readonly string[];
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
            model,
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
    const file = fileOf(client, options.scope, cwd);
    const [off] = switchesOff(client, options.scope, cwd);
    if (off !== undefined) {
        throw new CodedError(
            'GR986',
            `calls could get past the hooks of ${client.title}: ${off}`,
            'Remove this setting.'
        );
    }
    if (installationAt(file)) {
        throw new CodedError(
            'GR987',
            `${displayPath(file, cwd)} already has the hooks of Guardrail`,
            `Remove them first: guardrail gateway uninstall ${options.client}${flagOf(options.scope)}`
        );
    }
    const before = textOf(file);
    const command = commandOf(options, policy);
    const after = textWith({ before: `${command} || exit 2`, others: command }, client, options.scope, before);
    if (after === undefined) {
        throw new CodedError(
            'GR987',
            `${displayPath(file, cwd)} is not a configuration of ${client.title} that hooks can be added to`,
            isWhole(client, options.scope)
                ? 'Move the file away.'
                : 'Make it valid JSON in which each event under `hooks` has a list, and no name occurs twice.'
        );
    }
    const agent = options.agent === undefined ? 0 : model.agents.findIndex(({ name }) => name === options.agent);
    const report: InstallReport = {
        client: options.client,
        scope: options.scope,
        file,
        policy,
        installed: !options.dryRun,
        tools: decisionTable(model, options.client, agent),
        change: changedLines(before ?? '', after),
        notes: [
            ...(client.isTested
                ? []
                : [`The hooks of ${client.title} were written from its documentation and have never been run.`]),
            ...(client.afterwards === undefined || options.scope === 'managed' ? [] : [client.afterwards])
        ],
        gaps: [...gapsOf(client, options.scope), SAME_USER]
    };
    if (!options.dryRun) {
        record({
            file,
            before: before ?? null,
            after,
            command,
            policy,
            client: options.client,
            scope: options.scope,
            folder: cwd
        });
        try {
            writeAtomically(file, after);
        } catch (error) {
            forget(file);
            throw error;
        }
    }
    output.write(
        options.format === 'json'
            ? printedJson(report)
            : reportText(report, options.policy, style.bold(displayPath(file, cwd)))
    );
    await output.finished();
    return EXIT.ok;
}

function reportText({ tools, change, notes, gaps }: InstallReport, policy: string, file: string): string {
    const unstopped = ['What these hooks do not stop:', ...gaps.map((gap) => `- ${gap}`)].join('\n');
    return [
        `${tableText(tools, policy)}\n${file}\n${change.join('\n')}\n`,
        ...[...notes, unstopped].map((note) => `\n${note}\n`)
    ].join('');
}

/** The text of the configuration with the hooks; undefined if they do not fit. */
function textWith(
    commands: HookCommands,
    client: HookClient,
    scope: Scope,
    before: string | undefined
): string | undefined {
    const { format, managed } = client;
    if (isWhole(client, scope)) {
        const text = scope === 'managed' ? managed!.text!(commands) : openCodePlugin(commands.others);
        return before === undefined ? text : undefined;
    }
    const after = withHooks(before, format!, commands, scope === 'managed' ? managed!.settings : []);
    return after !== undefined && hasHooks(after, format!, commands.before) ? after : undefined;
}

/** True if Guardrail writes the whole file. */
function isWhole({ format, managed }: HookClient, scope: Scope): boolean {
    return scope === 'managed' ? managed?.text !== undefined : !format;
}

export async function uninstall(
    { client: name, scope }: Pick<InstallOptions, 'client' | 'scope'>,
    { cwd, output }: Terminal
): Promise<ExitCode> {
    const client = clientOf(name);
    const file = fileOf(client, scope, cwd);
    const shown = displayPath(file, cwd);
    const installation = installationAt(file);
    if (!installation) {
        throw new CodedError(
            'GR987',
            `${shown} has no hooks of Guardrail`,
            'Give --user for the hooks in the home folder, and --managed for those of the administrator.'
        );
    }
    const { before, after, command, policy } = installation;
    const now = textOf(file);
    if (now === after && before === null) {
        rmSync(file);
        output.write(`${shown} is removed\n`);
    } else if (now === after) {
        writeAtomically(file, before!);
        output.write(`${shown} is as it was before\n`);
    } else if (now !== undefined && !isWhole(client, scope)) {
        const settings = scope === 'managed' ? client.managed!.settings : [];
        writeAtomically(file, withoutHooks(now, command, before ?? '', settings));
        output.write(`${shown} was changed since: only the hooks of Guardrail are removed\n`);
    } else if (now !== undefined) {
        throw new CodedError('GR987', `${shown} was changed since it was written`, 'Delete it if you do not need it.');
    }
    forget(file);
    const isLast = policy !== undefined && installations().every((other) => other.policy !== policy);
    if (isLast && (await endGateway(policy))) {
        output.write('the gateway of the policy has ended\n');
    }
    await output.finished();
    return EXIT.ok;
}

/** Throws GR902 if the client has no such file. */
function fileOf(client: HookClient, scope: Scope, cwd: string): string {
    const file = hookFile(client, scope, cwd);
    if (file === undefined) {
        throw new CodedError(
            'GR902',
            `Guardrail writes no hooks of an administrator for ${client.title}`,
            'Use --user, or put the gateway in front of the MCP servers.'
        );
    }
    return file;
}

function flagOf(scope: Scope): string {
    return scope === 'project' ? '' : ` --${scope}`;
}

/** Writes the command for a shell; the name of the socket needs no quotes. */
function commandOf({ folder, ...options }: InstallOptions, policy: string): string {
    const [shell, hook] = ['hook.sh', 'hook.js'].map((name) => fileURLToPath(new URL(name, folder)));
    // The hooks of an administrator run as any user.
    const own = options.scope === 'managed' ? 'guardrail-$(id -u)' : basename(socketFolderPath());
    const flags = ['--policy', policy, ...wordsOf(options, ['policy'])];
    const [sh, ...words] = ['/bin/sh', shell!, process.execPath, hook!, options.client, ...flags].map((word) =>
        /^[\w./@:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
    );
    return [sh, words[0], `${own}/${socketName(policy)}`, ...words.slice(1)].join(' ');
}

/** The tools with the same decision share a line. */
function tableText(table: readonly ToolDecision[], policy: string): string {
    const decisions = [...new Set(table.map(({ decision }) => decision))];
    const lines = decisions.flatMap((decision) => {
        const names = table.filter((one) => one.decision === decision).map(({ tool }) => tool);
        return [`  ${decision}`, ...wrapped(names)];
    });
    return `What ${policy} does with each tool:\n${lines.join('\n')}\n`;
}

function wrapped(names: readonly string[]): string[] {
    const lines: string[] = [];
    let line = '';
    for (const name of names) {
        const next = line === '' ? name : `${line}, ${name}`;
        if (next.length > WIDTH && line !== '') {
            lines.push(`${line},`);
            line = name;
        } else {
            line = next;
        }
    }
    return [...lines, line].map((text) => `    ${text}`);
}

const WIDTH = 100;

/** The lines of `after` that are not in `before`, each with a plus sign, and those that it lacks, with a minus sign. */
function changedLines(before: string, after: string): string[] {
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
    return [...removed, ...lines];
}
