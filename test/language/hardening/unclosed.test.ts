/** Tests that a block whose closing brace is missing loses only itself: what follows is read as if it were closed. */
import { AstUtils, GrammarAST } from 'langium';
import { describe, expect, test } from 'vitest';
import { partOf } from '../../support/depth.js';
import { build, parse } from '../support.js';
import { grammar } from './sentences.js';

/** Everything that the blocks below use, before them. */
const BEFORE = `policy P
label private
agent a
human h
server s {
  tool t(x: int)
  tool u(x: int) returns (ok: bool)
}
entity e`;

/** One of each kind of statement, with names of their own, which other statements use. */
const AFTER = [
    'server mail { tool send(x: int) reads secret }',
    'label secret',
    'trait external2',
    'agent b delegates to a',
    'human k',
    'role reviewers = k',
    'event ci.passed',
    'group g = mail.send',
    'define d = once g',
    'session quota: int',
    'signal load: int',
    'timezone "UTC"',
    'allow b: mail.send',
    'deny g when d',
    'require once g for s.t',
    'require approval by k for g',
    'limit g to 3',
    'order s.t before mail.send',
    'withhold result of mail.send when d',
    'assume event ci.passed only when d',
    'pack q(tool: tools) {\n  deny tool\n}',
    'use q(tool: g)',
    'modes n {\n  n1 initial {\n    deny g\n    on g enter n1\n  }\n}',
    'claim "c": never g',
    // What is wrong in these is reported.
    'deny missing when d',
    'allow nobody: s.t',
    'deny s.t when x == "text"',
    'role nobody2 = missing',
    'scenario "s":\n  b calls mail.send(x: 1) -> allowed'
];

/** A block of each rule of the grammar that has braces. Its last brace, or its last two, may be missing. */
const BLOCKS: { readonly [rule: string]: readonly string[] } = {
    Server: ['server z {\n  tool v()\n  @note tool w(x: int) reads private\n}'],
    RecordType: ['server z { tool v(x: { f: int,\n    g: int })\n}', 'session z: {\n  f: int }'],
    Request: ['request {\n  z1: int,\n  z2: string }'],
    SessionConstant: ['session z: e {\n  f: int,\n  g: int }'],
    Import: ['import {\n  z1,\n  z2 as z3 } from "guardrail/std"'],
    Pack: [
        'pack z() {\n  deny s.t\n  group z1 = s.t\n  claim "z": never s.t\n}',
        'pack z() { deny s.t }',
        'pack z() {\n  modes z1 {\n    z2 initial { deny s.t }\n  }\n}'
    ],
    Modes: [
        'modes z {\n  z1 initial {\n    on s.t enter z1\n  }\n  from any on s.t enter z1\n}',
        'modes z { z1 initial { } }'
    ],
    Mode: [
        'modes z {\n  z1 initial {\n    allow a: s.t\n    deny s.u when once s.t\n    on s.t when once s.u enter z1\n  }\n}',
        'modes z {\n  z1 initial for 5m return z1 {\n    limit s.t to 3\n  }\n  z2 {\n    on s.t enter z1\n  }\n}'
    ],
    RecordData: ['scenario "z":\n  a calls s.t(x: {\n    f: 1, g: 2 }) -> allowed']
};

const rulesWithBraces = [
    ...new Set(
        AstUtils.streamAllContents(grammar)
            .filter((node): node is GrammarAST.Keyword => GrammarAST.isKeyword(node) && node.value === '{')
            .map((node) => AstUtils.getContainerOfType(node, GrammarAST.isParserRule)!.name)
    )
].sort();

test('every rule with braces has a block', () => {
    expect(Object.keys(BLOCKS).sort()).toEqual(rulesWithBraces);
});

/** The beginnings of the block that leave a brace open. */
function beginnings(block: string): string[] {
    return [...block.matchAll(/"[^"]*"|[\w.]+|->|\S/g)]
        .map(({ index, 0: word }) => block.slice(0, index + word.length))
        .filter((text) => text.split('{').length > text.split('}').length);
}

/** The statements after the block, starting with each of them in turn. */
const orders = AFTER.map((_, at) => [...AFTER.slice(at), ...AFTER.slice(0, at)]);

describe.each(Object.entries(BLOCKS))('%s', (_rule, blocks) => {
    test.each(partOf(blocks.flatMap(beginnings), 4))('%s', (block) => {
        for (const after of orders) {
            const { value, parserErrors } = parse(`${BEFORE}\n${block}\n\n${after.join('\n')}\n`).parseResult;
            const texts = value.elements.map(({ $cstNode }) => $cstNode?.text);
            expect(after.filter((text) => !texts.includes(text))).toEqual([]);
            expect(parserErrors.map(({ message }) => message).slice(2)).toEqual([]);
        }
    });

    test.each(blocks)('the same is reported after %s', async (block) => {
        const after = async (text: string): Promise<unknown[]> => {
            const { diagnostics } = await build(`${BEFORE}\n${text}\n\n${AFTER.join('\n')}\n`);
            const first = `${BEFORE}\n${text}\n\n`.split('\n').length;
            return diagnostics
                .filter(({ range, code }) => range.start.line >= first - 1 && /GR[23]/.test(String(code)))
                .map(({ range, code }) => [range.start.line - first, code]);
        };
        const closed = await after(block);
        expect(closed.length).toBeGreaterThan(0);
        for (const open of partOf(beginnings(block), 4)) {
            expect(await after(open)).toEqual(closed);
        }
    });
});
