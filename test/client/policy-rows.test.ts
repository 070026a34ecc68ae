/** Tests which rows of the policy view have a problem, and which of them are redrawn. */
import { describe, expect, test } from 'vitest';
import { changedRows, ProblemRows } from '../../client/policy-view/rows.js';
import type { PolicyStatus } from '../../client/policy-view/status.js';

/** Rows as `name: its contents`, where `bad`, `warn` and `good` are tones, and everything else is a plain word. */
type Rows = Record<string, string>;

function status(word: string): PolicyStatus {
    const isTone = word === 'bad' || word === 'warn' || word === 'good';
    const isPending = word === '' || word === 'checking';
    return { word, hasSession: false, ...(isTone && { tone: word }), ...(isPending && { isPending }) };
}

describe('rows with a problem', () => {
    test.each([
        ['bad', true],
        ['warn', true],
        ['good', false],
        ['check failed', true],
        ['not checked: errors', true],
        ['checking', false],
        ['', false]
    ])('%j', (word, expected) => {
        expect(new ProblemRows().has('a', status(word))).toBe(expected);
    });

    test('a row that is checked again counts as before until its verdict is known', () => {
        const rows = new ProblemRows();
        expect(['bad', 'checking', '', 'good', 'checking'].map((word) => rows.has('a', status(word)))).toEqual([
            true,
            true,
            true,
            false,
            false
        ]);
    });
});

describe('changes', () => {
    const rows = (all: Rows) => new Map(Object.entries(all).map(([key, word]) => [key, { status: status(word) }]));
    const before = rows({ a: 'bad', b: 'checking', c: 'good' });

    test.each<[string, Rows, string[] | undefined]>([
        ['nothing', { a: 'bad', b: 'checking', c: 'good' }, []],
        ['one row', { a: 'bad', b: 'good', c: 'good' }, ['b']],
        ['two rows', { a: 'checking', b: 'good', c: 'good' }, ['a', 'b']],
        ['the order', { b: 'checking', a: 'bad', c: 'good' }, undefined],
        ['one more', { a: 'bad', b: 'checking', c: 'good', d: '' }, undefined],
        ['one less', { a: 'bad', b: 'checking' }, undefined]
    ])('%s', (_, now, expected) => {
        expect(changedRows(before, rows(now))).toEqual(expected);
    });
});
