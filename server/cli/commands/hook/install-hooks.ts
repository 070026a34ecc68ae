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
import type { HookClient } from './clients.js';
import { decisionTable, type ToolDecision } from './decision-table.js';
import { commandsOf, type HookFile, hookFiles } from './hook-files.js';
import { enforceable } from '../gateway/enforceable.js';
import { type EnforceFlagValues, wordsOf } from '../gateway/enforce-flags.js';
import {
    clientOf,
    type Edit,
    forget,
    type Installation,
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
    readonly policy: string;
    /** False for `--dry-run`. */
    readonly installed: boolean;
    /** What becomes of each tool. */
    readonly tools: readonly ToolDecision[];
    /** The configuration that gets the hooks, and after it a file that has to name it. */
    readonly changes: readonly FileChange[];
    /** What the user has to do or to know before the client runs the hooks, as sentences. */
    readonly notes: readonly string[];
    /** What gets past the hooks even if they run, as sentences. */
    readonly gaps: readonly string[];
}

export interface FileChange {
    readonly file: string;
    /** The lines that are added and removed, with a sign and a space before each. */
    readonly lines: readonly string[];
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
    const { policy: enforced } = await enforceable({
        ...options,
        cwd,
        assertFits: (found) => assertFitsHooks(found, options)
    });
    const {
        model,
        loaded: { agents }
    } = enforced;
    if (options.agent === undefined && agents.length > 1) {
        throw new CodedError(
            'GR902',
            `${options.policy} has several agents, and the client is one of them`,
            `Name it with --agent: ${agents.join(', ')}.`
        );
    }
    const files = filesOf(client, options.scope, cwd);
    const [{ path: file }] = files;
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
    const command = commandOf(options, policy);
    const edits = files.map(({ path, isWhole, added }): Edit => {
        const before = textOf(path);
        const after = added(before, commandsOf(command));
        if (after === undefined) {
            throw new CodedError(
                'GR987',
                `${displayPath(path, cwd)} is not a configuration of ${client.title} that hooks can be added to`,
                isWhole
                    ? 'Move the file away.'
                    : 'Make it valid JSON in which hooks and plugins are in lists, and no name occurs twice.'
            );
        }
        return { file: path, before: before ?? null, after };
    });
    const agent = options.agent === undefined ? 0 : model.agents.findIndex(({ name }) => name === options.agent);
    const report: InstallReport = {
        client: options.client,
        scope: options.scope,
        policy,
        installed: !options.dryRun,
        tools: decisionTable(enforced, options.client, agent),
        changes: edits.map((edit) => ({ file: edit.file, lines: changedLines(edit.before ?? '', edit.after) })),
        notes: [
            ...(client.isTested
                ? []
                : [`The hooks of ${client.title} were written from its documentation and have never been run.`]),
            ...(client.afterwards === undefined || options.scope === 'managed' ? [] : [client.afterwards])
        ],
        gaps: [...gapsOf(client, options.scope), SAME_USER]
    };
    if (!options.dryRun) {
        const [own, namedIn] = edits;
        write({
            ...own!,
            ...(namedIn && { namedIn }),
            command,
            policy,
            client: options.client,
            scope: options.scope,
            folder: cwd
        });
    }
    output.write(
        options.format === 'json'
            ? printedJson(report)
            : reportText(report, options.policy, (path) => style.bold(displayPath(path, cwd)))
    );
    await output.finished();
    return EXIT.ok;
}

/** Writes every file, or none. */
function write(installation: Installation): void {
    record(installation);
    const written: Edit[] = [];
    try {
        for (const edit of editsOf(installation)) {
            writeAtomically(edit.file, edit.after);
            written.push(edit);
        }
    } catch (error) {
        written.forEach(restore);
        forget(installation.file);
        throw error;
    }
}

function editsOf(installation: Installation): readonly Edit[] {
    return [installation, ...(installation.namedIn ? [installation.namedIn] : [])];
}

function restore({ file, before }: Edit): void {
    if (before === null) {
        rmSync(file);
    } else {
        writeAtomically(file, before);
    }
}

function reportText(
    { tools, changes, notes, gaps }: InstallReport,
    policy: string,
    shown: (file: string) => string
): string {
    const unstopped = ['What these hooks do not stop:', ...gaps.map((gap) => `- ${gap}`)].join('\n');
    return [
        tableText(tools, policy),
        ...[...changes.map(({ file, lines }) => `${shown(file)}\n${lines.join('\n')}`), ...notes, unstopped].map(
            (note) => `\n${note}\n`
        )
    ].join('');
}

export async function uninstall(
    { client: name, scope }: Pick<InstallOptions, 'client' | 'scope'>,
    { cwd, output }: Terminal
): Promise<ExitCode> {
    const files = filesOf(clientOf(name), scope, cwd);
    const [{ path: file }] = files;
    const installation = installationAt(file);
    if (!installation) {
        throw new CodedError(
            'GR987',
            `${displayPath(file, cwd)} has no hooks of Guardrail`,
            'Give --user for the hooks in the home folder, and --managed for those of the administrator.'
        );
    }
    const { command, policy } = installation;
    // A file that names another goes first: a client stops at a name that leads nowhere.
    for (const edit of [...editsOf(installation)].reverse()) {
        const one = files.find(({ path }) => path === edit.file)!;
        output.write(`${displayPath(edit.file, cwd)} ${removedFrom(edit, one, command)}\n`);
    }
    forget(file);
    const isLast = policy !== undefined && installations().every((other) => other.policy !== policy);
    if (isLast && (await endGateway(policy))) {
        output.write('the gateway of the policy has ended\n');
    }
    await output.finished();
    return EXIT.ok;
}

/** Removes the hooks from a file, and returns what was done. Throws GR987 for a plugin that was changed. */
function removedFrom(edit: Edit, { isWhole, removed }: HookFile, command: string): string {
    const { file, before, after } = edit;
    const now = textOf(file);
    if (now === undefined) {
        return 'is gone';
    }
    if (now === after) {
        restore(edit);
        return before === null ? 'is removed' : 'is as it was before';
    }
    if (isWhole) {
        throw new CodedError('GR987', `${file} was changed since it was written`, 'Delete it if you do not need it.');
    }
    writeAtomically(file, removed(now, before ?? '', command));
    return 'was changed since: only the hooks of Guardrail are removed';
}

/** Throws GR902 if the client has no such configuration. */
function filesOf(client: HookClient, scope: Scope, cwd: string): readonly [HookFile, ...HookFile[]] {
    const [first, ...others] = hookFiles(client, scope, cwd);
    if (first === undefined) {
        throw new CodedError(
            'GR902',
            `Guardrail writes no hooks of an administrator for ${client.title}`,
            'Use --user, or put the gateway in front of the MCP servers.'
        );
    }
    return [first, ...others];
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
