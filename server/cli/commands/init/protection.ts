/** The part of a starter policy that protects what decides the agent's calls: the policy, the client's settings, the logs. */
import { type ClientTool, originOfTools, toolsOfClient } from '../../../settings/inventories/client-tools.js';
import { CLIENTS, PROTECTED } from '../hook/clients.js';

export interface Protection {
    /** The servers with the tools that can change files, for the inventory. */
    readonly inventory: string;
    readonly rules: string;
    readonly claims: string;
}

/** Words with which a shell could answer held calls, end the gateway, or reach the settings from their folder. */
const COMMANDS = [
    String.raw`guardrail\s+(approvals|gateway|hook)`,
    String.raw`settings\.local\.json`,
    'disableAllHooks',
    // The folder of the gateways' sockets: whoever puts a socket there answers the hooks.
    String.raw`guardrail-[\d$*?]`
];

export function protectionOf(clients: readonly string[]): Protection {
    const changing = clients.map((client) => ({
        client,
        tools: toolsOfClient(client)!.filter(({ isChanging }) => isChanging)
    }));
    const subjects = changing.flatMap(({ client, tools }) => subjectsOf(client, tools));
    const rules = [
        '// The agent does not change what decides its calls: policies, the settings of its client, the logs. A shell line or patch',
        '// counts by the names in it; one that names a folder of settings as a whole, or hides a name in it, is denied, too. A line that',
        '// puts the name of the folder together, or runs a program that writes there, is not seen. A path with `..` inside is denied.',
        ...clients.flatMap((client) => definitionsOf(client, subjects)),
        ...subjects.flatMap(({ group, names }) => (names.length > 1 ? [`group ${group} = ${names.join(', ')}`] : [])),
        ...subjects.map((subject) => `deny ${subjectText(subject)} because "this decides what you may do"`)
    ];
    const claims = subjects.map(
        (subject) =>
            `claim "${subject.kind === 'path' ? `${subject.client} writes no file that decides its calls` : `no ${subject.what} of ${subject.client} names what decides its calls`}${subject.suffix}":\n  never ${subjectText(subject)}`
    );
    return {
        inventory: changing.map(({ client, tools }) => serverText(client, tools)).join('\n'),
        rules: `${rules.join('\n')}\n`,
        claims: `${claims.join('\n')}\n`
    };
}

/** Each client's tools are kept from its own settings: a test of the files of all clients would take the checker too long. */
function definitionsOf(client: string, subjects: readonly Subject[]): string[] {
    const files = ends([...PROTECTED, ...CLIENTS[client]!.protects].map(segmentsOf));
    const hasLine = subjects.some((one) => one.client === client && one.kind === 'line');
    return [
        `define ${client}_decides(file: string) = file contains "/../" or file matches ${pathPattern(files)}`,
        ...(hasLine ? [`define ${client}_names(line: string) = line matches ${linePattern(files)}`] : [])
    ];
}

interface Subject {
    readonly kind: 'path' | 'line';
    readonly client: string;
    readonly group: string;
    readonly names: readonly string[];
    readonly param: string;
    readonly what: string;
    /** Tells claims of one client apart. */
    readonly suffix: string;
}

/** The tools of a client, those with the same parameter together. */
function subjectsOf(client: string, tools: readonly ClientTool[]): Subject[] {
    const params = [...new Set(tools.flatMap(({ changes }) => changes?.param ?? []))];
    return params.map((param): Subject => {
        const those = tools.filter(({ changes }) => changes?.param === param);
        const kind = those[0]!.changes!.kind === 'path' ? 'path' : 'line';
        return {
            kind,
            client,
            param,
            group: `${client}_${kind === 'path' ? 'writes' : 'lines'}`,
            names: those.map(({ name }) => `${client}.${name}`),
            what: param === 'patchText' ? 'patch' : 'shell line',
            suffix: param === 'notebook_path' ? ' as a notebook' : ''
        };
    });
}

function subjectText({ kind, client, group, names, param }: Subject): string {
    const test = `${client}_${kind === 'path' ? 'decides' : 'names'}`;
    return `${names.length > 1 ? group : names[0]} when ${test}(${param}) or some file in files: ${client}_decides(file)`;
}

function serverText(client: string, tools: readonly ClientTool[]): string {
    const lines = tools.map(({ text }) => `  ${text}`);
    return `${originOfTools(client)} Only those that change files are named here.\nserver ${client} {\n${lines.join('\n')}\n}\n`;
}

/** Without files whose path ends in that of another. */
function ends(files: readonly string[]): string[] {
    const all = [...new Set(files)];
    return all.filter((file) => !all.some((other) => other !== file && file.endsWith(`/${other}`)));
}

/** The home folder and the project may be anywhere, so only the end of a path counts. */
function segmentsOf(file: string): string {
    return file.replace(/^(~\/|\/)/, '');
}

/** Two slashes, `.` between the segments, and capital letters change nothing. */
function pathPattern(files: readonly string[]): string {
    const alternatives = files.map(
        (file) => `${joined(file, String.raw`\/[.\/]*`)}${file.endsWith('/') ? String.raw`\/.*` : ''}`
    );
    return String.raw`/(.*\/)?(.*\.guardrail|${[...new Set(alternatives)].join('|')})[\/.]*/i`;
}

/**
 * A line counts by its text, so what a shell leaves out between segments counts as a separator. A folder of settings counts
 * if it is named as a whole, and where the name of a file in it cannot be read: after `..`, a glob, a quote or a variable.
 */
function linePattern(files: readonly string[]): string {
    const names = files.map((file) => joined(file, String.raw`[.\/"'\\]*\/[.\/"'\\]*`));
    const folders = new Set(
        files
            .map((file) => segmentsIn(file).at(-2) ?? file)
            .filter((folder) => folder.startsWith('.') && folder.length > 1)
    );
    const all = `(${[...folders].map((folder) => joined(folder, '')).join('|')})`;
    const unread =
        folders.size === 0 ? [] : [String.raw`${all}([.\/]*[\w.-]*[*?\[{$"'\\${'`'}]|\/\S*\.\.|[.\/]*[^\w.\/-])`];
    const anywhere = String.raw`(\.guardrail|${[...COMMANDS, ...new Set(names), ...unread].join('|')}).*`;
    return `/.*(${anywhere}${folders.size === 0 ? '' : String.raw`|${all}[.\/]*`})/i`;
}

/** The last two segments are enough to tell the file. */
function joined(file: string, between: string): string {
    const segments = segmentsIn(file).slice(-2);
    return segments.map((segment) => segment.replace(/[.+*?()[\]{}|^$\\]/g, String.raw`\$&`)).join(between);
}

function segmentsIn(file: string): string[] {
    return file.split('/').filter((segment) => segment !== '');
}
