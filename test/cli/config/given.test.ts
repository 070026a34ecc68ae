/** Tests a platform team's package with a configuration, and the ways in which another team could weaken it. */
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folder, guardrail } from '../guardrail.js';
import { check, type Json, KEPT, PACKAGE, packs, policy, repository, REQUIRE, WITHOUT } from './repository.js';

const exception = (until: string): Json => ({
    exceptions: [{ pack: 'StaysIn', policy: 'legacy', because: 'it is replaced', until }]
});

/** The package in two files: the required pack uses a pack of the other one. */
const LIMIT = 'pack Limited(tools: tools, most: int) {\n  limit tools to most\n}\n';
const USING = `import { Limited } from "./limit.guardrail"\n${packs.replace('limit sink to most', 'use Limited(tools: sink, most: most)')}`;
const IN_PARTS = { [`${PACKAGE}/packs.guardrail`]: USING, [`${PACKAGE}/limit.guardrail`]: LIMIT };
const OF_COPY = policy('use StaysIn(source: tools that read private, gate: reviewer)', './own/packs.guardrail');

function copied(limit: string): { readonly [path: string]: string } {
    return {
        'own/package.json': JSON.stringify({ name: '@acme/guardrails' }),
        'own/packs.guardrail': USING,
        'own/limit.guardrail': limit
    };
}

/** The pack without the rule that its claim needs, and an assumption with which the claim would hold. */
const UNENFORCED = packs.replace('  require approval by gate for sink when once source\n', '');
const TRUST = 'assume trusted agent assistant calls external tools only when not once attempted mail.read';
const ASSUMED = KEPT.replace('use StaysIn', `${TRUST}\nuse StaysIn`);
const OWN_CLAIM = 'claim: never mail.send after mail.read unless approved by reviewer\n';

test.each<[string, Json, Json, { readonly [path: string]: string }, readonly string[], number, readonly string[]]>([
    ['is kept', {}, {}, { 'a.guardrail': KEPT }, [], 0, []],
    ['has no use', {}, {}, { 'a.guardrail': WITHOUT }, [], 2, ['GR260']],
    [
        'has a use for fewer tools',
        {},
        {},
        { 'a.guardrail': policy('use StaysIn(source: mail.read, sink: wiki.write, gate: reviewer)') },
        [],
        2,
        ['GR261']
    ],
    [
        'has two uses that cover the tools together',
        {},
        {},
        {
            'a.guardrail': policy(
                'use StaysIn(source: mail.read, sink: wiki.write, gate: reviewer)\nuse StaysIn(source: mail.read, sink: mail.send, gate: reviewer)'
            )
        },
        [],
        0,
        []
    ],
    [
        'has a use with a higher number',
        {},
        {},
        { 'a.guardrail': policy('use StaysIn(source: mail.read, gate: reviewer, most: 6)') },
        [],
        2,
        ['GR261']
    ],
    [
        'has a use that expects violations',
        {},
        {},
        { 'a.guardrail': policy('@expected(violated)\nuse StaysIn(source: mail.read, gate: reviewer)') },
        [],
        2,
        ['GR261']
    ],
    [
        'uses a local pack of that name',
        {},
        {},
        {
            'a.guardrail': policy('use StaysIn(source: mail.read, gate: reviewer)', './packs.guardrail'),
            'packs.guardrail': packs
        },
        [],
        2,
        ['GR260']
    ],
    [
        'uses a nearer copy of the package with another text',
        {},
        {},
        {
            'sub/a.guardrail': KEPT,
            [`sub/${PACKAGE}/package.json`]: '{ "name": "@acme/guardrails", "guardrail": "./packs.guardrail" }',
            [`sub/${PACKAGE}/packs.guardrail`]: packs.replace('  limit sink to most\n', '')
        },
        [],
        2,
        ['GR260']
    ],
    [
        'uses a nearer copy of the package with the same text',
        {},
        {},
        {
            'sub/a.guardrail': KEPT,
            [`sub/${PACKAGE}/package.json`]: '{ "name": "@acme/guardrails", "guardrail": "./packs.guardrail" }',
            [`sub/${PACKAGE}/packs.guardrail`]: packs
        },
        [],
        0,
        []
    ],
    [
        'is below a configuration of its own',
        {},
        {},
        { 'sub/a.guardrail': WITHOUT, 'sub/guardrail.config.json': '{ "strict": false }' },
        [],
        2,
        ['GR260']
    ],
    [
        'has an exception',
        exception('2999-12-31'),
        {},
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT },
        [],
        0,
        ['GR263']
    ],
    ['has an exception that ended', exception('2026-01-31'), {}, { 'legacy/b.guardrail': WITHOUT }, [], 2, ['GR262']],
    [
        'has an exception that is too long',
        exception('2999-12-31'),
        { longestException: 90 },
        { 'legacy/b.guardrail': WITHOUT },
        [],
        2,
        ['GR262']
    ],
    [
        'has an exception that is not needed',
        { exceptions: [{ pack: 'StaysIn', policy: '.', because: 'no', until: '2999-12-31' }] },
        {},
        { 'a.guardrail': KEPT },
        [],
        0,
        ['GR264']
    ],
    [
        'is excluded',
        { exclude: ['b.guardrail'] },
        {},
        { 'a.guardrail': KEPT, 'b.guardrail': WITHOUT },
        [],
        2,
        ['GR926']
    ],
    [
        'is not among the files',
        { files: ['a.guardrail'] },
        {},
        { 'a.guardrail': KEPT, 'b.guardrail': WITHOUT },
        [],
        2,
        ['GR926']
    ],
    [
        'is excluded with an exception',
        { ...exception('2999-12-31'), exclude: ['legacy'] },
        {},
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT },
        [],
        0,
        []
    ],
    [
        'is excluded with an exception that has ended',
        { ...exception('2026-01-31'), exclude: ['legacy'] },
        {},
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT },
        [],
        2,
        ['GR926']
    ],
    [
        'is excluded with an exception that is too long',
        { ...exception('2999-12-31'), exclude: ['legacy'] },
        { longestException: 90 },
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT },
        [],
        2,
        ['GR926']
    ],
    [
        'has an exception that is too long in a file that its configuration extends',
        { extends: ['@acme/guardrails', './more.json'] },
        { longestException: 90 },
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT, 'more.json': JSON.stringify(exception('2999-12-31')) },
        [],
        2,
        ['GR262']
    ],
    [
        'hides its first word',
        { files: ['a.guardrail'] },
        {},
        { 'a.guardrail': KEPT, 'b.guardrail': WITHOUT.replace('policy Mail', 'policy/**/Mail') },
        [],
        2,
        ['GR926']
    ],
    ['uses a copy of the package', {}, {}, { ...IN_PARTS, ...copied(LIMIT), 'a.guardrail': OF_COPY }, [], 0, []],
    [
        'uses a copy of the package that imports something else',
        {},
        {},
        { ...IN_PARTS, ...copied(LIMIT.replace('to most', 'to 1000')), 'a.guardrail': OF_COPY },
        [],
        2,
        ['GR260']
    ],
    [
        'is checked with another configuration',
        {},
        {},
        { 'a.guardrail': WITHOUT, 'other.json': '{}' },
        ['--config', 'other.json'],
        2,
        ['GR260']
    ],
    ['is checked less strictly', { strict: false }, { strict: true }, { 'a.guardrail': KEPT }, [], 2, ['GR925']],
    ['is checked with --no-strict', {}, { strict: true }, { 'a.guardrail': KEPT }, ['--no-strict'], 2, ['GR925']],
    ['fails less', { failOn: 'error' }, { failOn: 'warning' }, { 'a.guardrail': KEPT }, [], 2, ['GR925']],
    [
        'is checked with --fail-on',
        {},
        { failOn: 'warning' },
        { 'a.guardrail': KEPT },
        ['--fail-on', 'error'],
        2,
        ['GR925']
    ],
    ['accepts more', { accept: ['values'] }, { accept: ['times'] }, { 'a.guardrail': KEPT }, [], 2, ['GR925']],
    [
        'accepts more at a use',
        {},
        { accept: ['times'] },
        { 'a.guardrail': policy('@accept(values)\nuse StaysIn(source: mail.read, gate: reviewer)') },
        [],
        2,
        ['GR266']
    ],
    [
        'rests on its own assumption in a claim of a required pack',
        {},
        {},
        { 'a.guardrail': ASSUMED, [`${PACKAGE}/packs.guardrail`]: UNENFORCED },
        [],
        1,
        ['GR590']
    ],
    [
        'rests on its own assumption in a claim of a pack that is not required',
        {},
        { require: [] },
        { 'a.guardrail': ASSUMED + OWN_CLAIM, [`${PACKAGE}/packs.guardrail`]: UNENFORCED },
        [],
        0,
        ['GR502']
    ],
    [
        'rests on an assumption of the required pack',
        {},
        {},
        {
            'a.guardrail': KEPT.replace('gate: reviewer)', 'gate: reviewer, who: assistant) assuming'),
            [`${PACKAGE}/packs.guardrail`]: UNENFORCED.replace('gate: human', 'gate: human, who: agent').replace(
                '  claim',
                '  assume trusted agent who calls sink only when not once attempted source\n  claim'
            )
        },
        [],
        0,
        ['GR502']
    ],
    [
        'accepts more for a required pack than the package lists, which lists nothing',
        { accept: ['sessions'], strict: true },
        {},
        { 'a.guardrail': KEPT },
        [],
        1,
        []
    ],
    [
        'accepts for a required pack what the package lists',
        { accept: ['sessions'], strict: true },
        { accept: ['sessions'] },
        { 'a.guardrail': KEPT },
        [],
        0,
        []
    ],
    [
        'accepts more at the use of a required pack than the package lists, which lists nothing',
        {},
        {},
        { 'a.guardrail': policy('@accept(values)\nuse StaysIn(source: mail.read, gate: reviewer)') },
        [],
        2,
        ['GR266']
    ],
    [
        'accepts more in a pack around a required one',
        {},
        {},
        {
            'a.guardrail': policy(
                'pack Ours(gate: human) {\n  @accept(values)\n  use StaysIn(source: mail.read, gate: gate)\n}\nuse Ours(gate: reviewer)'
            )
        },
        [],
        2,
        ['GR266']
    ],
    [
        'expects a finding of which the package sets the severity',
        {},
        { severity: { GR511: 'error' } },
        { 'a.guardrail': `${KEPT}@expected(GR511)\ndeny mail.read when folder == "x"\n` },
        [],
        2,
        ['GR266']
    ],
    [
        'is checked with --no-strict, where the key has escapes',
        {},
        { strict: true },
        { 'a.guardrail': KEPT, 'guardrail.config.json': '{ "\\u0065xtends": "@acme/guardrails" }' },
        ['--no-strict'],
        2,
        ['GR925']
    ],
    ['extends what is not installed', { extends: '@acme/other' }, {}, { 'a.guardrail': KEPT }, [], 2, ['GR265']]
])('a policy %s', async (_, own, given, files, args, code, found) => {
    const result = await check(repository(own, given, files), ...args);
    expect({ code: result.code, found: result.found }, result.text).toEqual({ code, found });
});

test('a gateway enforces no policy that lacks a required pack, in the folder of the configuration or outside', async () => {
    const files = Object.entries(repository({}, {}, { 'a.guardrail': WITHOUT }));
    const root = folder({
        ...Object.fromEntries(files.map(([path, text]) => [`repository/${path}`, text])),
        'other/a.guardrail': WITHOUT
    });
    const enforced = (path: string) =>
        guardrail(
            ['gateway', '--policy', path, '--config', 'guardrail.config.json', '--state', `${root}/state`, '--', 'cat'],
            { cwd: `${root}/repository` }
        );
    for (const path of ['a.guardrail', '../other/a.guardrail']) {
        expect(await enforced(path)).toMatchObject({ code: 2, stderr: expect.stringContaining('"StaysIn"') as string });
    }
});

test('a policy in a folder that is not searched, or behind a link, is left out too', async () => {
    const cwd = folder({
        ...repository({}, {}, { 'a.guardrail': KEPT, '.claude/b.guardrail': WITHOUT }),
        'outside/c.guardrail': WITHOUT
    });
    renameSync(`${cwd}/outside`, `${cwd}-outside`);
    onTestFinished(() => rmSync(`${cwd}-outside`, { recursive: true }));
    symlinkSync(`${cwd}-outside`, `${cwd}/linked`);
    const { code, stdout } = await guardrail(['check', '--format', 'compact', '--no-cache'], { cwd });
    expect(code).toBe(2);
    expect(Array.from(stdout.matchAll(/GR926\]: \S+ leaves out (\S+),/g), ([, path]) => path)).toEqual([
        '.claude/b.guardrail',
        'linked/c.guardrail'
    ]);
});

test('a policy outside of the folder of the configuration is linted with it', async () => {
    const files = Object.entries(repository({}, {}, { 'a.guardrail': KEPT }));
    const root = folder({
        ...Object.fromEntries(files.map(([path, text]) => [`repository/${path}`, text])),
        'other/a.guardrail': WITHOUT
    });
    const linted = await guardrail(['check', '--text-only', '--format', 'compact', '../other/a.guardrail'], {
        cwd: `${root}/repository`
    });
    expect(linted).toMatchObject({ code: 2, stdout: expect.stringContaining('GR260') as string });
});

test('what is narrowed is named, with the package and its reason', async () => {
    const { text } = await check(
        repository(
            {},
            {},
            { 'a.guardrail': policy('use StaysIn(source: mail.read, sink: wiki.write, gate: reviewer)') }
        )
    );
    expect(text).toContain('leaves out mail.send');
    expect(text).toContain('@acme/guardrails 1.2.0 requires it (because: private mail stays in)');
});

describe('a violated claim of a given pack', () => {
    const leak = policy(
        'use StaysIn(source: mail.read, sink: external tools, gate: reviewer)\nrequire approval by reviewer for mail.send'
    ).replace('require approval by gate for sink when once source', '');

    test('cannot become a known problem', async () => {
        const files = {
            ...repository({}, {}, { 'a.guardrail': leak }),
            [`${PACKAGE}/packs.guardrail`]: packs.replace('  require approval by gate for sink when once source\n', '')
        };
        const cwd = folder(files);
        const args = ['check', '--format', 'compact', '--baseline', 'known.json'];
        const updated = await guardrail([...args, '--update-baseline'], { cwd });
        expect(updated.code).toBe(1);
        const again = await guardrail(args, { cwd });
        expect(again.stdout).toContain('GR590');
        expect(again.code).toBe(1);
    });
});

test('a message or finding whose severity the package sets cannot become a known problem', async () => {
    const unused = KEPT.replace('human reviewer', 'human reviewer\nhuman nobody');
    const run = async (severity: Json): Promise<(number | null)[]> => {
        const cwd = folder(repository({}, { severity }, { 'a.guardrail': unused }));
        const args = ['check', '--format', 'compact', '--fail-on', 'warning', '--baseline', 'known.json'];
        const updated = await guardrail([...args, '--update-baseline'], { cwd });
        return [updated.code, (await guardrail(args, { cwd })).code];
    };
    expect(await run({ GR408: 'warning' })).toEqual([1, 1]);
    expect(await run({ GR408: 'error' })).toEqual([1, 1]);
});

test('a result is not taken from the cache once the package requires more', async () => {
    const cwd = folder(repository({}, { require: [] }, { 'a.guardrail': WITHOUT }));
    const run = (...args: string[]): ReturnType<typeof guardrail> =>
        guardrail(['check', '--format', 'compact', ...args], { cwd });
    expect((await run()).code).toBe(0);
    expect((await run()).code).toBe(0);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${cwd}/${PACKAGE}/guardrail.config.json`, JSON.stringify({ require: [REQUIRE] }));
    expect((await run()).code).toBe(2);
});

test.each([
    ['simulate', 'a.guardrail'],
    ['explain', 'a.guardrail'],
    ['gateway', '--policy', 'a.guardrail', '--', 'cat']
])('%s says which requirement a valid policy does not meet', async (...args) => {
    const { code, stderr } = await guardrail(args, { cwd: folder(repository({}, {}, { 'a.guardrail': WITHOUT })) });
    const codes = Array.from(stderr.matchAll(/GR\d+/g), ([each]) => each);
    expect([code, codes.slice(0, 2)]).toEqual([2, ['GR923', 'GR260']]);
    expect(stderr).not.toContain('not a valid policy');
});
