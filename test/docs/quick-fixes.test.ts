/** Tests the documentation of quick fixes: the list in docs/editor.md, and a line in the page of each code. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FIXES_BY_CODE } from '../../server/lsp/features/code-actions/fixes/index.js';

function read(path: string): string {
    return readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
}

const fixes = [...FIXES_BY_CODE];

test('the list contains exactly all of them', () => {
    const section = /\n## Quick fixes\n([\s\S]*?)\n## /.exec(read('editor.md'))?.[1] ?? '';
    const items = section.replace(/\n +/g, ' ').split('\n');
    const listed = items.filter((line) => line.startsWith('- ')).map((line) => line.slice(2));
    const summaries = [...new Set(fixes.flatMap(([, all]) => all.map(({ summary }) => summary)))];
    const expected = summaries.map((summary) => {
        const codes = fixes.filter(([, all]) => all.some((fix) => fix.summary === summary)).map(([code]) => code);
        return `${summary}: ${codes.join(', ')}`;
    });
    expect([...listed].sort()).toEqual([...expected].sort());
});

describe.each(fixes)('%s', (code, all) => {
    test('its page describes the repair', () => {
        const texts = all.map(({ summary }) =>
            summary.startsWith('`') ? summary : summary[0]!.toLowerCase() + summary.slice(1)
        );
        expect(read(`codes/${code}.md`).replaceAll('\n', ' ')).toContain(`Quick fix: ${texts.join('; ')}.`);
    });
});
