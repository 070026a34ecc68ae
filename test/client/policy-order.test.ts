/** Tests the order of the rows in the policy view, and which of them are redrawn. */
import { describe, expect, test } from 'vitest';
import { BrokenFirst, changedRows } from '../../client/policy-view/order.js';
import type { PolicyStatus } from '../../client/policy-view/status.js';

/** Rows as `name: its contents`, where `bad`, `warn` and `good` are tones, and everything else is a plain word. */
type Rows = Record<string, string>;

function status(word: string): PolicyStatus {
    const isTone = word === 'bad' || word === 'warn' || word === 'good';
    const isPending = word === '' || word === 'checking';
    return { word, hasSession: false, ...(isTone && { tone: word }), ...(isPending && { isPending }) };
}

function sortIn(order: BrokenFirst, rows: Rows): string {
    const sorted = order.sort(
        'list',
        Object.keys(rows),
        (name) => name,
        (name) => status(rows[name]!)
    );
    return sorted.join(' ');
}

describe('order', () => {
    test('broken policies come first, then uncertain ones, then those that could not be checked; the rest keep their order', () => {
        const rows = {
            a: 'good',
            b: 'check failed',
            c: 'warn',
            d: 'good',
            e: 'bad',
            f: 'not checked: errors',
            g: 'bad'
        };
        expect(sortIn(new BrokenFirst(), rows)).toBe('e g c b f a d');
    });

    test('an unchecked policy stays in place when it turns out to be fine', () => {
        const order = new BrokenFirst();
        expect(sortIn(order, { a: '', b: 'checking', c: '' })).toBe('a b c');
        expect(sortIn(order, { a: '', b: 'good', c: 'checking' })).toBe('a b c');
        expect(sortIn(order, { a: 'good', b: 'good', c: 'bad' })).toBe('c a b');
    });

    test('a policy that is checked again stays in place until its verdict changes', () => {
        const order = new BrokenFirst();
        expect(sortIn(order, { a: 'good', b: 'bad' })).toBe('b a');
        expect(sortIn(order, { a: 'good', b: 'checking' })).toBe('b a');
        expect(sortIn(order, { a: 'good', b: '' })).toBe('b a');
        expect(sortIn(order, { a: 'good', b: 'good' })).toBe('a b');
        expect(sortIn(order, { a: 'good', b: 'checking' })).toBe('a b');
    });

    test('each list has its own order', () => {
        const order = new BrokenFirst();
        expect(sortIn(order, { a: 'good', b: 'bad' })).toBe('b a');
        const other = order.sort('other', ['a', 'b'], String, () => status('checking'));
        expect(other).toEqual(['a', 'b']);
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
