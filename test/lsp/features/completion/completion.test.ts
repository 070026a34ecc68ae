import { describe, expect, test } from 'vitest';
import { type CompletionItem, CompletionTriggerKind } from 'vscode-languageserver';
import type { Files } from '../../support.js';
import { CURSOR, open } from '../../support.js';

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
human lead
role finance = reviewer, lead
event ci.passed
event user.plan.\`ready-now\`
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
const STATUSES = [
    ...['succeeded', 'attempted', 'denied', 'held', 'released', 'running', 'failed'],
    ...['approved', 'refused']
];
const OUTSIDE = ['ci.passed', 'user.plan.`ready-now`', 'user says'];
const COUNTED = [...SELECTORS, ...STATUSES];
const BEFORE = [...COUNTED, ...OUTSIDE];
const PAST = [...BEFORE, 'same call', 'same tool'];
const APPROVERS = ['reviewer', 'lead', 'finance'];

test.each<[string, string[]]>([
    ['deny mail.send when <|>', ['body', 'to', 'carries', 'once', 'count', 'total', 'not', 'caller is', 'approved by']],
    ['claim: mail.send requires <|>', ['body', 'to', 'carries', 'once']],
    ['limit <|>', ['`web-tools`.`fetch-url`', 'external tools', 'mail.*']],
    ['claim <|>', ['never', 'requires', 'possible', 'no flow', 'at most']],
    ['claim "x": <|>', ['never', 'possible', 'no flow from', 'at most', 'always']],
    ['require <|>', ['approval by', 'carries', 'once']],
    ['deny mail.send when once mail.read within <|>', ['5m', '15m', '1h', '24h']],
    ['require approval by lead for mail.send valid <|>', ['5m', '15m', '1h', '24h']],
    ['server bank { tool pay(who: string, amount: int) }\ndeny bank.pay when amount > <|>', ['amount']],
    ['server bank { tool pay(who: string, amount: int) }\ndeny bank.pay when who == <|>', ['who']]
])('what authors write most comes first: %s', async (text, expected) => {
    expect((await sorted(text)).slice(0, expected.length).map(({ label }) => label)).toEqual(expected);
});

test('a trait names its tools, and one without tools comes after all others', async () => {
    const traits = (await sorted('allow assistant: <|>')).filter(({ label }) => / tools$/.test(label));
    expect(traits.map(({ label, detail }) => `${label}: ${detail}`)).toEqual([
        'external tools: mail.send, web-tools.fetch-url',
        ...['atomic', 'destructive', 'idempotent', 'irreversible', 'production', 'readonly'].map(
            (trait) => `${trait} tools: no tool`
        )
    ]);
});

test.each([
    ['allow <|>', true],
    ['allow assistant: <|>', true],
    ['allow assistant: mail.read, <|>', true],
    ['deny mail.send when <|>', true],
    ['deny mail.send unless <|>', true],
    ['claim "x": never <|>', true],
    ['claim "x": never mail.send after <|>', true],
    ['scenario "x":\n  assistant calls <|>', true],
    // A list would take the Enter that ends the statement.
    ['allow assistant: mail.read <|>', false],
    ['agent <|>', false],
    ['<|>', false],
    ['claim "never <|>', false],
    ['// when <|>', false]
])('a space opens a list only where a name has to follow: %s', async (text, isOpened) => {
    const { services, document, params } = await open({ 'main.guardrail': INVENTORY + text });
    const context = { triggerKind: CompletionTriggerKind.TriggerCharacter, triggerCharacter: ' ' };
    const list = await services.lsp.CompletionProvider!.getCompletion(document, { ...params, context });
    expect((list?.items.length ?? 0) > 0).toBe(isOpened);
});

async function sorted(text: string): Promise<CompletionItem[]> {
    const key = ({ sortText, label }: CompletionItem): string => sortText ?? label;
    return (await complete(text)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe('exactly', () => {
    test.each<[string, string[]]>([
        ['allow <|>', ['any agent', 'assistant', '`order`']],
        ['allow assistant: <|>', SELECTORS],
        ['allow assistant: mail.read, <|>', SELECTORS],
        ['allow assistant: any tool except <|>', SELECTORS],
        ['group writes = <|>', SELECTORS],
        ['deny mail.<|>', ['mail.read', 'mail.send', 'mail.*']],
        ['deny mail.send when once <|>', PAST],
        ['deny mail.send when once user.<|>', ['user.plan.`ready-now`']],
        ['deny mail.send when once user.plan.<|>', ['user.plan.`ready-now`']],
        ['deny mail.send when mail.read since <|>', [...PAST, 'start']],
        ['deny mail.send when count(<|>', [...PAST, 'distinct']],
        ['deny mail.send when count(mail.read since <|>', [...PAST, 'start']],
        ['deny mail.send when count(mail.read <|>', ['across sessions', 'by', 'since', 'where', 'within']],
        ['deny mail.send when carries <|>', ['private', 'untrusted']],
        ['deny mail.send when approved by <|>', APPROVERS],
        ['deny mail.send when caller is <|>', ['assistant', '`order`']],
        ['require approval by <|>', APPROVERS],
        ['require approval by 2 <|>', ['of']],
        ['require approval by 2 of <|>', ['finance']],
        ['role board = <|>', ['reviewer', 'lead']],
        ['role board = lead, <|>', ['reviewer']],
        ['order <|>', BEFORE],
        ['order mail.read before <|>', SELECTORS],
        ['limit <|>', [...COUNTED, 'total', 'same call', 'same tool']],
        ['limit mail.send <|>', ['by', 'to', 'where']],
        ['limit mail.send to <|>', ['request.']],
        ['audit <|>', ['deny', 'require']],
        ['@<|>', ['accept', 'deprecated', 'expected', 'nist', 'owasp', 'private', 'severity']],
        ['deny outgoing <|>', ['because', 'by', 'except', 'tools', 'unless', 'when', 'where']],
        ['@expected(<|>', ['impossible', 'vacuous', 'violated']],
        ['@severity(<|>', ['critical', 'high', 'low', 'medium']],
        ['@own(<|>', []],
        ['deny mail.send(<|>', ['body', 'to']],
        ['deny mail.send when once mail.read(<|>', ['folder', 'limit']],
        ['deny mail.send(to: "a", <|>', ['body']],
        [
            'deny mail.read when folder == <|>',
            [
                '"archive"',
                '"inbox"',
                'bytes of',
                ...['command of', 'commands of', 'program of', 'latest', 'request.', 'total'],
                'domain of',
                'extension of',
                'folder',
                'host of',
                'internal',
                'length of',
                'limit',
                'name of',
                'now',
                'size of',
                'time of'
            ]
        ],
        ['deny mail.read when folder in [<|>', ['"archive"', '"inbox"']],
        ['claim "x": never mail.send unless approved by <|>', APPROVERS],
        ['claim "x": never mail.send after <|>', BEFORE],
        ['claim "x": never <|>', SELECTORS],
        ['claim "x": possible mail.read then <|>', [...SELECTORS, ...OUTSIDE]],
        ['claim "x": at most 2 <|>', [...COUNTED, 'same call', 'same tool']],
        ['claim "x": no <|>', ['flow from']],
        ['claim "x": no flow from <|>', ['private', 'untrusted']],
        ['claim "x": no flow from private <|>', ['to']],
        ['claim "x": no flow from private to <|>', SELECTORS],
        ['claim "x": no flow from private to mail.send <|>', ['by', 'unless', 'where']],
        ['claim "x": mail.send <|>', ['by', 'is', 'requires', 'stays possible', 'where']],
        ['claim "x": mail.send is <|>', ['allowed', 'denied', 'held', 'withheld']],
        ['claim "x": mail.send is denied <|>', ['when']],
        ['scenario "x":\n  assistant <|>', ['calls']],
        ['scenario "x":\n  reviewer <|>', ['approves', 'refuses']],
        ['scenario "x":\n  ci.passed <|>', ['happens']],
        [
            'scenario "x":\n  nobody <|>',
            ['approves', 'calls', 'ends', 'fails', 'happens', 'lost', 'refuses', 'returns', 'with']
        ],
        ['scenario "x":\n  user.<|>', ['user.plan.`ready-now`']],
        ['scenario "x":\n  assistant calls <|>', TOOLS],
        ['scenario "x":\n  assistant calls mail.read(<|>', ['folder: ', 'limit: ']],
        ['scenario "x":\n  assistant calls mail.read(folder: <|>', ['"archive"', '"inbox"']],
        [
            'scenario "x":\n  assistant calls mail.read(folder: "inbox") -> <|>',
            ['allowed', 'denied', 'held', 'waits', 'withheld']
        ],
        [
            'scenario "x":\n  assistant calls mail.read(folder: "inbox") <|>',
            ['fails', 'lost', 'returns', 'runs', 'with']
        ],
        ['scenario "x":\n  reviewer approves <|>', SELECTORS],
        ['server x {\n  tool a(b: string) reads <|>', ['private', 'untrusted']],
        ['server x {\n  tool a(b: string) clears <|>', ['private', 'untrusted']],
        ['server x {\n  <|>', ['tool']],
        ['server x {\n  tool tool(tool: string)\n  tool b(c: string) reads <|>', ['private', 'untrusted']],
        ['server x {\n  tool a(b: \n  tool c(d: string) clears <|>', ['private', 'untrusted']],
        ['server x {\n  tool a(tool: string) reads <|>', ['private', 'untrusted']],
        ['server x {\n  tool a(b: <|>', ['any', 'bool', 'decimal', 'false', 'int', 'map', 'number', 'string', 'true']]
    ])('%s', async (text, expected) => {
        expect(labels(await complete(text))).toEqual([...expected].sort());
    });
});

describe('among others', () => {
    test.each<[string, string[], string[]]>([
        // Each row is [text, offered, not offered].
        [
            'deny mail.send when <|>',
            ['to', 'body', 'internal', 'once', 'carries', 'approved by', 'last is', 'mail.read', 'host of', 'count'],
            ['folder', 'when', 'assistant']
        ],
        ['deny mail.send when once mail.read where <|>', ['folder', 'limit', 'carries'], ['to', 'body', 'once']],
        ['deny mail.send when to <|>', ['in', 'not in', 'given'], ['mail.read', 'to']],
        ['deny mail.send <|>', ['when', 'unless', 'because', 'by', 'where'], ['allow', 'mail.read', 'claim']],
        ['define x(a: string) = <|>', ['a', 'internal', 'once'], ['to', 'folder']],
        [
            'claim "x": <|>',
            ['never', 'possible', 'always', 'at most', 'no flow from', 'mail.read'],
            ['when', 'to', 'count', 'ci.passed']
        ],
        ['claim "x": always <|>', ['count', 'once', 'not', 'ci.passed'], ['to', 'carries', 'approved by', 'caller is']],
        ['claim "x": always count(mail.send) <= count(<|>', ['approved', 'refused'], ['approved by', 'carries']],
        [
            '@severity(high)\n<|>',
            ['deny', 'audit deny', 'require approval', 'limit', 'claim never'],
            ['agent', 'server', 'scenario']
        ],
        ['@severity(high) <|>', ['deny', 'claim never'], ['agent']],
        ['claim "x": mail.send requires <|>', ['approved by', 'to', 'body'], ['folder']],
        ['claim "x": never mail.send <|>', ['when', 'after', 'unless'], ['mail.read']],
        [
            'scenario "x":\n  <|>',
            ['assistant', '`order`', 'reviewer', 'wait', 'ci.passed'],
            ['calls', 'mail.read', 'finance', 'happens']
        ],
        [
            'server x {\n  tool a(b: string) <|>',
            ['hint', 'external', 'production', 'reads', 'clears'],
            ['external tools', 'deny']
        ],
        [
            '<|>',
            [
                ...[
                    'allow',
                    'deny',
                    'require',
                    'require approval',
                    'audit deny',
                    'order',
                    'limit',
                    'scenario',
                    'server'
                ],
                ...['role', 'event', 'claim never', 'claim always', 'claim at most', 'claim no flow', 'claim is denied']
            ],
            ['policy', 'tool', 'tools', 'count', 'happens']
        ]
    ])('%s', async (text, offered, notOffered) => {
        const found = labels(await complete(text));
        expect(found).toEqual(expect.arrayContaining(offered));
        expect(notOffered.filter((label) => found.includes(label))).toEqual([]);
    });

    test('a name does not offer all keywords that could be names', async () => {
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

describe('incomplete text', () => {
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

    test('nothing in comments and free texts', async () => {
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
        [
            'import "<|>"',
            ['./near.guardrail', './tools/', './tools/deep/x.guardrail', './tools/web.guardrail', 'guardrail/std']
        ],
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

    test.each([
        ['<|>', 'label', 'label ${1:name}'],
        ['<|>', 'claim no flow', 'claim "$1":\n  no flow from ${2|private,untrusted|} to ${3:external tools}'],
        ['deny mail.send when <|>', 'count', 'count($1) >= ${2:1}'],
        ['@<|>', 'expected', 'expected(${1|violated,impossible,vacuous|})'],
        ['@<|>', 'severity', 'severity(${1|critical,high,medium,low|})'],
        ['@<|>', 'owasp', 'owasp("$1")']
    ])('%s: %s is a template', async (text, label, template) => {
        const item = (await complete(text)).find((each) => each.label === label);
        expect(applied(item)).toBe(template);
        expect(item?.insertTextFormat).toBe(2);
        expect(item?.documentation).toBeDefined();
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
