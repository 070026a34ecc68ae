/** Tests properties of every text: the tree stays the same, no comment is lost, and formatting is idempotent. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FORMAT } from '../../../language/format/index.js';
import { BUILTIN_TEXT } from '../../../language/library/builtin.js';
import { STD_TEXT } from '../../../language/library/std.js';
import { TEMPLATES } from '../../../server/lsp/features/completion/templates.js';
import { printPolicy } from '../../oracle/print.js';
import { policies } from '../../oracle/whole/policies.js';
import { partOf, runs } from '../../support/depth.js';
import { filledSnippet } from '../../support/filled-snippet.js';
import { parse } from '../support.js';
import { formatted, formattedDocument, plainTree } from './support.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Texts that people read and take as examples. */
const shown: [string, string][] = [
    ...read('{examples,bench}/**/*.guardrail'),
    ...read('test/cli/fixtures/**/*.guardrail'),
    ...read('README.md', '{docs,examples}/**/*.md').flatMap(([path, text]) =>
        Array.from(text.matchAll(/^```guardrail\n\n?([\s\S]*?)^```$/gm), (match): [string, string] => [
            `${path}:${text.slice(0, match.index).split('\n').length + 1}`,
            match[1]!
        ])
    ),
    ...snippets(),
    ...TEMPLATES.map(({ label, body }): [string, string] => [
        `the template "${label}"`,
        `${filledSnippet(body).trimEnd()}\n`
    ]).filter(([, text]) => !text.includes('$')),
    ['the built-in traits', BUILTIN_TEXT],
    ['the packs that come with the language', STD_TEXT]
];

/** Texts that were written for other purposes, some with syntax errors. */
const others = read('test/{checker,language,syntaxes}/**/*.guardrail');

describe('is formatted', () => {
    test('at all', () => expect(shown.length).toBeGreaterThan(300));
    test.each(shown)('%s', (_, text) => {
        expect(formatted(text)).toBe(text);
    });
});

describe('of texts written for other purposes', () => {
    test.each(partOf(others, 6))('%s', (_, text) => expectSame(text));
});

test('of random policies', () => {
    fc.assert(
        fc.property(policies(), fc.constantFrom(30, 80, 120), (policy, width) =>
            expectSame(printPolicy(policy), width)
        ),
        { numRuns: runs(60, 6), seed: 20_251_125 }
    );
});

/** Replacements for the white space between any two words. */
const SPACES = [' ', '   ', '\n', '\n\n\n', '\r\n\t', ' // a\n', '\n/** b\n * c */ ', ' /* d */ '];

test('of texts with other white space', () => {
    const texts = others.map(([, text]) => text);
    const words = fc.record({
        text: fc.constantFrom(...texts),
        from: fc.nat(),
        spaces: fc.array(fc.constantFrom(...SPACES), { minLength: 1, maxLength: 12 })
    });
    fc.assert(
        fc.property(words, ({ text, from, spaces }) => {
            const gaps = [...text.matchAll(/\s+/g)];
            const first = from % Math.max(1, gaps.length - spaces.length);
            let result = text;
            spaces.forEach((space, index) => {
                // The gaps are replaced from last to first, so that earlier places stay valid.
                const gap = gaps[first + spaces.length - 1 - index];
                if (gap) {
                    result = result.slice(0, gap.index) + space + result.slice(gap.index + gap[0].length);
                }
            });
            expectSame(result, 80);
        }),
        { numRuns: runs(150, 15), seed: 20_251_125 }
    );
});

test('of incomplete texts', () => {
    const prefixes = fc.record({ text: fc.constantFrom(...shown.map(([, text]) => text)), at: fc.nat() });
    fc.assert(
        fc.property(prefixes, ({ text, at }) => expectSame(text.slice(0, at % (text.length + 1)))),
        { numRuns: runs(150, 15), seed: 20_251_125 }
    );
});

function expectSame(text: string, width = 120): void {
    const options = { ...DEFAULT_FORMAT, width };
    const before = parse(text);
    const once = formattedDocument(before, options);
    expect(once.replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
    const after = parse(once);
    expect(plainTree(after)).toEqual(plainTree(before));
    expect(formattedDocument(after, options)).toBe(once);
}

function read(...patterns: string[]): [string, string][] {
    return globSync(patterns, { cwd: root, ignore: '**/node_modules/**' })
        .sort()
        .map((path) => [path, readFileSync(root + path, 'utf8').replaceAll('\r\n', '\n')]);
}

/** The snippets with their suggestions at their places. */
function snippets(): [string, string][] {
    const all = JSON.parse(readFileSync(`${root}server/lsp/features/completion/snippets.json`, 'utf8')) as Record<
        string,
        { body: string[] }
    >;
    return Object.entries(all).map(([name, { body }]) => [
        `the snippet "${name}"`,
        `${filledSnippet(body.join('\n')).trimEnd()}\n`
    ]);
}
