/** Tests `guardrail replay` as a command: the transcripts of its page, exit codes, and invalid input. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_DEEP } from '../../../support/depth.js';
import { CLI, folder, guardrail, type Outcome } from '../../guardrail.js';

const page = readFileSync(new URL('../../../../docs/replay.md', import.meta.url), 'utf8');

describe('docs/replay.md', () => {
    let root: string;
    beforeAll(() => {
        root = mkdtempSync(join(tmpdir(), 'guardrail-'));
        for (const [, name, text] of page.matchAll(/`([\w.]+)`[^`]*:\n\n```(?:guardrail|jsonl|json)\n([\s\S]*?)```/g)) {
            writeFileSync(join(root, name!), text!);
        }
    });
    afterAll(() => rmSync(root, { recursive: true, force: true }));

    const transcripts = [...page.matchAll(/```console\n\$ guardrail ([^\n]*)\n([\s\S]*?)```/g)];

    test.each(
        [...page.matchAll(/`([\w.]+\.jsonl)`[^`]*:\n\n```(\w+)\n([\s\S]*?)```/g)].map(([, name, language, text]) => [
            name!,
            language!,
            text!
        ])
    )('%s has one value per line', (name, language, text) => {
        expect(language).toBe('jsonl');
        const broken = text
            .trim()
            .split('\n')
            .filter((line) => !isJson(line));
        // Unreadable input is shown with a truncated line.
        expect(broken).toHaveLength(name === 'session.jsonl' ? 1 : 0);
    });

    test.each([
        ['JSON Lines', 'session.jsonl', 'jsonl'],
        ['MCP', 'mcp.jsonl', 'mcp'],
        ['OpenAI', 'chat.json', 'openai'],
        ['OpenAI', 'responses.json', 'openai'],
        ['Anthropic', 'messages.json', 'anthropic'],
        ['AgentDojo', 'dojo.json', 'agentdojo'],
        ['OpenTelemetry', 'spans.json', 'otel']
    ])('the example of %s, %s, is reported as %s', (_what, name, format) => {
        const transcript = transcripts.find(([, args]) => args!.includes(`--trace ${name}`));
        expect(transcript?.[2]).toContain(`\n  ${format} · `);
    });

    test('has a transcript for each format', () => {
        expect(transcripts).toHaveLength(7);
    });

    test.concurrent.each(transcripts.map(([, args, output]) => [args!, output!]))('%s', async (args, output) => {
        const { stdout } = await guardrail(args.split(' '), { cwd: root });
        expect(stdout.replace(/(?:<1|\d+) ms|\d+\.\d s/g, '25 ms')).toBe(output);
    });
});

test('docs/replay.md: a log in another format', async () => {
    const [, script, args, output] = /\$ node (\S+) \| npx --no-install guardrail ([^\n]*)\n([\s\S]*?)```/.exec(page)!;
    const cwd = fileURLToPath(new URL('../../../..', import.meta.url));
    const log = execFileSync(process.execPath, [script!], { cwd, encoding: 'utf8' });
    const { stdout } = await piped(args!.split(' '), log, cwd);
    const untimed = (text: string): string => text.replace(/(?:<1|\d+) ms|\d+\.\d s/, '94 ms');
    expect(untimed(stdout)).toContain(untimed(output!));
    expect(stdout).toContain('in 41 sessions');
});

function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

const POLICY = `policy P
agent a
agent b
server s { tool t(x: int) tool u() }
allow a: s.t
claim "c": never s.u after s.t
`;
const T = '{"type":"call","agent":"a","tool":"s.t","args":{"x":1}}\n';
const U = '{"type":"call","agent":"a","tool":"s.u","args":{}}\n';

interface Case {
    readonly what: string;
    readonly log: string | Uint8Array;
    /** The name of a log with these lines. */
    readonly name?: string;
    readonly args?: readonly string[];
    readonly code: number;
    readonly says: string;
}

const MUCH = IS_DEEP ? 300_000 : 30_000;

const CASES: readonly Case[] = [
    { what: 'nothing to say', log: T, code: 0, says: '– not judged  c' },
    { what: 'a call that is not allowed', log: U, code: 1, says: '1 call made, and not allowed by the policy' },
    { what: 'a broken claim', log: T + U, args: ['--fail-on', 'broken'], code: 1, says: '✗ broken  c' },
    {
        what: 'a broken claim that is not to count',
        log: T + U,
        args: ['--fail-on', 'never'],
        code: 0,
        says: '✗ broken'
    },
    { what: 'a line that breaks off', log: `${T}{"type":`, code: 3, says: 'log.jsonl:2:9  GR930: the JSON breaks off' },
    {
        what: 'an event that cannot happen',
        log: `${T}{"type":"result","id":"7"}\n`,
        code: 3,
        says: 'log.jsonl:2  GR933: '
    },
    { what: 'a log that is empty', log: '', code: 3, says: 'there is no call in it' },
    { what: 'a log of blank lines', log: '\n\n  \n', code: 3, says: 'there is no call in it' },
    { what: 'a log without a call', log: '{"type":"says","text":"hello"}\n', code: 3, says: 'there is no call in it' },
    { what: 'a list without an element', log: '[\n]\n', code: 3, says: 'there is no message, conversation or span' },
    {
        what: 'a document of something else',
        log: '{\n "a": 1\n}\n',
        code: 3,
        says: 'there is no message, conversation or span'
    },
    { what: 'a byte order mark', log: `\ufeff${T}`, code: 0, says: '1 call ' },
    { what: 'a byte order mark before a document', log: `\ufeff[\n${T}]\n`, code: 0, says: '1 call ' },
    {
        what: 'logs one after the other, each with a byte order mark',
        log: `\ufeff${T}\ufeff${T}`,
        code: 0,
        says: '2 calls'
    },
    {
        what: 'garbage',
        log: 'x{[\n'.repeat(MUCH),
        code: 3,
        says: `${MUCH.toLocaleString('en')} lines that could not be read`
    },
    { what: 'lines after a document', log: `[\n${T}]\n${T}garbage\n`, code: 3, says: '2 calls' },
    {
        what: 'a first line that is too long',
        log: `{"type":"says","text":"${'x'.repeat(33 << 20)}"}\n${T}${T}`,
        code: 3,
        says: '1 line that could not be read'
    },
    {
        what: 'a first line that is too long, and no JSON',
        log: `${'x'.repeat(33 << 20)}\n${U}`,
        code: 3,
        says: 'log.jsonl:1:1  GR930: the line has 35 MB'
    },
    {
        what: 'JSON that is nested deeply',
        log: `${T}${'['.repeat(100_000)}${']'.repeat(100_000)}\n`,
        code: 3,
        says: 'GR934'
    },
    {
        what: 'a document that is nested deeply',
        log: `[\n${'['.repeat(100_000)}${']'.repeat(100_000)}\n]`,
        code: 3,
        says: 'GR934'
    },
    { what: 'deep JSON that breaks off', log: `${T}${'{"a":'.repeat(100_000)}\n`, code: 3, says: 'GR930' },
    { what: 'a log that is compressed', log: gzipSync(T), name: 'log.jsonl.gz', code: 0, says: '1 call ' },
    {
        what: 'gzip data that break off',
        log: gzipSync(T.repeat(99)).subarray(0, 50),
        name: 'l.gz',
        code: 2,
        says: 'error[GR930]: l.gz is not a complete gzip'
    },
    {
        what: 'a binary file',
        log: Uint8Array.from({ length: 3000 }, (_, i) => (i * 167) % 256),
        code: 2,
        says: 'error[GR930]: log.jsonl is not a log'
    },
    {
        what: 'a document that is none',
        log: '[\n{"a": tru}]\n',
        code: 2,
        says: 'error[GR930]: log.jsonl:2: this is not valid JSON'
    },
    {
        what: 'an agent that is none',
        log: T,
        args: ['--agent', 'c'],
        code: 2,
        says: 'error[GR932]: --agent c: the policy has no agent'
    },
    { what: 'a mapping to no tool', log: T, args: ['--map', 't=s.x'], code: 2, says: 'error[GR932]: --map t=s.x' },
    { what: 'no such log', log: T, name: 'other.jsonl', code: 2, says: 'error[GR904]: log.jsonl cannot be read' }
];

test.concurrent.each(CASES)('$what', async ({ log, name, args = [], code, says }) => {
    const root = mkdtempSync(join(tmpdir(), 'guardrail-'));
    writeFileSync(join(root, 'p.guardrail'), POLICY);
    writeFileSync(join(root, name ?? 'log.jsonl'), log);
    const trace = name === undefined || name.startsWith('other') ? 'log.jsonl' : name;
    const outcome = await guardrail(['replay', 'p.guardrail', '--trace', trace, ...args], { cwd: root });
    rmSync(root, { recursive: true });
    expect(outcome.stdout + outcome.stderr).toContain(says);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).not.toMatch(/^ {4}at /m);
});

test('standard input, and the caller if the log does not name one', async () => {
    const root = folder({ 'p.guardrail': POLICY });
    const [named, unnamed] = await Promise.all([
        piped([...READ, '--agent', 'a'], T.replace('"agent":"a",', ''), root),
        piped(READ, T.replace('"agent":"a",', ''), root)
    ]);
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('standard input → p.guardrail')]);
    expect([unnamed.code, unnamed.stdout]).toEqual([1, expect.stringContaining('does not say which agent calls')]);
});

const READ = ['replay', 'p.guardrail', '--trace', '-'];

function piped(args: readonly string[], input: string, cwd: string): Promise<Pick<Outcome, 'code' | 'stdout'>> {
    return new Promise((resolve) => {
        const child = spawn(process.execPath, [CLI, ...args], {
            cwd,
            env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' }
        });
        let stdout = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.on('close', (code) => resolve({ code, stdout }));
        child.stdin.end(input);
    });
}

test('a policy with a text pattern decides, with a library that is loaded on demand', async () => {
    const cwd = folder({
        'p.guardrail': 'policy P\nagent a\nserver s { tool t(p: string) }\nallow a: s.t when p matches /x+/i\n',
        'log.jsonl':
            '{"session":"1","type":"call","id":"1","agent":"a","tool":"s.t","args":{"p":"X"},"outcome":"success"}\n'
    });
    const { stdout, code } = await guardrail(['replay', 'p.guardrail', '--trace', 'log.jsonl'], { cwd });
    expect(stdout).toMatch(/allowed +1/);
    expect(code).toBe(0);
});
