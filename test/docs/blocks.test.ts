/**
 * Tests every policy in every page. Each block is read, linked and validated without an error; its scenarios are decided
 * as stated, and if comments before its claims name their verdicts (`// holds`), these are the verdicts. A block that is
 * a part of a policy sees what `contexts/` declares for its page. A block may opt out: the line before it says why.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { verdictWord } from '../../server/checker/results/verdict-words.js';
import { checkedUntimed } from '../support/checked.js';
import { MEANING_RULES } from '../support/meaning.js';
import { policyOf } from '../support/policies.js';

const VERDICT = /^\/\/ (holds|holds in scope|violated|possible|impossible|vacuous|undecided)$/gm;

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Pages whose blocks are files that other tests write, change and check one after the other. */
const TESTED_ELSEWHERE = [
    'docs/codes/**', // test/language/pages.test.ts
    'docs/packs/[A-Z]*[a-z].md', // packs.test.ts
    'docs/cookbook.md', // cookbook.test.ts
    'docs/language/packs.md', // test/language/packs.test.ts
    'docs/{why-sequences,first-policy,counterexamples,ci}.md' // test/examples/tour.test.ts
];

const pages = globSync('**/*.md', {
    cwd: root,
    ignore: ['**/node_modules/**', '**/fixtures/**', 'test/e2e/out/**', ...TESTED_ELSEWHERE]
}).sort();

interface Block {
    readonly line: number;
    readonly text: string;
    /** The reason in the page for which the block is not tested. */
    readonly optsOut?: string;
}

function blocksOf(page: string): Block[] {
    const text = readFileSync(root + page, 'utf8');
    return Array.from(
        text.matchAll(/^( *)```guardrail[^\n]*\n([\s\S]*?)^\1```$/gm),
        ({ 1: margin, 2: body, index }) => {
            const optsOut = /<!-- not tested: (.+) -->\n+$/.exec(text.slice(0, index))?.[1];
            return {
                line: text.slice(0, index).split('\n').length,
                text: body!.replaceAll(new RegExp(`^${margin}`, 'gm'), ''),
                ...(optsOut !== undefined && { optsOut })
            };
        }
    );
}

/** What the policies and parts of policies in a page see, in place of an import. */
function contextOf(page: string): string {
    const file = new URL(`contexts/${page.replace(/\.md$/, '').replaceAll('/', '-')}.guardrail`, import.meta.url);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The policies of a page. Its blocks that are parts of a policy make one policy together. */
function policiesOf(page: string): [line: number, text: string][] {
    const context = contextOf(page);
    const tested = blocksOf(page).filter(({ optsOut }) => optsOut === undefined);
    const isWhole = ({ text }: Block): boolean => /^policy /m.test(text);
    const parts = tested.filter((block) => !isWhole(block));
    const imports = parts.flatMap(({ text }) => text.match(/^import .*$/gm) ?? []);
    const others = parts.map(({ text }) => text.replace(/^import .*$/gm, ''));
    return [
        ...tested
            .filter(isWhole)
            .map(({ line, text }): [number, string] => [line, text.replace(/^import "\..*$/m, context)]),
        ...(parts[0]
            ? [[parts[0].line, ['policy Parts', ...imports, context, ...others].join('\n')] as [number, string]]
            : [])
    ];
}

describe.each(pages.filter((page) => policiesOf(page).length > 0))('%s', (page) => {
    test.each(policiesOf(page))('line %d', async (_, text) => {
        const { claims, scenarios } = checkedUntimed(await policyOf(text));
        const stated = Array.from(text.matchAll(VERDICT), (match) => match[1]);
        if (stated.length > 0) {
            expect(claims.map(({ verdict }) => verdictWord(verdict))).toEqual(stated);
        }
        expect(scenarios.filter(({ passed }) => !passed)).toEqual([]);
    });
});

test('few blocks opt out', () => {
    const out = pages.flatMap((page) => blocksOf(page).filter(({ optsOut }) => optsOut !== undefined));
    expect(out.length).toBeLessThanOrEqual(3);
});

test('every rule of the meaning has an example', () => {
    expect(MEANING_RULES.map((section) => /^M(\d+): /.exec(section)?.[1])).toEqual(
        Array.from({ length: 28 }, (_, index) => String(index + 1))
    );
    expect(MEANING_RULES.filter((rule) => !rule.includes('```guardrail\npolicy '))).toEqual([]);
});
