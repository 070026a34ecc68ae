/** Tests adding hooks to the configurations of clients, showing the change first, and removing them without a trace. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import type { InstallReport } from '../../../../server/cli/commands/hook/install-hooks.js';
import { CLIENTS } from '../../../../server/cli/commands/hook/clients.js';
import { folder, guardrail } from '../../guardrail.js';
import { CONFIGURATIONS } from './configurations.js';

const POLICY = `policy P
agent a
server s { tool t(x: string) }
allow a: s.t
claim "works": possible s.t
`;

function project(policy = POLICY, files: Record<string, string> = {}) {
    const root = folder({ 'policy.guardrail': policy });
    for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), content);
    }
    const env = { HOME: join(root, 'home'), XDG_STATE_HOME: join(root, 'state') };
    const run = (...args: string[]) => guardrail(['gateway', ...args], { cwd: root, env });
    const read = (name: string): string => readFileSync(join(root, name), 'utf8');
    return { root, run, read };
}

const withFormat = Object.entries(CLIENTS).filter(([, { format }]) => format);

test.each(Object.entries(CLIENTS))('%s protects each file that has the hooks, or a setting for them', (_, client) => {
    const covers = (path: string): boolean =>
        client.protects.some((one) => (one.endsWith('/') ? path.startsWith(one) : path === one));
    expect(
        [
            client.file.project,
            `~/${client.file.user}`,
            ...client.off.flatMap((one) => ('file' in one ? [one.file] : []))
        ].filter((path) => !covers(path))
    ).toEqual([]);
});

describe.each(Object.entries(CLIENTS))('%s', (name, { file, format }) => {
    test('is installed where there is no configuration, and removed', async () => {
        const { root, run, read } = project();
        const shown = await run('install', name, '--dry-run');
        expect(shown).toMatchObject({ code: 0, stderr: '' });
        expect(existsSync(join(root, file.project))).toBe(false);
        const report = JSON.parse(
            (await run('install', name, '--dry-run', '--format', 'json')).stdout
        ) as InstallReport;
        expect(report).toMatchObject({ client: name, scope: 'project', installed: false });
        expect(report.changes.map((change) => change.file)).toEqual([join(root, file.project)]);
        expect(existsSync(join(root, file.project))).toBe(false);
        // Every line and sentence of the text is in the data; only tools with the same decision share a line.
        const told = [
            ...report.changes.flatMap(({ lines }) => lines),
            ...report.notes,
            ...report.gaps,
            ...report.tools.flatMap(({ tool, decision }) => [tool, decision])
        ];
        expect(told.filter((text) => !shown.stdout.includes(text))).toEqual([]);
        expect(report.tools.length).toBeGreaterThan(1);
        const { code, stdout } = await run('install', name);
        expect(code).toBe(0);
        expect(stdout).toBe(shown.stdout);
        const text = read(file.project);
        const added = stdout.split('\n').flatMap((line) => (line.startsWith('+ ') ? [line.slice(2)] : []));
        expect(added.join('\n').trim()).toBe(text.trim());
        expect((await run('install', name)).stderr).toContain('GR987');
        if (format) {
            const { hooks } = parse(text) as { hooks: Record<string, object[]> };
            expect(Object.keys(hooks)).toEqual([...format.before, ...format.others]);
            for (const [event, entries] of Object.entries(hooks)) {
                // A hook that crashes, or that the shell does not find, blocks the call.
                expect(JSON.stringify(entries).includes('|| exit 2')).toBe(format.before.includes(event));
            }
        }
        expect((await run('uninstall', name)).code).toBe(0);
        expect(existsSync(join(root, file.project))).toBe(false);
        expect((await run('uninstall', name)).stderr).toContain('GR987');
    });
});

describe.each(withFormat)('%s keeps the rest byte for byte:', (name, { file, format }) => {
    const [event] = format!.before;
    test.each([
        ...CONFIGURATIONS,
        ['another hook', `{\n  "hooks": {\n    "${event!}": [\n      { "matcher": "x" }\n    ]\n  }\n}`]
    ])('%s', async (_, before) => {
        const { run, read } = project(POLICY, { [file.project]: before });
        expect(await run('install', name)).toMatchObject({ code: 0, stderr: '' });
        const after = read(file.project);
        const all = { ...(parse(before) as object), hooks: {} };
        expect({ ...(parse(after) as object), hooks: {} }).toEqual(all);
        // The change only adds characters.
        let at = 0;
        for (const char of after) {
            at += char === before[at] ? 1 : 0;
        }
        expect(at).toBe(before.length);
        await run('uninstall', name);
        expect(read(file.project)).toBe(before);
    });
});

test('the options are those of the hook', async () => {
    const { run, read } = project();
    const options = ['--policy', './policy.guardrail', '--agent', 'a', '--wait', '7', '--observe', '--unverified'];
    expect(await run('install', 'gemini', ...options)).toMatchObject({ code: 0, stderr: '' });
    expect(read('.gemini/settings.json')).toMatch(
        /hook\.js gemini --policy \S+\/policy\.guardrail --agent a --wait 7 --unverified --observe \|\| exit 2"/
    );
    await run('uninstall', 'gemini');
    for (const wrong of [
        ['--wait', '1000'],
        ['--state', 'x'],
        ['--policy', 'none.guardrail']
    ]) {
        expect((await run('install', 'gemini', ...wrong)).code).toBe(2);
    }
});

test('a configuration that was changed since loses only our hooks', async () => {
    const { run, read, root } = project(POLICY, {
        '.gemini/settings.json': '{\n  "hooks": { "BeforeTool": [{ "matcher": "x" }] }\n}\n'
    });
    await run('install', 'gemini');
    const changed = read('.gemini/settings.json').replace('{\n', '{\n  "theme": "dark",\n');
    writeFileSync(join(root, '.gemini/settings.json'), changed);
    expect((await run('uninstall', 'gemini')).stdout).toContain('was changed since');
    expect(parse(read('.gemini/settings.json'))).toEqual({ theme: 'dark', hooks: { BeforeTool: [{ matcher: 'x' }] } });
});

/** Programs that read JSON use the last field of a name. */
const OFF_AT_LAST = '{ "disableAllHooks": false, "disableAllHooks": true }';

test.each<[string, string, string, Record<string, string>, string]>([
    ['hooks are off', 'claude', POLICY, { '.claude/settings.json': '{ "disableAllHooks": true }' }, 'GR986'],
    [
        'hooks are off',
        'gemini',
        POLICY,
        { '.gemini/settings.json': '{ "hooksConfig": { "enabled": false } }' },
        'GR986'
    ],
    ['hooks are off at last', 'claude', POLICY, { '.claude/settings.json': OFF_AT_LAST }, 'GR986'],
    ['hooks are off', 'codex', POLICY, { '.codex/config.toml': 'features = { hooks = false }\n' }, 'GR986'],
    [
        'a hook of this name is off',
        'gemini',
        POLICY,
        { '.gemini/settings.json': '{ "hooksConfig": { "disabled": ["/bin/sh /x/hook.sh y"] } }' },
        'GR986'
    ],
    ['hooks occur twice', 'claude', POLICY, { '.claude/settings.local.json': '{ "hooks": {}, "hooks": {} }' }, 'GR987'],
    ['it is not JSON', 'claude', POLICY, { '.claude/settings.local.json': '{ "hooks": ' }, 'GR987'],
    ['hooks are a list', 'claude', POLICY, { '.claude/settings.local.json': '{ "hooks": [] }' }, 'GR987'],
    [
        'an event has no list',
        'claude',
        POLICY,
        { '.claude/settings.local.json': '{ "hooks": { "PreToolUse": {} } }' },
        'GR987'
    ],
    ['a plugin has the name', 'opencode', POLICY, { '.opencode/plugin/guardrail.js': '// mine' }, 'GR987'],
    ['the client is unknown', 'emacs', POLICY, {}, 'GR902'],
    ['results are withheld', 'claude', `${POLICY}withhold result of s.t when x == "y"\n`, {}, 'GR988'],
    ['a claim is violated', 'claude', `${POLICY}claim "no": never s.t\n`, {}, 'GR993'],
    ['there are several agents', 'claude', POLICY.replace('agent a\n', 'agent a\nagent b\n'), {}, 'GR902']
])('nothing is installed if %s (%s)', async (_, name, policy, files, code) => {
    const { root, run, read } = project(policy, files);
    const outcome = await run('install', name);
    expect(outcome.stderr).toContain(code);
    expect(outcome.code).not.toBe(0);
    for (const [file, content] of Object.entries(files)) {
        expect(read(file)).toBe(content);
    }
    expect(existsSync(join(root, 'state/guardrail/installed'))).toBe(false);
});
