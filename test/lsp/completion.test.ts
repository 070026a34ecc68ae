import { describe, expect, test } from 'vitest';
import type { CompletionItem } from 'vscode-languageserver';
import type { Files } from './support.js';
import { CURSOR, open } from './support.js';

const INVENTORY = `label private
label untrusted
trait production
server mail {
  /** Messages of a folder. */
  tool read(folder: "inbox" | "archive", limit?: int) reads private, untrusted
  tool send(to: string, body: string) external
}
server \`web-tools\` {
  tool \`fetch-url\`(url: string, raw: bool = false) external
}
agent assistant
agent \`order\`
human reviewer
group outgoing = mail.send
define internal(address: string) = address == "a"
`;

async function complete(text: string, others: Files = {}): Promise<CompletionItem[]> {
    const { services, document, params } = await open({ 'main.guardrail': INVENTORY + text, ...others });
    return (await services.lsp.CompletionProvider!.getCompletion(document, params))?.items ?? [];
}

const labels = (items: readonly CompletionItem[]): string[] => items.map((item) => item.label).sort();
const applied = (item: CompletionItem | undefined): string | undefined => item?.textEdit?.newText;

const TOOLS = ['mail.read', 'mail.send', '`web-tools`.`fetch-url`'];
const SELECTORS = [
    ...TOOLS,
    'any tool',
    'external tools',
    'production tools',
    'outgoing',
    'tools that read',
    'mail.*',
    ...['readonly', 'destructive', 'idempotent', 'irreversible', 'atomic'].map((trait) => `${trait} tools`)
];
const EVENTS = [...SELECTORS, 'succeeded', 'attempted', 'denied', 'held', 'released', 'failed'];

describe('exactly', () => {
    test.each<[string, string[]]>([
        ['allow <|>', ['any agent', 'assistant', '`order`']],
        ['allow assistant: <|>', EVENTS],
        ['allow assistant: mail.read, <|>', EVENTS],
        ['allow assistant: any tool except <|>', SELECTORS],
        ['group writes = <|>', SELECTORS],
        ['deny mail.<|>', ['mail.read', 'mail.send', 'mail.*']],
        ['deny mail.send when once <|>', EVENTS],
        ['deny mail.send when carries <|>', ['private', 'untrusted']],
        ['deny mail.send when approved by <|>', ['reviewer']],
        ['deny mail.send when caller is <|>', ['assistant', '`order`']],
        ['require approval by <|>', ['reviewer']],
        ['order mail.read before <|>', EVENTS],
        ['deny mail.send(<|>', ['body', 'to']],
        ['deny mail.send when once mail.read(<|>', ['folder', 'limit']],
        ['deny mail.send(to: "a", <|>', ['body']],
        [
            'deny mail.read when folder == <|>',
            ['"archive"', '"inbox"', 'folder', 'host of', 'internal', 'limit', 'true', 'false']
        ],
        ['deny mail.read when folder in [<|>', ['"archive"', '"inbox"', 'true', 'false']],
        ['claim "x": never mail.send unless approved by <|>', ['reviewer']],
        ['claim "x": possible mail.read then <|>', EVENTS],
        ['scenario "x":\n  assistant <|>', ['calls', 'approves', 'refuses']],
        ['scenario "x":\n  assistant calls <|>', TOOLS],
        ['scenario "x":\n  assistant calls mail.read(<|>', ['folder: ', 'limit: ']],
        ['scenario "x":\n  assistant calls mail.read(folder: <|>', ['"archive"', '"inbox"', 'true', 'false']],
        ['scenario "x":\n  assistant calls mail.read(folder: "inbox") -> <|>', ['allowed', 'denied', 'held']],
        ['scenario "x":\n  assistant calls mail.read(folder: "inbox") <|>', ['fails', 'lost']],
        ['scenario "x":\n  reviewer approves <|>', SELECTORS],
        ['server x {\n  tool a(b: string) reads <|>', ['private', 'untrusted']],
        ['server x {\n  <|>', ['tool']],
        ['server x {\n  tool a(b: <|>', ['any', 'bool', 'false', 'int', 'number', 'string', 'true']]
    ])('%s', async (text, expected) => {
        expect(labels(await complete(text))).toEqual([...expected].sort());
    });
});

describe('among others', () => {
    test.each<[string, string[], string[]]>([
        // [text, offered, not offered]
        [
            'deny mail.send when <|>',
            ['to', 'body', 'internal', 'once', 'carries', 'approved by', 'last is', 'mail.read', 'host of'],
            ['folder', 'when', 'assistant']
        ],
        ['deny mail.send when once mail.read where <|>', ['folder', 'limit', 'carries'], ['to', 'body', 'once']],
        ['deny mail.send when to <|>', ['in', 'not in', 'given'], ['mail.read', 'to']],
        ['deny mail.send <|>', ['when', 'unless', 'because', 'by', 'where'], ['allow', 'mail.read', 'claim']],
        ['define x(a: string) = <|>', ['a', 'internal', 'once'], ['to', 'folder']],
        ['claim "x": <|>', ['never', 'possible', 'mail.read'], ['when', 'to']],
        ['claim "x": mail.send requires <|>', ['approved by', 'to', 'body'], ['folder']],
        ['claim "x": never <|>', ['mail.read', 'external tools'], ['requires', 'never']],
        ['claim "x": never mail.send <|>', ['when', 'after', 'unless'], ['mail.read']],
        ['scenario "x":\n  <|>', ['assistant', '`order`', 'reviewer', 'wait'], ['calls', 'mail.read']],
        [
            'server x {\n  tool a(b: string) <|>',
            ['hint', 'external', 'production', 'reads'],
            ['external tools', 'deny']
        ],
        [
            '<|>',
            ['allow', 'deny', 'require', 'require approval', 'claim never', 'scenario', 'server'],
            ['policy', 'tool', 'tools']
        ]
    ])('%s', async (text, offered, notOffered) => {
        const found = labels(await complete(text));
        expect(found).toEqual(expect.arrayContaining(offered));
        expect(notOffered.filter((label) => found.includes(label))).toEqual([]);
    });

    test('a name does not flood with words of the language that could be one', async () => {
        expect(labels(await complete('label <|>'))).toEqual([]);
        expect(labels(await complete('server x {\n  tool <|>'))).toEqual([]);
        expect(labels(await complete('define <|>'))).toEqual([]);
    });

    test('policy is offered in an empty file, and only there', async () => {
        const { services, document, params } = await open(CURSOR);
        const items = (await services.lsp.CompletionProvider!.getCompletion(document, params))!.items;
        expect(labels(items)).toContain('policy');
    });
});

describe('half-typed', () => {
    test.each<[string, string]>([
        ['after an error before', 'deny deny deny\nallow as<|>'],
        ['before more text', 'allow as<|>\n\nclaim "x":\n  never mail.send'],
        ['in an unfinished rule before another', 'allow as<|>\ndeny mail.send'],
        ['after an open bracket before', 'deny mail.send(\nallow as<|>']
    ])('%s', async (_, text) => {
        expect(labels(await complete(text))).toContain('assistant');
    });

    test('a statement can be started after an unfinished one', async () => {
        expect(labels(await complete('deny \n<|>'))).toEqual(expect.arrayContaining(['allow', 'mail.send']));
    });

    test('the typed part is replaced, backquotes and the server included', async () => {
        const { services, document, params } = await open(INVENTORY + 'deny `web-tools`.`fet<|>');
        const list = await services.lsp.CompletionProvider!.getCompletion(document, params);
        const item = list!.items.find((each) => each.label.includes('fetch-url'))!;
        const edit = item.textEdit!;
        expect(edit.newText).toBe('`web-tools`.`fetch-url`');
        expect('range' in edit && document.textDocument.getText(edit.range)).toBe('`web-tools`.`fet');
    });

    test('nothing in comments and in texts that can be anything', async () => {
        expect(await complete('// allow <|>')).toEqual([]);
        expect(await complete('/** allow <|> */')).toEqual([]);
        expect(await complete('deny mail.send because "<|>')).toEqual([]);
    });
});

describe('values in quotes', () => {
    test.each([
        ['deny mail.read when folder == "<|>', ['archive', 'inbox']],
        ['deny mail.read when folder == "in<|>"', ['archive', 'inbox']],
        ['deny mail.read when folder in ["inbox", "<|>"]', ['archive', 'inbox']],
        ['scenario "x":\n  assistant calls mail.read(folder: "<|>") -> allowed', ['archive', 'inbox']],
        ['deny mail.send when to == "<|>"', []]
    ])('%s', async (text, expected) => {
        expect(labels(await complete(text))).toEqual(expected);
    });
});

describe('import paths', () => {
    const others = {
        'tools/web.guardrail': 'label a',
        'tools/deep/x.guardrail': 'label b',
        'near.guardrail': 'label c'
    };

    test.each([
        ['import "<|>"', ['./near.guardrail', './tools/', './tools/deep/x.guardrail', './tools/web.guardrail']],
        [
            'import "./tools/<|>',
            ['./near.guardrail', './tools/deep/', './tools/deep/x.guardrail', './tools/web.guardrail']
        ]
    ])('%s', async (text, expected) => {
        expect(labels(await complete(text, others))).toEqual(expected);
    });
});

describe('items', () => {
    test('a tool shows its parameters and its documentation', async () => {
        const item = (await complete('deny <|>')).find((each) => each.label === 'mail.read');
        expect(item?.detail).toBe('(folder: "inbox" | "archive", limit?: int)');
        expect(item?.documentation).toEqual({ kind: 'markdown', value: 'Messages of a folder.' });
    });

    test('a statement is a template', async () => {
        const item = (await complete('<|>')).find((each) => each.label === 'require approval');
        expect(applied(item)).toBe('require approval by $1 for $2');
        expect(item?.insertTextFormat).toBe(2);
    });

    test('an argument comes with its colon, a text with its quotes', async () => {
        const items = await complete('scenario "x":\n  assistant calls mail.send(<|>');
        expect(applied(items.find((each) => each.label === 'to: '))).toBe('to: "$1"');
    });

    test('names of the policy come before words of the language', async () => {
        const items = await complete('deny mail.send when <|>');
        const sorted = [...items].sort((a, b) => (a.sortText! < b.sortText! ? -1 : 1)).map((item) => item.label);
        expect(sorted.indexOf('to')).toBeLessThan(sorted.indexOf('once'));
    });
});
