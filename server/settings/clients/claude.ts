/**
 * The permissions of Claude Code. What is accepted, skipped and matched was read from, and compared with, the version
 * that is named here.
 */
import type { Node } from 'jsonc-parser';
import type {
    Calls,
    Client,
    Action,
    OtherDecision,
    PathPattern,
    Place,
    SettingsFile,
    SettingsProblem,
    SettingsRule
} from '../settings.js';
import { doesNotLoad, neverActs, notUnderstood, saysOther, unknownKey } from '../problems.js';
import { escaped } from '../../../language/text/text-patterns.js';
import { type JsonFile, jsonFile, propertiesOf } from '../json.js';

export const claude: Client = {
    name: 'claude',
    title: 'Claude Code',
    version: '2.1.332',
    files: {
        project: ['.claude/settings.json', '.claude/settings.local.json'],
        home: ['.claude/settings.json']
    },
    settings: ['.claude/settings.json', '.claude/settings.local.json', '.claude/hooks'],
    tools: {
        more: {
            Glob: 'tool Glob(pattern: string, path?: string) readonly',
            Grep: 'tool Grep(pattern: string, path?: string) readonly'
        },
        shell: 'Bash',
        unruled: 'Claude Code asks, except about commands that it knows to only read',
        unwraps: ['timeout', 'time', 'nice', 'nohup', 'stdbuf', 'command', 'builtin', 'noglob', 'xargs', 'env'],
        reads: { Read: 'file_path' },
        changes: { Edit: 'file_path', Write: 'file_path', MultiEdit: 'file_path', NotebookEdit: 'notebook_path' },
        urls: { WebFetch: 'url' },
        strangers: ['WebFetch', 'WebSearch'],
        asks: ['Bash', 'Edit', 'Write', 'MultiEdit', 'NotebookEdit', 'WebFetch', 'WebSearch']
    },
    read: (files) => {
        const reader = new Reader();
        files.forEach((file) => reader.read(file));
        return reader;
    }
};

const LISTS: { readonly [key: string]: Action } = { allow: 'allow', ask: 'ask', deny: 'deny' };

/** The keys of `permissions` that this version reads. */
const KEYS = [
    ...Object.keys(LISTS),
    'additionalDirectories',
    'blockFileToolReadsOutsideWorkingDirectories',
    'blockReadsExemptPaths',
    'blockReadsOutsideWorkingDirectories',
    'blockWritesOutsideWorkingDirectories',
    'defaultMode',
    'denyInsteadOfPrompting',
    'disableAutoMode',
    'disableBypassPermissionsMode',
    'workingDirectoriesAsGiven',
    'workingDirectoriesExclude'
];

/** The tools whose rules with a path are tried on every tool that changes files, or reads them. */
const PATH_TOOLS: { readonly [tool: string]: 'Edit' | 'Read' } = {
    Edit: 'Edit',
    Write: 'Edit',
    NotebookEdit: 'Edit',
    MultiEdit: 'Edit',
    Read: 'Read',
    Glob: 'Read',
    NotebookRead: 'Read',
    Cd: 'Read'
};

/** The modes that let calls through about which no rule says anything. */
const MODES: { readonly [mode: string]: string } = {
    acceptEdits: 'in this mode nobody is asked about changes of files',
    auto: 'in this mode a classifier decides what no rule is about',
    bypassPermissions: 'in this mode nobody is asked'
};

const CHANGING = ['Edit', 'MultiEdit', 'Write', 'NotebookEdit'];
const READING = ['Read', 'Glob', 'Grep', 'NotebookRead'];

class Reader {
    readonly rules: SettingsRule[] = [];
    readonly problems: SettingsProblem[] = [];
    readonly others: OtherDecision[] = [];

    read(file: SettingsFile): void {
        const json = jsonFile(file);
        if (!json.root) {
            this.problems.push(doesNotLoad(claude, json.placeOfError, json.error));
            return;
        }
        const settings = propertiesOf(json.root);
        for (const key of ['allowedTools', 'allow', 'deny', 'ask']) {
            const found = settings.get(key);
            if (found) {
                const hint = ': rules stand in `permissions.allow`, `ask` and `deny`';
                this.problems.push(unknownKey(claude, json.placeOf(found.key), key, hint));
            }
        }
        const hooks = settings.get('hooks');
        if (hooks) {
            this.others.push({
                place: json.placeOf(hooks.key),
                text: 'hooks of the file may stop a call',
                mayAllow: 'nothing'
            });
        }
        const permissions = settings.get('permissions');
        if (permissions) {
            this.readPermissions(permissions.value, json);
        }
    }

    private readPermissions(permissions: Node, json: JsonFile): void {
        for (const [key, property] of propertiesOf(permissions)) {
            const action = Object.hasOwn(LISTS, key) ? LISTS[key] : undefined;
            if (action) {
                for (const entry of property.value.children ?? []) {
                    this.readRule(entry, action, json);
                }
            } else if (key === 'defaultMode') {
                this.readMode(property.value, json);
            } else if (!KEYS.includes(key)) {
                this.problems.push(unknownKey(claude, json.placeOf(property.key), `permissions.${key}`));
            }
        }
    }

    private readMode(mode: Node, json: JsonFile): void {
        const text = typeof mode.value === 'string' && Object.hasOwn(MODES, mode.value) ? MODES[mode.value] : undefined;
        if (text !== undefined) {
            this.others.push({ place: json.placeOf(mode), text, mayAllow: 'calls' });
        }
    }

    private readRule(entry: Node, action: Action, json: JsonFile): void {
        const place = json.placeOf(entry);
        if (typeof entry.value !== 'string') {
            this.problems.push(neverActs(place, 'it is not a text, so it is skipped'));
            return;
        }
        const text: string = entry.value;
        const [tool, content, why] = partsOf(text);
        if (why !== undefined) {
            this.problems.push(neverActs(place, `${why}, so it is skipped`));
            return;
        }
        const calls = this.callsOf({ tool, content, action, place, quote: (fixed) => JSON.stringify(fixed) });
        if (calls) {
            this.rules.push({ action, text, place, calls, rank: 0 });
        }
    }

    /** Undefined for a rule that is skipped or never consulted, of which the reason is reported. */
    private callsOf(rule: Written): Calls | undefined {
        const { tool, content, action, place, quote } = rule;
        const dead = (why: string, fix?: string): undefined => {
            const mended = fix === undefined ? undefined : { title: `Write ${fix}`, text: quote(fix) };
            this.problems.push(neverActs(place, why, mended));
        };
        if (tool.startsWith('mcp__')) {
            const [, server = '', name] = /^mcp__(.+?)(?:__(.*))?$/.exec(tool) ?? [];
            if (content !== undefined) {
                return dead('a rule about a tool of MCP has no parentheses, so it is skipped', tool);
            }
            if (action === 'allow' && server.includes('*')) {
                return dead('an `allow` names the server of MCP, so it is skipped');
            }
            return { kind: 'tools', tools: name === undefined ? [`${tool}__*`] : [tool] };
        }
        if (action === 'allow' && tool.includes('*')) {
            return dead('an `allow` has no pattern for the name of a tool, so it is skipped');
        }
        if (!tool.includes('_') && tool[0] !== tool[0]?.toUpperCase()) {
            const name = tool[0]!.toUpperCase() + tool.slice(1);
            return dead('names of tools begin with a capital letter, so it is skipped', writtenAs(name, content));
        }
        if (content === undefined || content === '*') {
            return { kind: 'tools', tools: PATH_TOOLS[tool] ? pathTools(tool) : [tool] };
        }
        if (tool === 'Bash') {
            return this.commandsOf(content, rule);
        }
        if (tool === 'WebFetch') {
            const host = /^domain:(.+)$/.exec(content)?.[1];
            return host === undefined
                ? dead('rules about WebFetch have the form WebFetch(domain:HOST), so it is skipped', fetchFix(content))
                : { kind: 'hosts', tools: ['WebFetch'], hosts: [host.toLowerCase()] };
        }
        if (tool === 'WebSearch' && /[*?]/.test(content)) {
            return dead('rules about WebSearch have no pattern, so it is skipped', 'WebSearch');
        }
        if (PATH_TOOLS[tool]) {
            return this.pathsOf(content, rule, dead);
        }
        const parameter = PARAMETERS[tool];
        if (parameter === undefined) {
            this.problems.push(notUnderstood(claude, place, `what stands in the parentheses of ${tool} is not known`));
            return { kind: 'unknown', tools: [tool], why: `rules about ${tool}` };
        }
        return { kind: 'value', tools: [tool], parameter, value: content };
    }

    private commandsOf(content: string, { action, place, quote }: Written): Calls {
        const prefix = /^(.+):\*$/s.exec(content)?.[1];
        if (prefix !== undefined) {
            if (hasStar(prefix)) {
                const fixed = prefix.trimEnd().endsWith('*') ? prefix : `${prefix}*`;
                this.problems.push(
                    saysOther(
                        place,
                        'before `:*` a star stands for itself, and not for any text',
                        action === 'allow' ? undefined : { title: 'Write a pattern', text: quote(`Bash(${fixed})`) }
                    )
                );
            }
            return { kind: 'commands', command: { kind: 'regex', source: `${escaped(prefix)}(?: .*)?` } };
        }
        if (content.includes(':*')) {
            this.problems.push(
                saysOther(place, 'a `:*` that is not at its end stands for a colon and any text, as written')
            );
        }
        const program = action === 'allow' ? programBeforeStar(content) : undefined;
        if (program !== undefined) {
            this.problems.push(
                saysOther(
                    place,
                    `its star stands before the rest of the command, so it also allows every option of \`${program}\` there`
                )
            );
        }
        return { kind: 'commands', command: { kind: 'regex', source: sourceOf(content) } };
    }

    private pathsOf(content: string, { tool, action, place, quote }: Written, dead: Dead): Calls | undefined {
        if (content.includes(':*')) {
            return dead('`:*` is only for commands, so it is skipped');
        }
        const consulted = PATH_TOOLS[tool]!;
        if (consulted !== tool && tool !== 'Cd' && tool !== 'NotebookRead') {
            return dead(
                `only rules of the form ${consulted}(PATH) are consulted about files`,
                `${consulted}(${content})`
            );
        }
        if (content.startsWith('!')) {
            this.problems.push(notUnderstood(claude, place, 'it takes paths out of the rules before it'));
            return {
                kind: 'unknown',
                tools: pathTools(tool),
                why: `the exception ${quote(content)} of a list to ${action}`
            };
        }
        return { kind: 'paths', tools: pathTools(tool), paths: pathPattern(content) };
    }
}

type Dead = (why: string, fix?: string) => undefined;

interface Written {
    readonly tool: string;
    readonly content: string | undefined;
    readonly action: Action;
    readonly place: Place;
    /** A rule as a string of JSON. */
    readonly quote: (rule: string) => string;
}

/** The parameter that the text in parentheses is compared with. */
const PARAMETERS: { readonly [tool: string]: string } = {
    Agent: 'subagent_type',
    Task: 'subagent_type',
    Skill: 'skill',
    WebSearch: 'query'
};

/** The name and the text in parentheses; with a reason for a text that is no rule. */
function partsOf(text: string): [tool: string, content: string | undefined, why?: string] {
    if (text.trim() === '') {
        return ['', undefined, 'it is empty'];
    }
    const open = text.search(/(?<!\\)\(/);
    if (open === -1) {
        return [text, undefined];
    }
    const content = text.slice(open + 1, -1);
    if (!/(?<!\\)(?:\\\\)*\)$/.test(text)) {
        return ['', undefined, 'it does not end with its parenthesis'];
    }
    if (open === 0 || content === '') {
        return ['', undefined, 'its parentheses are empty or have no name'];
    }
    return [text.slice(0, open), content.replace(/\\([()])/g, '$1').replace(/\\\\/g, '\\')];
}

function writtenAs(tool: string, content: string | undefined): string {
    return content === undefined ? tool : `${tool}(${content})`;
}

function pathTools(tool: string): readonly string[] {
    return PATH_TOOLS[tool] === 'Edit' ? CHANGING : READING;
}

function fetchFix(content: string): string | undefined {
    const host = /^(?:https?:\/\/)?([\w.*-]+)(?:[/:].*)?$/.exec(content)?.[1];
    return host === undefined ? undefined : `WebFetch(domain:${host})`;
}

/** True if the text has a star without a backslash before it. */
function hasStar(text: string): boolean {
    return /(?<!\\)(?:\\\\)*\*/.test(text);
}

/** The commands that a pattern matches: a star is any text; a last ` *` also matches the command without arguments. */
function sourceOf(pattern: string): string {
    const parts = pattern.trim().match(/\\[*\\]|\*|[^*\\]+|\\/g) ?? [];
    const sources = parts.map((part) => (part === '*' ? '.*' : escaped(part.replace(/^\\([*\\])$/, '$1'))));
    const stars = parts.filter((part) => part === '*').length;
    const last = sources.join('');
    return stars === 1 && last.endsWith(' .*') ? `${last.slice(0, -3)}(?: .*)?` : last;
}

/** The program of `git * push`: a star before further words, which any options may take the place of. */
function programBeforeStar(pattern: string): string | undefined {
    const [program, ...rest] = pattern.trim().split(/\s+/);
    const star = rest.findIndex(hasStar);
    const isPlain = (word: string): boolean => !hasStar(word) && !word.startsWith('-');
    const before = rest.slice(0, star === -1 ? undefined : star);
    const isEarly = star !== -1 && !before.some(isPlain) && rest.slice(star + 1).some(isPlain);
    return isEarly && program !== undefined && !hasStar(program) ? program : undefined;
}

function pathPattern(content: string): PathPattern {
    if (content.startsWith('//')) {
        return { from: 'root', glob: content.slice(1) };
    }
    if (content.startsWith('~/')) {
        return { from: 'home', glob: content.slice(2) };
    }
    const relative = content.replace(/^\.?\//, '');
    const isName = !content.startsWith('/') && !content.replace(/\/$/, '').includes('/');
    return { from: isName ? 'anywhere' : 'folder', glob: relative };
}
