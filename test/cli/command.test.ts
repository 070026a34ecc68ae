import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { codePage } from '../../server/cli/code-pages.js';
import { BAD, CLI, folder, GOOD, guardrail } from './guardrail.js';
import { messagesOf } from './tool-lists/language.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const reference = join(root, 'test/cli/fixtures/mcp-reference-servers.json');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** A policy with 2^16 states: any of 16 labels may be carried. */
const LABELS = Array.from({ length: 16 }, (_, i) => `l${i}`);
const LARGE = `policy Large
agent a
server s {
  ${LABELS.map((label) => `tool read_${label}() reads ${label}`).join('\n  ')}
  tool send()
}
${LABELS.map((label) => `label ${label}`).join('\n')}
allow a: s.*
deny s.send when ${LABELS.map((label) => `carries ${label}`).join(' and ')}
claim "large": never s.send when ${LABELS.map((label) => `carries ${label}`).join(' and ')}
`;

const OUTSIDE = `policy Outside
agent a
event ci.passed
server s { tool deploy() }
@own("7 b")
allow a: s.deploy when once ci.passed
audit deny s.deploy
@severity(high)
claim "no deploy": never s.deploy
scenario "after the tests":
  ci.passed happens
  a calls s.deploy() -> allowed
`;

describe('guardrail', () => {
    test('--version', async () => {
        expect(await guardrail(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    });

    test.each([
        [['--help']],
        [['check', '--help']],
        [['import', 'mcp', '--help']],
        [['export', '--help']],
        [['help', 'explain']]
    ])('%j', async (args) => {
        const { code, stdout, stderr } = await guardrail(args);
        expect(stdout).toMatch(/^Usage: guardrail /);
        expect(stderr).toBe('');
        expect(code).toBe(0);
        expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    });

    test('without a command lists the commands', async () => {
        const { code, stderr } = await guardrail([]);
        expect(stderr).toContain('Commands:');
        expect(code).toBe(2);
    });

    // Half a megabyte of parser takes longer to load than everything else: the limit is far from both sizes.
    test('starts without loading code that only some commands need', () => {
        const loaded = new Set<string>();
        const load = (file: string): void => {
            if (!loaded.has(file)) {
                loaded.add(file);
                const text = readFileSync(file, 'utf8');
                for (const [, path] of text.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g)) {
                    load(join(dirname(file), path!));
                }
            }
        };
        load(CLI);
        const bytes = [...loaded].reduce((sum, file) => sum + statSync(file).size, 0);
        expect(loaded.size).toBeGreaterThan(1);
        expect(bytes).toBeLessThan(150_000);
    });
});

describe('check', () => {
    test.each([
        ['all is well', GOOD, [], 0],
        ['a claim is violated', BAD, [], 1],
        ['a scenario fails', `${GOOD}scenario "s":\n  assistant calls mail.send(to: "x") -> allowed\n`, [], 1],
        ['a claim is vacuous', `${GOOD}claim "v": mail.send requires once mail.read\n`, [], 1],
        [
            'a vacuous claim is expected',
            `${GOOD}@expected(vacuous) claim "v": mail.send requires once mail.read\n`,
            [],
            0
        ],
        ['an audited rule would deny', `${GOOD}audit deny mail.read\n`, ['--fail-on', 'warning'], 0],
        ['something is impossible', `${GOOD}claim "i": possible mail.send\n`, [], 1],
        ['the limit is too low', LARGE, ['--max-states', '100'], 3]
    ])('exit code when %s', async (_, policy, options, code) => {
        const outcome = await guardrail(['check', ...options], { cwd: folder({ 'p.guardrail': policy }) });
        expect(outcome.code, outcome.stdout).toBe(code);
        expect(outcome.stderr).toBe('');
    });

    test('accepts files, folders and patterns, and checks each file once', async () => {
        const cwd = folder({
            'a/x.guardrail': GOOD,
            'a/b/y.guardrail': GOOD,
            'z.guardrail': GOOD,
            'node_modules/p/n.guardrail': BAD
        });
        const paths = async (...names: string[]): Promise<string[]> => {
            const { stdout } = await guardrail(['check', '--format', 'json', ...names], { cwd });
            return (JSON.parse(stdout) as { files: { path: string }[] }).files.map((file) => file.path);
        };
        expect(await paths()).toEqual(['a/b/y.guardrail', 'a/x.guardrail', 'z.guardrail']);
        expect(await paths('a')).toEqual(['a/b/y.guardrail', 'a/x.guardrail']);
        expect(await paths('a/*.guardrail', './a/x.guardrail', join(cwd, 'a/x.guardrail'))).toEqual(['a/x.guardrail']);
    });

    test('validates inventories', async () => {
        const cwd = folder({ 'tools.guardrail': 'server s { tool t() }\n' });
        expect((await guardrail(['check'], { cwd })).code).toBe(0);
    });

    test('--claim checks one claim and nothing else', async () => {
        const cwd = folder({ 'p.guardrail': BAD, 'q.guardrail': GOOD.replace('nothing is sent', 'other') });
        const { stdout, code } = await guardrail(['check', '--claim', 'it can read'], { cwd });
        expect(stdout).toMatch(/✓ possible +it can read/);
        expect(stdout).not.toContain('nothing is sent');
        expect(code).toBe(0);
        const other = await guardrail(['check', '--claim', 'nothing is sent'], { cwd });
        expect(other.stdout).not.toContain('q.guardrail');
        expect(other.code).toBe(1);
    });

    test('--quiet prints nothing when nothing is wrong', async () => {
        const good = await guardrail(['check', '--quiet'], { cwd: folder({ 'p.guardrail': GOOD }) });
        expect(good).toEqual({ code: 0, stdout: '', stderr: '' });
        const bad = await guardrail(['check', '-q'], { cwd: folder({ 'p.guardrail': BAD }) });
        expect(bad.stdout).toContain('violated');
        expect(bad.stdout).not.toMatch(/✓ possible/);
    });

    test('--output writes the same reports into files', async () => {
        const cwd = folder({ 'p.guardrail': BAD });
        const { stdout } = await guardrail(['check', '--output', 'json=r.json', '--output', 'pretty=r.txt'], { cwd });
        const withoutTime = (text: string): string => text.replace(/\S+ (ms|s)\b/g, '');
        expect(withoutTime(readFileSync(join(cwd, 'r.txt'), 'utf8'))).toBe(withoutTime(stdout));
        expect(JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'))).toMatchObject({
            format: 'guardrail-report/1',
            tool: { name: 'guardrail', version },
            exitCode: 1,
            files: [{ path: 'p.guardrail', kind: 'policy', result: { policy: 'Bad' } }]
        });
        // No temporary file remains.
        expect(readdirSync(cwd).sort()).toEqual(['.guardrail-cache', 'p.guardrail', 'r.json', 'r.txt']);
    });

    test('shows outside events, annotations and audited rules, to people and programs', async () => {
        const cwd = folder({ 'p.guardrail': OUTSIDE });
        const { stdout, code } = await guardrail(['check', '--output', 'json=r.json'], { cwd });
        expect(code).toBe(1);
        expect(stdout).toMatch(/○ 1 {2}ci\.passed happens +from outside\n/);
        expect(stdout).toMatch(/✗ violated {2}no deploy\n {4}@severity\(high\)\n/);
        expect(stdout).toMatch(
            /i audited .*\n.*a calls s\.deploy\(\) -> allowed\n.*\n +audit deny s\.deploy {2}p\.guardrail:/
        );
        const report = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8')) as unknown;
        const annotations = [{ name: 'severity', values: ['high'] }];
        const rule = { text: 'allow a: s.deploy when once ci.passed', annotations: [{ name: 'own', values: ['7 b'] }] };
        expect(report).toMatchObject({
            files: [
                {
                    result: {
                        claims: [
                            {
                                annotations,
                                expected: false,
                                trace: {
                                    steps: [
                                        { kind: 'event', actor: 'outside', tool: 'ci.passed', args: {}, rules: [] },
                                        { kind: 'call', actor: 'a', tool: 's.deploy', rules: [rule] }
                                    ]
                                }
                            }
                        ],
                        scenarios: [{ steps: [{}, { audited: [{ text: 'audit deny s.deploy' }] }] }]
                    }
                }
            ]
        });
    });

    test('colours are only used if wanted', async () => {
        const cwd = folder({ 'p.guardrail': BAD });
        const escapes = async (args: readonly string[], env: Record<string, string>): Promise<boolean> =>
            (await guardrail(['check', ...args], { cwd, env })).stdout.includes('\u001b[');
        expect(await escapes([], {})).toBe(false);
        expect(await escapes([], { FORCE_COLOR: '1' })).toBe(true);
        expect(await escapes([], { FORCE_COLOR: '0' })).toBe(false);
        expect(await escapes([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
        expect(await escapes(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
    });

    test('symbols are ASCII if the locale is not UTF-8', async () => {
        const cwd = folder({ 'p.guardrail': BAD });
        const { stdout } = await guardrail(['check'], { cwd, env: { LANG: 'C' } });
        expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
    });
});

describe('import mcp', () => {
    test('writes an inventory that policies can use', async () => {
        const cwd = folder({});
        const outcome = await guardrail(
            ['import', 'mcp', reference, '--server', 'fetch', 'git', '-o', 'tools.guardrail'],
            { cwd }
        );
        expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
        const text = readFileSync(join(cwd, 'tools.guardrail'), 'utf8');
        expect(text.match(/^server \w+/gm)).toEqual(['server fetch', 'server git']);
        expect(await messagesOf(text)).toEqual([]);
    });

    test('prints all servers without further options, deterministically', async () => {
        const first = await guardrail(['import', 'mcp', reference]);
        expect(first.code).toBe(0);
        expect(first.stdout).toBe(readFileSync(join(root, 'test/cli/fixtures/mcp/reference.guardrail'), 'utf8'));
        expect(await guardrail(['import', 'mcp', reference])).toEqual(first);
    });

    test('names the server of a single list', async () => {
        const cwd = folder({ 'my-tools.json': '{"tools":[{"name":"t","inputSchema":{"type":"object"}}]}' });
        expect((await guardrail(['import', 'mcp', 'my-tools.json'], { cwd })).stdout).toContain('server `my-tools` {');
        const named = await guardrail(['import', 'mcp', 'my-tools.json', '--server', 'mine'], { cwd });
        expect(named.stdout).toContain('server mine {');
    });

    test('does not overwrite a file unless asked', async () => {
        const cwd = folder({ 'tools.guardrail': 'mine' });
        const args = ['import', 'mcp', reference, '-o', 'tools.guardrail'];
        const refused = await guardrail(args, { cwd });
        expect(refused.stderr).toMatch(/^error\[GR910\]: tools\.guardrail already exists/);
        expect(refused.code).toBe(2);
        expect(readFileSync(join(cwd, 'tools.guardrail'), 'utf8')).toBe('mine');
        expect((await guardrail([...args, '--force'], { cwd })).code).toBe(0);
        expect(readFileSync(join(cwd, 'tools.guardrail'), 'utf8')).toContain('server time {');
    });

    test('warns of an incomplete list', async () => {
        const cwd = folder({ 'page.json': '{"tools":[],"nextCursor":"2"}' });
        const { code, stdout, stderr } = await guardrail(['import', 'mcp', 'page.json'], { cwd });
        expect(stderr).toContain('warning: the list of page is incomplete');
        expect(stdout).toContain('// Incomplete');
        expect(code).toBe(0);
    });

    test.each([
        ['no JSON', '{"tools": [', [], 'error[GR908]: tools.json is not valid JSON'],
        ['binary data', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), [], 'error[GR905]'],
        [
            'another shape',
            '{"mcpServers":{"a":{"command":"npx"}}}',
            [],
            'error[GR908]: this is the configuration of a client'
        ],
        ['a name that cannot be written', '[{"name":"a`b"}]', [], 'error[GR908]: the name "a`b" cannot be written'],
        ['an unknown server', '{"a":{"tools":[]}}', ['--server', 'b'], 'error[GR902]: tools.json has no server "b"'],
        [
            'two names for one list',
            '[]',
            ['--server', 'a', 'b'],
            'error[GR902]: tools.json is one server, and 2 names are given'
        ]
    ])('refuses %s', async (_, content, options, message) => {
        const cwd = folder({ 'tools.json': content });
        const { code, stdout, stderr } = await guardrail(['import', 'mcp', 'tools.json', ...options], { cwd });
        expect(stderr).toContain(message);
        expect(stdout).toBe('');
        expect(code).toBe(2);
    });

    test('refuses a file that does not exist', async () => {
        const { code, stderr } = await guardrail(['import', 'mcp', 'nowhere.json'], { cwd: folder({}) });
        expect(stderr).toContain('error[GR904]: nowhere.json cannot be read: there is no such file');
        expect(code).toBe(2);
    });
});

describe('explain', () => {
    const pages = readdirSync(join(root, 'docs/codes')).filter((name) => name.endsWith('.md'));
    const text = (page: string): string => readFileSync(join(root, 'docs/codes', page), 'utf8');

    test('knows every code that has a page', () => {
        expect(pages.length).toBeGreaterThan(9);
        for (const page of pages) {
            expect(codePage(page.slice(0, -3), pathToFileURL(CLI))).toBe(text(page));
        }
    });

    test.each(['GR101', 'GR984'])('prints the page of %s', async (code) => {
        const expected = { code: 0, stdout: text(`${code}.md`), stderr: '' };
        expect(await guardrail(['explain', code.toLowerCase()])).toEqual(expected);
    });
});
