/** `guardrail init`: writes a starter policy for the tools of given servers. */
import { counted } from '../../../model/text/plural.js';
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import { clientsIn } from './clients-in.js';
import { assertFits, type NamedServer } from '../../tool-lists/inventory.js';
import { CLIENTS } from '../../../settings/client-list.js';
import { settingsOf } from '../audit/settings-files.js';
import { importFromSettings } from '../import/import-settings.js';
import { describedTools } from './described-tools.js';
import { policyFor, starterOf } from './starter.js';
import { type Template, TEMPLATES } from './templates.js';
import { hasConfiguredServers, readSource, type SourceOptions } from '../../tool-lists/source.js';
import { printedJson } from '../../../workspace/printed-json.js';
import { assertWritable, writeAtomically } from '../../terminal/output.js';
import type { Terminal } from '../../terminal/terminal.js';
import { createInterface } from 'node:readline/promises';

export interface InitOptions extends SourceOptions {
    /** The path of the policy. Its inventory is written next to it. */
    readonly file: string;
    /** The name of a template; if undefined, the user chooses one at the terminal. */
    readonly template?: string;
    /** The path of an inventory that exists, so that only the policy is written. */
    readonly inventory?: string;
    readonly force: boolean;
    /** The folder of the program. */
    readonly folder: URL;
}

const INVENTORY = 'tools.guardrail';

export async function init(options: InitOptions, terminal: Terminal): Promise<ExitCode> {
    if (options.inventory !== undefined) {
        return initFor(options.inventory, options, terminal);
    }
    return hasOnlySettings(options, terminal)
        ? initFromSettings(options, terminal)
        : initWithInventory(options, terminal);
}

/** True if nothing is given to start from, and the folder has settings of coding agents but names no servers. */
function hasOnlySettings({ template, source, command, config, folder }: InitOptions, terminal: Terminal): boolean {
    const { cwd, version } = terminal;
    const isBare = template === undefined && source === undefined && command.length === 0 && config === undefined;
    return (
        isBare &&
        settingsIn(cwd).length > 0 &&
        !hasConfiguredServers({ cwd, version, env: process.env, folder, searches: true })
    );
}

/** The policy that the settings are. */
async function initFromSettings({ file, force }: InitOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output } = terminal;
    const policy = policyFile(file, cwd);
    const shown = displayPath(policy, cwd);
    assertMayWrite(policy, shown, force);
    const exitCode = await importFromSettings({ files: [], output: file, force, format: 'pretty' }, terminal);
    output.write(`\n${LEFT}\n\nRead it, then: guardrail check ${shown}\n`);
    await output.finished();
    return exitCode;
}

const LEFT = 'left to the client: the tools that the policy does not name';

/** The settings files of all clients in the folder, as they are shown. */
function settingsIn(cwd: string): string[] {
    return CLIENTS.flatMap((client) => settingsOf(client, cwd, false, cwd, [])).map(({ path }) =>
        displayPath(path, cwd)
    );
}

/** Writes only the policy. */
async function initFor(inventory: string, options: InitOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, style } = terminal;
    const { source, command, config } = options;
    if (source !== undefined || command.length > 0 || config !== undefined) {
        throw new CodedError(
            'GR902',
            '--inventory is a source of tools already',
            'Leave out --from, --config and the command of a server.'
        );
    }
    const policy = policyFile(options.file, cwd);
    assertMayWrite(policy, displayPath(policy, cwd), options.force);
    const template = await templateOf(options.template, terminal);
    const text = policyFor(template, policyName(policy), {
        tools: await describedTools(inventory, cwd),
        path: importPath(resolve(cwd, inventory), dirname(policy))
    });
    writeAtomically(policy, text);
    const shown = displayPath(policy, cwd);
    output.write(`${style.bold(shown)}  ${template.summary}\n\nRead it, then: guardrail check ${shown}\n`);
    await output.finished();
    return EXIT.ok;
}

/** The path of a file in an import of a policy in the folder. */
function importPath(file: string, folder: string): string {
    const path = relative(folder, file).replaceAll('\\', '/');
    return path.startsWith('../') ? path : `./${path}`;
}

async function initWithInventory(options: InitOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, version, output, style } = terminal;
    const policy = policyFile(options.file, cwd);
    const inventory = join(dirname(policy), INVENTORY);
    for (const file of [policy, inventory]) {
        assertMayWrite(file, displayPath(file, cwd), options.force);
    }
    const template = await templateOf(options.template, terminal);
    const clients = clientsIn(cwd);
    const settings = settingsIn(cwd);
    const { servers, origin } = await readSource(options, {
        cwd,
        version,
        env: process.env,
        folder: options.folder,
        searches: true
    });
    const starter = starterOf(template, servers, policyName(policy), origin, clients);
    assertFits(starter.inventory);
    writeAtomically(inventory, starter.inventory);
    writeAtomically(policy, starter.policy);
    const tools = servers.reduce((sum, server) => sum + server.tools.length, 0);
    const [shown, beside] = [policy, inventory].map((file) => displayPath(file, cwd)) as [string, string];
    output.write(
        [
            `${style.bold(shown)}  ${template.summary}`,
            `${style.bold(beside)}  ${counted(tools, 'tool')} of ${servers.map(({ name }) => name).join(', ')}`,
            ...(clients.length > 0
                ? [`protected from the agent: the policy, the logs and the settings of ${clients.join(', ')}`]
                : []),
            LEFT,
            ...(settings.length > 0
                ? [`still in force: ${settings.join(', ')}; guardrail audit says what they let through`]
                : []),
            ...unnamedNote(options, servers, origin),
            '',
            `Read both, then: guardrail check ${shown}`,
            ''
        ].join('\n')
    );
    await output.finished();
    return EXIT.ok;
}

/** A server that was started by its command may have another name in a client, and hooks know only that one. */
function unnamedNote(
    { command, server }: InitOptions,
    [first]: readonly NamedServer[],
    origin: string
): readonly string[] {
    return command.length > 0 && server.length === 0 && origin === `the server ${first!.name}`
        ? [`${first!.name} is the server's own name: if your client calls it otherwise, add --server NAME --force`]
        : [];
}

/** `guardrail init --list`: lists the templates. */
export async function listTemplates({ output }: Terminal, asJson: boolean): Promise<ExitCode> {
    const width = Math.max(...TEMPLATES.map(({ name }) => name.length));
    output.write(
        asJson
            ? printedJson(TEMPLATES.map(({ name, summary }) => ({ name, summary })))
            : TEMPLATES.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join('')
    );
    await output.finished();
    return EXIT.ok;
}

async function templateOf(name: string | undefined, { isWatched }: Terminal): Promise<Template> {
    const help = `The templates are ${TEMPLATES.map((template) => template.name).join(', ')}.`;
    if (name === undefined) {
        const chosen =
            process.stdin.isTTY && isWatched ? await chooseTemplate(process.stdin, process.stderr) : undefined;
        if (chosen) {
            return chosen;
        }
        throw new CodedError('GR902', 'a template is needed', `Give --template NAME. ${help}`);
    }
    const found = TEMPLATES.find((template) => template.name === name);
    if (!found) {
        throw new CodedError('GR902', `there is no template "${name}"`, help);
    }
    return found;
}

function policyFile(file: string, cwd: string): string {
    const path = resolve(cwd, file);
    if (!path.endsWith('.guardrail') || basename(path) === INVENTORY) {
        const why = path.endsWith('.guardrail')
            ? 'the inventory next to it has that name'
            : 'its name does not end in .guardrail';
        throw new CodedError(
            'GR902',
            `${file} cannot be the policy: ${why}`,
            'Give another name, such as policy.guardrail.'
        );
    }
    return path;
}

/** The name of a policy: `MailAssistant` for mail-assistant.guardrail. */
function policyName(file: string): string {
    const words = basename(file, '.guardrail').match(/[A-Za-z0-9]+/g) ?? [];
    const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
    return /^[A-Z]/.test(name) ? name : `Policy${name}`;
}

function assertMayWrite(file: string, shown: string, force: boolean): void {
    assertWritable(file);
    if (existsSync(file) && !force) {
        throw new CodedError(
            'GR910',
            `${shown} already exists`,
            'Give another file, or add --force to overwrite both.'
        );
    }
}

/** Asks the user to choose a template. */
/** Undefined if the input ends without a valid number or name. */
export async function chooseTemplate(
    input: NodeJS.ReadableStream,
    output: NodeJS.WritableStream
): Promise<Template | undefined> {
    const lines = TEMPLATES.map(({ name, summary }, index) => `  ${index + 1}  ${name}: ${summary}\n`);
    output.write(`What is the policy about?\n${lines.join('')}`);
    const question = createInterface({ input, output });
    question.setPrompt(`1-${TEMPLATES.length}: `);
    try {
        question.prompt();
        for await (const line of question) {
            const answer = line.trim();
            const chosen = TEMPLATES.find(({ name }, index) => answer === name || answer === String(index + 1));
            if (chosen) {
                return chosen;
            }
            question.prompt();
        }
        return undefined;
    } finally {
        question.close();
    }
}
