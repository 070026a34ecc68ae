/**
 * The sources of tool lists: a file, a server that is started or contacted, or all servers of a client configuration.
 */
import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { MAX_JSON_BYTES } from '../../workspace/file-limits.js';
import { parseJson } from '../../../language/text/json-text.js';
import { readRegularFile } from '../../workspace/regular-file.js';
import { CodedError, systemReason } from '../../workspace/errors.js';
import { decodePolicyText } from '../../workspace/policy-text.js';
import type { NamedServer } from './inventory.js';
import type { ListedServer } from '../../workspace/tool-marks.js';
import { inherited, isToml, listedServers, mayNameServers, targetsOf } from './live/client-config.js';
import type * as McpClient from './live/list-tools.js';
import { shownTarget, type Target } from './live/target.js';
import { type McpServer, readToolLists } from './tool-list.js';
import { repeated } from '../../../language/text/repeated.js';

export interface SourceOptions {
    /** A JSON file, or the URL of a server. */
    readonly source?: string;
    /** A server to start: the program and its arguments. */
    readonly command: readonly string[];
    /** A client's configuration file. */
    readonly config?: string;
    /** The selected servers; for a single list, the name of its server. */
    readonly server: readonly string[];
    /** `Name: value`, for a URL. */
    readonly header: readonly string[];
    readonly timeoutMs: number;
}

export interface Surroundings {
    readonly cwd: string;
    readonly version: string;
    readonly env: NodeJS.ProcessEnv;
    /** The folder of the program. */
    readonly folder: URL;
    /** True if clients' configurations in the folder are the source if none is given, and name a started server. */
    readonly searches?: boolean;
}

export interface Source {
    readonly servers: readonly NamedServer[];
    /** The source, for the first comment of the inventory; it contains nothing about the machine. */
    readonly origin: string;
}

/** True if a configuration of a client in the folder names servers. Throws GR976 for one that cannot be read. */
export function hasConfiguredServers(around: Surroundings): boolean {
    return configuredTargets(around, false).length > 0;
}

export async function readSource(options: SourceOptions, around: Surroundings): Promise<Source> {
    const { source, command, config, header } = options;
    const searches = around.searches === true && source === undefined && config === undefined;
    const found = searches ? configuredTargets(around, command.length > 0) : [];
    if (command.length === 0 && found.length > 0 && header.length === 0) {
        const files = [...new Set(found.map(({ file }) => file))].join(', ');
        const targets = pick(distinct(found), options.server, files);
        return { servers: choose(await ask(targets, options, around), [], files), origin: files };
    }
    if ([source !== undefined, command.length > 0, config !== undefined].filter(Boolean).length !== 1) {
        throw new CodedError(
            'GR902',
            'one source of tools is needed',
            'Give a JSON file, an address, `-- COMMAND` for a server to start, or --config FILE.'
        );
    }
    const isAddress = source !== undefined && /^https?:\/\//i.test(source);
    if (header.length > 0 && !isAddress) {
        throw new CodedError('GR902', '--header is for the address of a server', 'Give https://….');
    }
    if (source !== undefined && !isAddress) {
        const servers = readToolLists(jsonOf(readText(source, around.cwd), source));
        return { servers: choose(servers, options.server, source), origin: basename(source) };
    }
    if (config !== undefined) {
        const targets = pick(
            targetsOf(readText(config, around.cwd), { file: config, ...around }),
            options.server,
            config
        );
        return { servers: choose(await ask(targets, options, around), [], config), origin: basename(config) };
    }
    const target: Target =
        source === undefined
            ? startOf(command, around)
            : { kind: 'http', url: addressOf(source), headers: headersOf(header) };
    const [answer] = await ask([target], options, around);
    const same = options.server.length === 0 ? found.find((one) => isSame(one.target, target)) : undefined;
    const names = same?.target.name === undefined ? options.server : [same.target.name];
    const servers = named(answer!, names, shownTarget(target), 'server');
    return { servers, origin: same ? `${same.file}` : `the server ${servers[0]!.name}` };
}

/** The servers of a client's configuration, as a person may see them. */
export function configuredServers(file: string, around: Pick<Surroundings, 'cwd' | 'env'>): ListedServer[] {
    return listedServers(readText(file, around.cwd), { file, ...around });
}

/** Where each client keeps the servers of a project. */
const CONFIGURATIONS: { readonly [client: string]: readonly string[] } = {
    claude: ['.mcp.json'],
    codex: ['.codex/config.toml'],
    cursor: ['.cursor/mcp.json'],
    gemini: ['.gemini/settings.json'],
    opencode: ['opencode.json', 'opencode.jsonc'],
    vscode: ['.vscode/mcp.json']
};

interface ConfiguredTarget {
    readonly target: Target;
    readonly file: string;
}

/**
 * The servers of all clients' configurations in the folder. Throws GR976 for one that cannot be read.
 *
 * @param isNamed true if the server is given, so that configurations only name it and TOML is left out
 */
function configuredTargets(around: Surroundings, isNamed: boolean): ConfiguredTarget[] {
    const files = Object.values(CONFIGURATIONS)
        .flat()
        .filter((file) => !(isNamed && isToml(file)));
    return files
        .filter((file) => existsSync(resolve(around.cwd, file)))
        .flatMap((file) => {
            const text = readText(file, around.cwd);
            return mayNameServers(text, file)
                ? targetsOf(text, { file, ...around }).map((target) => ({ target, file }))
                : [];
        });
}

/** Each server once. Throws GR902 if two clients have different servers with the same name. */
function distinct(found: readonly ConfiguredTarget[]): Target[] {
    const byName = new Map<string | undefined, ConfiguredTarget>();
    for (const one of found) {
        const known = byName.get(one.target.name);
        if (known && !isSame(known.target, one.target)) {
            throw new CodedError(
                'GR902',
                `${known.file} and ${one.file} have different servers with the name ${one.target.name}`,
                'Choose one of the files with --config.'
            );
        }
        byName.set(one.target.name, known ?? one);
    }
    return [...byName.values()].map(({ target }) => target);
}

function isSame(one: Target, other: Target): boolean {
    return one.kind === 'stdio' && other.kind === 'stdio'
        ? JSON.stringify([one.command, one.args]) === JSON.stringify([other.command, other.args])
        : one.kind === 'http' && other.kind === 'http' && one.url.href === other.url.href;
}

/** The SDK of the protocol is loaded only if a server is queried. */
async function ask(
    targets: readonly Target[],
    { timeoutMs }: SourceOptions,
    { version, folder }: Surroundings
): Promise<McpServer[]> {
    const client = (await import(new URL('mcp-client.js', folder).href)) as typeof McpClient;
    // Waits for all of them to end, so that none is left running.
    const answers = await Promise.all(targets.map((target) => client.listTools(target, { version, timeoutMs })));
    return answers.map((answer, index) => {
        if ('failure' in answer) {
            const { code, message, help } = answer.failure;
            throw new CodedError(code, message, help);
        }
        return listOf(answer.list, targets[index]!);
    });
}

function listOf(answer: object, target: Target): McpServer {
    try {
        return readToolLists(answer)[0]!;
    } catch (error) {
        throw error instanceof CodedError
            ? new CodedError(error.code, `${shownTarget(target)}: ${error.message}`, error.help, error.exit)
            : error;
    }
}

function startOf([command, ...args]: readonly string[], { cwd, env }: Surroundings): Target {
    return { kind: 'stdio', command: command!, args, env: inherited(env), cwd };
}

function addressOf(source: string): URL {
    if (!URL.canParse(source)) {
        throw new CodedError('GR902', `${source} is not an address`, 'Give https://HOST/PATH.');
    }
    return new URL(source);
}

function headersOf(lines: readonly string[]): Record<string, string> {
    return Object.fromEntries(
        lines.map((line) => {
            const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line) ?? [];
            if (name === undefined || value === undefined) {
                throw new CodedError(
                    'GR902',
                    'a header is not of the form "Name: value"',
                    'Give --header "Name: value".'
                );
            }
            return [name, value];
        })
    );
}

/** The requested servers of a configuration, selected before any is started. */
function pick(targets: readonly Target[], names: readonly string[], file: string): readonly Target[] {
    const known = targets.map((target) => target.name ?? '');
    const missing = names.find((name) => !known.includes(name));
    if (missing !== undefined) {
        throw noSuchServer(file, missing, known);
    }
    return names.length === 0 ? targets : targets.filter(({ name }) => names.includes(name ?? ''));
}

function readText(file: string, cwd: string): string {
    try {
        return decodePolicyText(readRegularFile(resolve(cwd, file), MAX_JSON_BYTES));
    } catch (error) {
        if (error instanceof CodedError) {
            throw new CodedError(error.code, `${file}: ${error.message}`, error.help, error.exit, { cause: error });
        }
        throw new CodedError('GR904', `${file} cannot be read: ${systemReason(error)}`, 'Check the path.');
    }
}

function jsonOf(text: string, file: string): unknown {
    try {
        return parseJson(text);
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new CodedError(
            'GR908',
            `${file} is not valid JSON: ${why}`,
            'Save the answer of the server to `tools/list` as it is.'
        );
    }
}

/** One server, by the requested name, or else by its own. */
function named(server: McpServer, names: readonly string[], what: string, otherwise: string): NamedServer[] {
    if (names.length > 1) {
        throw new CodedError(
            'GR902',
            `${what} is one server, and ${names.length} names are given`,
            'Give one --server NAME.'
        );
    }
    return [{ ...server, name: names[0] ?? server.name ?? otherwise }];
}

function choose(servers: readonly McpServer[], names: readonly string[], file: string): NamedServer[] {
    const [only] = servers;
    if (only && servers.length === 1 && only.name === undefined) {
        return named(only, names, file, nameOfFile(file));
    }
    const all = servers.map((server, i) => ({ ...server, name: server.name ?? `server${i + 1}` }));
    const known = all.map((server) => server.name);
    const [twice] = repeated(known, (name) => name);
    if (twice !== undefined) {
        throw new CodedError('GR908', `${file} lists the server "${twice}" twice`, 'Remove one of the two.');
    }
    const missing = names.find((name) => !known.includes(name));
    if (missing !== undefined) {
        throw noSuchServer(file, missing, known);
    }
    return names.length === 0 ? all : all.filter((server) => names.includes(server.name));
}

function noSuchServer(file: string, missing: string, known: readonly string[]): CodedError {
    return new CodedError('GR902', `${file} has no server "${missing}"`, `Its servers are ${known.join(', ')}.`);
}

/** `tools/github-tools.json` is the server `github-tools`. */
function nameOfFile(file: string): string {
    return basename(file, extname(file)) || 'server';
}
