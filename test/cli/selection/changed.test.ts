import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { changedSince } from '../../../server/cli/selection/changed.js';
import { folder, guardrail } from '../guardrail.js';

const POLICY = (...imports: string[]): string =>
    `policy P\n${imports.map((name) => `import "${name}"\n`).join('')}agent a\nserver s { tool t() }\nclaim: never s.t\n`;

const FILES = {
    'alone.guardrail': POLICY(),
    'deep/indirect.guardrail': POLICY('../lib/middle.guardrail'),
    'lib/middle.guardrail': '// import "./other.guardrail"\nimport { own } from "./own tools.guardrail"\nagent own2\n',
    'lib/own tools.guardrail': 'agent own\n',
    'lib/other.guardrail': 'agent other\n',
    'packaged.guardrail': POLICY('tools'),
    'workspace.guardrail': POLICY('shared'),
    'shared/package.json': '{ "guardrail": "shared.guardrail" }',
    'shared/shared.guardrail': 'agent shared\n',
    'package-lock.json': '{}',
    '.gitignore': 'node_modules\nignored.guardrail\n'
};

/** The changes of the committed files, each with the files that it affects. */
const CHANGES: readonly (readonly [what: string, change: (write: Writer) => void, expected: readonly string[]])[] = [
    ['nothing', () => undefined, []],
    ['its text', (write) => write('alone.guardrail', `${POLICY()}// more\n`), ['alone.guardrail']],
    [
        'what an import imports',
        (write) => write('lib/own tools.guardrail', 'agent own\nagent more\n'),
        ['deep/indirect.guardrail']
    ],
    [
        'an import, which is deleted',
        (write) => write('lib/own tools.guardrail', undefined),
        ['deep/indirect.guardrail']
    ],
    ['what is named in a comment only', (write) => write('lib/other.guardrail', 'agent another\n'), []],
    ['a new file', (write) => write('new.guardrail', POLICY()), ['new.guardrail']],
    ['a file that git ignores', (write) => write('ignored.guardrail', POLICY()), ['ignored.guardrail']],
    ['the lock file', (write) => write('package-lock.json', '{ }'), ['packaged.guardrail', 'workspace.guardrail']],
    [
        'a package of the repository itself',
        (write) => write('shared/shared.guardrail', 'agent another\n'),
        ['workspace.guardrail']
    ],
    ['the text of a package alone', (write) => write('node_modules/tools/index.guardrail', 'agent x\n'), []]
];

type Writer = (name: string, text: string | undefined) => void;

function git(cwd: string, ...args: string[]): void {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd, stdio: 'ignore' });
}

test('a file is checked if it or one of its imports changed', async () => {
    const cwd = folder({
        ...FILES,
        'node_modules/tools/package.json': '{ "guardrail": "index.guardrail" }',
        'node_modules/tools/index.guardrail': 'agent packaged\n'
    });
    symlinkSync(join(cwd, 'shared'), join(cwd, 'node_modules/shared'), 'junction');
    git(cwd, 'init');
    git(cwd, 'add', '-A');
    git(cwd, 'commit', '-m', 'x');
    const names = ['alone', 'deep/indirect', 'ignored', 'new', 'packaged', 'workspace'].map(
        (name) => `${name}.guardrail`
    );
    for (const [what, change, expected] of CHANGES) {
        const changed = new Set<string>();
        change((name, text) => {
            const file = join(cwd, name);
            changed.add(name);
            if (text === undefined) {
                rmSync(file);
            } else {
                mkdirSync(dirname(file), { recursive: true });
                writeFileSync(file, text);
            }
        });
        const found = await changedSince(
            'HEAD',
            names.map((name) => join(cwd, name)),
            cwd
        );
        expect(
            found.map((file) => file.slice(cwd.length + 1).replaceAll('\\', '/')),
            what
        ).toEqual(expected);
        git(cwd, 'checkout', '--', '.');
        for (const name of changed) {
            if (!(name in FILES)) {
                rmSync(join(cwd, name));
            }
        }
    }
});

test('the command reports how many of the files are checked, and errors of git', async () => {
    const cwd = folder({ 'a.guardrail': POLICY(), 'b.guardrail': POLICY(), 'c.guardrail': POLICY(), 'sub/x': '' });
    const fails = async (args: readonly string[], message: string): Promise<void> => {
        const { stderr, stdout, code } = await guardrail(['check', ...args], { cwd });
        expect(stderr.replace(/\s+/g, ' ')).toContain(message);
        expect([stdout, code]).toEqual(['', 2]);
    };
    await fails(['--changed-since', 'HEAD'], 'error[GR915]: git cannot determine what changed: not a git repository');
    git(cwd, 'init');
    git(cwd, 'add', '-A');
    git(cwd, 'commit', '-m', 'x');
    await fails(['--changed-since', '--output'], 'error[GR915]: git knows no revision --output');
    writeFileSync(join(cwd, 'b.guardrail'), `${POLICY()}\n`);
    writeFileSync(join(cwd, 'c.guardrail'), `${POLICY()}\n`);
    const { stdout, code } = await guardrail(
        [
            'check',
            '..',
            '--changed-since',
            'HEAD',
            '--shard',
            '2/2',
            '--format',
            'json',
            '--output',
            'compact=../found.txt'
        ],
        { cwd: join(cwd, 'sub') }
    );
    expect(JSON.parse(stdout)).toMatchObject({
        selection: { files: 1, of: 3, changedSince: 'HEAD', shard: '2/2' },
        files: [{ path: '../c.guardrail' }]
    });
    expect(code).toBe(0);
});
