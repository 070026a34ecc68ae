import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configurationsOf } from '../../../../language/configuration/configurations.js';
import { RevisionFileSystem, revisionUri } from '../../../../server/cli/git/files.js';
import { revisionName } from '../../../../server/cli/git/name.js';
import { GitTree } from '../../../../server/cli/git/tree.js';
import { PolicyWorkspace } from '../../../../server/workspace/policy-workspace.js';
import { partOf } from '../../../support/depth.js';
import { folder, GOOD, guardrail } from '../../guardrail.js';
import { repository } from './repository.js';

const TOOLS = 'server mail { tool read(folder: string) tool send(to: string) external }\n';
const POLICY = `policy P
import "../tools/mail.guardrail"
agent assistant
allow assistant: mail.read
`;
const WIDER = POLICY.replace('mail.read', 'mail.*');

describe('a policy of a revision', () => {
    const cwd = (): string => repository({ 'policies/mail.guardrail': POLICY, 'tools/mail.guardrail': TOOLS });

    test('is compared with the current one, each with its own imports', async () => {
        const root = cwd();
        writeFileSync(join(root, 'policies/mail.guardrail'), WIDER);
        // The old policy would have errors with this inventory.
        writeFileSync(join(root, 'tools/mail.guardrail'), TOOLS.replace('send', 'send_mail'));
        const { code, stdout } = await guardrail(
            ['diff', 'before:policies/mail.guardrail', 'policies/mail.guardrail', '--format', 'json'],
            { cwd: root }
        );
        const report = JSON.parse(stdout) as {
            old: string;
            new: string;
            files: { path: string }[];
            result: { apart: object[] };
        };
        expect([report.old, report.new]).toEqual(['before:policies/mail.guardrail', 'policies/mail.guardrail']);
        expect(report.files.map(({ path }) => path)).toEqual([
            'before:policies/mail.guardrail',
            'before:tools/mail.guardrail',
            'policies/mail.guardrail',
            'tools/mail.guardrail'
        ]);
        expect(report.result.apart).toMatchObject([
            { name: 'mail.send', in: 'old' },
            { name: 'mail.send_mail', in: 'new' }
        ]);
        expect(code).toBe(1);
    });

    test('becomes a comment on a pull request, with the newly allowed calls', async () => {
        const root = cwd();
        writeFileSync(join(root, 'policies/mail.guardrail'), WIDER);
        const { code, stdout } = await guardrail(
            ['diff', 'before:./mail.guardrail', 'mail.guardrail', '--format', 'markdown'],
            {
                cwd: join(root, 'policies')
            }
        );
        expect(stdout).toMatch(
            /^## ⚠️ The change lets more through\n\n\*\*`before:policies\/mail\.guardrail` → `mail\.guardrail`\*\*\n\n❌ \*\*differs\*\* /
        );
        expect(stdout).toContain('<details open><summary>⚠️ <b>denied → allowed</b>: <code>mail.send</code></summary>');
        expect(stdout).toMatch(
            /\| \*\*1\*\* \| `assistant calls mail\.send\(to: ".*"\)`.*\| ✅ allowed \| `allow assistant: mail\.\*` `mail\.guardrail:4:1` \|/
        );
        expect(code).toBe(1);
    });

    test('one message if it does not exist', async () => {
        const { code, stdout, stderr } = await guardrail(['diff', 'before:mail.guardrail', 'policies/mail.guardrail'], {
            cwd: cwd()
        });
        expect(stderr.replace(/\s+/g, ' ')).toMatch(
            /^error\[GR942\]: before:mail\.guardrail: the revision "before" has no file mail\.guardrail The path is from the root/
        );
        expect([code, stdout]).toEqual([2, '']);
    });

    test('a message about the root of the repository, which is a folder', async () => {
        const { code, stderr } = await guardrail(['diff', 'before:.', '.'], { cwd: cwd() });
        expect(stderr).toMatch(/^error\[GR942\]: before:\./);
        expect(code).toBe(2);
    });

    test('a message at the place of an import that the revision does not have', async () => {
        const root = repository({ 'a.guardrail': 'policy P\nimport "./tools.guardrail"\n' });
        writeFileSync(join(root, 'tools.guardrail'), TOOLS);
        const { code, stdout } = await guardrail(['diff', 'HEAD:a.guardrail', 'a.guardrail'], { cwd: root });
        expect(stdout).toContain('error[GR210]');
        expect(stdout).toContain('HEAD:a.guardrail:2:8');
        expect(code).toBe(2);
    });
});

describe('what no session shows', () => {
    const CLAIMED = `${POLICY}claim "no mail": never mail.send\n`;
    test.each<[string, string, Record<string, string>, number, object]>([
        ['nothing', CLAIMED, {}, 0, {}],
        ['a claim that is gone', POLICY, {}, 1, { changes: [{ what: 'claim', result: { verdict: 'holds' } }] }],
        [
            'an expected verdict',
            CLAIMED.replace('claim', '@expected(violated)\nclaim'),
            {},
            1,
            { changes: [{ what: 'exception', effect: 'looser' }] }
        ],
        [
            'a level of the configuration',
            CLAIMED,
            { 'guardrail.config.json': '{ "severity": { "GR408": "hint" } }' },
            1,
            { configuration: [{ package: 'guardrail.config.json', effect: 'looser' }] }
        ],
        ['another claim', `${CLAIMED}claim "reads": possible mail.read\n`, {}, 0, { changes: [{ effect: 'stricter' }] }]
    ])('%s', async (_, text, files, expected, report) => {
        const root = repository({
            'policies/mail.guardrail': CLAIMED,
            'tools/mail.guardrail': TOOLS,
            'guardrail.config.json': '{ "severity": { "GR408": "error" } }'
        });
        for (const [path, written] of Object.entries({ 'policies/mail.guardrail': text, ...files })) {
            writeFileSync(join(root, path), written);
        }
        const { code, stdout } = await guardrail(
            ['diff', 'before:policies/mail.guardrail', 'policies/mail.guardrail', '--format', 'json'],
            { cwd: root }
        );
        expect(JSON.parse(stdout)).toMatchObject({ result: { verdict: 'equivalent' }, ...report });
        expect(code).toBe(expected);
    });
});

test('a result names the digests of what was read, the same wherever the files are', async () => {
    const files = {
        'policies/mail.guardrail': POLICY,
        'tools/mail.guardrail': TOOLS,
        'guardrail.config.json': '{}'
    };
    const root = repository(files);
    const diff = async (format: string): Promise<string> => {
        const args = ['diff', 'before:policies/mail.guardrail', 'policies/mail.guardrail', '--format', format];
        return (await guardrail(args, { cwd: root })).stdout;
    };
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    const listed = (tools: string): string =>
        `${sha256(POLICY)}  mail.guardrail\n${sha256('{}')}  ../guardrail.config.json\n${sha256(tools)}  ../tools/mail.guardrail\n`;
    const old = sha256(listed(TOOLS));
    expect(JSON.parse(await diff('json'))).toMatchObject({ read: { old: { sha256: old }, new: { sha256: old } } });
    writeFileSync(join(root, 'tools/mail.guardrail'), `${TOOLS}// changed\n`);
    const young = sha256(listed(`${TOOLS}// changed\n`));
    expect(await diff('markdown')).toMatch(
        new RegExp(`✅[^]*old, 3 files: \`sha256:${old}\`; new, 3 files: \`sha256:${young}\``)
    );
});

describe('queries to Git', () => {
    test.each([
        ['main:a.guardrail', { revision: 'main', path: 'a.guardrail' }],
        ['HEAD~1:policies\\a.guardrail', { revision: 'HEAD~1', path: 'policies/a.guardrail' }],
        ['main:./a.guardrail', { revision: 'main', path: './a.guardrail' }],
        ['C:\\policies\\a.guardrail', undefined],
        ['d:/policies/a.guardrail', undefined],
        ['\\\\?\\C:\\policies\\a.guardrail', undefined],
        ['a.guardrail', undefined],
        [':a.guardrail', undefined],
        ['main:', undefined]
    ])('%s', (name, expected) => {
        expect(revisionName(name, folder({}))).toEqual(expected);
    });

    test('an existing file is a file, regardless of its name', ({ skip }) => {
        skip(process.platform === 'win32', 'no such names');
        expect(revisionName('main:a.guardrail', folder({ 'main:a.guardrail': GOOD }))).toBeUndefined();
    });

    test.each([
        ['main', 'GR940', 'is not in a Git repository', () => folder({})],
        ['nope', 'GR941', 'has no revision "nope"', () => repository({ a: '' })],
        ['--help', 'GR941', 'has no revision "--help"', () => repository({ a: '' })]
    ])('%s: %s', (revision, code, message, where) => {
        const cwd = where();
        expect(() => GitTree.open(revision, cwd)).toThrow(
            expect.objectContaining({ code, message: expect.stringContaining(message) as string })
        );
    });

    test('without git', () => {
        const { PATH } = process.env;
        process.env['PATH'] = folder({});
        try {
            expect(() => GitTree.open('main', '.')).toThrow(expect.objectContaining({ code: 'GR940' }));
        } finally {
            process.env['PATH'] = PATH;
        }
    });
});

describe('the files of a revision', () => {
    const load = (root: string, path: string): Promise<string> => {
        const tree = GitTree.open('before', root);
        const files = new RevisionFileSystem(tree);
        return files
            .load(new PolicyWorkspace(files), revisionUri(tree.locate(path, root), 'before'))
            .then((document) => document.textDocument.getText());
    };

    test('are unchanged, including deleted and linked ones', async ({ skip }) => {
        skip(process.platform === 'win32', 'links need permission');
        const root = folder({ 'ä b.guardrail': GOOD });
        symlinkSync('ä b.guardrail', join(root, 'link.guardrail'));
        repository({}, root);
        renameSync(join(root, 'ä b.guardrail'), join(root, 'gone'));
        expect(await load(root, 'ä b.guardrail')).toBe(GOOD);
        expect(await load(root, 'link.guardrail')).toBe(GOOD);
    });

    test('import nothing from outside the repository', async () => {
        const outer = folder({ 'tools/mail.guardrail': TOOLS, 'inner/mail.guardrail': POLICY });
        const root = repository({}, join(outer, 'inner'));
        await expect(load(root, 'mail.guardrail')).rejects.toMatchObject({
            code: 'GR943',
            message: expect.stringContaining('tools/mail.guardrail, which is outside of the Git repository') as string
        });
    });

    test('have no configuration from above the repository', async () => {
        const outer = folder({
            'guardrail.config.json': '{}',
            'inner/guardrail.config.json': '{}',
            'inner/mail.guardrail': 'policy P\n'
        });
        const root = repository({}, join(outer, 'inner'));
        const files = new RevisionFileSystem(GitTree.open('HEAD', root));
        const uri = revisionUri(join(realpathSync(root), 'mail.guardrail'), 'HEAD');
        const { all } = await configurationsOf(files).of(uri);
        expect(all.map((found) => found.uri.fsPath)).toEqual([join(realpathSync(root), 'guardrail.config.json')]);
        await expect(files.load(new PolicyWorkspace(files), uri)).resolves.toBeDefined();
    });

    test('import installed packages', async () => {
        const root = repository({ 'mail.guardrail': 'policy P\nimport { r } from "rules"\n' });
        mkdirSync(join(root, 'node_modules/rules'), { recursive: true });
        writeFileSync(join(root, 'node_modules/rules/package.json'), '{ "guardrail": "./rules.guardrail" }');
        writeFileSync(join(root, 'node_modules/rules/rules.guardrail'), TOOLS);
        const tree = GitTree.open('HEAD', root);
        const workspace = new PolicyWorkspace(new RevisionFileSystem(tree));
        const document = await workspace.loadUri(revisionUri(tree.locate('mail.guardrail', root), 'HEAD'));
        expect(workspace.importsOf(document).map((one) => one.textDocument.getText())).toEqual([TOOLS]);
        expect(readFileSync(join(root, 'mail.guardrail'), 'utf8')).toContain('rules');
    });

    test("import packages of the repository in the revision's version, and linked external ones in the current version", async () => {
        const manifest = '{ "guardrail": "./rules.guardrail" }';
        const elsewhere = folder({ 'package.json': manifest, 'rules.guardrail': TOOLS });
        const root = repository({
            'mail.guardrail': 'policy P\nimport { r } from "own"\nimport { s } from "other"\n',
            '.gitignore': 'node_modules',
            'packages/own/package.json': manifest,
            'packages/own/rules.guardrail': TOOLS
        });
        mkdirSync(join(root, 'node_modules'));
        symlinkSync(join(root, 'packages/own'), join(root, 'node_modules/own'), 'junction');
        symlinkSync(elsewhere, join(root, 'node_modules/other'), 'junction');
        for (const changed of [join(root, 'packages/own'), elsewhere]) {
            writeFileSync(join(changed, 'rules.guardrail'), `${TOOLS}// changed\n`);
        }
        const tree = GitTree.open('HEAD', root);
        const workspace = new PolicyWorkspace(new RevisionFileSystem(tree));
        const document = await workspace.loadUri(revisionUri(tree.locate('mail.guardrail', root), 'HEAD'));
        const read = workspace
            .importsOf(document)
            .map(({ uri, textDocument }) => [uri.path.slice(root.length), textDocument.getText().split('\n')[1]]);
        expect(read).toEqual([
            ['/packages/own/rules.guardrail', ''],
            ['/node_modules/other/rules.guardrail', '// changed']
        ]);
    });
});

describe('packages of a revision', () => {
    const RULES = 'pack R(sink: tools) { audit deny sink }\n';
    const STRICT = RULES.replace('audit ', '');
    const POLICY_OF_TEAM =
        'policy P\nimport { R } from "rules"\nserver s { tool t() }\nagent a\nallow a: s.t\nuse R(sink: s.t)\n';
    const npmLock = (version: string, others = '1.0.0'): string =>
        JSON.stringify({
            lockfileVersion: 3,
            packages: { '': {}, 'node_modules/rules': { version }, 'node_modules/other': { version: others } }
        });

    interface Upgrade {
        readonly lock: string;
        /** The package of the revision; undefined, here and below, if none is installed. */
        readonly before?: string;
        readonly now?: string;
        readonly isKnown: boolean;
        /** The version of the installed package. */
        readonly version?: string;
    }

    /** The result of the comparison with the revision if today's package is installed. */
    async function compared({
        lock,
        before,
        now,
        version = '2.0.0'
    }: Upgrade): Promise<{ code: number | null; stdout: string }> {
        const root = repository({
            'mail.guardrail': POLICY_OF_TEAM,
            '.gitignore': 'node_modules',
            ...(before !== undefined && { [lock]: before })
        });
        if (now !== undefined) {
            writeFileSync(join(root, lock), now);
        }
        mkdirSync(join(root, 'node_modules/rules'), { recursive: true });
        writeFileSync(
            join(root, 'node_modules/rules/package.json'),
            JSON.stringify({ name: 'rules', version, guardrail: './rules.guardrail' })
        );
        writeFileSync(join(root, 'node_modules/rules/rules.guardrail'), STRICT);
        return guardrail(['diff', 'before:mail.guardrail', 'mail.guardrail'], { cwd: root });
    }

    const UPGRADES: readonly Upgrade[] = [
        { lock: 'package-lock.json', before: npmLock('2.0.0'), now: npmLock('2.0.0'), isKnown: true },
        { lock: 'package-lock.json', before: npmLock('2.0.0', '1.0.0'), now: npmLock('2.0.0', '3.0.0'), isKnown: true },
        { lock: 'npm-shrinkwrap.json', before: npmLock('2.0.0'), now: npmLock('2.0.0'), isKnown: true },
        { lock: 'yarn.lock', before: 'rules@^1:\n', now: 'rules@^1:\n', isKnown: true },
        { lock: 'pnpm-lock.yaml', before: 'rules: 1', now: 'rules: 1', isKnown: true },
        { lock: 'package-lock.json', before: npmLock('1.0.0'), now: npmLock('2.0.0'), isKnown: false },
        { lock: 'package-lock.json', before: npmLock('1.0.0'), now: npmLock('1.0.0'), isKnown: false },
        { lock: 'package-lock.json', now: npmLock('2.0.0'), isKnown: false },
        { lock: 'package-lock.json', before: 'garbage', now: npmLock('2.0.0'), isKnown: false },
        { lock: 'yarn.lock', before: 'rules@^1:\n', now: 'rules@^2:\n', isKnown: false },
        { lock: 'pnpm-lock.yaml', before: 'rules: 1', now: 'rules: 2', isKnown: false },
        { lock: 'bun.lockb', before: 'x', now: 'y', isKnown: false },
        { lock: 'package-lock.json', isKnown: false }
    ];

    test.each(partOf(UPGRADES, 3))('$lock, $before to $now: known $isKnown', async (upgrade) => {
        const { code, stdout } = await compared(upgrade);
        expect(code).toBe(upgrade.isKnown ? 0 : 3);
        expect(stdout).toContain(upgrade.isKnown ? 'equivalent' : 'undecided');
        expect(/The installed package rules may differ/.test(stdout.replace(/\s+/g, ' '))).toBe(!upgrade.isKnown);
    });

    test('of a scope are known by its lock file', async () => {
        const root = repository({
            'mail.guardrail': POLICY_OF_TEAM.replace('"rules"', '"@acme/rules"'),
            '.gitignore': 'node_modules',
            'guardrail.config.json': '{ "extends": "@acme/rules" }',
            'package-lock.json': npmLock('2.0.0').replace('node_modules/rules', 'node_modules/@acme/rules')
        });
        mkdirSync(join(root, 'node_modules/@acme/rules'), { recursive: true });
        for (const [name, text] of Object.entries({
            'package.json': '{ "name": "@acme/rules", "version": "2.0.0", "guardrail": "./rules.guardrail" }',
            'guardrail.config.json': '{}',
            'rules.guardrail': `import { Q } from "@acme/rules/q"\n${STRICT}`,
            'q.guardrail': 'pack Q(t: tools) { deny t }\n'
        })) {
            writeFileSync(join(root, 'node_modules/@acme/rules', name), text);
        }
        const outcome = await guardrail(['diff', 'before:mail.guardrail', 'mail.guardrail'], { cwd: root });
        expect([outcome.code, outcome.stdout]).toEqual([0, expect.stringContaining('equivalent')]);
    });

    test('are undecided if no longer installed, in each format', async () => {
        const root = repository({ 'mail.guardrail': POLICY_OF_TEAM, 'package-lock.json': npmLock('1.0.0') });
        writeFileSync(join(root, 'mail.guardrail'), POLICY_OF_TEAM.replace(/import.*\n|use.*\n/g, ''));
        for (const format of ['pretty', 'json', 'markdown']) {
            const { code, stdout } = await guardrail(
                ['diff', 'before:mail.guardrail', 'mail.guardrail', '--format', format],
                { cwd: root }
            );
            expect([format, code, /undecided|unknownPackages/.test(stdout)]).toEqual([format, 3, true]);
        }
    });

    test('in two checkouts belong to each checkout', async () => {
        const installed = (text: string): Record<string, string> => ({
            'mail.guardrail': POLICY_OF_TEAM,
            'node_modules/rules/package.json': '{ "guardrail": "./rules.guardrail" }',
            'node_modules/rules/rules.guardrail': text
        });
        const [before, now] = [folder(installed(RULES)), folder(installed(STRICT))];
        const { code } = await guardrail(['diff', join(before, 'mail.guardrail'), join(now, 'mail.guardrail')]);
        expect(code).toBe(1);
    });

    describe('are read in a checkout of it', () => {
        interface Checkout {
            readonly what: string;
            /** The lock file of the revision; undefined for none. */
            readonly locked?: string;
            /** The lock file and the installed version of the checkout. */
            readonly lock?: string;
            readonly version?: string;
            readonly code: number;
        }
        const CHECKOUTS: readonly Checkout[] = [
            { what: 'with its lock file', locked: npmLock('1.0.0'), lock: npmLock('1.0.0'), version: '1.0.0', code: 1 },
            { what: 'without lock files', version: '1.0.0', code: 1 },
            { what: 'with another lock file', locked: npmLock('1.0.0'), lock: npmLock('1.1.0'), code: 3 },
            {
                what: 'with another version',
                locked: npmLock('1.0.0'),
                lock: npmLock('1.0.0'),
                version: '1.1.0',
                code: 3
            },
            { what: 'that is not installed', locked: npmLock('1.0.0'), lock: npmLock('1.0.0'), code: 3 }
        ];
        const installed = (version: string, text: string): Record<string, string> => ({
            'node_modules/rules/package.json': JSON.stringify({ name: 'rules', version, guardrail: './r.guardrail' }),
            'node_modules/rules/r.guardrail': text
        });

        test.each(partOf(CHECKOUTS, 2))('$what', async ({ locked, lock, version, code }) => {
            const root = repository({
                'policies/mail.guardrail': POLICY_OF_TEAM,
                '.gitignore': 'node_modules',
                ...(locked !== undefined && { 'package-lock.json': locked })
            });
            for (const [path, text] of Object.entries(installed('2.0.0', STRICT))) {
                mkdirSync(join(root, path, '..'), { recursive: true });
                writeFileSync(join(root, path), text);
            }
            writeFileSync(join(root, 'package-lock.json'), npmLock('2.0.0'));
            const checkout = folder({
                'README.md': '',
                ...(lock !== undefined && { 'package-lock.json': lock }),
                ...(version !== undefined && installed(version, RULES))
            });
            const args = ['diff', 'before:policies/mail.guardrail', 'policies/mail.guardrail'];
            const outcome = await guardrail([...args, '--packages-of', checkout], { cwd: root });
            expect([outcome.code, outcome.stdout]).toEqual([
                code,
                expect.stringMatching(code === 3 ? /rules/ : /allowed -> denied/)
            ]);
        });

        test.each<[title: string, args: readonly string[], code: string]>([
            ['only for a revision', ['mail.guardrail', 'mail.guardrail', '--packages-of', '.'], 'GR902'],
            ['only if there is one', ['before:mail.guardrail', 'mail.guardrail', '--packages-of', 'none'], 'GR902'],
            ['or from its lock file', ['before:mail.guardrail', 'mail.guardrail', '--packages-of', 'lock'], 'GR942']
        ])('%s', async (_, args, code) => {
            const root = repository({ 'mail.guardrail': POLICY_OF_TEAM });
            const outcome = await guardrail(['diff', ...args], { cwd: root });
            expect([outcome.code, outcome.stderr]).toEqual([2, expect.stringContaining(code)]);
        });
    });
});
