/**
 * Tests the files that the command reads and writes: regular files only, never outside of the repository, never over
 * its inputs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHECK_FORMATS } from '../../../server/cli/reports/formats.js';
import { partOf } from '../../support/depth.js';
import { folder, GOOD, guardrail } from '../guardrail.js';

/** The ways to replace a file by something endless, or by something that is not a file. */
const PLACES: Readonly<Record<string, (path: string) => void>> = {
    'a named pipe': (path) => void execFileSync('mkfifo', [path]),
    'a link to a named pipe': (path) => {
        execFileSync('mkfifo', [`${path}.pipe`]);
        symlinkSync(`${path}.pipe`, path);
    },
    'a link to a device': (path) => symlinkSync('/dev/zero', path),
    'a directory': (path) => void mkdirSync(path)
};

/** The files that a command reads, each with its path, how it is read, and the code that refuses it. */
const READERS: readonly { what: string; file: string; args: readonly string[]; code: string }[] = [
    { what: 'a policy', file: 'p.guardrail', args: ['fmt', 'p.guardrail'], code: 'GR90[34]' },
    { what: 'an import', file: 'tools.guardrail', args: ['check', 'importing.guardrail'], code: 'GR210' },
    { what: 'the configuration', file: 'guardrail.config.json', args: ['check', 'good.guardrail'], code: 'GR912' },
    {
        what: 'a baseline',
        file: 'base.json',
        args: ['check', 'good.guardrail', '--baseline', 'base.json'],
        code: 'GR916'
    },
    { what: 'a list of tools', file: 'tools.json', args: ['import', 'mcp', 'tools.json'], code: 'GR904' },
    {
        what: 'a client configuration',
        file: 'mcp.json',
        args: ['import', 'mcp', '--config', 'mcp.json'],
        code: 'GR904'
    },
    { what: 'a log', file: 'log.jsonl', args: ['replay', 'good.guardrail', '--trace', 'log.jsonl'], code: 'GR904' }
];

const REFUSED = READERS.flatMap((reader) => Object.entries(PLACES).map(([place, put]) => ({ ...reader, place, put })));

// Every third pair covers each reader and each place.
test.each(partOf(REFUSED, 6))('$what that is $place is refused with its name', async ({ file, args, code, put }) => {
    const cwd = folder({
        'good.guardrail': GOOD,
        'importing.guardrail': 'policy P\nimport "./tools.guardrail"\nagent a\n'
    });
    put(join(cwd, file));
    const outcome = await guardrail(args, { cwd });
    expect(outcome.code).toBe(2);
    expect(outcome.stdout + outcome.stderr).toMatch(new RegExp(code));
    expect((outcome.stdout + outcome.stderr).replace(/\s+/g, ' ')).toContain(file);
});

test('a cached result that is a pipe is not waited for', async () => {
    const cwd = folder({ 'good.guardrail': GOOD });
    const args = ['check', 'good.guardrail', '--cache-dir', 'kept'];
    await guardrail(args, { cwd });
    const entry = execFileSync('ls', [join(cwd, 'kept')], { encoding: 'utf8' }).trim();
    execFileSync('sh', ['-c', `rm ${entry} && mkfifo ${entry}`], { cwd: join(cwd, 'kept') });
    expect((await guardrail(args, { cwd })).code).toBe(0);
});

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

test.each([
    { file: 'guardrail.config.json', text: `{"files": ${DEEP}}`, args: ['check', 'good.guardrail'], code: 'GR912' },
    { file: 'base.json', text: DEEP, args: ['check', 'good.guardrail', '--baseline', 'base.json'], code: 'GR916' },
    { file: 'tools.json', text: `{"tools": ${DEEP}}`, args: ['import', 'mcp', 'tools.json'], code: 'GR908' },
    {
        file: 'mcp.json',
        text: `{"mcpServers": ${DEEP}}`,
        args: ['import', 'mcp', '--config', 'mcp.json'],
        code: 'GR976'
    },
    {
        file: 'node_modules/p/package.json',
        text: `{"exports": ${DEEP}}`,
        args: ['check', 'importing.guardrail'],
        code: 'GR2\\d\\d'
    }
])('too deeply nested JSON is refused: $file', async ({ file, text, args, code }) => {
    const files = { [file]: text, 'good.guardrail': GOOD, 'importing.guardrail': 'policy P\nimport "p"\nagent a\n' };
    const outcome = await guardrail(args, { cwd: folder(files) });
    expect(outcome.code).toBe(2);
    expect(outcome.stdout + outcome.stderr).toMatch(new RegExp(`\\[${code}\\]`));
});

describe('multiplying references in a schema', () => {
    const two = (keyword: string, next: unknown): unknown =>
        keyword === 'properties'
            ? { type: 'object', properties: { a: next, b: next } }
            : { [keyword]: [next, next, { type: 'array', items: next }] };
    test.each(['properties', 'anyOf', 'oneOf'])('by %s', async (keyword) => {
        const parts = Array.from({ length: 40 }, (_, i) => [`d${i}`, two(keyword, { $ref: `#/$defs/d${i + 1}` })]);
        const inputSchema = {
            type: 'object',
            properties: { x: { $ref: '#/$defs/d0' } },
            $defs: Object.fromEntries([...parts, ['d40', { type: 'string' }]]) as unknown
        };
        const cwd = folder({ 'tools.json': JSON.stringify({ tools: [{ name: 't', inputSchema }] }) });
        const { code, stdout } = await guardrail(['import', 'mcp', 'tools.json'], { cwd });
        expect(code).toBe(0);
        expect(stdout).toContain('the schema has more than 2000 parts');
    });
});

test('a list of tools that is too long for a file is reported', async () => {
    const tools = Array.from({ length: 3000 }, (_, i) => ({ name: `t${i}`, description: 'x'.repeat(500) }));
    const cwd = folder({ 'tools.json': JSON.stringify({ tools }) });
    const { code, stderr } = await guardrail(['import', 'mcp', 'tools.json'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('GR908');
});

describe('outputs', () => {
    test.each(['good.guardrail', 'hard.json', 'soft.json', 'guardrail.config.json', 'tools.guardrail'])(
        'are not written over the input %s',
        async (target) => {
            const cwd = folder({
                'good.guardrail': `${GOOD.replace('agent', 'import "./tools.guardrail"\nagent')}`,
                'tools.guardrail': 'server other { tool t() }\n',
                'guardrail.config.json': '{}'
            });
            linkSync(join(cwd, 'good.guardrail'), join(cwd, 'hard.json'));
            symlinkSync('good.guardrail', join(cwd, 'soft.json'));
            const before = readFileSync(join(cwd, target), 'utf8');
            const checked = await guardrail(['check', 'good.guardrail', '--output', `json=${target}`], { cwd });
            expect(checked).toMatchObject({ code: 2 });
            const exported = await guardrail(['export', 'good.guardrail', '--to', 'json', '-o', target], { cwd });
            expect(exported.code).toBe(target === 'guardrail.config.json' ? 0 : 2);
            if (target !== 'guardrail.config.json') {
                expect(readFileSync(join(cwd, target), 'utf8')).toBe(before);
            }
        }
    );

    test('create missing folders', async () => {
        const cwd = folder({
            'good.guardrail': GOOD,
            'tools.json': '{"tools": [{"name": "t", "annotations": {"readOnlyHint": true}}]}'
        });
        await guardrail(['check', 'good.guardrail', '--output', 'json=reports/new/report.json'], { cwd });
        await guardrail(['import', 'mcp', 'tools.json', '-o', 'tools/new/t.guardrail'], { cwd });
        await guardrail(['init', 'policies/new/p.guardrail', 'tools.json', '--template', 'approvals'], { cwd });
        expect(existsSync(join(cwd, 'reports/new/report.json'))).toBe(true);
        expect(existsSync(join(cwd, 'tools/new/t.guardrail'))).toBe(true);
    });

    /** Tests that links and configurations, which come with a pull request, do not lead outside of the repository. */
    test.each([
        // The report replaces a dangling link.
        { link: 'report.json', to: '../outside.json', args: ['--output', 'json=report.json'], isAllowed: true },
        { link: 'reports', to: '..', args: ['--output', 'json=reports/outside.json'] },
        { link: 'hooks', to: '.git', args: ['--output', 'json=hooks/outside.json'] },
        { config: { outputs: { json: '../outside.json' } } },
        { config: { outputs: { sarif: '.git/outside.json' } } },
        { config: { outputs: { json: 'reports/outside.json' } }, link: 'reports', to: '..' },
        { config: { cache: '../outside.json' } },
        { config: { baseline: '../outside.json' }, args: ['--update-baseline'] },
        { link: '.guardrail-cache', to: '../outside.json', isAllowed: true }
    ])('stay inside: %j', async ({ link, to, args = [], config, isAllowed = false }) => {
        const root = folder({ 'repository/good.guardrail': GOOD, 'repository/.git/HEAD': '' });
        const cwd = join(root, 'repository');
        if (link !== undefined) {
            symlinkSync(to, join(cwd, link));
        }
        if (config) {
            writeFileSync(join(cwd, 'guardrail.config.json'), JSON.stringify(config));
        }
        const { code, stderr } = await guardrail(['check', 'good.guardrail', ...args], { cwd });
        expect(code).toBe(isAllowed ? 0 : 2);
        expect(stderr).toMatch(isAllowed ? /^$/ : /GR91[02]/);
        expect(existsSync(join(root, 'outside.json'))).toBe(false);
        expect(existsSync(join(cwd, '.git/outside.json'))).toBe(false);
    });

    test('a cache leaves other files in its folder alone', async () => {
        const old = new Date(0);
        const cwd = folder({ 'good.guardrail': GOOD, 'package.json': '{}', '.gitignore': 'dist\n' });
        const { utimesSync } = await import('node:fs');
        utimesSync(join(cwd, 'package.json'), old, old);
        await guardrail(['check', 'good.guardrail', '--cache-dir', '.'], { cwd });
        expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe('{}');
        expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('dist\n');
    });
});

describe('invisible characters', () => {
    const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
    const NAME = 'ev\u202eil\u200b\u2066\u00ad.guardrail';
    const POLICY = GOOD.replace('nothing is sent', 'not\u200bhing').replace('policy Good', 'policy Good // \u202e');

    const FILES = { [NAME]: POLICY, 'p.guardrail': POLICY, 'bad\u200b.guardrail': 'policy \u202e' };
    const unseenIn = (text: string): string[] =>
        text.split('\n').filter((line) => UNSEEN.test(line.replaceAll('\t', '')));

    test('are not printed raw in any format of a report', async () => {
        const cwd = folder(FILES);
        const outputs = CHECK_FORMATS.flatMap((format) => ['--output', `${format}=report.${format}`]);
        await guardrail(['check', '.', ...outputs], { cwd });
        const reports = CHECK_FORMATS.map((format) => readFileSync(join(cwd, `report.${format}`), 'utf8'));
        expect(reports.map((text) => [text === '', unseenIn(text)])).toEqual(reports.map(() => [false, []]));
    });

    test.each([
        ['check', '.'],
        ['coverage', '.'],
        ['fmt', '--check', '.'],
        ['check', '--text-only', '.'],
        ['diff', 'p.guardrail', NAME],
        ['repair', NAME],
        ['replay', NAME, '--trace', 'log\u202e.jsonl'],
        ['import', 'mcp', 'tools\u202e.json'],
        ['check', '--config', 'missing\u202e.json']
    ])('are not printed raw by %s %s %s %s', async (...args) => {
        const given = args.filter((arg): arg is string => typeof arg === 'string');
        const { stdout, stderr } = await guardrail(given, { cwd: folder(FILES) });
        expect(unseenIn(stdout + stderr)).toEqual([]);
        expect(stdout + stderr).not.toBe('');
    });

    test('are not printed raw when simulate repeats the input', async () => {
        const input = 'user says "\u202e"\nscenario \u200b\n\ud83d\u0000\n';
        const { stdout } = await guardrail(['simulate', 'p.guardrail'], {
            cwd: folder({ 'p.guardrail': GOOD }),
            input
        });
        expect(unseenIn(stdout)).toEqual([]);
        expect(stdout).toContain('user says');
    });

    test('JSON contains the names unchanged', async () => {
        const { stdout } = await guardrail(['check', '.', '--format', 'json'], { cwd: folder({ [NAME]: GOOD }) });
        expect((JSON.parse(stdout) as { files: { path: string }[] }).files[0]!.path).toBe(NAME);
    });
});
