/** Tests the packages that the server finds: installed ones, and a linked one in the same workspace. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
    CompletionItem,
    CompletionList,
    Hover,
    Location,
    LocationLink,
    MarkupContent,
    Position,
    SignatureHelp,
    TextEdit,
    WorkspaceEdit
} from 'vscode-languageserver';
import { CompletionItemKind, FileChangeType } from 'vscode-languageserver';
import { Project } from './conformance/project.js';

const FILES = {
    'package.json': '{ "dependencies": { "@acme/guardrails": "1.0.0", "own": "*", "code": "1.0.0", "gone": "1.0.0" } }',
    'node_modules/@acme/guardrails/package.json':
        '{ "exports": { ".": "./packs.guardrail", "./audit": "./audit.guardrail", "./code": "./code.js" } }',
    'node_modules/@acme/guardrails/packs.guardrail': `/** Nothing leaves through \`sink\` but by \`gate\`. */
pack Gate(sink: tools, gate: human) { require approval by gate for sink }
label secret
`,
    'node_modules/@acme/guardrails/audit.guardrail': 'pack Audit(of: tools) { limit of to 3 }\n',
    'node_modules/@acme/guardrails/guardrail.code-snippets': `{
  // Comments and lists of lines are allowed, as in VS Code.
  "Ask first": {
    "scope": "markdown, guardrail", "prefix": ["ask", "acme-ask"], "description": "Ask before \`sink\`",
    "body": ["require approval by \${1:reviewer} for \${2:web.post}", "allow \${3:assistant}: $2"],
  },
  "Head": { "prefix": "head", "body": "/** \${1:constructor} of \${TM_FILENAME} */" },
  "Elsewhere": { "scope": "markdown", "prefix": "title", "body": "# $1" },
  "Sums": { "prefix": "sums", "body": "limit total(\${1:bank.pay}.\${2:amount}) to 3" },
  "No prefix": { "body": "allow" }, "No body": { "prefix": "nothing" }, "Odd": [], "Odder": { "prefix": { "a": 1 }, "body": 3 }
}`,
    'node_modules/code/package.json': '{ "main": "./index.js" }',
    'packages/own/package.json': '{ "guardrail": "own.guardrail" }',
    'packages/own/guardrail.code-snippets': '[',
    'packages/own/own.guardrail': '/** A few calls. */\npack Few(of: tools, most: int = 3) { limit of to most }\n',
    'packages/team/team.guardrail': `policy Team
import { Gate } from "@acme/guardrails"
import { Few } from "own"
server mail { tool send(to: string) external }
agent bot
human lead
@owasp("ASI02")
claim "sends": possible mail.send
allow bot: mail.send
use Gate(sink: mail.send, gate: lead)
use Few(of: mail.send)
`
} as const;
const TEAM = 'packages/team/team.guardrail';
const GUARDRAILS = 'node_modules/@acme/guardrails/packs.guardrail';
const OWN = 'packages/own/own.guardrail';

let project: Project;

beforeAll(async () => {
    project = new Project(FILES);
    symlinkSync(join(project.root, 'packages/own'), join(project.root, 'node_modules/own'), 'junction');
    mkdirSync(join(project.root, 'empty'));
    await project.initialize();
    await project.client.open(project.uri(TEAM), FILES[TEAM]);
});
afterAll(() => project.dispose());

/**
 * The completions in the team's policy, with `|` in `text` at the cursor; the request is repeated for each text that is
 * tried.
 */
async function ask<R>(method: string, text: string, more: object = {}): Promise<R> {
    const before = FILES[TEAM].indexOf(text.replace('|', ''));
    expect(before, text).toBeGreaterThanOrEqual(0);
    return project.request(method, {
        textDocument: { uri: project.uri(TEAM) },
        position: positionAt(FILES[TEAM], before + text.indexOf('|')),
        ...more
    });
}

function positionAt(text: string, offset: number): Position {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)!.length };
}

/** A place as `path:line`, counted from one. */
function placeOf({ uri, range }: Location): string {
    return `${decodeURIComponent(uri).slice(project.uri('').length + 1)}:${range.start.line + 1}`;
}

let version = 1;

/** Completes in the team's policy with `|` at the cursor, in place of `text`. */
async function completed(text: string, by: string): Promise<CompletionItem[]> {
    const changed = FILES[TEAM].replace(text, by);
    expect(changed).not.toBe(FILES[TEAM]);
    await project.client.change(project.uri(TEAM), ++version, changed.replace('|', ''));
    const list = await project.request<CompletionList>('textDocument/completion', {
        textDocument: { uri: project.uri(TEAM) },
        position: positionAt(changed, changed.indexOf('|'))
    });
    await project.client.change(project.uri(TEAM), ++version, FILES[TEAM]);
    return list.items;
}

const labelsOf = (items: readonly CompletionItem[]): string[] => items.map(({ label }) => label).sort();

test.each([
    ['import { Ga|te }', 'Nothing leaves through `sink` but by `gate`.'],
    ['use Ga|te(', 'Nothing leaves through `sink` but by `gate`.'],
    ['use F|ew(', 'A few calls.'],
    ['"ASI|02"', 'ASI02: Tool Misuse and Exploitation, of the OWASP Top 10 for Agentic Applications (2026)']
])('hovering over %s shows it', async (text, expected) => {
    const hover = await ask<Hover>('textDocument/hover', text);
    expect((hover.contents as MarkupContent).value).toContain(expected);
});

test.each([
    ['import { Ga|te }', `${GUARDRAILS}:2`],
    ['use Ga|te(', `${GUARDRAILS}:2`],
    ['use Gate(si|nk', `${GUARDRAILS}:2`],
    ['use F|ew(', `${OWN}:2`]
])('the definition of %s is in the file of the package', async (text, expected) => {
    const links = await ask<LocationLink[] | Location[]>('textDocument/definition', text);
    const places = links.map((link) =>
        placeOf('uri' in link ? link : { uri: link.targetUri, range: link.targetSelectionRange })
    );
    expect(places).toEqual([expected]);
});

test.each([
    ['use Ga|te(', [`${GUARDRAILS}:2`, `${TEAM}:10`, `${TEAM}:2`]],
    ['use F|ew(', [`${OWN}:2`, `${TEAM}:11`, `${TEAM}:3`]]
])('the references of %s are in both files', async (text, expected) => {
    const found = await ask<Location[]>('textDocument/references', text, { context: { includeDeclaration: true } });
    expect(found.map(placeOf).sort()).toEqual(expected);
});

test('installed declarations are not renamed, from either side', async () => {
    const refused = 'This name is declared in a package: @acme/guardrails/packs.guardrail.';
    await expect(ask('textDocument/prepareRename', 'use Ga|te(')).rejects.toThrow(refused);
    await expect(ask('textDocument/rename', 'use Ga|te(', { newName: 'Door' })).rejects.toThrow(refused);
    await expect(ask('textDocument/rename', 'use Gate(si|nk', { newName: 'out' })).rejects.toThrow(refused);
});

test('declarations of a workspace package are renamed everywhere', async () => {
    const edit = await ask<WorkspaceEdit>('textDocument/rename', 'use F|ew(', { newName: 'Some' });
    const changes = Object.entries(edit.changes!).map(([uri, edits]) => [
        uri.slice(project.uri('').length + 1),
        edits.map(({ range, newText }: TextEdit) => `${range.start.line + 1}: ${newText}`).sort()
    ]);
    expect(Object.fromEntries(changes)).toEqual({ [OWN]: ['2: Some'], [TEAM]: ['11: Some', '3: Some'] });
});

test('the signature of a pack of a package', async () => {
    const help = await ask<SignatureHelp>('textDocument/signatureHelp', 'use Gate(sink: mail.send, |');
    expect(help.signatures.map(({ label }) => label)).toEqual(['Gate(sink: tools, gate: human)']);
    expect(help.activeParameter ?? help.signatures[0]!.activeParameter).toBe(1);
});

test.each<[text: string, by: string, expected: string[]]>([
    ['{ Gate } from', '{ | } from', ['Gate', 'secret']],
    ['{ Gate } from', '{ Gate, | } from', ['secret']],
    ['{ Few } from', '{ | } from', ['Few']],
    [
        '"@acme/guardrails"',
        '"|"',
        ['../own/own.guardrail', '@acme/guardrails', '@acme/guardrails/audit', 'guardrail/std', 'own']
    ],
    ['"own"', '"./|"', ['../own/own.guardrail']]
])('instead of %s fits %s', async (text, by, expected) => {
    expect(labelsOf(await completed(text, by))).toEqual(expected);
});

/** The snippets at the place, by label, that the packages bring: the package, and the text. */
async function snippetsAt(by: string): Promise<{ readonly [label: string]: readonly unknown[] }> {
    const items = (await completed('use Few', by)).filter(({ labelDetails: from }) =>
        /acme|own/.test(from?.description ?? '')
    );
    const snippets = items.filter(({ kind }) => kind === CompletionItemKind.Snippet);
    return Object.fromEntries(
        snippets.map(({ label, labelDetails, detail, textEdit }) => [
            label,
            [labelDetails?.description, detail, textEdit?.newText]
        ])
    );
}

test('the snippets of a package are offered where a statement starts, with the names of the policy', async () => {
    const ask = [
        '@acme/guardrails',
        'Ask before `sink`',
        'require approval by ${1:lead} for ${2:mail.send}\nallow ${3:bot}: $2'
    ];
    const expected = {
        ask,
        'acme-ask': ask,
        head: ['@acme/guardrails', 'Head', '/** ${1:constructor} of ${TM_FILENAME} */']
    };
    expect(await snippetsAt('|\nuse Few')).toEqual(expected);
    expect(await snippetsAt('as|\nuse Few')).toEqual(expected);
    expect(await snippetsAt('deny |\nuse Few')).toEqual({});
    expect(await snippetsAt('pack P(of: tools) {\n|\n}\nuse Few')).toEqual({});
});

test('a changed file of snippets counts at once, and a bad one offers nothing', async () => {
    const path = 'packages/own/guardrail.code-snippets';
    for (const [text, expected] of [
        ['{ "Own": { "prefix": "own", "body": "label $1" } }', ['acme-ask', 'ask', 'head', 'own']],
        ['['.repeat(100_000), ['acme-ask', 'ask', 'head']],
        ['{ "Own": { "prefix": "own", "body": "label', ['acme-ask', 'ask', 'head']]
    ] as const) {
        project.write(path, text);
        await project.watched(path, FileChangeType.Changed);
        expect(Object.keys(await snippetsAt('|\nuse Few')).sort()).toEqual(expected);
    }
});

test.each([
    ['"ASI02", "|"', 'LLM01', 'ASI02'],
    ['"ASI02", |', '"LLM01"', '"ASI02"']
])('the controls offered at %s are those not named yet, with their titles', async (by, label, named) => {
    const items = await completed('"ASI02"', by);
    expect(items.find((item) => item.label === label)?.detail).toBe('Prompt Injection');
    expect(labelsOf(items)).not.toContain(named);
});
