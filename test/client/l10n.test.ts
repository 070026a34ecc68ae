/**
 * Tests that every text of the extension can be translated: the manifest contains none directly, and the bundle has
 * those of the code.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getL10nJson } from '@vscode/l10n-dev';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const json = (file: string): unknown => JSON.parse(readFileSync(root + file, 'utf8'));

const { contributes, capabilities } = json('package.json') as Record<'contributes' | 'capabilities', unknown>;
const texts = json('package.nls.json') as Record<string, string>;

/** Matches the properties that contain texts for people, by VS Code's names for them. */
const READ =
    /^(title|label|name|description|markdownDescription|detail|contents|enumDescriptions|displayName|userDescription)$/;
/** The properties with names that are displayed unchanged, or read by programs. */
const NAMES = [
    'grammars',
    'languages',
    'problemMatchers',
    'problemPatterns',
    'inputSchema',
    'initialConfigurations',
    'body'
];

function readTexts(value: unknown, key = ''): string[] {
    if (typeof value === 'string') {
        return READ.test(key) ? [value] : [];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item) => readTexts(item, key));
    }
    return typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, part]) => (NAMES.includes(name) ? [] : readTexts(part, name)))
        : [];
}

test('the manifest names each of its texts, and each text is named', () => {
    const read = readTexts({ contributes, capabilities });
    expect(read.length).toBeGreaterThan(15);
    // The names by which tools are called are left out.
    expect(read.filter((text) => !/^(%[\w.]+%|guardrail_\w+)$/.test(text))).toEqual([]);
    const named = [...JSON.stringify({ contributes, capabilities }).matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]);
    expect(new Set(named)).toEqual(new Set(Object.keys(texts)));
});

test('the bundle has the texts of the code; `npm run l10n` updates it', async () => {
    const files = globSync('client/**/*.{ts,tsx}', { cwd: root });
    const code = await getL10nJson(
        files.map((file) => ({ contents: readFileSync(root + file, 'utf8'), extension: file.replace(/^.*\./, '.') }))
    );
    expect(Object.keys(code).length).toBeGreaterThan(10);
    expect(json('l10n/bundle.l10n.json')).toEqual(code);
});
