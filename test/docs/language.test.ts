/**
 * Tests the policies in the reference and in chapters: they have no errors, every scenario is decided as stated, and if
 * a comment before a claim names its verdict (`// holds`), that is the verdict.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { policyOf } from '../support/policies.js';
import { verdictWord } from '../../server/checker/results/verdict-words.js';
import { checkedUntimed } from '../support/checked.js';

const VERDICT = /^\/\/ (holds|holds in scope|violated|possible|impossible|vacuous|undecided)$/gm;

const root = new URL('../../docs/', import.meta.url);
const pages = [
    'by-example.md',
    'claims.md',
    'sharing.md',
    ...readdirSync(new URL('language/', root))
        // The pages of packs are left out, because they have files that import each other
        // (test/language/packs.test.ts).
        .filter((name) => name.endsWith('.md') && name !== 'packs.md')
        .map((name) => `language/${name}`)
];

describe.each(pages.filter((name) => policiesOf(name).length > 0))('docs/%s', (name) => {
    test.each(policiesOf(name))('%s', async (text) => {
        const { claims, scenarios } = checkedUntimed(await policyOf(text));
        const expected = Array.from(text.matchAll(VERDICT), (match) => match[1]);
        expect(claims.map(({ verdict }) => verdictWord(verdict))).toEqual(expected);
        expect(scenarios.filter(({ passed }) => !passed)).toEqual([]);
    });
});

test('every rule of the meaning has an example', () => {
    const sections = readFileSync(new URL('language/meaning.md', root), 'utf8').split(/^### /m).slice(1);
    expect(sections.map((section) => /^M(\d+): /.exec(section)?.[1])).toEqual(
        Array.from({ length: 27 }, (_, index) => String(index + 1))
    );
    expect(sections.filter((section) => !section.includes('```guardrail\npolicy '))).toEqual([]);
});

function policiesOf(name: string): string[] {
    const page = readFileSync(new URL(name, root), 'utf8');
    return Array.from(page.matchAll(/^```guardrail\n(policy [\s\S]*?)^```$/gm), (match) => match[1]!);
}
