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

interface More {
    readonly own?: Json;
    readonly given?: Json;
    readonly args?: readonly string[];
}

/** What a policy does, the exit code with the codes that are found, and the files. */
test.each<[string, string, { readonly [path: string]: string }, More?]>([
    ['is kept', '0', { 'a.guardrail': KEPT }],
    ['has no use', '2 GR260', { 'a.guardrail': WITHOUT }],
    [
        'has a use for fewer tools',
        '2 GR261',
        { 'a.guardrail': policy('use StaysIn(source: mail.read, sink: wiki.write, gate: reviewer)') }
    ],
    [
        'has two uses that cover the tools together',
        '0',
        {
            'a.guardrail': policy(
                'use StaysIn(source: mail.read, sink: wiki.write, gate: reviewer)\nuse StaysIn(source: mail.read, sink: mail.send, gate: reviewer)'
            )
        }
    ],
    [
        'has a use with a higher number',
        '2 GR261',
        { 'a.guardrail': policy('use StaysIn(source: mail.read, gate: reviewer, most: 6)') }
    ],
    [
        'has a use that expects violations',
        '2 GR261',
        { 'a.guardrail': policy('@expected(violated)\nuse StaysIn(source: mail.read, gate: reviewer)') }
    ],
    [
        'uses a local pack of that name',
        '2 GR260',
        {
            'a.guardrail': policy('use StaysIn(source: mail.read, gate: reviewer)', './packs.guardrail'),
            'packs.guardrail': packs
        }
    ],
    [
        'uses a nearer copy of the package with another text',
        '2 GR260',
        {
            'sub/a.guardrail': KEPT,
            [`sub/${PACKAGE}/package.json`]: '{ "name": "@acme/guardrails", "guardrail": "./packs.guardrail" }',
            [`sub/${PACKAGE}/packs.guardrail`]: packs.replace('  limit sink to most\n', '')
        }
    ],
    [
        'uses a nearer copy of the package with the same text',
        '0',
        {
            'sub/a.guardrail': KEPT,
            [`sub/${PACKAGE}/package.json`]: '{ "name": "@acme/guardrails", "guardrail": "./packs.guardrail" }',
            [`sub/${PACKAGE}/packs.guardrail`]: packs
        }
    ],
    [
        'is below a configuration of its own',
        '2 GR260',
        { 'sub/a.guardrail': WITHOUT, 'sub/guardrail.config.json': '{ "strict": false }' }
    ],
    [
        'has an exception',
        '0 GR263',
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT },
        { own: exception('2999-12-31') }
    ],
    ['has an exception that ended', '2 GR262', { 'legacy/b.guardrail': WITHOUT }, { own: exception('2026-01-31') }],
    [
        'has an exception that is too long',
        '2 GR262',
        { 'legacy/b.guardrail': WITHOUT },
        { own: exception('2999-12-31'), given: { longestException: 90 } }
    ],
    [
        'has an exception that is not needed',
        '0 GR264',
        { 'a.guardrail': KEPT },
        { own: { exceptions: [{ pack: 'StaysIn', policy: '.', because: 'no', until: '2999-12-31' }] } }
    ],
    ['is excluded', '2 GR926', { 'a.guardrail': KEPT, 'b.guardrail': WITHOUT }, { own: { exclude: ['b.guardrail'] } }],
    [
        'is not among the files',
        '2 GR926',
        { 'a.guardrail': KEPT, 'b.guardrail': WITHOUT },
        { own: { files: ['a.guardrail'] } }
    ],
    [
        'is excluded with an exception',
        '0',
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT },
        { own: { ...exception('2999-12-31'), exclude: ['legacy'] } }
    ],
    [
        'is excluded with an exception that has ended',
        '2 GR926',
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT },
        { own: { ...exception('2026-01-31'), exclude: ['legacy'] } }
    ],
    [
        'is excluded with an exception that is too long',
        '2 GR926',
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT },
        { own: { ...exception('2999-12-31'), exclude: ['legacy'] }, given: { longestException: 90 } }
    ],
    [
        'has an exception that is too long in a file that its configuration extends',
        '2 GR262',
        { 'a.guardrail': KEPT, 'legacy/b.guardrail': WITHOUT, 'more.json': JSON.stringify(exception('2999-12-31')) },
        { own: { extends: ['@acme/guardrails', './more.json'] }, given: { longestException: 90 } }
    ],
    [
        'hides its first word',
        '2 GR926',
        { 'a.guardrail': KEPT, 'b.guardrail': WITHOUT.replace('policy Mail', 'policy/**/Mail') },
        { own: { files: ['a.guardrail'] } }
    ],
    ['uses a copy of the package', '0', { ...IN_PARTS, ...copied(LIMIT), 'a.guardrail': OF_COPY }],
    [
        'uses a copy of the package that imports something else',
        '2 GR260',
        { ...IN_PARTS, ...copied(LIMIT.replace('to most', 'to 1000')), 'a.guardrail': OF_COPY }
    ],
    [
        'is checked with another configuration',
        '2 GR260',
        { 'a.guardrail': WITHOUT, 'other.json': '{}' },
        { args: ['--config', 'other.json'] }
    ],
    [
        'is checked less strictly',
        '2 GR925',
        { 'a.guardrail': KEPT },
        { own: { strict: false }, given: { strict: true } }
    ],
    [
        'is checked with --no-strict',
        '2 GR925',
        { 'a.guardrail': KEPT },
        { given: { strict: true }, args: ['--no-strict'] }
    ],
    ['fails less', '2 GR925', { 'a.guardrail': KEPT }, { own: { failOn: 'error' }, given: { failOn: 'warning' } }],
    [
        'is checked with --fail-on',
        '2 GR925',
        { 'a.guardrail': KEPT },
        { given: { failOn: 'warning' }, args: ['--fail-on', 'error'] }
    ],
    ['accepts more', '2 GR925', { 'a.guardrail': KEPT }, { own: { accept: ['values'] }, given: { accept: ['times'] } }],
    [
        'accepts more at a use',
        '2 GR266',
        { 'a.guardrail': policy('@accept(values)\nuse StaysIn(source: mail.read, gate: reviewer)') },
        { given: { accept: ['times'] } }
    ],
    [
        'rests on its own assumption in a claim of a required pack',
        '1 GR590',
        { 'a.guardrail': ASSUMED, [`${PACKAGE}/packs.guardrail`]: UNENFORCED }
    ],
    [
        'rests on its own assumption in a claim of a pack that is not required',
        '0 GR502',
        { 'a.guardrail': ASSUMED + OWN_CLAIM, [`${PACKAGE}/packs.guardrail`]: UNENFORCED },
        { given: { require: [] } }
    ],
    [
        'rests on an assumption of the required pack',
        '0 GR502',
        {
            'a.guardrail': KEPT.replace('gate: reviewer)', 'gate: reviewer, who: assistant) assuming'),
            [`${PACKAGE}/packs.guardrail`]: UNENFORCED.replace('gate: human', 'gate: human, who: agent').replace(
                '  claim',
                '  assume trusted agent who calls sink only when not once attempted source\n  claim'
            )
        }
    ],
    [
        'accepts more for a required pack than the package lists, which lists nothing',
        '1',
        { 'a.guardrail': KEPT },
        { own: { accept: ['sessions'], strict: true } }
    ],
    [
        'accepts for a required pack what the package lists',
        '0',
        { 'a.guardrail': KEPT },
        { own: { accept: ['sessions'], strict: true }, given: { accept: ['sessions'] } }
    ],
    [
        'accepts more at the use of a required pack than the package lists, which lists nothing',
        '2 GR266',
        { 'a.guardrail': policy('@accept(values)\nuse StaysIn(source: mail.read, gate: reviewer)') }
    ],
    [
        'accepts more in a pack around a required one',
        '2 GR266',
        {
            'a.guardrail': policy(
                'pack Ours(gate: human) {\n  @accept(values)\n  use StaysIn(source: mail.read, gate: gate)\n}\nuse Ours(gate: reviewer)'
            )
        }
    ],
    [
        'expects a finding of which the package sets the severity',
        '2 GR266',
        { 'a.guardrail': `${KEPT}@expected(GR511)\ndeny mail.read when folder == "x"\n` },
        { given: { severity: { GR511: 'error' } } }
    ],
    [
        'is checked with --no-strict, where the key has escapes',
        '2 GR925',
        { 'a.guardrail': KEPT, 'guardrail.config.json': '{ "\\u0065xtends": "@acme/guardrails" }' },
        { given: { strict: true }, args: ['--no-strict'] }
    ],
    ['extends what is not installed', '2 GR265', { 'a.guardrail': KEPT }, { own: { extends: '@acme/other' } }]
])('a policy %s', async (_, expected, files, { own = {}, given = {}, args = [] } = {}) => {
    const { code, found, text } = await check(repository(own, given, files), ...args);
    expect([code, ...found].join(' '), text).toBe(expected);
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
