/** The files in which MCP clients configure their servers, and what Codex lists of its own. */
import { basename, resolve } from 'node:path';
import { homedir } from 'node:os';
import { getNodeValue, parse, type ParseError } from 'jsonc-parser';
import type { ListedServer } from '../../../workspace/tool-marks.js';
import { CodedError } from '../../../workspace/errors.js';
import { treeOf } from '../../config/json-file.js';
import { isObject, type Json } from '../values.js';
import type { Target } from './target.js';

export interface ConfigSurroundings {
    /** The name of the file, for messages. */
    readonly file: string;
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
}

/** Comments and trailing commas are allowed, as in VS Code's files. Throws GR976 with the place. */
export function targetsOf(text: string, around: ConfigSurroundings): Target[] {
    const servers = serversOf(text, around.file);
    return Object.entries(servers)
        .filter(([, entry]) => !(isObject(entry) && (entry['disabled'] === true || entry['enabled'] === false)))
        .map(([name, entry]) => targetOf(name, entry, around));
}

/**
 * The servers as a person may see them: variables are not filled in, because their values are often secrets, and an
 * address has no user, query or fragment. Throws GR976 as `targetsOf` does.
 */
export function listedServers(text: string, around: ConfigSurroundings): ListedServer[] {
    const entries = serversOf(text, around.file);
    const shown = (value: unknown): string => withFolders(String(value), around.cwd);
    return targetsOf(text, around).map(({ name = '' }) => {
        const { command, args, url } = entries[name] as { command?: unknown; args?: readonly unknown[]; url?: unknown };
        return typeof url === 'string'
            ? {
                  name,
                  address: shown(url)
                      .replace(/[?#].*$/s, '')
                      .replace(/^(https?:\/\/)[^/]*@/, '$1')
              }
            : { name, command: [command, ...(args ?? [])].flat().map(shown).join(' ') };
    });
}

/** The text with the folders that clients know by name. */
function withFolders(text: string, cwd: string): string {
    const folders = new Map([
        ['${workspaceFolder}', cwd],
        ['${workspaceFolderBasename}', basename(cwd)],
        ['${userHome}', homedir()]
    ]);
    return text.replace(/\$\{\w+\}/g, (whole) => folders.get(whole) ?? whole);
}

/** True for the configuration of Codex, which Codex lists as JSON. */
export function isToml(file: string): boolean {
    return file.endsWith('.toml');
}

function serversOf(text: string, file: string): Json {
    if (isToml(file)) {
        throw wrong(
            `${file} is TOML, which is not read here`,
            'Let Codex list its servers: `codex mcp list --json > servers.json`. Then give --config servers.json.'
        );
    }
    const servers = serversIn(getNodeValue(treeOf(text, file, 'GR976')));
    if (!isObject(servers) || Object.keys(servers).length === 0) {
        throw wrong(`${file} names no servers: it has neither \`mcpServers\` nor \`servers\``);
    }
    return servers;
}

/**
 * `mcpServers` or `servers`, in VS Code's settings below `mcp`; in OpenCode's, `mcp` has the servers itself. Codex prints
 * a list.
 */
function serversIn(data: unknown): unknown {
    if (Array.isArray(data)) {
        const listed = data.filter(isObject).filter(({ transport }) => isObject(transport));
        return Object.fromEntries(listed.map((entry) => [String(entry['name']), codexServer(entry)]));
    }
    const root = isObject(data) && isObject(data['mcp']) ? data['mcp'] : data;
    const listed = isObject(root) ? (root['mcpServers'] ?? root['servers']) : undefined;
    return listed ?? (root === data ? undefined : root);
}

/** A server as `codex mcp list --json` prints it, in the form of other clients. */
function codexServer({ transport, enabled }: Json): Json {
    const { http_headers: fixed, env_http_headers: read, bearer_token_env_var: token, ...server } = transport as Json;
    const variables = Object.entries(isObject(read) ? read : {}).map(([name, variable]) => [
        name,
        `\${${String(variable)}}`
    ]);
    return {
        ...server,
        enabled,
        headers: {
            ...(isObject(fixed) && fixed),
            ...Object.fromEntries(variables),
            ...(typeof token === 'string' && { Authorization: `Bearer \${${token}}` })
        }
    };
}

/** False for the settings of a client that configure no server. True for a text with errors: reading it says what is wrong. */
export function mayNameServers(text: string, file: string): boolean {
    if (isToml(file)) {
        return /^[^#\n]*\bmcp_servers\b/m.test(text);
    }
    const errors: ParseError[] = [];
    const servers = serversIn(parse(text, errors, { allowTrailingComma: true }));
    return errors.length > 0 || (isObject(servers) && Object.keys(servers).length > 0);
}

function targetOf(name: string, entry: unknown, around: ConfigSurroundings): Target {
    const { file, cwd, env } = around;
    const expand = (text: string): string => expanded(text, name, around);
    if (!isObject(entry)) {
        throw wrong(`\`${name}\` in ${file} is not an object`);
    }
    if (entry['type'] === 'sse') {
        throw wrong(
            `\`${name}\` in ${file} is a server of the old transport "sse", which is not supported`,
            'Name its endpoint for streamable HTTP, or leave it out with --server.'
        );
    }
    const { url } = entry;
    // OpenCode puts the program and its arguments into one list, and calls the variables `environment`.
    const isList = Array.isArray(entry['command']);
    const [command, ...listed] = isList ? (entry['command'] as unknown[]) : [entry['command']];
    if (typeof url === 'string') {
        const address = expand(url);
        if (!URL.canParse(address) || !/^https?:/.test(address)) {
            throw wrong(`the \`url\` of \`${name}\` in ${file} is not a web address`);
        }
        return { kind: 'http', name, url: new URL(address), headers: texts(entry, 'headers', name, file, expand) };
    }
    if (typeof command !== 'string' || command === '') {
        throw wrong(`\`${name}\` in ${file} has neither \`command\` nor \`url\``);
    }
    const args = isList ? listed : (entry['args'] ?? []);
    if (!Array.isArray(args) || !args.every((arg) => typeof arg === 'string')) {
        throw wrong(`the \`args\` of \`${name}\` in ${file} are not a list of texts`);
    }
    return {
        kind: 'stdio',
        name,
        command: expand(command),
        args: args.map(expand),
        env: { ...inherited(env), ...texts(entry, 'environment' in entry ? 'environment' : 'env', name, file, expand) },
        cwd: typeof entry['cwd'] === 'string' ? resolve(cwd, expand(entry['cwd'])) : cwd
    };
}

/** The environment variables that are set. */
export function inherited(env: NodeJS.ProcessEnv): Record<string, string> {
    return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function texts(
    entry: Json,
    key: string,
    name: string,
    file: string,
    expand: (text: string) => string
): Record<string, string> {
    const values = entry[key] ?? {};
    if (!isObject(values)) {
        throw wrong(`the \`${key}\` of \`${name}\` in ${file} are not an object`);
    }
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, expand(String(value))]));
}

/**
 * `${env:NAME}`, `${NAME}`, `${NAME:-default}` and the folders; values that a client would ask the user for are
 * unknown.
 */
function expanded(text: string, name: string, { file, cwd, env }: ConfigSurroundings): string {
    return withFolders(text, cwd).replace(/\$\{([^}]*)\}/g, (whole, inside: string) => {
        const [, variable, fallback] = /^(?:env:)?([A-Za-z_]\w*)(?::-(.*))?$/.exec(inside) ?? [];
        const value = variable === undefined ? undefined : (env[variable] ?? fallback);
        if (value === undefined) {
            throw wrong(
                `\`${name}\` in ${file} needs ${whole}, which has no value here`,
                variable === undefined
                    ? 'Only a client can ask for it: name the server on the command line instead.'
                    : `Set the environment variable ${variable}.`
            );
        }
        return value;
    });
}

function wrong(message: string, help?: string): CodedError {
    return new CodedError(
        'GR976',
        message,
        help ?? 'It is `{ "mcpServers": { "NAME": { "command": "…", "args": ["…"] } } }`, or `"url": "https://…"`.'
    );
}
