/** Tests what `guardrail gateway status` finds, and the hooks in the configuration of an administrator. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { CLIENTS } from '../../../../server/cli/commands/hook/clients.js';
import type { InstallReport } from '../../../../server/cli/commands/hook/install-hooks.js';
import { ofPlatform } from '../../../../server/cli/commands/hook/installation.js';
import type { HookStatus } from '../../../../server/cli/commands/hook/status.js';
import { folder, guardrail } from '../../guardrail.js';
import { CONFIGURATIONS } from './configurations.js';

const POLICY = `policy P
agent a
server s { tool t(x: string) }
allow a: s.t
claim "works": possible s.t
`;

/** A folder with a policy. `DESTDIR` stands for the root of the system, and `~` for the home folder. */
function project(variables: Readonly<Record<string, string>> = {}) {
    const root = folder({ 'work/policy.guardrail': POLICY });
    const cwd = join(root, 'work');
    const env = { HOME: join(root, 'home'), XDG_STATE_HOME: join(root, 'state'), DESTDIR: join(root, 'system') };
    const pathOf = (name: string): string =>
        name.startsWith('~/')
            ? join(env.HOME, name.slice(2))
            : name.startsWith('/')
              ? join(env.DESTDIR, name)
              : join(cwd, name);
    const run = (...args: string[]) => guardrail(['gateway', ...args], { cwd, env: { ...env, ...variables } });
    return {
        run,
        pathOf,
        read: (name: string): string => readFileSync(pathOf(name), 'utf8'),
        write: (name: string, text: string): void => {
            mkdirSync(dirname(pathOf(name)), { recursive: true });
            writeFileSync(pathOf(name), text.replaceAll('CWD', cwd));
        },
        status: async (...args: string[]) => {
            const { code, stdout } = await run('status', '--format', 'json', ...args);
            return { code, found: JSON.parse(stdout) as readonly HookStatus[] };
        }
    };
}

const MANAGED = Object.entries(CLIENTS).flatMap(([name, { managed }]) =>
    managed ? [[name, ofPlatform(managed.file), managed.namedIn && ofPlatform(managed.namedIn.file)] as const] : []
);
/** What the user does so that the client runs hooks. */
const TRUSTED: Readonly<Record<string, [string, string]>> = {
    codex: ['~/.codex/config.toml', '[hooks.state."CWD/.codex/hooks.json:pre_tool_use:0:0"]\n'],
    gemini: ['~/.gemini/trustedFolders.json', '{ "CWD": "TRUST_FOLDER" }']
};

test('a folder without hooks enforces nothing', async () => {
    const { status } = project();
    expect(await status()).toEqual({ code: 1, found: [] });
});

describe.each(Object.entries(CLIENTS))('%s', (name, client) => {
    test('hooks enforce until they are removed, changed or no longer trusted', async () => {
        const { run, status, write, read, pathOf } = project();
        await run('install', name);
        if (client.trust) {
            expect(await status(name)).toMatchObject({ code: 1, found: [{ problems: [expect.any(String)] }] });
            write(...TRUSTED[name]!);
        }
        const file = client.file.project;
        const installed = read(file);
        expect(await status()).toEqual({
            code: 0,
            found: [
                {
                    client: name,
                    scope: 'project',
                    file: pathOf(file),
                    policy: pathOf('policy.guardrail'),
                    problems: [],
                    gaps: expect.any(Array) as unknown
                }
            ]
        });
        for (const change of [
            () => write(file, installed.replace('|| exit 2', '|| exit 0').replace('status !== 0', 'false')),
            () => write(file, '{}'),
            () => rmSync(pathOf(file))
        ]) {
            change();
            expect(await status()).toMatchObject({ code: 1, found: [{ problems: [expect.any(String)] }] });
        }
        write(file, installed);
        rmSync(pathOf('policy.guardrail'));
        expect(await status()).toMatchObject({ code: 1, found: [{ problems: [expect.any(String)] }] });
    });
});

/** Each is found for the hooks of a folder; the last value says whether it switches off those of an administrator, too. */
const SWITCHES: [string, string, string, boolean][] = [
    ['claude', '.claude/settings.json', '{ "disableAllHooks": true }', false],
    ['claude', '~/.claude/settings.json', '{ "disableAllHooks": "yes" }', false],
    ['claude', '.claude/settings.json', '{ "env": { "LD_PRELOAD": "./off.so" } }', false],
    ['claude', '.claude/settings.json', '{ "env": { "XDG_STATE_HOME": "/tmp/none" } }', false],
    ['claude', '~/.claude/settings.json', '{ "env": { "XDG_RUNTIME_DIR": "" } }', false],
    ['codex', '.codex/config.toml', '[features]\nhooks = false\n', false],
    ['codex', '~/.codex/config.toml', '[profiles.x.features]\n"codex_hooks" = false\n', false],
    ['gemini', '.gemini/settings.json', '{ "hooksConfig": { "enabled": false } }', false],
    ['gemini', '~/.gemini/settings.json', '{ "hooksConfig": { "disabled": ["COMMAND"] } }', true]
];

test.each(SWITCHES)('%s: a setting in %s is found: %s', async (name, file, text, isManagedToo) => {
    const { run, status, write, read } = project();
    await run('install', name);
    await run('install', name, '--managed');
    if (TRUSTED[name]) {
        write(...TRUSTED[name]);
    }
    expect((await status()).found.map(({ problems }) => problems.length)).toEqual([0, 0]);
    const own = CLIENTS[name]!.file.project;
    const command = /"(\/bin\/sh [^"]*) \|\| exit 2"/.exec(read(own))![1]!;
    const before = file === own ? (JSON.parse(read(own)) as object) : {};
    write(
        file,
        file.endsWith('.toml')
            ? text
            : JSON.stringify({ ...before, ...(JSON.parse(text.replace('COMMAND', `${command} || exit 2`)) as object) })
    );
    if (name === 'codex' && file.startsWith('~')) {
        write(file, `${TRUSTED['codex']![1]}${text}`);
    }
    const { code, found } = await status();
    expect(found.map(({ scope, problems }) => [scope, problems.length])).toEqual([
        ['project', 1],
        ['managed', isManagedToo ? 1 : 0]
    ]);
    // One configuration is enough.
    expect(code).toBe(isManagedToo ? 1 : 0);
});

test('a variable of the environment switches plugins off', async () => {
    const { run, status } = project({ OPENCODE_PURE: '1' });
    expect((await run('install', 'opencode')).stderr).toContain('GR986');
    expect((await status()).code).toBe(1);
});

test('other hooks, which can change a call, are listed', async () => {
    const { run, status, write } = project();
    await run('install', 'claude');
    const before = (await status()).found[0]!.gaps;
    write('.claude/settings.json', '{ "hooks": { "PreToolUse": [{ "hooks": [] }] } }');
    const { code, found } = await status();
    expect(code).toBe(0);
    expect(found[0]!.gaps).toHaveLength(before.length + 1);
});

describe.each(MANAGED)("%s: the administrator's configuration", (name, file, namedIn) => {
    const files = [file, ...(namedIn === undefined ? [] : [namedIn])];

    test('gets the hooks, and is restored', async () => {
        const { run, status, pathOf, read } = project();
        const report = JSON.parse(
            (await run('install', name, '--managed', '--format', 'json')).stdout
        ) as InstallReport;
        expect(report.changes.map((change) => change.file)).toEqual(files.map(pathOf));
        for (const [index, { lines }] of report.changes.entries()) {
            expect(lines.map((line) => line.replace(/^\+ /, ''))).toEqual(read(files[index]!).trimEnd().split('\n'));
        }
        expect(await status(name)).toMatchObject({ code: 0, found: [{ scope: 'managed', problems: [] }] });
        const text = read(file);
        expect(text).toContain(name === 'opencode' ? 'hook.sh' : '|| exit 2');
        for (const { path, value } of CLIENTS[name]!.managed!.settings) {
            expect(parse(text)).toHaveProperty([...path], value);
        }
        expect((await run('uninstall', name, '--managed')).code).toBe(0);
        expect(files.filter((one) => existsSync(pathOf(one)))).toEqual([]);
        expect((await status(name)).code).toBe(1);
    });

    test('keeps what it had', async () => {
        const { run, read, write } = project();
        const isJson = file.endsWith('.json');
        const before = isJson
            ? '{\n    "theirs": [1],\n    "hooksConfig": { "notifications": false }\n}\n'
            : '# theirs\n';
        write(file, before);
        const outcome = await run('install', name, '--managed');
        if (!isJson) {
            // A text that is not JSON is not edited.
            expect(outcome.stderr).toContain('GR987');
            expect(read(file)).toBe(before);
            return;
        }
        await run('uninstall', name, '--managed');
        expect(read(file)).toBe(before);
        await run('install', name, '--managed');
        write(file, read(file).replace('[1]', '[2]'));
        await run('uninstall', name, '--managed');
        expect(parse(read(file))).toEqual(parse(before.replace('[1]', '[2]')));
    });
});

describe.each(MANAGED.filter(([, , namedIn]) => namedIn !== undefined))(
    '%s: a configuration that has to name the hooks',
    (name, file, namedIn) => {
        const field = CLIENTS[name]!.managed!.namedIn!.path.join('.');

        test.each([
            ...CONFIGURATIONS,
            ['other plugins', `{\n  // Mine.\n  "${field}": ["a", ["file:///b.js", { "c": 1 }]] // so\n}\n`],
            ['an empty list', `{ "${field}": [ ] }`]
        ])('keeps the rest byte for byte: %s', async (_, before) => {
            const { run, status, read, write, pathOf } = project();
            write(namedIn!, before);
            await run('install', name, '--managed');
            const url = pathToFileURL(file).href;
            const list = ((parse(before) as Record<string, unknown[]>)[field] ?? []).concat(url);
            expect(parse(read(namedIn!))).toEqual({ ...(parse(before) as object), [field]: list });
            expect((await status(name)).code).toBe(0);
            // Whatever an administrator adds stays, and the name goes.
            write(namedIn!, read(namedIn!).replace('{', '{ "added": true,'));
            expect((await status(name)).code).toBe(0);
            await run('uninstall', name, '--managed');
            expect(parse(read(namedIn!))).toEqual({ added: true, ...(parse(before) as object) });
            expect(existsSync(pathOf(file))).toBe(false);
            write(namedIn!, before);
            await run('install', name, '--managed');
            await run('uninstall', name, '--managed');
            expect(read(namedIn!)).toBe(before);
        });

        test.each([
            ['is not JSON', '{ "plugin": '],
            ['is a list', '[]'],
            ['has something else in place of the list', `{ "${field}": "a" }`],
            ['has the list twice', `{ "${field}": [], "${field}": ["a"] }`]
        ])('is left alone if it %s', async (_, before) => {
            const { run, read, write, pathOf } = project();
            write(namedIn!, before);
            expect((await run('install', name, '--managed')).stderr).toContain('GR987');
            expect(read(namedIn!)).toBe(before);
            expect(existsSync(pathOf(file))).toBe(false);
        });

        test('is needed, even if nobody knows who installed the hooks', async () => {
            const { run, status, write, pathOf } = project();
            await run('install', name, '--managed');
            for (const forget of [false, true]) {
                if (forget) {
                    rmSync(pathOf('~/../state'), { recursive: true });
                }
                write(namedIn!, `{ "${field}": ["a"] }`);
                expect(await status()).toMatchObject({ code: 1, found: [{ problems: [expect.any(String)] }] });
            }
        });

        test('leaves no hooks behind where it cannot be written', async () => {
            const { run, status, pathOf, write } = project();
            // A link that leads out of a repository is not written through.
            write('/.git/HEAD', '');
            write('elsewhere.json', '{}');
            mkdirSync(dirname(pathOf(namedIn!)), { recursive: true });
            symlinkSync(pathOf('elsewhere.json'), pathOf(namedIn!));
            expect((await run('install', name, '--managed')).stderr).toContain('GR910');
            expect(existsSync(pathOf(file))).toBe(false);
            expect((await status()).found).toEqual([]);
        });
    }
);

test('a client without such a configuration is refused', async () => {
    const { run } = project();
    const without = Object.keys(CLIENTS).filter((name) => !CLIENTS[name]!.managed);
    for (const name of without) {
        expect((await run('install', name, '--managed')).stderr).toContain('GR902');
    }
    expect(without).toEqual(['vscode']);
    expect((await run('install', 'claude', '--managed', '--user')).code).toBe(2);
});

test("a switch in the administrator's own configuration is found", async () => {
    const { run, status, read, write } = project();
    await run('install', 'claude', '--managed');
    const [, file] = MANAGED.find(([name]) => name === 'claude')!;
    write(file, read(file).replace('{', '{ "disableAllHooks": true,'));
    expect((await status()).code).toBe(1);
});
