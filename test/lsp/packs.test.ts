/** Tests packs in the editor. */
import { URI } from 'langium';
import { describe, expect, test } from 'vitest';
import type { DocumentSymbol, MarkupContent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { PolicyFile } from '../../language/generated/ast.js';
import { STD_TEXT } from '../../language/library/std.js';
import { lower } from '../../language/lower/index.js';
import type { CheckService } from '../../server/lsp/check/service.js';
import { GuardrailCodeLensProvider } from '../../server/lsp/features/code-lens/provider.js';
import { packSources, packUse } from '../../server/lsp/packs/packs.js';
import { resultDiagnostics } from '../../server/lsp/features/diagnostics/results.js';
import type { Opened } from './support.js';
import { CURSOR, IDLE_HOST, open, startServer, textIn } from './support.js';

const PACKS = `
/** Nothing read reaches \`sink\`. */
pack Gate(source: tools, sink: tools, gate: human = boss, w: duration = 5m, n: 1..9 = 3, c: condition = true) {
  require approval by gate for sink when once source and c valid w
  limit sink to n
  claim: never sink after source
}
human boss
label unseen
`;

const POLICY = `policy P
import { Gate } from "./packs.guardrail"
label private
server mail {
  tool read() reads private
  tool send(to: string) external
}
agent bot
human lead
group all = mail.read, mail.send
define late = once mail.read
allow bot: mail.read, mail.send
use Gate(source: mail.read, sink: mail.send, gate: lead)
`;
import { checkedUntimed } from '../support/checked.js';

function openAt(text: string): Promise<Opened> {
    return open({ 'main.guardrail': text, 'packs.guardrail': PACKS });
}

/** The policy with the cursor after the first occurrence of `text`. */
function at(text: string): Promise<Opened> {
    expect(POLICY).toContain(text);
    return openAt(POLICY.replace(text, text + CURSOR));
}

async function labels(text: string): Promise<string[]> {
    const { services, document, params } = await openAt(text);
    const found = await services.lsp.CompletionProvider!.getCompletion(document, params);
    return (found?.items ?? []).map(({ label }) => label);
}

/** The packs of the language, which are imported when one is chosen. */
const STD = Array.from(STD_TEXT.matchAll(/^pack (\w+)/gm), ([, name]) => name!);

describe('completion', () => {
    test.each<[string, string[]]>([
        ['use <|>', ['Gate', ...STD]],
        ['use Gate(<|>', ['source: ', 'sink: ', 'gate: ', 'w: ', 'n: ', 'c: ']],
        ['use Gate(source: mail.read, <|>', ['sink: ', 'gate: ', 'w: ', 'n: ', 'c: ']],
        ['use Gate(gate: <|>', ['lead']],
        ['use Gate(w: <|>', []],
        ['use Gate(sink: mail.<|>', ['mail.read', 'mail.send', 'mail.*']]
    ])('%s', async (statement, expected) => {
        expect((await labels(POLICY + statement)).sort()).toEqual([...expected].sort());
    });

    test.each<[string, string[], string[]]>([
        ['use Gate(sink: <|>', ['mail.read', 'all', 'any tool', 'external tools'], ['lead', 'bot', 'private', 'late']],
        ['use Gate(sink: mail.send, c: <|>', ['late', 'once', 'carries', 'to'], ['lead', 'bot']],
        ['pack X(t: tools, h: human, l: label) {\n  deny <|>', ['t', 'mail.send'], ['h', 'l']],
        ['pack X(t: tools, h: human, l: label) {\n  require approval by <|>', ['h', 'lead'], ['t', 'l']],
        ['pack X(t: tools, h: human, l: label) {\n  deny mail.send when carries <|>', ['l', 'private'], ['t', 'h']],
        ['pack X(t: tools(url: string), n: int) {\n  deny t when <|>', ['url', 'n', 'late'], ['to']],
        ['import { <|>', [], ['mail']],
        ['import { <|> } from "./packs.guardrail"', [], ['mail']]
    ])('%s', async (statement, some, none) => {
        const found = await labels(POLICY + statement);
        expect(found).toEqual(expect.arrayContaining(some));
        expect(found.filter((label) => none.includes(label))).toEqual([]);
    });
});

describe('navigation', () => {
    test.each([
        ['import { Ga', 'packs.guardrail', 'Gate'],
        ['use Ga', 'packs.guardrail', 'Gate'],
        ['use Gate(sou', 'packs.guardrail', 'source'],
        ['gate: le', 'main.guardrail', 'lead']
    ])('definition at %s', async (text, file, word) => {
        const opened = await at(text);
        const links = await opened.services.lsp.DefinitionProvider!.getDefinition(opened.document, opened.params);
        expect(links).toHaveLength(1);
        const { targetUri, targetSelectionRange: range } = links![0]!;
        expect(targetUri).toBe(opened.uri(file));
        const lines = (file === 'packs.guardrail' ? PACKS : POLICY).split('\n');
        expect(lines[range.start.line]!.slice(range.start.character, range.end.character)).toBe(word);
    });

    test('the packs of the language can be read', async () => {
        const opened = await openAt(`policy P\nimport { FourEyes } from "guardrail/std"\nuse Four${CURSOR}Eyes()`);
        const links = await opened.services.lsp.DefinitionProvider!.getDefinition(opened.document, opened.params);
        expect(links?.map(({ targetUri }) => targetUri)).toEqual(['guardrail:/std.guardrail']);
    });

    test.each([
        ['use Ga', ['main.guardrail 2', 'main.guardrail 13', 'packs.guardrail 3']],
        ['use Gate(sou', ['main.guardrail 13', 'packs.guardrail 3', 'packs.guardrail 4', 'packs.guardrail 6']]
    ])('rename at %s', async (text, places) => {
        const opened = await at(text);
        const edit = await opened.services.lsp.RenameProvider!.rename(opened.document, {
            ...opened.params,
            newName: 'other'
        });
        const found = Object.entries(edit?.changes ?? {}).flatMap(([uri, edits]) =>
            edits.map(({ range }) => `${uri.split('/').at(-1)} ${range.start.line + 1}`)
        );
        expect(found.sort()).toEqual([...places].sort());
    });

    test('symbols', async () => {
        const { services, document } = await open(PACKS);
        const symbols = await services.lsp.DocumentSymbolProvider!.getSymbols(document, {
            textDocument: { uri: document.uri.toString() }
        });
        const pack = symbols.find(({ name }) => name === 'Gate') as DocumentSymbol;
        expect(pack.detail).toBe('pack');
        expect(pack.children!.map(({ name, detail }) => `${name} ${detail}`)).toEqual([
            'source tools',
            'sink tools',
            'gate human',
            'w duration',
            expect.stringMatching(/^n int/),
            'c condition',
            expect.stringMatching(/^require approval by gate/),
            'limit sink to n undefined',
            'never sink after source claim'
        ]);
    });
});

describe('hover', () => {
    async function hover(text: string): Promise<string> {
        const { services, document, params } = await at(text);
        const found = await services.lsp.HoverProvider!.getHoverContent(document, params);
        return (found?.contents as MarkupContent | undefined)?.value ?? '';
    }

    test('a pack shows its contents', async () => {
        const value = await hover('use Ga');
        expect(value).toContain('pack Gate(source: tools, sink: tools, gate: human = boss');
        expect(value).toContain('Nothing read reaches');
        expect(value).toContain('limit sink to n');
    });

    test('a use shows its expansion', async () => {
        const value = await hover('\nus');
        expect(value).toContain('require approval by lead for mail.send when once mail.read and true valid 5m');
        expect(value).toContain('limit mail.send to 3');
    });

    test('a parameter', async () => {
        expect(await hover('use Gate(sou')).toContain('source: tools');
    });

    test('a tool shows the rules from packs', async () => {
        expect(await hover('sink: mail.se')).toContain('limit mail.send to 3` [packs.guardrail:5]');
    });
});

describe('checker results', () => {
    test('are shown at the use, in the pack, and above the use', async () => {
        const opened = await openAt(POLICY);
        const { document, services } = opened;
        expect((document.diagnostics ?? []).filter(({ severity }) => severity === 1)).toEqual([]);
        const result = checkedUntimed(lower(document.parseResult.value as PolicyFile, services));
        const known = {
            uri: document.uri.toString(),
            version: 1,
            state: 'done' as const,
            text: POLICY,
            result,
            claims: result.claims
        };
        const violated = resultDiagnostics(known, document).filter(({ diagnostic }) => diagnostic.code === 'GR590');
        expect(violated.map((each) => each.uri)).toEqual([opened.uri('main.guardrail'), opened.uri('packs.guardrail')]);
        const [use, pack] = violated.map(({ diagnostic }) => diagnostic);
        expect(textIn(document, use!.range)).toMatch(/^use Gate\(/);
        expect(use!.message as string).toMatch(/^"Gate: never mail.send after mail.read" is violated: /);
        expect(use!.relatedInformation![0]!.location.uri).toBe(opened.uri('packs.guardrail'));
        expect(pack!.range.start.line).toBe(5);
        expect(pack!.relatedInformation![0]!.location.uri).toBe(opened.uri('main.guardrail'));
        const checks = { get: () => known } as unknown as CheckService;
        const lenses = new GuardrailCodeLensProvider(() => checks).provideCodeLens(document);
        expect(lenses.filter(({ range }) => range.start.line === 12).map(({ command }) => command!.title)).toEqual([
            '✗ violated · show session',
            'Debug',
            'Fix…'
        ]);
    });
});

describe('packs to import', () => {
    const TEXTS = {
        'package.json': '{ "dependencies": { "@acme/rules": "^2.0.0" } }',
        'node_modules/@acme/rules/package.json':
            '{ "name": "@acme/rules", "version": "2.1.0", "exports": "./index.guardrail" }',
        'node_modules/@acme/rules/index.guardrail':
            'import { Old } from "./old.guardrail"\n/** At most `most` calls. */\n@acme("P-1")\npack Few(of: tools, most: int = 3, gate: human) {\n  limit of to 3\n  claim: at most 3 of\n}\n',
        'node_modules/@acme/rules/old.guardrail':
            '@deprecated("Few")\npack Old(who: agent, t: tools) { allow who: t }\n'
    };

    async function opened(text: string): Promise<Opened> {
        const server = await startServer(IDLE_HOST);
        Object.entries(TEXTS).forEach(([path, each]) =>
            server.texts.set(URI.parse(`file:///${path}`).toString(), each)
        );
        return open(text, server);
    }

    test('are those of packages and of the language, with their documentation', async () => {
        const { services } = await opened('policy P');
        const [rules, std] = await packSources(services);
        expect(rules).toMatchObject({
            path: '@acme/rules',
            version: '2.1.0',
            packs: [
                { name: 'Few', params: ['of', 'most', 'gate'], isDeprecated: false },
                { name: 'Old', params: ['who', 't'], isDeprecated: true }
            ]
        });
        const [few, old] = rules!.packs;
        expect(few!.page).toMatch(
            /At most `most` calls\.[^]*\| `gate` \| a human or a role \|[^]*claim: at most 3 of[^]*@acme\("P-1"\)/
        );
        expect(old!.page).toContain('A use must say `granting`');
        expect(std).toMatchObject({ path: 'guardrail/std', packs: expect.arrayContaining([]) as unknown });
        expect(std!.packs.length).toBeGreaterThan(5);
    });

    const BASE = 'policy P\n\nserver s { tool t() }\nagent a\nhuman h\n';
    test.each<[title: string, text: string, path: string, name: string, after: string | undefined]>([
        [
            'is imported and used',
            BASE,
            '@acme/rules',
            'Few',
            `policy P\n\nimport { Few } from "@acme/rules"\n\nserver s { tool t() }\nagent a\nhuman h\n\nuse Few(of: \${1:s.t}, gate: \${2:h})\n`
        ],
        [
            'says what it must',
            BASE,
            '@acme/rules',
            'Old',
            `policy P\n\nimport { Old } from "@acme/rules"\n\nserver s { tool t() }\nagent a\nhuman h\n\nuse Old(who: \${1:a}, t: \${2:s.t}) granting\n`
        ],
        ['is not there', BASE, '@acme/rules', 'None', undefined],
        ['is of another package', BASE, '@other/rules', 'Few', undefined]
    ])('one %s', async (_, text, path, name, after) => {
        const { services, document } = await opened(text);
        const use = await packUse(document, { path, name }, services);
        const edits = use && [
            ...(use.import ? [{ range: use.import.range, newText: use.import.text }] : []),
            { range: use.use.range, newText: use.use.snippet }
        ];
        expect(edits && TextDocument.applyEdits(document.textDocument, edits)).toBe(after);
    });

    test('one of the language that is imported already is only used', async () => {
        const text = `${BASE}import { LethalTrifecta as Three } from "guardrail/std"\n`;
        const { services, document } = await opened(text);
        const use = await packUse(document, { path: 'guardrail/std', name: 'LethalTrifecta' }, services);
        expect(use).toMatchObject({ use: { snippet: expect.stringContaining('use Three(') as unknown } });
        expect(use).not.toHaveProperty('import');
    });
});
