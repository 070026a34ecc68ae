/** Tests declaration, type definition and implementation. `<|>` is the cursor, and `«…»` is the target in any file. */
import { URI } from 'langium';
import { describe, expect, test } from 'vitest';
import type { LocationLink } from 'vscode-languageserver';
import type { Files } from '../support.js';
import { CURSOR, open } from '../support.js';

type Feature = 'declaration' | 'type definition' | 'implementation';

async function targets(feature: Feature, files: Files): Promise<string[]> {
    const plain = Object.entries(files).map(([path, text]) => [path, text.replace(/[«»]/g, '')] as const);
    const { services, shared, document, params } = await open(Object.fromEntries(plain));
    const { lsp } = services;
    const found =
        feature === 'declaration'
            ? await lsp.DeclarationProvider!.getDeclaration(document, params)
            : feature === 'type definition'
              ? await lsp.TypeProvider!.getTypeDefinition(document, params)
              : await lsp.ImplementationProvider!.getImplementation(document, params);
    return (found ?? [])
        .map(({ targetUri, targetSelectionRange }: LocationLink) => {
            const { textDocument } = shared.workspace.LangiumDocuments.getDocument(URI.parse(targetUri))!;
            const at = textDocument.offsetAt(targetSelectionRange.start);
            return `${targetUri.split('/').at(-1)}:${at} ${textDocument.getText(targetSelectionRange)}`;
        })
        .sort();
}

/** The marks in the format of `targets`. */
function marked(files: Files): string[] {
    const found: string[] = [];
    for (const [path, text] of Object.entries(files)) {
        for (const match of text.matchAll(/«([^»]*)»/g)) {
            const before = text.slice(0, match.index).replace(/[«»]/g, '').replace(CURSOR, '');
            found.push(`${path}:${before.length} ${match[1]!.replace(CURSOR, '')}`);
        }
    }
    return found.sort();
}

const filesOf = (source: string | Files): Files => (typeof source === 'string' ? { 'main.guardrail': source } : source);

describe('declaration', () => {
    test.each<[string, string | Files]>([
        [
            'the import that names it',
            {
                'main.guardrail': 'import { «mail» } from "./t.guardrail"\ndeny ma<|>il.send',
                't.guardrail': 'server mail { tool send(a: string) }'
            }
        ],
        [
            'of an import, and of what no import names, where it is defined',
            {
                'main.guardrail': 'import { ma<|>il } from "./t.guardrail"',
                't.guardrail': 'server «mail» { tool send(a: string) }'
            }
        ],
        ['in the same file', 'label «private»\nclaim: no flow from pri<|>vate to any tool']
    ])('%s', async (_title, source) => {
        expect(await targets('declaration', filesOf(source))).toEqual(marked(filesOf(source)));
    });
});

describe('type definition', () => {
    test.each<[string, string]>([
        ['of a parameter its entity', 'entity «Account»\nserver s { tool t(a: Account) }\ndeny s.t when <|>a == "x"'],
        [
            'of a list what is in it',
            'entity «Account»\nserver s { tool t(a: Account[]) }\ndeny s.t when size of <|>a > 3'
        ],
        [
            'of an element of a list',
            'entity «Account»\nserver s { tool t(as: Account[]) }\ndeny s.t when every a in as: <|>a == "x"'
        ],
        ['of a field', 'server s { tool t(a: { b: «"x" | "y"» }) }\ndeny s.t when a.<|>b == "x"'],
        ['of a record', 'server s { tool t(a: «{ b: int }») }\ndeny s.t when <|>a.b == 3'],
        [
            'of a parameter of two tools both',
            'server s { tool t(a: «int») tool u(a: «1..9») }\ndeny s.t, s.u when <|>a == 3'
        ],
        [
            'of a constant of the session',
            'session tier: «1..3»\nserver s { tool t(a: int) }\ndeny s.t when session.ti<|>er < 2'
        ],
        ['of a signal', 'signal risk: «0..100»\nserver s { tool t(a: int) }\ndeny s.t when ri<|>sk < 2'],
        [
            'of a mode its machine',
            'modes «work» {\n  first initial { allow any tool }\n}\ndeny any tool when in mode fir<|>st'
        ],
        ['none of a label', 'label pri<|>vate']
    ])('%s', async (_title, source) => {
        expect(await targets('type definition', filesOf(source))).toEqual(marked(filesOf(source)));
    });
});

describe('implementation', () => {
    const TOOLS = 'server s {\n  tool «t»(a: int) external reads private\n  tool u(a: int)\n}\nlabel private\n';
    test.each<[string, string]>([
        ['of a pattern its tools', `${TOOLS}deny exter<|>nal tools`],
        ['of a glob', `${TOOLS}deny s.t<|>*`],
        ['of a group', `${TOOLS}group some = s.t\ndeny so<|>me`],
        ['of a trait where it is declared', `trait ri<|>sky\nserver s { tool «t»(a: int) risky tool u(a: int) }`],
        ['of a label the tools that read it', `${TOOLS}deny s.u when carries pri<|>vate`],
        ['of a server its tools', 'server <|>s { tool «t»(a: int) }'],
        ['of a role its people', 'human «boss»\nrole bo<|>ard = boss'],
        ['of a machine its modes', 'modes wo<|>rk {\n  «first» initial { allow any tool }\n}'],
        [
            'of a pack its uses',
            `${TOOLS.replace(/[«»]/g, '')}pack Ga<|>te(sink: tools) { deny sink }\n«use» Gate(sink: s.t)`
        ],
        ['of a tool itself', `${TOOLS}deny s.<|>t`]
    ])('%s', async (_title, source) => {
        expect(await targets('implementation', filesOf(source))).toEqual(marked(filesOf(source)));
    });
});
