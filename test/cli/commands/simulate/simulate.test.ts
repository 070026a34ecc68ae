import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CLI, folder, guardrail, type Outcome } from '../../guardrail.js';

const EXAMPLES = fileURLToPath(new URL('../../../../examples/', import.meta.url));
const page = readFileSync(new URL('../../../../docs/simulate.md', import.meta.url), 'utf8');

const POLICY = `policy P
agent a
human h
event done
server s { tool read()  tool send(to: string) external  tool job() }
modes work { idle initial { allow a: s.read on done enter busy }  busy { allow a: s.send } }
allow a: s.job
require approval by h for s.send when to == "b" because "b is not ours"
claim "no sending after a read": never s.send after s.read
scenario "old":
  a calls s.read() -> allowed
`;

const play = (cwd: string, ...lines: string[]): Promise<Outcome> =>
    guardrail(['simulate', 'p.guardrail'], { cwd, input: lines.map((line) => `${line}\n`).join('') });
/** The output after a line, without the places of rules. */
const answers = ({ stdout }: Outcome): string[] => stdout.split(/^> .*\n/m).map((part) => part.trim());

describe('guardrail simulate', () => {
    test('matches docs/simulate.md', async () => {
        const [, file, shown] = /```console\n\$ guardrail simulate (\S+) < session\.txt\n([^]*?)```/.exec(page)!;
        const input = [...shown!.matchAll(/^> (.*)$/gm)].map((match) => `${match[1]}\n`).join('');
        const { code, stdout, stderr } = await guardrail(['simulate', file!], { cwd: EXAMPLES, input });
        expect(stdout).toBe(shown);
        expect([code, stderr]).toEqual([1, '']);
    });

    test('--random with a seed matches docs/simulate.md on every machine', async () => {
        const [, args, shown] = /```console\n\$ guardrail (simulate \S+ --random .*)\n([^]*?)```/.exec(page)!;
        const { code, stdout } = await guardrail(args!.split(' '), { cwd: EXAMPLES });
        expect(stdout).toBe(shown);
        expect(code).toBe(1);
    });

    test('--random prints the seed that it has drawn', async () => {
        const cwd = folder({ 'p.guardrail': POLICY });
        const args = ['simulate', 'p.guardrail', '--random', '4'];
        const drawn = await guardrail(args, { cwd });
        const [, seed] = /--seed (\d+):/.exec(drawn.stdout)!;
        expect(await guardrail([...args, '--seed', seed!], { cwd })).toEqual(drawn);
        expect(drawn.stdout).toMatch(/\n. 4 steps: /);
    });

    test('lets humans answer, time pass and modes change, shows the state, and undoes steps', async () => {
        const cwd = folder({ 'p.guardrail': POLICY });
        const played = await play(
            cwd,
            '// a comment',
            'a calls s.send(to: "b")',
            'done happens',
            'a calls s.send(to: "b")',
            'h approves s.send',
            'is once s.send',
            'state',
            'a calls s.send(to: "b")',
            'wait 10m',
            'undo 2',
            'restart',
            'a calls s.read()',
            'history',
            'quit',
            'never read'
        );
        const [, , early, , held, approved, is, state, sent, waited, undone, restarted, , history] = answers(played);
        expect(early).toMatch(/^○ 1 .* denied\n/);
        expect(held).toMatch(/^○ 3 .* held\n +require approval by h[^]* – b is not ours\n/);
        expect(approved).toContain('+ s.send of a is approved by h');
        expect(is).toBe('false');
        expect(state).toMatch(/Modes\n {2}work: busy for 0 seconds\n[^]*Held calls\n {2}a: s\.send\(to: "b"\): /);
        expect(sent).toMatch(/^○ 5 .* allowed\n/);
        expect(waited).toMatch(/^○ 6 {2}wait 10m\n/);
        expect(undone).toBe('Step 4 is the last one.');
        expect(restarted).toBe('The session is at its start.');
        expect(history).toMatch(/^○ 1 {2}a calls s\.read\(\) +allowed\n/);
        expect(played.stdout).toMatch(/\n✓ 1 step: no claim is broken\.\n$/);
        expect(played.code).toBe(0);
    });

    test('an invalid line fails a script without any effect', async () => {
        const cwd = folder({ 'p.guardrail': POLICY });
        const played = await play(
            cwd,
            'a calls s.reed()',
            'a calls s.read',
            'h approves s.send',
            '99',
            '6 id: 1',
            'is once',
            'scenario x',
            'a calls s.read()',
            'scenario old',
            'done happens',
            'a calls s.send(to: "c")'
        );
        const [, misspelt, half, nothing, offer, noCall, condition, empty, , taken] = answers(played);
        expect(misspelt).toMatch(/^✗ There is no tool "reed"|^✗ .*reed/);
        expect(half).toMatch(/^✗ /);
        expect(nothing).toMatch(/^✗ /);
        expect(offer).toBe('✗ There is no offer 99.');
        expect(noCall).toBe('✗ Offer 6 is not a call of a tool: it takes no arguments.');
        expect(condition).toMatch(/^✗ /);
        expect(empty).toBe('✗ Nothing has happened that a scenario could show.');
        expect(taken).toBe('✗ The policy has a scenario "old" already.');
        expect(played.stdout).toContain('✗ This breaks the claim "no sending after a read" (p.guardrail:9:1).');
        expect(played.stdout).toMatch(/\n✗ 3 steps: the claim "no sending after a read" \(step 3\) is broken\.\n$/);
        expect(played.code).toBe(2);
    });

    test('writes a scenario into the policy, unless the policy has changed', async () => {
        const cwd = folder({ 'p.guardrail': `\uFEFF${POLICY}` });
        const path = join(cwd, 'p.guardrail');
        const played = await play(cwd, 'a calls s.read()', 'save "a read"', 'wait 5m', 'save later', 'save later');
        expect(played.stdout).toContain('The scenario "a read" is written into p.guardrail.');
        expect(played.stdout).toContain('The policy has a scenario "later" already.');
        expect(readFileSync(path, 'utf8')).toBe(
            `\uFEFF${POLICY}\nscenario "a read":\n  a calls s.read() -> allowed\n\nscenario "later":\n  a calls s.read() -> allowed\n  wait 5m\n`
        );
        expect((await guardrail(['check', '--quiet', 'p.guardrail', '--no-cache'], { cwd })).stdout).not.toContain(
            '✗ failed'
        );

        const child = spawn(process.execPath, [CLI, 'simulate', 'p.guardrail'], { cwd });
        await once(child.stdout, 'data');
        writeFileSync(path, POLICY.replace('"old"', '"new"'));
        let said = '';
        child.stdout.on('data', (data) => (said += String(data)));
        child.stdin.end('a calls s.read()\nsave other\n');
        expect((await once(child, 'close'))[0]).toBe(2);
        expect(said).toContain('p.guardrail has changed since the session began.');
    });

    test('claims are judged until another session begins', async () => {
        const { stdout, code } = await play(
            folder({ 'p.guardrail': POLICY }),
            'a calls s.read()',
            'new session',
            'wait 1m'
        );
        expect(stdout.replace(/\s+/g, ' ')).toContain(
            '3 steps: no claim is broken. From step 2 on, where a call runs on or another session begins, no claim was judged.'
        );
        expect(code).toBe(0);
    });

    test.each([
        [['simulate', 'broken.guardrail'], 'error[GR923]: broken.guardrail is not a valid policy'],
        [['simulate', 'none.guardrail'], 'error[GR904]: none.guardrail: it cannot be read'],
        [['simulate', 'p.guardrail', '--seed', '1'], 'error[GR902]: --seed needs --random'],
        [['simulate', 'p.guardrail', '--random', '1', '--seed', '4294967296'], 'error[GR902]']
    ])('%s is refused', async (args, message) => {
        const cwd = folder({ 'p.guardrail': POLICY, 'broken.guardrail': 'policy X {' });
        const { code, stdout, stderr } = await guardrail(args, { cwd, input: '' });
        expect([code, stdout]).toEqual([2, '']);
        expect(stderr).toContain(message);
    });
});
