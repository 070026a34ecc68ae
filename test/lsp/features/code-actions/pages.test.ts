/**
 * Tests the wrong texts of the pages of the codes: if a code has fixes, one of them repairs the text of its page, and
 * no fix that is offered introduces a new error.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { FIXES_BY_CODE } from '../../../../server/lsp/features/code-actions/fixes/index.js';
import { wrongFiles } from '../../../language/page.js';
import type { Files } from '../../support.js';
import { open } from '../../support.js';
import { counted, diagnosticsOf, fixesFor, newErrors, textsAfter } from './support.js';
import { WITHOUT_FIX } from './without-fix.js';

const root = fileURLToPath(new URL('../../../../docs/codes/', import.meta.url));
const codes = globSync('GR*.md', { cwd: root })
    .map((name) => name.slice(0, -'.md'.length))
    .sort();

test('each code has a fix, or a reason why it has none', () => {
    const fixed = [...FIXES_BY_CODE.keys()];
    expect(codes.filter((code) => !fixed.includes(code) && WITHOUT_FIX[code] === undefined)).toEqual([]);
    expect(Object.keys(WITHOUT_FIX).filter((code) => fixed.includes(code) || !codes.includes(code))).toEqual([]);
    expect(fixed.filter((code) => !codes.includes(code))).toEqual([]);
});

/** Pages whose wrong text only its author can repair; other texts have fixes (`fixes/`). */
const OTHERWISE = ['GR212', 'GR321', 'GR420'];

describe.each([...FIXES_BY_CODE.keys()].filter((code) => code < 'GR500' && !OTHERWISE.includes(code)))('%s', (code) => {
    test('the wrong text of its page can be repaired', async () => {
        const files = wrongFiles(readFileSync(`${root}${code}.md`, 'utf8'), code);
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
