/** What two versions of settings decide differently. */
import { expect, test } from 'vitest';
import { differenceOf } from '../../server/checker/difference/index.js';
import { toolsOfClient } from '../../server/settings/inventories/client-tools.js';
import { settingsChanges } from '../../server/settings/changes.js';
import { claude } from '../../server/settings/clients/claude.js';
import { declarationsOf } from '../../server/settings/lower.js';
import { policyOf } from './lowered.js';

const BASE = { allow: ['Bash(npm test:*)', 'Edit(src/**)'], ask: ['Bash(git push:*)'], deny: ['Read(.env)'] };

test.each([
    ['nothing but the order', { ...BASE, allow: [...BASE.allow].reverse() }, [], [], [], 'equivalent'],
    ['a denial is gone', { ...BASE, deny: [] }, [], ['deny Read(.env)'], [], 'differs'],
    ['an allow is new', { ...BASE, allow: [...BASE.allow, 'WebSearch'] }, ['allow WebSearch'], [], [], 'differs'],
    [
        'a tool that only one names',
        { ...BASE, allow: [...BASE.allow, 'mcp__a__b'] },
        ['allow mcp__a__b'],
        [],
        [],
        'differs'
    ],
    ['a denial that never acts', { ...BASE, deny: ['Read(.env)', 'Write(.env)'] }, [], [], ['GR702'], 'equivalent']
] as const)('%s', async (_, permissions, added, removed, codes, verdict) => {
    const file = (value: object) => [
        { path: '.claude/settings.json', text: JSON.stringify({ permissions: value }), of: 'project' as const }
    ];
    const declarations = declarationsOf(claude, toolsOfClient('claude') ?? []);
    const changes = settingsChanges(claude, file(BASE), file(permissions), declarations, '/repo');
    const named = (isNew: boolean, what: RegExp): string[] =>
        changes.statements.filter((one) => one.isNew === isNew && what.test(one.name)).map(({ name }) => name);
    expect(named(true, /^(allow|ask|deny) /)).toEqual(added);
    expect(named(false, /^(allow|ask|deny) /)).toEqual(removed);
    expect(named(true, /^GR/)).toEqual(codes);
    const result = differenceOf(await policyOf(changes.old.text), await policyOf(changes.young.text));
    expect(result.verdict).toBe(verdict);
});
