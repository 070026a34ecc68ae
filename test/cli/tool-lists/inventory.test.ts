import { readFileSync } from 'node:fs';
import { AstUtils, GrammarAST } from 'langium';
import { describe, expect, test } from 'vitest';
import { GuardrailTerminals } from '../../../language/generated/ast.js';
import { GuardrailGrammar } from '../../../language/generated/grammar.js';
import { printInventory } from '../../../server/cli/tool-lists/inventory.js';
import { readToolLists } from '../../../server/cli/tool-lists/tool-list.js';
import { messagesOf } from './language.js';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

function inventoryOf(...tools: readonly object[]): string {
    const [server] = readToolLists(tools);
    return printInventory([{ ...server!, name: 's' }], 'test.json');
}

/** The text after the word `tool`, to the end of the line. */
function headOf(tool: object): string {
    return /^ +tool (.+)$/m.exec(inventoryOf(tool))![1]!;
}

describe('the reference servers of MCP', () => {
    const servers = readToolLists(JSON.parse(fixture('mcp-reference-servers.json')));
    const text = printInventory(
        servers.map((server) => ({ ...server, name: server.name! })),
        'mcp-reference-servers.json'
    );

    test('are all present', () => {
        expect(servers.map((server) => `${server.name} ${server.tools.length}`)).toEqual([
            'everything 19',
            'fetch 1',
            'filesystem 14',
            'git 12',
            'memory 9',
            'sequentialthinking 1',
            'time 2'
        ]);
    });

    test('become this inventory', async () => {
        await expect(text).toMatchFileSnapshot('../fixtures/mcp/reference.guardrail');
    });

    test('become one without diagnostics', async () => {
        expect(await messagesOf(text)).toEqual([]);
    });
});

describe('annotations', () => {
    test('of a server without any: a comment states this, and each tool has the hints', () => {
        const tool = (name: string, annotations?: object): object => ({ name, inputSchema: {}, annotations });
        const silent = inventoryOf(tool('a'), tool('b', {}));
        expect(silent.match(/in MCP (that )?means/g)).toHaveLength(1);
        expect(silent).toMatch(/^ {2}tool a\(\) hint destructive hint external$/m);
        expect(silent).toMatch(/^ {2}tool b\(\) hint destructive hint external$/m);
        const other = inventoryOf(tool('a'), tool('b', { readOnlyHint: true, openWorldHint: false }));
        expect(other).toMatch(/^ {2}tool a\(\) hint destructive hint external \/\/ .+ that means true$/m);
    });

    const hints = (annotations: object | undefined): string =>
        headOf({ name: 't', inputSchema: {}, annotations }).slice(4);

    test.each([
        [
            'nothing',
            undefined,
            'hint destructive hint external // destructiveHint and openWorldHint absent: in MCP that means true'
        ],
        [
            'an empty object',
            {},
            'hint destructive hint external // destructiveHint and openWorldHint absent: in MCP that means true'
        ],
        ['read-only', { readOnlyHint: true, openWorldHint: false }, 'hint readonly'],
        [
            'read-only, else nothing',
            { readOnlyHint: true },
            'hint readonly hint external // openWorldHint absent: in MCP that means true'
        ],
        [
            'read-only and yet destructive',
            { readOnlyHint: true, destructiveHint: true, openWorldHint: true },
            'hint readonly hint external'
        ],
        [
            'all denied',
            { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
            ''
        ],
        [
            'idempotent',
            { destructiveHint: true, idempotentHint: true, openWorldHint: false },
            'hint destructive hint idempotent'
        ],
        [
            'no boolean',
            { destructiveHint: 'no', openWorldHint: false },
            'hint destructive // destructiveHint absent: in MCP that means true'
        ]
    ])('%s', (_, annotations, expected) => {
        expect(hints(annotations)).toBe(expected);
    });
});

describe('names', () => {
    const keywords = [
        ...new Set(
            AstUtils.streamAst(GuardrailGrammar())
                .filter(GrammarAST.isKeyword)
                .map((keyword) => keyword.value)
                .filter((value) => /^[a-z]+$/.test(value))
        )
    ];

    test('can be any keyword of the language', async () => {
        expect(keywords).toContain('true');
        const properties = Object.fromEntries(keywords.map((keyword) => [keyword, { type: 'string' }]));
        const tools = keywords.map((name) => ({ name, inputSchema: { properties } }));
        const text = inventoryOf(...tools);
        expect(await messagesOf(text)).toEqual([]);
        const servers = keywords.map((name) => ({ server: name, tools: [] }));
        expect(
            await messagesOf(
                printInventory(
                    readToolLists(servers).map((s) => ({ ...s, name: s.name! })),
                    'x'
                )
            )
        ).toEqual([]);
    });

    test.each(['get-env', 'a.b', 'a/b', '5m', '42', 'überweisen', 'a b', 'x*'])('can be %s', async (name) => {
        const text = inventoryOf({ name, inputSchema: { properties: { [name]: { type: 'string' } } } });
        expect(text).toContain(`tool \`${name}\`(\`${name}\`?: string)`);
        expect(await messagesOf(text)).toEqual([]);
    });

    test('stay unchanged if they are identifiers', () => {
        expect(GuardrailTerminals.ID.test('read_file')).toBe(true);
        expect(headOf({ name: 'read_file', inputSchema: {} })).toMatch(/^read_file\(\)/);
    });

    test.each(['a`b', 'a\nb', 'a\u202eb', 'a\u0007'])('cannot be %j', (name) => {
        expect(() => inventoryOf({ name })).toThrow(/cannot be written in a policy/);
    });
});

describe('descriptions', () => {
    test('cannot end their comment, nor hide anything', async () => {
        const text = inventoryOf({
            name: 't',
            description: 'Harmless. */ tool evil() /* \u202ereversed\u001b[2J\u{E0041} **/',
            inputSchema: { properties: { p: { description: '*/ } server x {', type: 'string', format: '*/\n}' } } }
        });
        // oxlint-disable-next-line no-control-regex -- an escape sequence is what must not be there
        expect(text).not.toMatch(/[\u202e\u001b\u{E0041}]/u);
        expect(await messagesOf(text)).toEqual([]);
        expect(text.match(/^ +tool /gm)).toHaveLength(1);
        expect(text).toContain('\\u{202E}reversed\\u{1B}[2J\\u{E0041}');
    });

    test('are wrapped, keeping paragraphs and indentation', () => {
        const text = inventoryOf({
            name: 't',
            annotations: { openWorldHint: false },
            description: `First.\n\n  - ${'word '.repeat(30)}`,
            inputSchema: {}
        });
        expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
        expect(text).toMatch(/ {3}\* First\.\n {3}\*\n {3}\* {3}- word/);
    });
});

describe('lists come as', () => {
    const tool = { name: 't', inputSchema: { type: 'object' } };
    const names = (data: unknown): string[] =>
        readToolLists(data).map((server) => `${server.name ?? '?'}: ${server.tools.map((t) => t.name).join(' ')}`);

    test.each([
        ['a result', { tools: [tool] }, ['?: t']],
        ['a bare array', [tool], ['?: t']],
        ['nothing in an array', [], ['?: ']],
        ['a response', { jsonrpc: '2.0', id: 1, result: { tools: [tool] } }, ['?: t']],
        [
            'an array of servers',
            [
                { server: 'a', tools: [tool] },
                { name: 'b', tools: [] }
            ],
            ['a: t', 'b: ']
        ],
        ['a map of servers', { a: { tools: [tool] }, b: [tool] }, ['a: t', 'b: t']],
        ['a map of servers in one key', { servers: { a: { tools: [tool] } } }, ['a: t']],
        ['a result with server info', { serverInfo: { name: 'a' }, tools: [tool] }, ['a: t']]
    ])('%s', (_, data, expected) => {
        expect(names(data)).toEqual(expected);
    });

    test('one page of several', () => {
        expect(readToolLists({ tools: [tool], nextCursor: 'x' })[0]!.incomplete).toBe(true);
        expect(readToolLists({ tools: [tool], nextCursor: '' })[0]!.incomplete).toBe(false);
    });

    test.each([
        [null, /neither an object nor an array/],
        ['text', /neither an object nor an array/],
        [{}, /an empty object/],
        [
            { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } },
            /error response of the server: Method not found/
        ],
        [{ tools: {} }, /`tools` is not an array/],
        [{ a: { tools: 3 } }, /`a\.tools` is not an array/],
        [{ '': [tool] }, /a server has an empty name/],
        [[3], /`tools\[0\]` is not an object/],
        [[{ title: 'x' }], /`tools\[0\]\.name` is not a text/],
        [[tool, tool], /the tool "t" is listed twice/],
        [[tool, { ...tool, name: 'u', description: 'half \ud83d' }], /`tools\[1\]` has a number beyond the largest/],
        [[{ ...tool, inputSchema: { default: JSON.parse('1e999') as number } }], /`tools\[0\]` has a number/]
    ])('but not as %j', (data, message) => {
        expect(() => readToolLists(data)).toThrow(message);
    });

    test.each(['inputSchema', 'annotations', '_meta'])(
        'but not with a deep %s, which a running server may send',
        (field) => {
            const deep = JSON.parse('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)) as unknown;
            expect(() => readToolLists([tool, { name: 'u', [field]: deep }])).toThrow(
                /`tools\[1\]` is nested more than/
            );
        }
    );
});
