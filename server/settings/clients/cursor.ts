/**
 * The allowlists and permissions of Cursor, from its documentation (December 2026): Cursor cannot be run without an
 * account, so whatever the documentation leaves open is not known.
 */
import type { Node } from 'jsonc-parser';
import type {
    Action,
    Calls,
    Client,
    OtherDecision,
    Place,
    SettingsFile,
    SettingsProblem,
    SettingsRule
} from '../settings.js';
import { doesNotLoad, neverActs, notUnderstood, unknownKey } from '../problems.js';
import { escaped } from '../../../language/text/text-patterns.js';
import { globSource } from '../patterns.js';
import { type JsonFile, jsonFile, propertiesOf } from '../json.js';

export const cursor: Client = {
    name: 'cursor',
    title: 'Cursor',
    files: {
        project: ['.cursor/permissions.json', '.cursor/cli.json'],
        home: ['.cursor/permissions.json', '.cursor/cli-config.json']
    },
    settings: ['.cursor'],
    tools: {
        more: {
            Shell: 'tool Shell(command: string) destructive external',
            Read: 'tool Read(path: string) readonly',
            Write: 'tool Write(path: string) destructive',
            WebFetch: 'tool WebFetch(url: string) readonly external'
        },
        shell: 'Shell',
        unwraps: [],
        reads: { Read: 'path' },
        changes: { Write: 'path' },
        urls: { WebFetch: 'url' },
        strangers: ['WebFetch'],
        asks: ['Shell', 'Write', 'WebFetch']
    },
    read: (files) => {
        const reader = new Reader();
        files.forEach((file) => reader.read(file));
        return reader;
    }
};

const CLI_KEYS = ['version', 'editor', 'permissions', 'model', 'network', 'approvalMode', 'sandbox', 'attribution'];

class Reader {
    readonly rules: SettingsRule[] = [];
    readonly problems: SettingsProblem[] = [];
    readonly others: OtherDecision[] = [];

    read(file: SettingsFile): void {
        const json = jsonFile(file, true);
        if (!json.root) {
            this.problems.push(doesNotLoad(cursor, json.placeOfError, json.error));
            return;
        }
        const settings = propertiesOf(json.root);
        const isAllowlist = file.path.endsWith('permissions.json');
        for (const [key, { key: name, value }] of settings) {
            if (isAllowlist) {
                this.readAllowlist(key, name, value, json);
            } else if (key === 'permissions') {
                this.readPermissions(value, json);
            } else if (!CLI_KEYS.includes(key)) {
                this.problems.push(unknownKey(cursor, json.placeOf(name), key));
            }
        }
    }

    private readAllowlist(key: string, name: Node, value: Node, json: JsonFile): void {
        switch (key) {
            case 'terminalAllowlist':
                this.readTexts(value, json, (text, place) => {
                    this.add('allow', text, place, {
                        kind: 'commands',
                        command: { kind: 'regex', source: `${escaped(text)}.*` }
                    });
                });
                return;
            case 'mcpAllowlist':
                this.readTexts(value, json, (text, place) => {
                    const [server = '*', tool = '*'] = text.split(':');
                    this.add('allow', text, place, { kind: 'tools', tools: [`mcp__${server}__${tool}`] });
                });
                return;
            case 'autoRun':
                this.others.push({
                    place: json.placeOf(name),
                    text: 'sentences steer a classifier, and what it decides cannot be known',
                    mayAllow: 'calls'
                });
                return;
            default: {
                const hint = key === 'permissions' ? ': it belongs to `.cursor/cli.json`' : '';
                this.problems.push(unknownKey(cursor, json.placeOf(name), key, hint));
            }
        }
    }

    private readPermissions(permissions: Node, json: JsonFile): void {
        for (const [key, { key: name, value }] of propertiesOf(permissions)) {
            if (key !== 'allow' && key !== 'deny') {
                this.problems.push(unknownKey(cursor, json.placeOf(name), `permissions.${key}`));
                continue;
            }
            this.readTexts(value, json, (text, place) => {
                const [, tool, content] = /^(\w+)\((.*)\)$/s.exec(text) ?? [];
                const calls = tool === undefined ? undefined : callsOf(tool, content!);
                if (calls === undefined) {
                    this.problems.push(notUnderstood(cursor, place, 'it has none of the documented forms'));
                } else {
                    this.add(key, text, place, calls);
                }
            });
        }
    }

    private readTexts(list: Node, json: JsonFile, read: (text: string, place: Place) => void): void {
        for (const entry of list.children ?? []) {
            const place = json.placeOf(entry);
            if (typeof entry.value === 'string') {
                read(entry.value, place);
            } else {
                this.problems.push(neverActs(place, 'it is not a text, so it is dropped'));
            }
        }
    }

    private add(action: Action, text: string, place: Place, calls: Calls): void {
        this.rules.push({ action, text, place, calls, rank: 0 });
    }
}

function callsOf(tool: string, content: string): Calls | undefined {
    switch (tool) {
        case 'Shell': {
            const [program = '', args] = content.split(':', 2);
            const source = `${globSource(program)}${args === undefined ? '(?: .*)?' : ` ${globSource(args)}`}`;
            return { kind: 'commands', command: { kind: 'regex', source } };
        }
        case 'Read':
        case 'Write': {
            const tools = [tool];
            if (content.startsWith('/')) {
                return { kind: 'paths', tools, paths: { from: 'root', glob: content } };
            }
            return { kind: 'paths', tools, paths: { from: 'folder', glob: content } };
        }
        case 'WebFetch':
            return { kind: 'hosts', tools: ['WebFetch'], hosts: [content.toLowerCase()] };
        case 'Mcp': {
            const [server = '*', name = '*'] = content.split(/[:,]\s*/);
            return { kind: 'tools', tools: [`mcp__${server}__${name}`] };
        }
        default:
            return undefined;
    }
}
