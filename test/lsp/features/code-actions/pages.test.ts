/**
 * Tests the wrong texts of the pages of the codes: if a code has fixes, one of them repairs the text of its page, and
 * no fix that is offered introduces a new error.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { RESULT_FIXES } from '../../../../server/lsp/features/diagnostics/result-fixes.js';
import { wrongFiles } from '../../../language/page.js';
import type { Files } from '../../support.js';
import { open } from '../../support.js';
import { counted, diagnosticsOf, fixesFor, newErrors, textsAfter } from './support.js';
import { WITHOUT_FIX } from './without-fix.js';

const root = fileURLToPath(new URL('../../../../docs/codes/', import.meta.url));
const codes = globSync('GR*.md', { cwd: root })
    .map((name) => name.slice(0, -'.md'.length))
    .sort();

const pages = new Map(codes.map((code) => [code, readFileSync(`${root}${code}.md`, 'utf8')]));
const fixed = codes.filter((code) => pages.get(code)!.includes('\nQuick fix: '));
const isOfResult = (code: string): boolean => code >= 'GR500' && code < 'GR600';

test('the page of each code describes its quick fix, or there is a reason why it has none', () => {
    expect(codes.filter((code) => fixed.includes(code) === code in WITHOUT_FIX)).toEqual([]);
    expect(Object.keys(WITHOUT_FIX).filter((code) => !pages.has(code))).toEqual([]);
    expect(fixed.filter(isOfResult)).toEqual(Object.keys(RESULT_FIXES));
});

/** Pages whose wrong text only its author can repair; other texts have fixes (`fixes/`). */
const OTHERWISE = ['GR212', 'GR321', 'GR420'];

describe.each(fixed.filter((code) => !isOfResult(code) && !OTHERWISE.includes(code)))('%s', (code) => {
    test('the wrong text of its page can be repaired', async () => {
        const files = wrongFiles(pages.get(code)!, code);
        const opened = await open(files);
        const shown = diagnosticsOf(opened);
        const repairs: { title: string; after: Files }[] = [];
        for (const diagnostic of shown.filter((each) => each.code === code)) {
            for (const action of await fixesFor(opened, diagnostic)) {
                repairs.push({ title: action.title, after: await textsAfter(opened, action, files) });
            }
        }
        let repaired = 0;
        for (const { title, after: texts } of repairs) {
            const after = diagnosticsOf(await open(texts));
            const isGone = (counted(after).get(code) ?? 0) < counted(shown).get(code)!;
            repaired += isGone && newErrors(shown, after).length === 0 ? 1 : 0;
            expect(isGone, title).toBe(true);
        }
        expect(repaired).toBeGreaterThan(0);
    });
});

/** The files of the other pages that are all policies of one project. */
const others = Object.keys(WITHOUT_FIX)
    .filter((code) => code < 'GR500')
    .map((code) => [code, wrongFiles(pages.get(code)!, code)] as const)
    .filter(([, files]) => Object.keys(files).every((path) => /^(?!.*node_modules).*\.guardrail$/.test(path)));

test.each(others)('%s offers no fix', async (code, files) => {
    const opened = await open(files);
    for (const diagnostic of diagnosticsOf(opened).filter((each) => each.code === code)) {
        const offered = (await fixesFor(opened, diagnostic)).filter(({ command }) => !command);
        expect(offered.map(({ title }) => title)).toEqual([]);
    }
});
