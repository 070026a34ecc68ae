/** The numbers of docs/enforcement.md, which says how many ways past a gateway are tried in every build. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

const page = readFileSync(new URL('../../docs/enforcement.md', import.meta.url), 'utf8');

/**
 * Fails if the page gives other numbers for this test.
 *
 * @param file the path of the test, as the page has it
 * @param ways the tables of the test, in the order of the rows of the page
 */
export function expectOnPage(file: string, ...ways: readonly object[]): void {
    const rows = page.split('\n').filter((line) => line.includes(`\`${file}\``));
    expect(rows.map((row) => Number(row.split('|')[3]))).toEqual(ways.map((one) => Object.keys(one).length));
}
