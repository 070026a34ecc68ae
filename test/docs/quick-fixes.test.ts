/** Tests that the page of each code names its quick fixes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FIXES_BY_CODE } from '../../server/lsp/features/code-actions/fixes/index.js';

function read(path: string): string {
    return readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
}

const fixes = [...FIXES_BY_CODE];

describe.each(fixes)('%s', (code, all) => {
    test('its page describes the repair', () => {
        const texts = all.map(({ summary }) =>
            summary.startsWith('`') ? summary : summary[0]!.toLowerCase() + summary.slice(1)
        );
        expect(read(`codes/${code}.md`).replaceAll('\n', ' ')).toContain(`Quick fix: ${texts.join('; ')}.`);
    });
});
