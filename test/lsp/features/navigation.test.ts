import { describe, expect, test } from 'vitest';
import type { DocumentSymbol, LocationLink, Range } from 'vscode-languageserver';
import { POLICY, TOOLS } from '../fixture.js';
import type { Opened } from '../support.js';
import { CURSOR, open, textIn } from '../support.js';

function openAt(marked: string): Promise<Opened> {
    return open({ 'mail.guardrail': marked, 'tools.guardrail': TOOLS });
}

/** A place such as `tools.guardrail:6:7 mail`. */
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
        ['require approval by 1 of lea<|>ds for mail.read', 'mail.guardrail:25 leads'],
        ['role board = le<|>ad', 'mail.guardrail:23 lead'],
        ['deny mail.send when once ci.pas<|>sed', 'mail.guardrail:27 ci.passed'],
        ['scenario "x":\n  c<|>i.passed happens', 'mail.guardrail:27 ci.passed'],
        ['claim: no flow from pri<|>vate to mail.send', 'tools.guardrail:1 private'],
        ['import "./tools.guard<|>rail"', 'tools.guardrail:1']
    ])('%s', async (line, expected) => {
        const opened = await openAt(POLICY + line);
        const links =
            (await opened.services.lsp.DefinitionProvider!.getDefinition(opened.document, opened.params)) ?? [];
        expect(links.map((link: LocationLink) => place(opened, link.targetUri, link.targetSelectionRange))).toEqual([
            expected
        ]);
    });

    test('a built-in trait is declared in a separate document', async () => {
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
        'mail.guardrail:13 send',
        'mail.guardrail:14 send',
        'mail.guardrail:28 send',
        'mail.guardrail:31 send',
        'mail.guardrail:35 send',
        'mail.guardrail:36 send',
        'mail.guardrail:6 send',
        'tools.guardrail:14 send'
    ]);
});

test('highlights are the uses in the file', async () => {
    const opened = await openAt(POLICY.replace('human reviewer', `human rev${CURSOR}iewer`));
    const found = await opened.services.lsp.DocumentHighlightProvider!.getDocumentHighlight(
        opened.document,
        opened.params
    );
    expect(found?.map(({ range }) => range.start.line + 1)).toEqual([5, 11, 14, 25]);
});

test.each([
    ['event c<|>i.passed', ['27 ci.passed', '30 ci.passed', '31 ci.passed', '36 ci.passed', '39 ci.passed']],
    ['approved by le<|>ads', ['25 leads', '31 leads', '33 leads']]
])('highlights of %s', async (marked, expected) => {
    const opened = await openAt(POLICY.replace(marked.replace(CURSOR, ''), marked));
    const found = await opened.services.lsp.DocumentHighlightProvider!.getDocumentHighlight(
        opened.document,
        opened.params
    );
    expect(found?.map(({ range }) => `${range.start.line + 1} ${textIn(opened.document, range)}`)).toEqual(expected);
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
        'reading',
        'lead',
        'leads',
        'ci.passed',
        'limit mail.send to 3',
        'audit deny web.post unless once ci.passed',
        'require approval by 2 of leads for web.post when count(mail…',
        'flow',
        'web.post is held when carries private',
        'at most 3 mail.send',
        'always count(mail.send) <= 3 or once ci.passed',
        'releasing'
    ]);
});

test('the outline selects the name of a declaration, and the first word of a rule after its annotations', async () => {
    const { services, document } = await openAt(POLICY);
    const symbols = await services.lsp.DocumentSymbolProvider!.getSymbols(document, {
        textDocument: { uri: document.uri.toString() }
    });
    const selected = new Map(symbols.map(({ name, selectionRange }) => [name, textIn(document, selectionRange)]));
    expect(selected.get('leads')).toBe('leads');
    expect(selected.get('ci.passed')).toBe('ci.passed');
    expect(selected.get('audit deny web.post unless once ci.passed')).toBe('audit');
    expect(selected.get('flow')).toBe('"flow"');
    expect(selected.get('web.post is held when carries private')).toBe('claim');
});

test('the outline of an inventory has the tools inside their server', async () => {
    const { services, document } = await open({ 'tools.guardrail': TOOLS });
    const symbols = await services.lsp.DocumentSymbolProvider!.getSymbols(document, {
        textDocument: { uri: document.uri.toString() }
    });
    const servers = symbols.filter(({ detail }) => detail === 'server');
    expect(servers.map(({ name, children }) => [name, children?.map((child) => child.name)])).toEqual([
        ['mail', ['read', 'send']],
        ['web', ['post', 'order-status', 'reset']]
    ]);
});

test('the outline of incomplete text omits elements without a name', async () => {
    const { services, document } = await open('agent \nserver x {\n  tool \n}\nclaim\ndeny');
    const symbols = await services.lsp.DocumentSymbolProvider!.getSymbols(document, {
        textDocument: { uri: document.uri.toString() }
    });
    expect(symbols.every(({ name }) => name.length > 0)).toBe(true);
});

test('folding covers statements and comments of three or more lines', async () => {
    const { services, document } = await open({ 'tools.guardrail': TOOLS });
    const found = await services.lsp.FoldingRangeProvider!.getFoldingRanges(document, {
        textDocument: { uri: document.uri.toString() }
    });
    expect(found.map(({ startLine, endLine }) => [startLine + 1, endLine + 1])).toEqual([
        [7, 14],
        [9, 13],
        [16, 19]
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
            'mail.guardrail:28:12-16 deliver',
            'mail.guardrail:31:61-65 deliver',
            'mail.guardrail:35:23-27 deliver',
            'mail.guardrail:36:26-30 deliver',
            'mail.guardrail:6:23-27 deliver',
            'tools.guardrail:14:8-12 deliver'
        ]);
    });

    test('a server: the first part of the qualified names', async () => {
        expect(await rename(TOOLS.replace('server web', 'server we<|>b'), 'the-web', 'tools')).toEqual([
            'mail.guardrail:10:26-29 `the-web`',
            'mail.guardrail:13:41-44 `the-web`',
            'mail.guardrail:18:9-12 `the-web`',
            'mail.guardrail:30:12-15 `the-web`',
            'mail.guardrail:31:36-39 `the-web`',
            'mail.guardrail:33:41-44 `the-web`',
            'mail.guardrail:34:8-11 `the-web`',
            'mail.guardrail:40:17-20 `the-web`',
            'mail.guardrail:6:29-32 `the-web`',
            'tools.guardrail:16:8-11 `the-web`'
        ]);
    });

    test('a role: where it is declared, required and approves', async () => {
        expect(await rename(POLICY.replace('by leads', 'by le<|>ads'), 'board')).toEqual([
            'mail.guardrail:25:6-11 board',
            'mail.guardrail:31:26-31 board',
            'mail.guardrail:33:69-74 board'
        ]);
    });

    test('an event: all parts of its name, for any cursor position', async () => {
        const expected = [
            'mail.guardrail:27:7-16 build.`all-green`',
            'mail.guardrail:30:33-42 build.`all-green`',
            'mail.guardrail:31:72-81 build.`all-green`',
            'mail.guardrail:36:45-54 build.`all-green`',
            'mail.guardrail:39:3-12 build.`all-green`'
        ];
        expect(await rename(POLICY.replace('once ci.passed', 'once ci.pas<|>sed'), 'build.all-green')).toEqual(
            expected
        );
        expect(await rename(POLICY.replace('event ci', 'event c<|>i'), ' build.`all-green`')).toEqual(expected);
        expect(await rename(POLICY.replace('event ci', 'event c<|>i'), 'order')).toContain(
            'mail.guardrail:39:3-12 `order`'
        );
    });

    test('an event: its whole name is renamed', async () => {
        const opened = await openAt(POLICY.replace('once ci.passed', 'once c<|>i.passed'));
        const range = await opened.services.lsp.RenameProvider!.prepareRename(opened.document, opened.params);
        expect(textIn(opened.document, range as Range)).toBe('ci.passed');
    });

    test('a name that is a keyword gets backquotes where needed', async () => {
        expect(await rename(POLICY.replace('human reviewer', 'human rev<|>iewer'), 'order')).toContain(
            'mail.guardrail:5:7-15 `order`'
        );
        expect(await rename(POLICY.replace('group outgoing', 'group out<|>going'), 'order')).toContain(
            'mail.guardrail:6:7-15 order'
        );
    });

    test.each([
        ['a name that is there already', 'deny mail.read when fol<|>der == "inbox"', 'limit', /already/],
        [
            'a field of every result',
            'deny mail.read when once web.reset where result.te<|>xt == ""',
            'x',
            /of the language/
        ],
        ['a built-in trait', 'deny exter<|>nal tools', 'x', /part of the language/],
        ['to a name with backquotes', 'allow assis<|>tant: mail.read', 'a`b', /backquotes/],
        ['to an event without a part', 'scenario "x":\n  ci.pas<|>sed happens', ' .', /backquotes/]
    ])('is refused for %s', async (_, line, newName, message) => {
        await expect(async () => rename(POLICY + line, newName)).rejects.toThrow(message);
    });

    test.each([
        ['a word of the language', 'den<|>y mail.read'],
        ['an annotation', '@sever<|>ity(high) deny mail.read']
    ])('is not offered for %s', async (_, line) => {
        const opened = await openAt(POLICY + line);
        expect(await opened.services.lsp.RenameProvider!.prepareRename(opened.document, opened.params)).toBeUndefined();
    });
});
