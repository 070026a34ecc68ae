import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, openSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { outputFile } from '../../server/cli/options.js';
import { BAD, CLI, folder, GOOD, guardrail, type Outcome } from './guardrail.js';

/** A bad file. All are in one folder with a correct policy, whose results must be present too. */
interface BadFile {
    readonly what: string;
    readonly files: Readonly<Record<string, string | Uint8Array>>;
    /** The expected lines in the order of the output. */
    readonly expected: readonly (string | RegExp)[];
}

const BAD_FILES: readonly BadFile[] = [
    {
        what: 'a syntax error',
        files: { 'bad.guardrail': 'policy P\nagent a\nallow a mail.read\n' },
        expected: [
            'error[GR102]: Expected `:`, found `mail`.',
            'bad.guardrail:3:9',
            '3 │ allow a mail.read',
            '│         ^^^^'
        ]
    },
    {
        what: 'an unknown tool',
        files: { 'bad.guardrail': 'policy P\nagent a\nserver mail { tool read() }\nallow a: mail.raed\n' },
        expected: ['error[GR201]: There is no tool or group "mail.raed"', 'bad.guardrail:4:10']
    },
    {
        what: 'a missing import',
        files: { 'bad.guardrail': 'policy P\nimport "./nowhere.guardrail"\n' },
        expected: ['error[GR210]', './nowhere.guardrail', 'bad.guardrail:2:8']
    },
    {
        what: 'an import cycle',
        files: {
            'bad.guardrail': 'policy P\nimport "./other.guardrail"\n',
            'other.guardrail': 'import "./bad.guardrail"\n'
        },
        expected: ['error[GR211]', 'bad.guardrail:2:8', 'error[GR211]', 'other.guardrail:1:8']
    },
    {
        what: 'an error in an imported file',
        files: {
            'bad.guardrail': 'policy P\nimport "./lib/tools.guardrail"\n',
            'lib/tools.guardrail': 'server s { tool t(x: strin) }\n'
        },
        expected: ['error[GR208]', 'lib/tools.guardrail:1:22']
    },
    {
        what: 'an empty file',
        files: { 'bad.guardrail': '' },
        expected: ['error[GR105]: This file declares nothing.', 'bad.guardrail:1:1']
    },
    {
        what: 'a file of comments',
        files: { 'bad.guardrail': '// to be written\n' },
        expected: ['error[GR105]: This file declares nothing.', 'bad.guardrail:1:1']
    },
    {
        what: 'a binary file',
        files: { 'bad.guardrail': Uint8Array.from({ length: 3000 }, (_, i) => (i * 167) % 256) },
        expected: ['error[GR905]: bad.guardrail: this is not a text in UTF-8']
    },
    {
        what: 'a text with null characters',
        files: { 'bad.guardrail': 'policy P\0\0\0' },
        expected: [/error\[GR1\d\d\]: This is a binary file/, 'bad.guardrail:1:1']
    },
    {
        what: 'a text in UTF-16',
        files: { 'bad.guardrail': Buffer.from('\ufeffpolicy P', 'utf16le') },
        expected: ['error[GR905]: bad.guardrail: this is a text in UTF-16']
    },
    {
        what: 'a file of 5 MB',
        files: { 'bad.guardrail': `policy P\n${'label l // a comment that makes the line longer\n'.repeat(105_000)}` },
        expected: [/error\[GR1\d\d\]: This file has 5,\d{3},\d{3} characters/, 'bad.guardrail:1:1']
    },
    {
        what: 'a line of 10 MB',
        files: { 'bad.guardrail': `policy P // ${'x'.repeat(10_000_000)}` },
        expected: [/error\[GR1\d\d\]: This file has 10,\d{3},\d{3} characters/, 'bad.guardrail:1:1']
    },
    {
        what: 'a text nested too deeply',
        files: {
            'bad.guardrail': `policy P\nagent a\nserver s { tool t(x: int) }\ndeny s.t when ${'('.repeat(90_000)}x == 1`
        },
        expected: [/error\[GR\d{3}\].*nested too deeply/]
    }
];

describe('a command for one file names a bad file', () => {
    const binary = Uint8Array.from({ length: 3000 }, (_, i) => (i * 167) % 256);
    test.each<[string[], string | Uint8Array, string]>([
        [['repair', 'bad.guardrail'], '', 'error[GR105]: This file declares nothing.'],
        [['simulate', 'bad.guardrail'], '', 'error[GR923]: bad.guardrail is not a valid policy'],
        [['import', 'mcp', 'bad.guardrail'], binary, 'error[GR905]: bad.guardrail: this is not a text in UTF-8']
    ])('%j', async (args, text, expected) => {
        const outcome = await guardrail(args, { cwd: folder({ 'bad.guardrail': text }) });
        expect(outcome.stdout + outcome.stderr).toContain(expected);
        expect(outcome.code).toBe(2);
    });
});

describe('one bad file does not hide the others', () => {
    test('of all kinds at once', async () => {
        const found = BAD_FILES.map(({ files, expected }, index) => ({
            files: Object.entries(files).map(([name, content]) => [`${index}/${name}`, content]),
            expected: expected.map((part) =>
                typeof part === 'string' ? part.replace('bad.guardrail', `${index}/bad.guardrail`) : part
            )
        }));
        const files = Object.fromEntries(found.flatMap((one) => one.files)) as BadFile['files'];
        const outcome = await guardrail(['check'], { cwd: folder({ ...files, 'good.guardrail': GOOD }) });
        for (const { expected } of found) {
            expectInOrder(outcome.stdout, expected);
        }
        expect(outcome.stdout).toMatch(/✓ holds +nothing is sent/);
        expectClean(outcome, 2);
    });

    test('cyclic links', async ({ skip }) => {
        skip(process.platform === 'win32', 'links need a right there');
        const cwd = folder({ 'sub/a name with ünïcode.guardrail': GOOD });
        symlinkSync('..', join(cwd, 'sub/above'));
        symlinkSync('loop.guardrail', join(cwd, 'loop.guardrail'));
        const outcome = await guardrail(['check', 'loop.guardrail', '.', '--format', 'compact'], { cwd });
        expect(outcome.stdout).toContain(
            'error[GR904]: loop.guardrail cannot be read: its symbolic links run in a circle'
        );
        expect(outcome.stdout).toContain('claims    1 holds');
        expectClean(outcome, 2);
    });

    test('an unreadable file', async ({ skip }) => {
        skip(process.platform === 'win32', 'no permissions of this kind');
        const cwd = folder({ 'bad.guardrail': GOOD, 'good.guardrail': GOOD });
        chmodSync(join(cwd, 'bad.guardrail'), 0);
        // The check runs as another user, because root may do anything.
        const outcome = await guardrail(['check'], { cwd, ...(process.getuid?.() === 0 ? { uid: 65534 } : {}) });
        expect(outcome.stdout).toContain('error[GR904]: bad.guardrail: it cannot be read: permission is denied');
        expect(outcome.stdout).toMatch(/✓ holds +nothing is sent/);
        expectClean(outcome, 2);
    });

    test.each([
        [
            'a missing file',
            'nowhere.guardrail',
            'error[GR904]: nowhere.guardrail cannot be read: there is no such file'
        ],
        ['a folder without policies', 'docs', 'error[GR903]: the folder docs has no .guardrail file'],
        [
            'a pattern without matches',
            'rules/*.guardrail',
            'error[GR903]: no .guardrail file matches rules/*.guardrail'
        ],
        ['a file of another kind', 'docs/x.md', 'error[GR904]: docs/x.md is not a policy file']
    ])('%s', async (_, name, message) => {
        const cwd = folder({ 'good.guardrail': GOOD, 'docs/x.md': '# x' });
        const outcome = await guardrail(['check', name, 'good.guardrail'], { cwd });
        expect(outcome.stdout).toContain(message);
        expect(outcome.stdout).toMatch(/✓ holds +nothing is sent/);
        expectClean(outcome, 2);
    });

    test('an error in the file hides neither in JSON', async () => {
        const cwd = folder({
            'a.guardrail': 'polcy',
            'b.guardrail': '',
            'good.guardrail': GOOD,
            'viol.guardrail': BAD
        });
        const outcome = await guardrail(['check', '--format', 'json'], { cwd });
        const report = JSON.parse(outcome.stdout) as {
            exitCode: number;
            files: { path: string; result?: { claims: { verdict: string }[] } }[];
        };
        expect(report.files.map((file) => [file.path, file.result?.claims.map((claim) => claim.verdict)])).toEqual([
            ['a.guardrail', undefined],
            ['b.guardrail', undefined],
            ['good.guardrail', ['holds', 'witnessed']],
            ['viol.guardrail', ['violated', 'witnessed']]
        ]);
        expect(report.exitCode).toBe(2);
        expectClean(outcome, 2);
    });
});

describe('the command line', () => {
    test.each([
        [['check', '--timeout', 'soon'], "option '--timeout <seconds>' argument 'soon' is invalid"],
        [['check', '--timeout', '0'], "argument '0' is invalid"],
        [['check', '--max-states', '-1'], "argument '-1' is invalid"],
        [['check', '--max-memory', '1.5'], "argument '1.5' is invalid"],
        [['check', '--fail-on', 'all'], 'Allowed choices are error, warning.'],
        [['check', '--format', 'xml'], 'Allowed choices are pretty, compact, json, sarif,'],
        [['check', '--output', 'report.json'], 'FORMAT=FILE'],
        [['check', '--output', 'xml=report.xml'], 'FORMAT=FILE'],
        [['check', '--frob'], "unknown option '--frob'"],
        [['chekc'], 'Did you mean check?'],
        [['replay', 'good.guardrail', '--trace', 'log', '--jobs', '2'], 'A log is read in one thread: leave it out.'],
        [['lint', '--fix'], 'Use guardrail check --text-only'],
        [['add', 'x', '--dev'], 'Use guardrail packages add.'],
        [['docs'], 'Use guardrail packages.'],
        [['outdated', '.'], 'Use guardrail packages outdated.'],
        [['explain'], "missing required argument 'what'"],
        [['explain', 'GR999'], 'there is no code GR999'],
        [['import', 'mcp'], 'one source of tools is needed']
    ])('%j', async (args, message) => {
        const outcome = await guardrail(args, { cwd: folder({ 'good.guardrail': GOOD }) });
        expect(outcome.stderr.replace(/\s+/g, ' ')).toContain(message);
        expect(outcome.stderr).toMatch(/^error\[GR902\]: /);
        expect(outcome.stdout).toBe('');
        expectClean(outcome, 2);
    });

    test('an unknown claim', async () => {
        const outcome = await guardrail(['check', '--claim', 'nothing'], { cwd: folder({ 'good.guardrail': GOOD }) });
        expect(outcome.stdout).toContain('error[GR907]: no policy has a claim "nothing"');
        expect(outcome.stdout).toContain('The claims are "nothing is sent", "it can read".');
        expectClean(outcome, 2);
    });

    test('no policy at all', async () => {
        const outcome = await guardrail(['check'], { cwd: folder({}) });
        expect(outcome.stdout).toContain('error[GR903]');
        expectClean(outcome, 2);
    });
});

test('a Windows path is a path after FORMAT=', () => {
    expect(outputFile('json=C:\\reports\\a=b.json', [])).toEqual([{ format: 'json', path: 'C:\\reports\\a=b.json' }]);
});

describe('a result that cannot be written', () => {
    test.each([
        ['json=good.guardrail/report.json', 'good.guardrail is not a folder'],
        ['json=good.guardrail', 'this command reads'],
        ['json=docs', 'it is a folder']
    ])('%s is detected before the check', async (output, message) => {
        const cwd = folder({ 'good.guardrail': GOOD, 'docs/x.md': '' });
        const outcome = await guardrail(['check', '--output', output], { cwd });
        expect(outcome.stderr).toMatch(/^error\[GR910\]: /);
        expect(outcome.stderr.replace(/\s+/g, ' ')).toContain(message);
        expect(outcome.stdout).toBe('');
        expectClean(outcome, 2);
    });

    test('leaves the report of the previous run', async ({ skip }) => {
        skip(process.platform === 'win32', 'no permissions of this kind');
        const cwd = folder({ 'good.guardrail': GOOD, 'out/report.json': 'before' });
        chmodSync(join(cwd, 'out'), 0o555);
        onTestFinished(() => chmodSync(join(cwd, 'out'), 0o755));
        const outcome = await guardrail(['check', '--output', 'json=out/report.json'], {
            cwd,
            ...(process.getuid?.() === 0 ? { uid: 65534 } : {})
        });
        expect(outcome.stderr).toMatch(/^error\[GR910\]: .*permission is denied/s);
        expect(readFileSync(join(cwd, 'out/report.json'), 'utf8')).toBe('before');
        expect(readdirSync(join(cwd, 'out'))).toEqual(['report.json']);
        expectClean(outcome, 4);
    });

    test.skipIf(!existsSync('/dev/full')).each([
        ['a report', ['check'], 'standard output'],
        ['a help', ['check', '--help'], 'standard output'],
        ['a report in a file', ['check', '--output', 'sarif=/dev/full', '--quiet'], '/dev/full']
    ])('a full disk: %s', (_, args, what) => {
        const cwd = folder({ 'good.guardrail': GOOD });
        const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], {
            cwd,
            stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
            encoding: 'utf8'
        });
        expect(stderr).toContain(`error[GR910]: ${what} cannot be written: no space is left on the device`);
        expect(status).toBe(4);
    });

    test.each([
        ['below a file', 'good.guardrail/cache'],
        // Not even root can create a folder there, and its recursive `mkdir` never ends.
        ...(existsSync('/proc/self') ? [['of the system', '/proc/nowhere/cache']] : [])
    ])('a cache %s is left unchanged', async (_, cache) => {
        const cwd = folder({ 'good.guardrail': GOOD });
        const outcome = await guardrail(['check', '--cache-dir', cache, '--quiet'], { cwd });
        expect(outcome.stdout + outcome.stderr).toBe('');
        expectClean(outcome, 0);
    });

    test.each([
        [['check', '--format', 'sarif'], 1],
        [['check', '--format', 'junit'], 1],
        [['check', '--format', 'html'], 1],
        [['check', '--help'], 0]
    ])('a closed pipe: %j', async (args, code) => {
        const child = spawn(process.execPath, [CLI, ...args], { cwd: folder({ 'bad.guardrail': BAD }) });
        child.stdout.destroy();
        let stderr = '';
        child.stderr.on('data', (data) => (stderr += String(data)));
        expect(await new Promise((resolve) => child.on('close', resolve))).toBe(code);
        expect(stderr).toBe('');
    });

    test.each([
        ['holds', GOOD, 0],
        ['is violated', BAD, 1]
    ])('a closed pipe: the exit code is still the verdict, here of a claim that %s', async (_, policy, code) => {
        const many = Object.fromEntries(Array.from({ length: 40 }, (__, i) => [`p${i}.guardrail`, policy]));
        const cwd = folder(many);
        const child = spawn(process.execPath, [CLI, 'check', '--output', 'json=report.json'], { cwd });
        let stderr = '';
        child.stderr.on('data', (data) => (stderr += String(data)));
        child.stdout.once('data', () => child.stdout.destroy());
        const status = await new Promise((resolve) => child.on('close', resolve));
        expect(stderr).toBe('');
        expect(status).toBe(code);
        const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')) as { files: unknown[] };
        expect(report.files).toHaveLength(40);
    });
});

describe('a fault of the checker itself', () => {
    // The program is broken from outside: its clock throws.
    const broken = ['--import', 'data:text/javascript,performance.now=()=>{throw new Error("the clock is broken")}'];

    test('is reported as such, without a stack', async () => {
        const outcome = await guardrail(['check'], { cwd: folder({ 'good.guardrail': GOOD }), node: broken });
        expect(outcome.stderr.replace(/\s+/g, ' ')).toContain(
            'error[GR901]: the checker itself failed: the clock is broken'
        );
        expect(outcome.stderr).toContain('GUARDRAIL_DEBUG=1');
        expectClean(outcome, 4);
    });

    test('shows its stack on request', async () => {
        const cwd = folder({ 'good.guardrail': GOOD });
        const outcome = await guardrail(['check'], { cwd, node: broken, env: { GUARDRAIL_DEBUG: '1' } });
        expect(outcome.stderr).toMatch(/\n\s+at /);
        expect(outcome.code).toBe(4);
    });
});

function expectInOrder(text: string, parts: readonly (string | RegExp)[]): void {
    // Words are compared instead of lines, because messages are wrapped.
    let rest = text.replace(/[^\S\n]*\n[^\S\n]*/g, ' ').replace(/ +/g, ' ');
    for (const part of parts) {
        const found = typeof part === 'string' ? rest.indexOf(part.replace(/ +/g, ' ')) : rest.search(part);
        expect(found, `${String(part)} in:\n${text}`).toBeGreaterThanOrEqual(0);
        rest = rest.slice(found + 1);
    }
}

function expectClean({ code, stdout, stderr }: Outcome, expected: number): void {
    expect(stdout + stderr).not.toMatch(/^\s+at .*[(/].*:\d+:\d+\)?$/m);
    expect(stdout + stderr).not.toContain('node:internal');
    expect(code).toBe(expected);
}

test.each([
    ['of the command line', [`${'x'.repeat(100_000)}*`], '{}'],
    ['to look in', [], JSON.stringify({ files: [`${'x'.repeat(100_000)}*`] })],
    ['to leave out', [], JSON.stringify({ exclude: [`${'x'.repeat(100_000)}*`] })]
])('a pattern %s that is longer than any name', async (_, names, config) => {
    const cwd = folder({ 'p.guardrail': GOOD, 'guardrail.config.json': config });
    const { code, stdout, stderr } = await guardrail(['check', ...names], { cwd });
    const all = stdout + stderr;
    expect([code, /GR\d{3}/.exec(all)?.[0], all.length < 500]).toEqual([2, 'GR904', true]);
});
