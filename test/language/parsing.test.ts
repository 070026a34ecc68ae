import type { GrammarAST } from 'langium';
import { AstUtils } from 'langium';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as ast from '../../language/generated/ast.js';
import { GuardrailGrammar } from '../../language/generated/grammar.js';
import { MAX_BRANCHES, MAX_BRANCHING, MAX_NESTING, MAX_PARENTHESES } from '../../language/parser/nesting.js';
import { partOf } from '../support/depth.js';
import { build, described, parse } from './support.js';

const example = readFileSync(new URL('../../examples/mail-assistant/mail.guardrail', import.meta.url), 'utf8');
const inventory = readFileSync(new URL('../../examples/mail-assistant/tools/mail.guardrail', import.meta.url), 'utf8');

const keywords = [
    ...new Set(
        AstUtils.streamAllContents(GuardrailGrammar())
            .filter((node): node is GrammarAST.Keyword => node.$type === 'Keyword')
            .map((keyword) => keyword.value)
            .filter((value) => /^[a-z]+$/.test(value))
    )
];
/** These are values, so they cannot be parameters, and nothing else should look like them. */
const softKeywords = keywords.filter((keyword) => keyword !== 'true' && keyword !== 'false');

function errors(text: string): string[] {
    const { lexerErrors, parserErrors } = parse(text).parseResult;
    return [...lexerErrors, ...parserErrors].map((error) => error.message);
}

describe('keywords as names', () => {
    test('the grammar has keywords', () => {
        expect(keywords.length).toBeGreaterThan(60);
    });

    test.each(softKeywords)('%s names a server, a tool, a parameter, a label, a group and a definition', (word) => {
        // `carries since x` has the history word `since`, here after a tool `carries`; so has `carries in x` a list.
        const label = word === 'since' || word === 'in' ? `\`${word}\`` : word;
        const text = `
            policy ${word}
            server ${word} {
                tool ${word}(${word}: string, other: int) reads ${word}
                tool z()
            }
            label ${word}
            group ${word} = ${word}.${word}, ${word}.z
            define ${word} = once ${word}.${word}
            agent a
            human h
            allow a: ${word}.z, ${word}.${word}, ${word}
            deny ${word}.${word} when ${word} == "x" and carries ${label}
            deny ${word}.${word} when once ${word}.${word}(${word}: "x") and ${word}
            require ${word} == "x" or ${word} given for ${word}.${word}
            require approval by h for ${word}.${word} when ${word} in ["x"]
            order ${word}.z before ${word}.${word}
            claim "c": never ${word}.${word} after ${word}.z unless approved by h
            claim "d": ${word}.${word} requires ${word}
            claim "e": possible ${word}.z then ${word}.${word}
            scenario "s":
              a calls ${word}.${word}(${word}: "x", other: 1) -> denied
              h approves ${word}.${word}`;
        expect(errors(text)).toEqual([]);
    });

    test.each(softKeywords)('%s may be alone at the start of a line', (word) => {
        const text = `policy P
            server s {
                tool t(
                    ${word}: string,
                    ${word}?: int
                ) reads
                    ${word},
                    ${word}
            }
            agent a
            allow a:
              ${word}.t,
              ${word},
              ${word}
            deny ${word}.t
            group g =
              ${word}.t,
              ${word}
            deny ${word}.t when
              ${word} == 1 and
              ${word}.t since start
            label other`;
        expect(errors(text)).toEqual([]);
        expect(parse(text).parseResult.value.elements.at(-1)?.$cstNode?.text).toBe('label other');
    });

    /** These begin a longer event or condition, or `carries since x` is another condition. */
    const beginnings =
        /^(entered|approved|refused|succeeded|attempted|denied|held|released|running|failed|not|once|since|carries|from|in)$/;
    const anywhere = softKeywords.filter((word) => !beginnings.test(word));

    test.each(anywhere)('%s is a label, a tool and a definition before any word', (word) => {
        const text = `
            deny t when carries ${word} and b
            deny t when carries ${word} because "b"
            deny t when not carries ${word} unless b or (carries ${word} and b) or carries ${word}
            deny t when not ${word} and b
            deny t when not ${word} because "b"
            deny t when once ${word} and b
            deny t when once ${word} because "b"
            require not ${word} or carries ${word} for t
            claim "c": t requires not ${word} or carries ${word} or b
            define d(age: duration) = once ${word} within age or count(once within age) > 1 or b
            limit t to 3 per carries within 5m`;
        expect(errors(text)).toEqual([]);
    });

    test.each([
        ['carries within "x"', 'Within'],
        ['`carries` within x', 'Within'],
        ['carries contains true', 'Contains'],
        ['a.once contains x', 'Contains'],
        ['carries within', 'Carries'],
        ['once contains', 'Once'],
        ['not within', 'Negation'],
        ['not within within x', 'Negation'],
        ['once once within x', 'Once'],
        ['x ends with ends', 'EndsWith'],
        ['starts starts with with', 'StartsWith']
    ])('the kind of %j', (condition, kind) => {
        const text = `deny t when ${condition}`;
        expect(errors(text)).toEqual([]);
        const [rule] = parse(text).parseResult.value.elements;
        expect(ast.isDeny(rule) && rule.when?.$type).toBe(kind);
    });

    test.each([
        ['t where flag within age', ['GR202', 'GR327']],
        ['t where place within age', ['GR202']],
        ['t where (flag) within age', []],
        ['t where flag within 5m', []],
        ['t where place within other', []],
        ['t where flag within other', ['GR327']],
        ['t within age', []]
    ])('`within` of %j', async (event, expected) => {
        const { diagnostics } = await build(`
            policy P
            agent a
            server s { tool t(flag: bool, place: string, other: string) tool u() }
            allow a: s.*
            define f(age: duration) = count(s.${event}) > 1
            pack p(age: duration) {
                deny s.u when once s.${event}
            }
            use p(age: 5m)`);
        const codes = diagnostics.filter(({ severity }) => severity === 1).map(({ code }) => code);
        expect([...new Set(codes)].sort()).toEqual(expected);
        const advice = described(diagnostics).filter((line) => line.includes('`where (…) within age`'));
        expect(advice).toHaveLength(expected.includes('GR202') ? 2 : 0);
    });

    test('the words that stay keywords are exactly the truth values', () => {
        const names = keywords.filter((word) => errors(`label ${word}`).length === 0);
        expect(keywords.filter((word) => !names.includes(word))).toEqual(['true', 'false']);
    });
});

describe('text', () => {
    test('Windows line ends', async () => {
        const built = await build({
            'main.guardrail': example.replaceAll('\n', '\r\n'),
            'tools/mail.guardrail': inventory
        });
        expect(described(built.diagnostics)).toEqual([]);
    });

    test('old Macintosh line ends', () => {
        expect(errors('policy P\r// a comment ends at the end of its line\rlabel l\r')).toEqual([]);
        expect(parse('policy P\r// comment\rlabel l\r').parseResult.value.elements).toHaveLength(1);
    });

    test('a byte order mark', () => {
        const document = parse(`\uFEFF${example}`);
        expect(document.parseResult.parserErrors).toEqual([]);
        expect(document.parseResult.value.policy?.name).toBe('MailAssistant');
    });

    test('texts in any script, with escapes', () => {
        const document = parse('claim "Überweisung → 📬 \\"nur\\" 中文 \\u00e9\\n": never x');
        expect(document.parseResult.parserErrors).toEqual([]);
        const claim = document.parseResult.value.elements[0] as ast.Claim;
        expect(claim.name).toContain('Überweisung → 📬 "nur" 中文');
    });

    test('names in backquotes', async () => {
        const { diagnostics, file } = await build(`
            policy P
            server \`my-server\` { tool \`read/file\`(\`max-bytes\`: int) tool \`größe\`() }
            agent \`agent one\`
            allow \`agent one\`: \`my-server\`.\`read/file\`, \`my-server\`.*
            deny \`read/file\` when \`max-bytes\` > 5
            claim "c": never \`my-server\`.\`größe\``);
        expect(described(diagnostics).filter((line) => /GR[123]/.test(line))).toEqual([]);
        expect(file.elements.filter(ast.isServer)[0]?.tools.map((tool) => tool.name)).toEqual(['read/file', 'größe']);
    });

    test('a text ends on its own line', () => {
        expect(errors('claim "never closed\nlabel l')).not.toEqual([]);
    });
});

describe('broken text', () => {
    const beginnings = readFileSync(new URL('fixtures/half-typed.txt', import.meta.url), 'utf8')
        .split('\n---\n')
        .map((text) => text.trim());
    const following = [
        'allow a: mail.send',
        'deny mail.send when to == "x"',
        'require approval by h for mail.send',
        'label l',
        'define x = once mail.send',
        'role r = h',
        'event ci.passed',
        'limit mail.send to 3',
        'audit deny mail.send',
        '@severity(high)\nallow a: mail.send'
    ];

    test('beginnings exist', () => {
        expect(beginnings.length).toBeGreaterThan(50);
    });

    test.each(beginnings)('the statements after `%s` still parse', (beginning) => {
        for (const next of following) {
            const text = `policy P\nagent a\n${beginning}\n${next}\nclaim "z": never mail.send\n`;
            const elements = parse(text).parseResult.value.elements.map((element) => element.$cstNode?.text);
            const [last, end] = elements.slice(-2);
            // An annotation, and `audit`, belong to the following statement.
            expect(/^(@|audit$)/.test(beginning) ? last?.slice(-next.length) : last).toBe(next);
            expect(end).toBe('claim "z": never mail.send');
            expect(elements[0]).toBe('agent a');
        }
    });

    test.each([
        ['deny mail.\nallow a: b', '2:1 GR102 Expected a name, found `allow`.'],
        ['deny b when to ==\nallow a: b', '1:16 GR102 `==` must be followed by a value'],
        ['require approval by\nallow a: b', '1:9 GR102 Expected `approval by HUMAN for TOOLS`'],
        ['claim "x": never\nallow a: b', '1:12 GR102 Expected a tool or a selector such as `external tools` after'],
        ['deny b when mail.read since', '1:23 GR102 Expected a tool, a selector or `start` after `since`'],
        ['scenario "s":\n  a mail.read()', '2:3 GR102 Expected `calls`, `approves`, `refuses` or `happens` after `a`.'],
        ['deny b when approved by', '1:22 GR102 Expected a name after `by`'],
        ['audit\nlabel l', '2:1 GR102 Expected `deny` or `require` after `audit`, found `label`.'],
        ['audit allow a: b', '1:7 GR102 Expected `deny` or `require` after `audit`, found `allow`.'],
        ['claim "x":\nallow a: b', '2:1 GR102 Expected `never`, `always`, `at most`, `no flow from`, `possible`, or a'],
        ['claim "x": always\nallow a: b', '1:12 GR102 Expected a condition after `always`.'],
        ['claim "x": at\nallow a: b', '1:12 GR102 Expected `at most NUMBER TOOLS`'],
        ['claim "x": no\nallow a: b', '1:12 GR102 Expected `no flow from LABEL to TOOLS`'],
        [
            'claim "x": mail.read is good',
            '1:25 GR102 Expected `allowed`, `denied`, `held` or `withheld`, found `good`.'
        ],
        ['limit mail.read\nallow a: b', '2:1 GR102 Expected `to`, found `allow`.'],
        ['deny b when count(mail.read', '1:28 GR102 Expected `)`'],
        ['@severity(\nallow a: b', '2:1 GR102 Expected a name or a text in double quotes, found `allow`.'],
        ['@severity(high)\nlabel l', '2:1 GR102 Expected a rule or a claim after its annotations, found `label`.'],
        ['@\nlabel l', '2:1 GR102 Expected a name, found `label`.'],
        ['label l\npolicy P', '2:1 GR102 A file has one `policy` line'],
        ['policy P\npolicy Q', '2:1 GR102 A file has one `policy` line'],
        ['deny "mail.read"', '1:6 GR102 Write the name of a tool without quotes'],
        [
            'deny b when caries l\nlabel l',
            '1:20 GR102 `l` is unexpected here. Did you mean `carries` instead of `caries`?'
        ],
        ['alow a: b', '1:1 GR102 `alow` is unexpected here. Did you mean `allow` instead of `alow`?'],
        ['deny b unles x', '1:8 GR102 `unles` is unexpected here. Did you mean `unless` instead of `unles`?'],
        [
            'claim "c": nevr b',
            '1:17 GR102 Expected `requires`, `is` or `stays`, found `b`. Did you mean `never` instead of `nevr`?'
        ],
        ['limt b to 3', '1:1 GR102 `limt` is unexpected here. Did you mean `limit` instead of `limt`?'],
        ['scenario "s": ci.passed hapens', 'Did you mean `happens` instead of `hapens`?'],
        ['claim "not closed', '1:7 GR101 This text has no closing quote'],
        ['deny b; deny c', '1:7 GR101 The character ";" has no meaning here.'],
        ['label a\0b', '1:1 GR101 This is a binary file']
    ])('the message for %j', async (text, expected) => {
        const { diagnostics } = await build(
            `policy P agent a server mail { tool read(to: string) }\n${text}`.slice(55)
        );
        const syntax = described(diagnostics).filter((line) => /GR10[12]/.test(line));
        expect(syntax[0]).toContain(expected);
    });

    const nested: [string, number, (depth: number) => string][] = [
        ['parentheses', MAX_PARENTHESES, (depth) => `deny t when ${'('.repeat(depth)}x${')'.repeat(depth)}`],
        ['types', MAX_PARENTHESES, (depth) => `server s { tool t(x: ${'('.repeat(depth - 1)}int${')'.repeat(depth)} }`],
        ['definitions', MAX_PARENTHESES, (depth) => `deny t when ${'f('.repeat(depth)}x${')'.repeat(depth)}`],
        ['arguments', MAX_BRANCHING, (depth) => `deny t when ${'f(x: '.repeat(depth)}x${')'.repeat(depth)}`],
        [
            'several arguments',
            MAX_BRANCHES / 2,
            (depth) => `deny t when ${'f(y: x, x: '.repeat(depth)}x${')'.repeat(depth)}`
        ],
        ['negations', MAX_NESTING, (depth) => `deny t when ${'not '.repeat(depth)}x`],
        ['implications', MAX_NESTING, (depth) => `deny t when ${'x implies '.repeat(depth)}x`],
        ['hosts', MAX_NESTING, (depth) => `deny t when ${'host of '.repeat(depth)}x == "y"`],
        ['exceptions', MAX_PARENTHESES, (depth) => `deny ${'any tool except ('.repeat(depth)}x${')'.repeat(depth)}`],
        [
            'lists',
            MAX_NESTING,
            (depth) => `scenario "s": a calls t(x: ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}) -> held`
        ],
        [
            'records',
            MAX_NESTING,
            (depth) => `server s { tool t(x: ${'{ x: '.repeat(depth - 2)}int${'}'.repeat(depth - 2)}) }`
        ]
    ];

    test.each(nested)('%s nest up to a limit of %d', async (_, limit, text) => {
        expect(errors(text(limit))).toEqual([]);
        for (const depth of [limit + 1, 1000]) {
            const { diagnostics } = await build(`policy P\n${text(depth)}`);
            const tooDeep = new RegExp(`^2:\\d+ GR10[12] This is nested too deeply: more than ${limit} `);
            expect(described(diagnostics)).toEqual([expect.stringMatching(tooDeep)]);
        }
    });

    test('for a broken statement only the syntax error is reported, for the others everything', async () => {
        const { diagnostics } = await build(`policy P
            server s { tool t(x: string) }
            agent a
            allow a: s.t
            deny s.t when x == 5 and
            deny s.t when x == 6
            deny s.nothing when once s.
            deny s.nothing`);
        expect(described(diagnostics).map((line) => line.slice(0, 11))).toEqual([
            '6:13 GR102 ',
            '6:27 GR301 ',
            '8:13 GR102 ',
            '8:18 GR201 '
        ]);
    });

    test('the same for one at the end of the file', async () => {
        const { diagnostics } = await build(`policy P
            server s { tool t(x: string) }
            agent a
            allow a: s.t
            deny s.t when x == 5 and once s.t(`);
        expect(described(diagnostics).map((line) => line.slice(0, 11))).toEqual(['5:47 GR102 ']);
    });

    test('the message for a text that is too long', async () => {
        const { diagnostics } = await build(`label a${' '.repeat(1_000_001)}`);
        expect(described(diagnostics)).toEqual([
            expect.stringContaining('1:1 GR101 This file has 1,000,008 characters')
        ]);
    });

    test('brackets that are left open do not add up', () => {
        const document = parse('policy P\n' + 'deny b when (x == "y"\n'.repeat(100));
        expect(document.parseResult.lexerErrors).toEqual([]);
        expect(document.parseResult.value.elements).toHaveLength(100);
    });

    const files: [string, string][] = [
        ['policy', example],
        ['inventory', inventory]
    ];
    test.each(files)('every prefix of the example %s is parsed', (_, text) => {
        for (let end = 0; end <= text.length; end++) {
            expect(parse(text.slice(0, end)).parseResult.value.$type).toBe('PolicyFile');
        }
    });

    test.each(files)('every prefix of the example %s that ends at a word is validated', async (_, text) => {
        for (const match of partOf([...text.matchAll(/\b|$/g)], 6)) {
            const beginning = text.slice(0, match.index);
            const built = await build({ 'mail.guardrail': beginning, 'tools/mail.guardrail': inventory });
            expect(described(built.diagnostics).join('\n')).not.toContain('An error occurred');
        }
    });
});
