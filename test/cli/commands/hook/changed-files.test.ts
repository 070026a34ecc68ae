/**
 * Tests which files a call of a client's tool changes: through links, from other folders, in patches. Each of these calls
 * changes a file that decides the agent's calls, without saying so in its arguments; the policy of `init` denies it.
 */
import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { changedFiles } from '../../../../server/cli/commands/hook/changed-files.js';
import { starterOf } from '../../../../server/cli/commands/init/starter.js';
import { TEMPLATES } from '../../../../server/cli/commands/init/templates.js';
import { readToolLists } from '../../../../server/cli/tool-lists/tool-list.js';
import {
    createSession,
    type JsonObject,
    type LoadedPolicy,
    loadPolicy,
    type Session
} from '../../../../server/gateway/library.js';
import { folder } from '../../guardrail.js';

/** The settings of each client in a project and in the home folder, and the argument of a call that changes a file. */
const CLIENTS: { readonly [client: string]: { readonly settings: string; readonly home: string } } = {
    claude: { settings: '.claude/settings.json', home: '.claude/settings.json' },
    codex: { settings: '.codex/config.toml', home: '.codex/config.toml' },
    gemini: { settings: '.gemini/settings.json', home: '.gemini/settings.json' },
    // The name of its opencode.json is enough to tell that file.
    opencode: { settings: '.opencode/plugin/a.js', home: '.config/opencode/plugin/a.js' }
};

type Call = readonly [tool: string, args: JsonObject];

const patch = (...lines: string[]): string => ['*** Begin Patch', ...lines, '*** End Patch'].join('\n');

/** The calls of each client that change a file. */
const CHANGES: { readonly [client: string]: (file: string) => readonly Call[] } = {
    claude: (file) => [
        ['Write', { file_path: file, content: 'x' }],
        ['Edit', { file_path: file, old_string: 'x', new_string: 'y' }],
        ['MultiEdit', { file_path: file, edits: [{ old_string: 'x', new_string: 'y' }] }],
        ['NotebookEdit', { notebook_path: file, new_source: 'x' }]
    ],
    codex: (file) => patches(file).map((text) => ['apply_patch', { command: text }]),
    gemini: (file) => [
        ['write_file', { file_path: file, content: 'x' }],
        ['replace', { file_path: file, instruction: 'x', old_string: 'x', new_string: 'y' }]
    ],
    opencode: (file) => [
        ['write', { filePath: file, content: 'x' }],
        ['edit', { filePath: file, oldString: 'x', newString: 'y' }],
        ...patches(file).map((text): Call => ['apply_patch', { patchText: text }])
    ]
};

/** A file as the only one, as a later one, as what is moved, and as where something is moved to. */
const patches = (file: string): string[] => [
    patch(`*** Add File: ${file}`, '+x'),
    patch(`*** Delete File: ${file}`),
    patch('*** Update File: a.txt', '@@', '-x', '+y', `*** Update File: ${file}`, '@@', '-x', '+y'),
    patch(`*** Update File: ${file}`, '*** Move to: a.txt', '@@', '-x', '+y'),
    patch('*** Update File: a.txt', `*** Move to: ${file}`, '@@', '-x', '+y'),
    patch(`  *** Add File:   ${file}  `, '+x').replaceAll('\n', '\r\n')
];

const SHELLS: { readonly [client: string]: (command: string) => readonly Call[] } = {
    claude: (command) => [
        ['Bash', { command }],
        ['Monitor', { description: 'x', timeout_ms: 1000, command }]
    ],
    codex: (command) => [['Bash', { command }]],
    gemini: (command) => [['run_shell_command', { command }]],
    opencode: (command) => [['bash', { command }]]
};

interface Place {
    readonly root: string;
    readonly home: string;
    readonly policy: string;
    readonly settings: string;
}

/** Makes a name for a file that decides, and returns it as a call gives it, with the folder of the call. */
const NAMES: {
    readonly [way: string]: (place: Place, other: string) => readonly [path: string, cwd?: string];
} = {
    'a link to the file': ({ root, settings }, other) => {
        symlinkSync(settings, join(root, other));
        return [other];
    },
    'a link to a link, by its absolute path': ({ root, settings }, other) => {
        symlinkSync(settings, join(root, `${other}-1`));
        symlinkSync(`${other}-1`, join(root, other));
        return [join(root, other)];
    },
    'a link to a file that does not exist yet': ({ root, settings }, other) => {
        symlinkSync(join(dirname(settings), 'guardrail.config.json'), join(root, other));
        return [other];
    },
    'a link to the folder of the settings': ({ root, settings }, other) => {
        symlinkSync(dirname(settings), join(root, other));
        return [`${other}/${settings.split('/').at(-1)}`];
    },
    'a hard link': ({ root, settings }, other) => {
        linkSync(settings, join(root, other));
        return [other];
    },
    'a folder of settings that is a link, by its other name': ({ root, home }, other) => {
        const [client] = Object.entries(CLIENTS).find(([name]) => other.startsWith(name))!;
        const settings = join(home, CLIENTS[client]!.home);
        mkdirSync(dirname(dirname(settings)), { recursive: true });
        mkdirSync(join(root, other));
        symlinkSync(join(root, other), dirname(settings));
        writeFileSync(settings, '{}');
        return [`${other}/${settings.split('/').at(-1)}`];
    },
    'from the folder of the settings': ({ settings }) => [settings.split('/').at(-1)!, dirname(settings)],
    'from a folder in that of the settings': ({ settings }) => {
        mkdirSync(join(dirname(settings), 'x'), { recursive: true });
        return [`../${settings.split('/').at(-1)}`, join(dirname(settings), 'x')];
    },
    'a link to the policy': ({ root, policy }, other) => {
        symlinkSync(policy, join(root, other));
        return [other];
    },
    'a hard link to the policy': ({ root, policy }, other) => {
        linkSync(policy, join(root, other));
        return [other];
    }
};

/** The policy of `init` for a client. */
async function written(client: string): Promise<LoadedPolicy> {
    const of = TEMPLATES.find(({ name }) => name === 'approval')!;
    const [server] = readToolLists({
        tools: [{ name: 'set', inputSchema: { type: 'object' }, annotations: { destructiveHint: true } }]
    });
    const { policy, inventory } = starterOf(of, [{ ...server!, name: 'time' }], 'Mail', 'x', [client]);
    return loadPolicy(join(folder({ 'mail.guardrail': policy, 'tools.guardrail': inventory }), 'mail.guardrail'));
}

function place(client: string): Place {
    const [root, home] = [0, 1].map(() => {
        // Unlike other folders of tests, it is not called like the folder of sockets.
        const path = realpathSync(mkdtempSync(join(tmpdir(), 'changed-')));
        onTestFinished(() => rmSync(path, { recursive: true, force: true }));
        return path;
    }) as [string, string];
    const [policy, settings] = ['mail.guardrail', CLIENTS[client]!.settings].map((file) => join(root, file)) as [
        string,
        string
    ];
    mkdirSync(dirname(settings), { recursive: true });
    [policy, settings, join(root, 'a.txt')].forEach((file) => writeFileSync(file, '{}'));
    vi.stubEnv('HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    return { root, home, policy, settings };
}

describe.each(Object.keys(CLIENTS))('%s', (client) => {
    let loaded: Promise<LoadedPolicy> | undefined;
    const opened = async (): Promise<Session> => createSession(await (loaded ??= written(client)));

    test.each(Object.keys(NAMES))('%s', async (way) => {
        const session = await opened();
        const at = place(client);
        const [path, cwd = at.root] = NAMES[way]!(at, `${client}-other`);
        const decided = ([tool, args]: Call, files?: readonly string[]): string =>
            session.decide({ tool: `${client}.${tool}`, args: { ...args, ...(files && { files: [...files] }) } }).kind;
        const calls = [...CHANGES[client]!(path), ...SHELLS[client]!(`cp /tmp/x ${path}`)];
        const unseen = calls.filter((call) => decided(call) === 'allowed');
        expect(unseen.length).toBeGreaterThan(0);
        const passed = calls.filter(
            (call) =>
                decided(call, changedFiles(client, { tool: call[0], args: call[1] }, { cwd, policy: at.policy })) !==
                'denied'
        );
        expect(passed).toEqual([]);
    });

    test('other files stay as they are', async () => {
        const session = await opened();
        const { root, policy } = place(client);
        symlinkSync('a.txt', join(root, 'b.txt'));
        const at = { cwd: root, policy };
        const calls = ['a.txt', 'b.txt', join(root, 'new/c.txt'), '../d.txt'].flatMap((file) => CHANGES[client]!(file));
        const lines = ['npm test', 'cat *.txt | head -5', 'cd b.txt; ls ../..', 'echo "a $HOME"'].flatMap((line) =>
            SHELLS[client]!(line)
        );
        const stopped = [...calls, ...lines].filter(([tool, args]) => {
            const files = changedFiles(client, { tool, args }, at)!;
            return session.decide({ tool: `${client}.${tool}`, args: { ...args, files } }).kind !== 'allowed';
        });
        expect(stopped).toEqual([]);
        const found = calls.flatMap(([tool, args]) => changedFiles(client, { tool, args }, at)!);
        expect([...new Set(found)].sort()).toEqual(
            [join(dirname(root), 'd.txt'), join(root, 'a.txt'), join(root, 'new/c.txt')].sort()
        );
        // A link that the line names is followed.
        expect([...new Set(lines.flatMap(([tool, args]) => changedFiles(client, { tool, args }, at)))]).toEqual([
            join(root, 'a.txt')
        ]);
    });
});

test.each(['', 'x', patch()])('a patch without files, %j, is refused', (command) => {
    const at = { cwd: '/', policy: '/p.guardrail' };
    expect(() => changedFiles('codex', { tool: 'apply_patch', args: { command } }, at)).toThrow(/names no file/);
});

test('a folder of settings that a variable has moved counts as the usual one', () => {
    const root = realpathSync(folder({ 'codex/config.toml': '' }));
    vi.stubEnv('CODEX_HOME', join(root, 'codex'));
    vi.stubEnv('HOME', root);
    onTestFinished(() => void vi.unstubAllEnvs());
    const args = { command: patch('*** Add File: codex/config.toml', '+x') };
    expect(changedFiles('codex', { tool: 'apply_patch', args }, { cwd: root, policy: '/p.guardrail' })).toEqual([
        join(root, '.codex/config.toml')
    ]);
});

test('a tool that only reads changes none', () => {
    const at = { cwd: '/', policy: '/p.guardrail' };
    expect(changedFiles('claude', { tool: 'Read', args: { file_path: '/a' } }, at)).toBeUndefined();
    expect(changedFiles('vscode', { tool: 'Bash', args: { command: 'ls' } }, at)).toBeUndefined();
});
