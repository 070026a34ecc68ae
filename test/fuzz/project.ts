/**
 * Creates a small project with a file of each kind that the command reads, next to a folder that must not be touched.
 */
import { execFileSync } from 'node:child_process';
import {
    existsSync,
    lstatSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { hashOf } from '../../server/workspace/hash.js';
import { changedJson, changedText, type JsonChange, printed, printedLines, type TextChange } from './changes.js';

const page = readFileSync(new URL('../../docs/replay.md', import.meta.url), 'utf8');
const MAIL = /```guardrail\n([\s\S]*?)```/.exec(page)![1]!;
/** The logs of the documentation page, in each format. */
export const LOGS: Readonly<Record<string, string>> = Object.fromEntries(
    [...page.matchAll(/`([\w-]+\.jsonl?)`:\n\n```jsonl?\n([\s\S]*?)```/g)].map(([, name, text]) => [name!, text!])
);

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));
/** The server that records the calls that it receives. */
export const PROXIED_SERVER = fileURLToPath(new URL('recording-server.mjs', import.meta.url));

const TOOLS = [
    {
        name: 'find',
        description: 'Finds.\nWell.',
        inputSchema: {
            type: 'object',
            properties: {
                q: { type: 'string', minLength: 1, description: 'what' },
                n: { type: 'integer', minimum: 0, maximum: 10, default: 5 },
                tree: { $ref: '#/$defs/tree' },
                kind: { enum: ['a', 'b'] },
                any: { anyOf: [{ type: 'null' }, { type: 'number' }] },
                some: { type: ['string', 'null'] }
            },
            required: ['q'],
            $defs: { tree: { type: 'object', properties: { left: { $ref: '#/$defs/leaf' } } }, leaf: { const: 1 } }
        },
        annotations: { readOnlyHint: true, title: 'Find' }
    },
    { name: 'drop it', inputSchema: { type: 'object', allOf: [{ properties: { id: { oneOf: [{}, true] } } }] } }
];

const POLICY = `policy P
import "./tools.guardrail"
import { Guard } from "pack"
agent a
human h
signal risk(text: string): 0..100
allow a: s.*
use Guard(sink: [s.send], who: h)
deny s.send when carries private and (body matches /[a-z]+/ or risk(body) > 50) because "it leaks"
/** Nothing leaves. */
@acme("P-1")
claim "nothing leaves": never s.send after s.read unless approved by h
claim "few": at most 3 s.send within 5m
claim "it can": possible s.read then s.send
scenario "sends":
  a calls s.read(id: 1) returns (text: "x") -> allowed
  a calls s.send(to: "b@c.example") with risk: 10 -> held
`;

/** Every file that is read, in its valid form. */
export const SAMPLES: Readonly<Record<string, string>> = {
    '.git/HEAD': 'ref: refs/heads/main\n',
    'p.guardrail': POLICY,
    'tools.guardrail':
        'label private\nserver s { tool read(id: int) readonly reads private tool send(to: string, body: string = "") external }\n',
    'node_modules/pack/package.json': JSON.stringify({
        name: 'pack',
        version: '1.0.0',
        exports: { '.': './pack.guardrail' }
    }),
    'node_modules/pack/pack.guardrail':
        'pack Guard(sink: tools, who: human) {\n  require approval by who for sink\n}\n',
    'guardrail.config.json': JSON.stringify({
        files: ['.'],
        exclude: ['node_modules', 'mail.guardrail', 'q.guardrail'],
        failOn: 'error',
        strict: false,
        accept: ['values'],
        counterexamples: 2,
        limits: { maxStates: 20_000, maxMemory: 256, timeout: 1 },
        baseline: 'base.json',
        jobs: 1,
        cache: '.kept',
        format: 'pretty',
        outputs: { json: 'out/report.json', sarif: 'out/report.sarif' }
    }),
    'base.json': JSON.stringify({
        format: 'guardrail-baseline/1',
        problems: [{ path: 'p.guardrail', code: 'GR590', about: 'few', fingerprint: '0123' }]
    }),
    'tools.json': JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: TOOLS } }),
    'mcp.json': JSON.stringify({
        mcpServers: { shop: { command: process.execPath, args: [SERVER, 'tools.json'], env: { X: '${HOME}' } } }
    }),
    'controls.json': JSON.stringify({
        name: 'Acme',
        annotation: 'acme',
        controls: [
            { id: 'P-1', title: 'Nothing leaves' },
            { id: 'P-2', title: 'Nothing is lost' }
        ]
    }),
    'mail.guardrail': MAIL,
    'q.guardrail': MAIL.replace('100', '99'),
    'session.txt':
        'a calls s.read(id: 1) returns (text: "x")\na calls s.send(to: "b")\nwait 5m\nh approves s.send\nundo\n',
    'messages.jsonl': [
        {
            method: 'initialize',
            id: 1,
            params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } }
        },
        { method: 'notifications/initialized' },
        { method: 'tools/list', id: 2 },
        { method: 'tools/call', id: 3, params: { name: 'guardrail_check', arguments: { text: MAIL } } }
    ]
        .map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
        .join(''),
    'client.jsonl': [
        {
            method: 'initialize',
            id: 1,
            params: { protocolVersion: '2025-06-18', capabilities: { elicitation: {} }, clientInfo: { name: 'x' } }
        },
        { method: 'notifications/initialized' },
        { method: 'tools/list', id: 2 },
        { method: 'tools/call', id: 3, params: { name: 'send', arguments: { to: 'b@c.example' } } },
        { method: 'tools/call', id: 4, params: { name: 'read', arguments: { folder: 'inbox' } } },
        { method: 'tools/call', id: 5, params: { name: 'send', arguments: { to: 'b@c.example', body: 'x' } } },
        { id: 'guardrail-1', result: { action: 'accept', content: { approve: true } } },
        { method: 'tools/call', id: 6, params: { name: 'drop', arguments: {} } },
        { method: 'notifications/cancelled', params: { requestId: 6 } }
    ]
        .map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
        .join(''),
    ...LOGS
};

/** Replacements for a file: things that are not files, or files that no reader should read completely. */
export const PLACES = {
    'a named pipe': (path) => void execFileSync('mkfifo', [path]),
    'a link to a named pipe': (path) => {
        execFileSync('mkfifo', [`${path}.pipe`]);
        symlinkSync(`${path}.pipe`, path);
    },
    'a link to /dev/zero': (path) => symlinkSync('/dev/zero', path),
    'a link to /dev/stdin': (path) => symlinkSync('/dev/stdin', path),
    'a link to /proc/self/mem': (path) => symlinkSync('/proc/self/mem', path),
    'a link to a file outside': (path) => symlinkSync('../outside/kept.txt', path),
    'a link to nothing outside': (path) => symlinkSync('../outside/planted', path),
    'a link to a folder outside': (path) => symlinkSync('../outside', path),
    'a link to itself': (path) => symlinkSync(path, path),
    'a folder': (path) => void mkdirSync(path),
    'a folder with a file': (path) => {
        mkdirSync(path);
        writeFileSync(join(path, 'x.guardrail'), MAIL);
    },
    'a file of 5 GB': (path) => {
        writeFileSync(path, '');
        truncateSync(path, 5 * 1024 ** 3);
    },
    'a file of 40 MB': (path) => writeFileSync(path, 'x'.repeat(40 << 20)),
    'a file that nobody may read': (path) => writeFileSync(path, '', { mode: 0 })
} satisfies Readonly<Record<string, (path: string) => void>>;

/**
 * The contents of a file: another kind of thing instead of the sample, or a text, with changes to its JSON and its
 * bytes.
 */
export interface Content {
    readonly place?: keyof typeof PLACES;
    /** The text; undefined for the sample. */
    readonly text?: string;
    readonly json?: readonly JsonChange[];
    readonly bytes?: readonly TextChange[];
    readonly isZipped?: boolean;
}

/** Creates the project in the folder, with changed contents of some of its files. */
export function makeProject(root: string, contents: Readonly<Record<string, Content>>): string {
    const project = join(root, 'project');
    mkdirSync(join(root, 'outside'), { recursive: true });
    writeFileSync(join(root, 'outside/kept.txt'), 'policy Outside\nagent a\n');
    const names = new Set([...Object.keys(SAMPLES), ...Object.keys(contents)]);
    for (const name of [...names].filter((one) => !isPattern(one))) {
        const path = join(project, name);
        mkdirSync(dirname(path), { recursive: true });
        putContent(path, name, contents[name] ?? {});
    }
    return project;
}

/** Changes the output of a command; `folder/*` is each file there. */
export function putEntries(project: string, contents: Readonly<Record<string, Content>>): void {
    for (const [name, content] of Object.entries(contents).filter(([one]) => isPattern(one))) {
        const folder = join(project, dirname(name));
        const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
        for (const entry of entries.filter((one) => one.isFile() && !one.name.startsWith('.'))) {
            const path = join(folder, entry.name);
            const text = readFileSync(path, 'utf8');
            const changed = (entry.name.endsWith('.jsonl') ? withChain : withChecksum)(text, content.json ?? []);
            putContent(path, name, { ...content, text: changed, json: [] });
        }
    }
}

/** An entry of the cache whose checksum is that of the changed data. */
function withChecksum(text: string, changes: readonly JsonChange[]): string {
    const [head = '', data = ''] = text.split(/\n(.*)/s);
    const changed = changes.length > 0 ? printed(changedJson(JSON.parse(data), changes)) : data;
    return `${head.split(' ')[0]!} ${hashOf(changed)}\n${changed}`;
}

/** A log whose lines have the hashes of the changed lines before them. */
function withChain(text: string, changes: readonly JsonChange[]): string {
    if (changes.length === 0) {
        return text;
    }
    let previous = '';
    return printedLines(asList(changedJson(text.split('\n').flatMap(jsonLine), changes)))
        .split('\n')
        .slice(0, -1)
        .map((line) => {
            const chained = line.replace(/("previous":)"[0-9a-f:sh]*"/, `$1${JSON.stringify(previous)}`);
            previous = hashOf(chained);
            return `${chained}\n`;
        })
        .join('');
}

function asList(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [value];
}

function isPattern(name: string): boolean {
    return name.endsWith('/*');
}

function putContent(
    path: string,
    name: string,
    { place, text = SAMPLES[name] ?? '', json, bytes, isZipped }: Content
): void {
    if (place !== undefined) {
        rmSync(path, { recursive: true, force: true });
        PLACES[place](path);
        return;
    }
    const changed = changedText(json?.length ? withJson(name, text, json) : text, bytes ?? []);
    writeFileSync(path, isZipped ? gzipSync(changed) : changed);
}

/**
 * True for JSON Lines, where each line is an element: lines are changed, duplicated and swapped like other elements.
 */
function withJson(name: string, text: string, changes: readonly JsonChange[]): string {
    if (!/\.jsonl(\.gz)?$/.test(name)) {
        return printed(changedJson(JSON.parse(text), changes), changes.length % 2 === 0 ? 2 : undefined);
    }
    return printedLines(asList(changedJson(text.split('\n').flatMap(jsonLine), changes)));
}

function jsonLine(line: string): unknown[] {
    try {
        return [JSON.parse(line)];
    } catch {
        return [];
    }
}

/** The contents of a folder, by path: the text of a small file, the target of a link, or the kind of anything else. */
export function snapshot(folder: string, below = ''): Map<string, string> {
    const found = new Map<string, string>();
    for (const name of readdirSync(join(folder, below))) {
        const path = join(below, name);
        const stats = lstatSync(join(folder, path));
        if (stats.isDirectory()) {
            found.set(path, 'folder');
            snapshot(folder, path).forEach((what, inner) => found.set(inner, what));
        } else if (stats.isSymbolicLink()) {
            found.set(path, `link to ${readlinkSync(join(folder, path))}`);
        } else if (stats.isFile() && stats.size < 10_000_000) {
            found.set(path, readFileSync(join(folder, path), 'latin1'));
        } else {
            found.set(path, `${stats.isFile() ? 'large' : 'special'} ${stats.size} ${stats.mtimeMs}`);
        }
    }
    return found;
}
