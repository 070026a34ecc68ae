/** The policies of Gemini CLI, in TOML. What is read and matched was compared with the version that is named here. */
import type { Action, Calls, Client, Place, SettingsFile, SettingsProblem, SettingsRule } from '../settings.js';
import { doesNotLoad, neverActs, unknownKey } from '../problems.js';
import { escaped } from '../../../language/text/text-patterns.js';
import { TomlError, type TomlTable, tomlTables } from '../toml.js';

const SHELL = 'run_shell_command';

export const gemini: Client = {
    name: 'gemini',
    title: 'Gemini CLI',
    version: '0.61.0',
    files: { project: ['.gemini/policies/*.toml'], home: ['.gemini/policies/*.toml'] },
    settings: ['.gemini'],
    tools: {
        more: {},
        shell: SHELL,
        unwraps: [],
        reads: { read_file: 'file_path' },
        changes: { write_file: 'file_path', replace: 'file_path' },
        urls: {},
        strangers: ['web_fetch', 'google_web_search'],
        asks: [SHELL, 'write_file', 'replace', 'web_fetch']
    },
    read: (files) => {
        const read = files.map(readFile);
        return {
            rules: read.flatMap(({ rules }) => rules),
            problems: read.flatMap(({ problems }) => problems),
            others: []
        };
    }
};

const ACTIONS: { readonly [decision: string]: Action } = { allow: 'allow', ask_user: 'ask', deny: 'deny' };

const KEYS = [
    'toolName',
    'subagent',
    'mcpName',
    'argsPattern',
    'commandPrefix',
    'commandRegex',
    'decision',
    'priority',
    'modes',
    'interactive',
    'toolAnnotations',
    'allowRedirection',
    'allow_redirection',
    'denyMessage',
    'deny_message'
];

/** Keys for people, which nothing reads. */
const REMARKS = ['name', 'description'];

interface ReadFile {
    readonly rules: readonly SettingsRule[];
    readonly problems: readonly SettingsProblem[];
}

function readFile(file: SettingsFile): ReadFile {
    try {
        return read(file);
    } catch (error) {
        if (!(error instanceof TomlError || error instanceof Refused)) {
            throw error;
        }
        return { rules: [], problems: [doesNotLoad(gemini, error.place, error.message)] };
    }
}

/** What Gemini CLI refuses, and with it the file. */
class Refused extends Error {
    constructor(
        readonly place: Place,
        why: string
    ) {
        super(why);
    }
}

function read(file: SettingsFile): ReadFile {
    const { tables, others } = tomlTables(file, 'rule');
    const problems: SettingsProblem[] = [];
    for (const [key, { place }] of others.entries) {
        if (!/^(?:safety_checker|rule)(?:\.|$)/.test(key)) {
            problems.push(unknownKey(gemini, place, key));
        }
    }
    const rules = tables.flatMap((table) => ruleOf(table, file, problems));
    if (file.of === 'project' && tables.length > 0) {
        const why = `version ${gemini.version} reads no policies of a project, only those of the user and the administrator`;
        const notRead = doesNotLoad(gemini, { path: file.path, start: 0, end: 1 }, why);
        return { rules: [], problems: [{ ...notRead, level: 'warning' }, ...problems] };
    }
    return { rules, problems };
}

function ruleOf(table: TomlTable, file: SettingsFile, problems: SettingsProblem[]): SettingsRule[] {
    const { entries, place } = table;
    const value = (key: string): unknown => entries.get(key)?.value;
    const placeOf = (key: string): Place => entries.get(key)?.place ?? place;
    for (const key of entries.keys()) {
        if (!KEYS.includes(key) && !REMARKS.includes(key)) {
            problems.push(unknownKey(gemini, placeOf(key), key));
        }
    }
    const [decision, priority, toolName] = [value('decision'), value('priority'), value('toolName')];
    const action = typeof decision === 'string' && Object.hasOwn(ACTIONS, decision) ? ACTIONS[decision] : undefined;
    if (!action) {
        throw new Refused(placeOf('decision'), 'each rule needs a `decision`: "allow", "deny" or "ask_user"');
    }
    if (typeof priority !== 'number' || !Number.isInteger(priority) || priority < 0 || priority > 999) {
        throw new Refused(placeOf('priority'), 'each rule needs a `priority` from 0 to 999');
    }
    const tools = textsOf(toolName);
    if (!tools) {
        throw new Refused(placeOf('toolName'), 'each rule needs a `toolName`');
    }
    const text = file.text.slice(place.start, place.end).replace(/\s+/g, ' ').trim();
    const dead = (key: string, why: string): SettingsRule[] => {
        problems.push(neverActs(placeOf(key), why));
        return [];
    };
    for (const key of ['commandPrefix', 'commandRegex']) {
        if (value(key) !== undefined && toolName !== SHELL) {
            return dead(key, `\`${key}\` is only for toolName = "${SHELL}"`);
        }
    }
    const regex = value('commandRegex');
    const unusable = typeof regex === 'string' ? unusableRegex(regex) : undefined;
    if (unusable !== undefined) {
        return dead('commandRegex', unusable);
    }
    if (typeof regex === 'string' && regex.startsWith('^')) {
        return dead('commandRegex', 'the pattern is tried behind `"command":"`, where `^` is never true');
    }
    const unnamed = tools.find((name) => name.includes('__'));
    if (unnamed !== undefined) {
        return dead('toolName', 'names with `__` are not those of tools: write `mcpName` and the name of the tool');
    }
    return [{ action, text, place, rank: priority, calls: callsOf(table, tools) }];
}

function callsOf({ entries }: TomlTable, tools: readonly string[]): Calls {
    for (const key of ['argsPattern', 'modes', 'subagent', 'interactive', 'toolAnnotations']) {
        if (entries.has(key)) {
            return { kind: 'unknown', tools, why: `\`${key}\`` };
        }
    }
    const prefixes = textsOf(entries.get('commandPrefix')?.value);
    if (prefixes) {
        const source = prefixes.map((prefix) => `${escaped(prefix)}(?:[\\s"].*)?`).join('|');
        return { kind: 'commands', command: { kind: 'regex', source } };
    }
    const regex = entries.get('commandRegex')?.value;
    if (typeof regex === 'string') {
        return { kind: 'commands', command: { kind: 'regex', source: `(?:${regex}).*` } };
    }
    const server = entries.get('mcpName')?.value;
    return {
        kind: 'tools',
        tools: typeof server === 'string' ? tools.map((tool) => `mcp_${server}_${tool}`) : tools
    };
}

function textsOf(value: unknown): readonly string[] | undefined {
    if (typeof value === 'string') {
        return [value];
    }
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

/** Why Gemini CLI drops a rule with this pattern, as a clause; undefined if it does not. */
function unusableRegex(regex: string): string | undefined {
    try {
        new RegExp(regex);
    } catch {
        return 'its pattern is no regular expression, so it is dropped';
    }
    const isNested = /\([^)]*[*+?{].*\)[*+?{]/.test(regex);
    return isNested || regex.length > 2000
        ? 'its pattern repeats what repeats, or is too long, so it is dropped'
        : undefined;
}
