/**
 * Tests the pages under docs/codes: their format, and the policies of those about results and commands. Those about
 * texts are tested in test/language/pages.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { FINDINGS } from '../../server/checker/findings/index.js';
import { problemsOf } from '../../server/checker/results/problems.js';
import { PRELUDE } from '../language/page.js';
import { checkedUntimed } from '../support/checked.js';
import { parsePolicy, policyOf } from '../support/policies.js';
import { BLOCKS, codeOf, PAGES, placeOf, textOf } from './pages.js';

const pages = PAGES.filter((page) => /^docs\/codes\/GR\d+\.md$/.test(page));

test('all have the same headings', () => {
    const headingsOf = (page: string): string[] =>
        Array.from(
            textOf(page)
                .replace(/^```[\s\S]*?^```/gm, '')
                .matchAll(/^#+ .*$/gm),
            (match) => match[0]
        );
    const others = pages.filter((page) => {
        const [title, ...sections] = headingsOf(page);
        const isUsual = ['## Wrong,## Right,## Why', '## What to do,## Why'].includes(sections.join());
        return !isUsual || !/^# GR\d{3}: [A-Z`].*[^.]$/.test(title!);
    });
    expect(others).toEqual([]);
});

/** A page that was shortened by a paragraph keeps the shorter one only. */
test('none says a thing twice', () => {
    const wordsOf = (text: string): Set<string> => new Set(text.match(/\w{4,}/g));
    const repeating = pages.filter((page) => {
        const paragraphs = textOf(page).split('\n## ')[0]!.split('\n\n').slice(1).map(wordsOf);
        return paragraphs.some((words, index) =>
            paragraphs.slice(0, index).some((before) => {
                const shared = [...words].filter((word) => before.has(word)).length;
                return shared > 4 && shared > 0.6 * Math.min(words.size, before.size);
            })
        );
    });
    expect(repeating).toEqual([]);
});

const findingCodes = FINDINGS.flatMap(({ codes }) => codes);
const policies = BLOCKS.filter((block) => block.language === 'guardrail' && codeOf(block)! >= 'GR500');

describe.each(policies.map((block) => [placeOf(block), codeOf(block)!, block] as const))('%s', (_, code, block) => {
    const text = (/^policy /m.test(block.text) ? '' : PRELUDE) + block.text;

    test.runIf(code < 'GR900')('has what its code says', async () => {
        const result = checkedUntimed(await policyOf(text));
        const codes = problemsOf(result).map((problem) => problem.code);
        const found = result.findings.map((finding) => finding.code).filter((one) => one !== 'GR597');
        if (block.section !== 'Wrong') {
            expect(codes).not.toContain(code);
            expect(found).toEqual([]);
            return;
        }
        expect(codes).toContain(code);
        if (findingCodes.includes(code) && code !== 'GR597') {
            expect(new Set(found)).toEqual(new Set([code]));
        }
    });

    test.runIf(code > 'GR900')('is a policy without errors', async () => {
        const { diagnostics } = await parsePolicy(text);
        // The imports of GR943 lead out of the page.
        expect(diagnostics.filter((one) => one.severity === 1 && (code !== 'GR943' || one.code !== 'GR210'))).toEqual(
            []
        );
    });
});
