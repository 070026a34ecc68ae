import { expect, test } from 'vitest';
import { changedDependencies, dependenciesAbove } from '../../../../server/cli/commands/packages/add.js';
import { folder } from '../../guardrail.js';

const BEFORE = { code: '^4.0.0', '@acme/old': '^1.0.0', local: 'file:../rules/local-1.0.0.tgz' };

test.each<[asked: string, after: Readonly<Record<string, string>>, expected: string[]]>([
    ['@acme/new', { ...BEFORE, '@acme/new': '^1.0.0' }, ['@acme/new']],
    ['@acme/old@2', { ...BEFORE, '@acme/old': '^2.0.0' }, ['@acme/old']],
    ['@acme/old', BEFORE, ['@acme/old']],
    ['code@latest', BEFORE, ['code']],
    ['../rules/local-1.0.0.tgz', BEFORE, ['local']],
    ['./renamed', { ...BEFORE, another: 'file:renamed' }, ['another']],
    // This is a package manager that was configured to save nothing.
    ['@acme/new@1', BEFORE, ['@acme/new']]
])('%s', (asked, after, expected) => {
    const map = (record: Readonly<Record<string, string>>): Map<string, string> => new Map(Object.entries(record));
    expect(changedDependencies([asked], map(BEFORE), map(after))).toEqual(expected);
});

test('the nearest package.json above counts', () => {
    const root = folder({
        'package.json': '{ "dependencies": { "a": "1" }, "devDependencies": { "b": "2" } }',
        'policies/mail/x.guardrail': '',
        'broken/package.json': '{'
    });
    expect(Object.fromEntries(dependenciesAbove(`${root}/policies/mail`))).toEqual({ a: '1', b: '2' });
    expect(Object.fromEntries(dependenciesAbove(`${root}/broken`))).toEqual({});
});
