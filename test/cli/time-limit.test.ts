/**
 * Tests `--time-limit`: a run that ends early reports what it left undone. With no time at all that is everything, on
 * any machine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { guardrail, type Outcome } from './guardrail.js';

const cwd = mkdtempSync(join(tmpdir(), 'guardrail-time-limit-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const policy = 'policy P\nserver s { tool x() }\nagent a\nallow a: s.x\nclaim "c": never s.x when once s.x\n';
writeFileSync(join(cwd, 'p.guardrail'), policy);
writeFileSync(join(cwd, 'q.guardrail'), policy.replace('allow a: s.x', 'deny s.x'));
writeFileSync(join(cwd, 'large.guardrail'), `${policy}${'// a comment that makes the file large\n'.repeat(2_000)}`);
writeFileSync(join(cwd, 'log.jsonl'), `${JSON.stringify({ type: 'call', id: '1', tool: 's.x', args: {} })}\n`);
writeFileSync(join(cwd, 'guardrail.config.json'), JSON.stringify({ limits: { timeLimit: 0.001 } }));

test.each([
    ['of the command line', ['check', '--no-cache', '--time-limit', '0.001']],
    ['of the configuration', ['check', '--no-cache']],
    ['of the command line, for the text alone', ['check', '--text-only', '--time-limit', '0.001']],
    ['of the configuration, for the text alone', ['check', '--text-only']]
])('%s', async (_, flags) => {
    const { stdout, code } = await guardrail([...flags, '--format', 'json'], { cwd });
    const { files } = JSON.parse(stdout) as { files: { path: string; problem?: { code: string } }[] };
    expect(code).toBe(3);
    expect(files.map(({ path, problem }) => `${path} ${problem?.code}`)).toEqual([
        'large.guardrail GR919',
        'p.guardrail GR919',
        'q.guardrail GR919'
    ]);
});

/** Reads the part of an output that says what was left undone. */
type Part = (outcome: Outcome) => unknown;
const [ofResult, ofFirst]: Part[] = [
    ({ stdout }) => (JSON.parse(stdout) as { result: { verdict: string } }).result.verdict,
    ({ stdout }) => (JSON.parse(stdout) as { leftOut: { path: string }[] }).leftOut.map(({ path }) => path)
];
const undecided: Part = ({ stdout }) => (JSON.parse(stdout) as { undecided: string[] }).undecided;
const coded: Part = ({ stdout, stderr }) => [stdout, /\[(GR\d+)\]/.exec(stderr)?.[1]];

test.each<[string, readonly string[], Part, unknown]>([
    ['diff', ['p.guardrail', 'q.guardrail', '--format', 'json'], ofResult!, 'undecided'],
    ['coverage', ['p.guardrail', '--format', 'json'], ofFirst!, ['p.guardrail']],
    ['explain', ['c', 'p.guardrail'], coded, ['', 'GR919']],
    ['repair', ['p.guardrail', '--format', 'json'], undecided, ['c']],
    ['tune', ['p.guardrail', 'log.jsonl'], coded, ['', 'GR919']],
    ['export', ['p.guardrail', '--to', 'promela'], coded, ['', 'GR919']],
    ['export', ['p.guardrail', '--to', 'itf'], coded, ['', 'GR919']]
])('%s %j', async (command, args, part, expected) => {
    for (const flags of [[], ['--time-limit', '0.001']]) {
        const outcome = await guardrail([command, ...args, ...flags], { cwd });
        expect(outcome).toMatchObject({ code: 3 });
        expect(part(outcome)).toEqual(expected);
    }
});

test.each([
    ['check', ['--no-cache'], 1],
    ['diff', ['p.guardrail', 'q.guardrail'], 1],
    ['coverage', [], 0],
    ['explain', ['c', 'p.guardrail'], 0],
    ['repair', ['p.guardrail'], 1],
    ['tune', ['p.guardrail', 'log.jsonl'], 1],
    ['export', ['p.guardrail', '--to', 'itf'], 0]
])('%s with enough time', async (command, args, code) => {
    // The time counts from the start of the process, which has run other tests before.
    const outcome = await guardrail([command, ...args, '--time-limit', '86400'], { cwd });
    expect(outcome).toMatchObject({ code });
});
