/** Tests what `--extends` applies, configurations that cannot be read, and messages about the text of a package. */
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../guardrail.js';
import { check, KEPT, PACKAGE, packs, repository, WITHOUT } from './repository.js';

test('--extends applies a configuration that the repository does not name', async () => {
    const { [`guardrail.config.json`]: _, ...rest } = repository({}, {}, { 'a.guardrail': WITHOUT });
    expect((await check(rest)).code).toBe(0);
    const imposed = await check(rest, '--extends', '@acme/guardrails');
    expect({ code: imposed.code, found: imposed.found }).toEqual({ code: 2, found: ['GR260'] });
    const absent = await check(rest, '--extends', '@acme/other');
    expect({ code: absent.code, found: absent.found }).toEqual({ code: 2, found: ['GR912'] });
});

test('--extends applies the installed package, whatever the repository gives that name', async () => {
    const { [`guardrail.config.json`]: _, ...rest } = repository({}, {}, { 'a.guardrail': WITHOUT });
    const extended = async (
        files: { readonly [path: string]: string },
        name = '@acme/guardrails'
    ): Promise<unknown> => {
        const { code, found } = await check({ ...rest, ...files }, '--extends', name);
        return [code, ...found];
    };
    expect(await extended({ '@acme/guardrails/package.json': '{}' })).toEqual([2, 'GR260']);
    expect(await extended({ '@acme/guardrails': '{}' })).toEqual([2, 'GR260']);
    const own = { 'package.json': '{ "name": "@acme/guardrails" }', 'guardrail.config.json': '{}' };
    expect(await extended(own)).toEqual([2, 'GR260']);
    const alias = { [`${PACKAGE}/package.json`]: '{ "name": "own", "guardrail": "./packs.guardrail" }' };
    expect(await extended(alias)).toEqual([2, 'GR912']);
    expect(await extended({}, `./${PACKAGE}`)).toEqual([2, 'GR912']);
    expect(await extended({}, `./${PACKAGE}/guardrail.config.json`)).toEqual([2, 'GR260']);
});

test('--extends applies no package that is a folder of the repository', async () => {
    const { [`guardrail.config.json`]: _, ...rest } = repository({}, {}, { 'a.guardrail': WITHOUT });
    const cwd = folder({ ...rest, 'packages/own/package.json': '{}', 'node_modules/@acme/readme': '' });
    renameSync(`${cwd}/${PACKAGE}`, `${cwd}/packages/guardrails`);
    symlinkSync('../../packages/guardrails', `${cwd}/${PACKAGE}`);
    const result = await guardrail(['check', '--extends', '@acme/guardrails'], { cwd });
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('GR912') as string });
});

test('a gateway with --extends enforces no policy that lacks what the package requires', async () => {
    const { [`guardrail.config.json`]: _, ...rest } = repository({}, {}, { 'a.guardrail': WITHOUT });
    const cwd = folder(rest);
    const result = await guardrail(
        ['gateway', '--policy', 'a.guardrail', '--extends', '@acme/guardrails', '--state', `${cwd}/state`, '--', 'cat'],
        { cwd }
    );
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('GR260') as string });
});

test.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link that leads nowhere', (path: string) => symlinkSync('nowhere', path)]
])('a configuration that is %s is not passed over above another one', async (_, make) => {
    const cwd = folder({ '.git/HEAD': '', 'sub/guardrail.config.json': '{}', 'sub/a.guardrail': WITHOUT });
    make(`${cwd}/guardrail.config.json`);
    const result = await guardrail(['check', '--format', 'compact', '--no-cache'], { cwd: `${cwd}/sub` });
    expect(result).toMatchObject({ code: 2, stdout: expect.stringContaining('GR265') as string });
});

test('warnings about the text of a package are left out, and errors are not', async () => {
    const found = async (pack: string): Promise<unknown> => {
        const result = await check(
            repository({}, {}, { 'a.guardrail': KEPT, [`${PACKAGE}/packs.guardrail`]: `${packs}${pack}` }),
            '--fail-on',
            'warning'
        );
        return [result.code, ...Array.from(result.text.matchAll(/packs\.guardrail.*\[(GR\d+)\]/g), ([, code]) => code)];
    };
    expect(await found('pack Other(unused: tools) {}\n')).toEqual([0]);
    expect(await found('pack Other(used: tools) { limit use to 3 }\n')).toEqual([2, 'GR201']);
});
