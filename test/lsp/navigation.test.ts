import { describe, expect, test } from 'vitest';
import type { DocumentSymbol, LocationLink, Range } from 'vscode-languageserver';
import { POLICY, TOOLS } from './fixture.js';
import type { Opened } from './support.js';
import { CURSOR, open } from './support.js';

function openAt(marked: string): Promise<Opened> {
    return open({ 'mail.guardrail': marked, 'tools.guardrail': TOOLS });
}

/** `tools.guardrail:6:7 mail` */
function place(opened: Opened, uri: string, range: Range): string {
    const text = uri.endsWith('tools.guardrail') ? TOOLS : opened.document.textDocument.getText();
    const line = text.split('\n')[range.start.line] ?? '';
    const word = line.slice(range.start.character, range.end.character);
    return `${uri.split('/').at(-1)}:${range.start.line + 1} ${word}`.trim();
}

describe('definition', () => {
    test.each([
        ['deny ma<|>il.send', 'tools.guardrail:7 mail'],
        ['deny mail.se<|>nd', 'tools.guardrail:14 send'],
        ['server x {\n  tool \n}\ndeny mail.se<|>nd', 'tools.guardrail:14 send'],
        ['deny web.`order-<|>status`', 'tools.guardrail:18 `order-status`'],
        ['deny mail.send when carries pri<|>vate', 'tools.guardrail:1 private'],
        ['deny mail.read when fol<|>der == "inbox"', 'tools.guardrail:11 folder'],
        ['deny mail.send when internal(bo<|>dy)', 'tools.guardrail:14 body'],
        ['deny produc<|>tion tools', 'tools.guardrail:4 production'],
        ['deny out<|>going', 'mail.guardrail:6 outgoing'],
        ['allow assis<|>tant: mail.read', 'mail.guardrail:4 assistant'],
        ['deny mail.send when inter<|>nal(to)', 'mail.guardrail:8 internal'],
        ['import "./tools.guard<|>rail"', 'tools.guardrail:1']
    ])('%s', async (line, expected) => {
        const opened = await openAt(POLICY + line);
        const links =
            (await opened.services.lsp.DefinitionProvider!.getDefinition(opened.document, opened.params)) ?? [];
        expect(links.map((link: LocationLink) => place(opened, link.targetUri, link.targetSelectionRange))).toEqual([
            expected
        ]);
    });

    test('a built-in trait is declared in a document of its own', async () => {
        const opened = await openAt(`${POLICY}deny read<|>only tools`);
        const links = await opened.services.lsp.DefinitionProvider!.getDefinition(opened.document, opened.params);
        expect(links?.map((link) => link.targetUri)).toEqual(['guardrail:/builtin.guardrail']);
    });
});

test('references are found in all files', async () => {
    const opened = await openAt(POLICY.replace('group outgoing = mail.send', `group outgoing = mail.${CURSOR}send`));
    const found = await opened.services.lsp.ReferencesProvider!.findReferences(opened.document, {
        ...opened.params,
        context: { includeDeclaration: true }
    });
    expect(found.map(({ uri, range }) => place(opened, uri, range)).sort()).toEqual([
        'mail.guardrail:13 mail.send',
        'mail.guardrail:14 mail.send',
        'mail.guardrail:6 mail.send',
        'tools.guardrail:14 send'
    ]);
});

test('highlights are the uses in the file', async () => {
    const opened = await openAt(POLICY.replace('human reviewer', `human rev${CURSOR}iewer`));
    const found = await opened.services.lsp.DocumentHighlightProvider!.getDocumentHighlight(
        opened.document,
        opened.params
    );
    expect(found?.map(({ range }) => range.start.line + 1)).toEqual([5, 11, 14]);
});

test('the outline names rules by their text and claims by their name', async () => {
    const { services, document } = await openAt(POLICY);
    const symbols = await services.lsp.DocumentSymbolProvider!.getSymbols(document, {
        textDocument: { uri: document.uri.toString() }
    });
    expect(symbols.map(({ name }: DocumentSymbol) => name)).toEqual([
        'Mail',
        './tools.guardrail',
        'assistant',
        'reviewer',
        'outgoing',
        'internal',
        'allow assistant: mail.*, web.post',
        'deny external tools when carries private unless approved by…',
        'deny outgoing when internal(body)',
        'order mail.read before mail.send before web.post',
        'require approval by reviewer for mail.send(to: "boss")',
        'mail stays',
        'reading'
    ]);
});

test('the outline of an inventory has the tools inside their server', async () => {
    const { services, document } = await open({ 'tools.guardrail': TOOLS });
    const symbols = await services.lsp.DocumentSymbolProvider!.getSymbols(document, {
        textDocument: { uri: document.uri.toString() }
    });
    const servers = symbols.filter(({ detail }) => detail === 'server');
    expect(servers.map(({ name, children }) => [name, children?.map((child) => child.name)])).toEqual([
        ['mail', ['read', 'send']],
        ['web', ['post', 'order-status']]
    ]);
});

test('the outline of half-typed text leaves out what has no name', async () => {
    const { services, document } = await open('agent \nserver x {\n  tool \n}\nclaim\ndeny');
    const symbols = await services.lsp.DocumentSymbolProvider!.getSymbols(document, {
        textDocument: { uri: document.uri.toString() }
    });
    expect(symbols.every(({ name }) => name.length > 0)).toBe(true);
});

test('folding covers statements and comments of three lines and more', async () => {
    const { services, document } = await open({ 'tools.guardrail': TOOLS });
    const found = await services.lsp.FoldingRangeProvider!.getFoldingRanges(document, {
        textDocument: { uri: document.uri.toString() }
    });
    expect(found.map(({ startLine, endLine }) => [startLine + 1, endLine + 1])).toEqual([
        [7, 14],
        [9, 13],
        [16, 18]
    ]);
});

describe('rename', () => {
    async function rename(marked: string, newName: string, files: 'policy' | 'tools' = 'policy'): Promise<string[]> {
        const opened =
            files === 'policy'
                ? await openAt(marked)
                : await open({ 'tools.guardrail': marked, 'mail.guardrail': POLICY });
        const edit = await opened.services.lsp.RenameProvider!.rename(opened.document, { ...opened.params, newName });
        return Object.entries(edit?.changes ?? {})
            .flatMap(([uri, edits]) =>
                edits.map(
                    ({ range, newText }) =>
                        `${uri.split('/').at(-1)}:${range.start.line + 1}:${range.start.character + 1}-${range.end.character + 1} ${newText}`
                )
            )
            .sort();
    }

    test('a tool: only its own part of the qualified names', async () => {
        expect(await rename(POLICY.replace('= mail.send', '= mail.se<|>nd'), 'deliver')).toEqual([
            'mail.guardrail:13:29-33 deliver',
            'mail.guardrail:14:39-43 deliver',
            'mail.guardrail:6:23-27 deliver',
            'tools.guardrail:14:8-12 deliver'
        ]);
    });

    test('a server: the first part of the qualified names', async () => {
        expect(await rename(TOOLS.replace('server web', 'server we<|>b'), 'the-web', 'tools')).toEqual([
            'mail.guardrail:10:26-29 `the-web`',
            'mail.guardrail:13:41-44 `the-web`',
            'mail.guardrail:18:9-12 `the-web`',
            'mail.guardrail:6:29-32 `the-web`',
            'tools.guardrail:16:8-11 `the-web`'
        ]);
    });

    test('a name that is a word of the language gets backquotes where it needs them', async () => {
        expect(await rename(POLICY.replace('human reviewer', 'human rev<|>iewer'), 'order')).toContain(
            'mail.guardrail:5:7-15 `order`'
        );
        expect(await rename(POLICY.replace('group outgoing', 'group out<|>going'), 'order')).toContain(
            'mail.guardrail:6:7-15 order'
        );
    });

    test.each([
        ['a parameter of a tool', 'deny mail.read when fol<|>der == "inbox"', 'x', /parameter/],
        ['a built-in trait', 'deny exter<|>nal tools', 'x', /part of the language/],
        ['to a name with backquotes', 'allow assis<|>tant: mail.read', 'a`b', /backquotes/]
    ])('is refused for %s', async (_, line, newName, message) => {
        await expect(async () => rename(POLICY + line, newName)).rejects.toThrow(message);
    });

    test('is not offered for a word that is no name', async () => {
        const opened = await openAt(`${POLICY}den<|>y mail.read`);
        expect(await opened.services.lsp.RenameProvider!.prepareRename(opened.document, opened.params)).toBeUndefined();
    });
});
