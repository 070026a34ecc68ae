/** Tests that a name of the author is never taken for a misspelt word of the language, however near the two are. */
import { expect, test } from 'vitest';
import { build, textOf } from './support.js';

const NAMES = [
    ...['account', 'amount', 'orders', 'ordered', 'agents', 'tools', 'limits', 'counts', 'counter', 'labels'],
    ...['events', 'groups', 'humans', 'roles', 'rules', 'claims', 'reader', 'called', 'caller_id', 'callers'],
    ...['servers', 'audits', 'allowed_by', 'flows', 'trails', 'traits', 'wheel', 'whence', 'carrier', 'valida']
];

/** Statements with a syntax error next to the name. */
const BROKEN = [
    'deny s.t when NAME "x"',
    'deny s.t when NAME',
    'deny s.t when NAME s.t',
    'deny s.t when x == NAME NAME',
    'deny s.t NAME',
    'NAME',
    'claim: NAME s.t',
    'limit s.t to 3 per NAME "x"'
];

/** Declarations that are not complete, in which the name is a new one. */
const INCOMPLETE = ['server NAME tool t()', 'server q { tool NAME id: string) }', 'label NAME NAME', 'agent NAME "x"'];

const suggestions = async (text: string): Promise<string[]> =>
    (await build(text)).diagnostics
        .filter(({ code }) => code === 'GR102')
        .map(textOf)
        .filter((message) => message.includes('Did you mean'));

test.each(NAMES)('%s', async (name) => {
    const declared = `policy P\nserver s { tool t(${name}: string, x: string) }\nagent a\nallow a: s.t\n`;
    for (const statement of BROKEN) {
        expect(await suggestions(declared + statement.replaceAll('NAME', name)), statement).toEqual([]);
    }
    for (const statement of INCOMPLETE) {
        expect(await suggestions(`policy P\n${statement.replaceAll('NAME', name)}`), statement).toEqual([]);
    }
});

test.each(['alow', 'dney', 'reqire', 'limt', 'clam', 'audti', 'scenrio'])('%s is a misspelt word', async (word) => {
    expect(await suggestions(`policy P\nserver s { tool t() }\n${word} s.t`)).toHaveLength(1);
});
