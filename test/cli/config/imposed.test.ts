/** Tests what `--extends` applies, and configurations that cannot be read. */
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../guardrail.js';
import { check, PACKAGE, repository, WITHOUT } from './repository.js';

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

test.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link that leads nowhere', (path: string) => symlinkSync('nowhere', path)]
])('a configuration that is %s is not passed over above another one', async (_, make) => {
    const cwd = folder({ '.git/HEAD': '', 'sub/guardrail.config.json': '{}', 'sub/a.guardrail': WITHOUT });
    make(`${cwd}/guardrail.config.json`);
    const result = await guardrail(['check', '--format', 'compact', '--no-cache'], { cwd: `${cwd}/sub` });
    expect(result).toMatchObject({ code: 2, stdout: expect.stringContaining('GR265') as string });
});
