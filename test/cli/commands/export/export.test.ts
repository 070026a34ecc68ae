/** Tests `guardrail export` as users run it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folder, GOOD, guardrail } from '../../guardrail.js';

const EXAMPLES = fileURLToPath(new URL('../../../../examples/', import.meta.url));
const MAIL = ['export', join(EXAMPLES, 'mail-assistant/first-try.guardrail')];
const CLAIM = ['--claim', 'mail leaves only through a person'];

/** Matches all of the Mermaid syntax that the drawings use: a header, then one statement on each line. */
const STATEMENT =
    /^ {4}(%% .+|participant p\d+ as .+|p\d+(->>|--x)p\d+: .+|Note over p\d+(,p\d+)?: .+|[atl]\d+(\(\[".*"\]\)|\[".*"\]|\{\{".*"\}\})|[atl]\d+ (-->|-\.->|==>)(\|".*"\|)? [atl]\d+|m\d+ : .+|(\[\*\]|m\d+) --> m\d+( : .+)?)$/;

describe('guardrail export', () => {
    test('--to mermaid draws the session of a claim', async () => {
        const { code, stdout } = await guardrail([...MAIL, '--to', 'mermaid', ...CLAIM]);
        expect(stdout).toBe(`sequenceDiagram
    participant p1 as assistant
    participant p2 as mail
    participant p3 as web
    p1->>p2: read(folder: #34;x#34;) allowed by line 18
    p1->>p3: fetch(url: #34;https://evil.example/#34;) allowed by line 18
    Note over p1: the claim judges this
`);
        expect(code).toBe(0);
    });

    test.each([
        ['flowchart LR', MAIL],
        ['stateDiagram-v2', ['export', join(EXAMPLES, 'guardrails/modes.guardrail'), '--modes', 'work']]
    ])('--to mermaid draws a %s', async (head, args) => {
        const { code, stdout } = await guardrail([...args, '--to', 'mermaid']);
        const [first, ...lines] = stdout.trimEnd().split('\n');
        expect(first).toBe(head);
        expect(lines.length).toBeGreaterThan(5);
        expect(lines.filter((line) => !STATEMENT.test(line))).toEqual([]);
        expect(code).toBe(0);
    });

    test('--to itf has one more state than steps, each with every variable', async () => {
        const { stdout } = await guardrail([...MAIL, '--to', 'itf', ...CLAIM]);
        const { vars, states } = JSON.parse(stdout) as { vars: string[]; states: Record<string, unknown>[] };
        expect(states.map((state) => state['tool'])).toEqual(['', 'mail.read', 'web.fetch']);
        expect(states.every((state) => vars.every((name) => name in state))).toBe(true);
    });

    test('--to dot draws the states of a claim, and the flows of the policy', async () => {
        const states = await guardrail([...MAIL, '--to', 'dot', ...CLAIM]);
        expect(states.stdout).toContain('s0 -> s1');
        expect(states.stdout).toContain('color=red');
        const flow = await guardrail([...MAIL, '--to', 'dot']);
        expect(flow.stdout).toContain('a0 -> t3 [label="approval by reviewer", style=bold];');
    });

    test('--to tla writes the module and its configuration', async () => {
        const cwd = folder({ 'good.guardrail': GOOD });
        const args = ['export', 'good.guardrail', '--to', 'tla', '--claim', 'it can read', '-o', 'Read.tla'];
        expect(await guardrail(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
        expect(readFileSync(join(cwd, 'Read.tla'), 'utf8')).toMatch(/^---- MODULE Read ----\n[^]*\n====\n$/);
        expect(readFileSync(join(cwd, 'Read.cfg'), 'utf8')).toContain('INVARIANT Safe');
    });

    test('--to cedar writes the policies and their schema', async () => {
        const cwd = folder({ 'good.guardrail': GOOD });
        const args = ['export', 'good.guardrail', '--to', 'cedar', '-o', 'good.cedar'];
        expect(await guardrail(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
        expect(readFileSync(join(cwd, 'good.cedar'), 'utf8')).toContain(
            '// good.guardrail:4: allow assistant: mail.read'
        );
        expect(readFileSync(join(cwd, 'good.cedarschema'), 'utf8')).toContain('action "mail.read" appliesTo');
    });

    test('--to dogwood writes the policies and the schemas of actions and of events', async () => {
        const cwd = folder({ 'good.guardrail': GOOD });
        const args = ['export', 'good.guardrail', '--to', 'dogwood', '-o', 'good.dw'];
        expect(await guardrail(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
        expect(readFileSync(join(cwd, 'good.dw'), 'utf8')).toContain('// good.guardrail:4: allow assistant: mail.read');
        expect(readFileSync(join(cwd, 'good.cedarschema'), 'utf8')).toContain('action "mail.read" appliesTo');
        expect(readFileSync(join(cwd, 'good.dwschema'), 'utf8')).toContain('decision event <A>::request {');
    });

    test('--to json writes the policy, or with a claim its system, with places', async () => {
        const cwd = folder({ 'sub/good.guardrail': GOOD });
        const args = ['export', 'sub/good.guardrail', '--to', 'json'];
        const policy = JSON.parse((await guardrail(args, { cwd })).stdout) as {
            format: string;
            policy: { rules: { source: object }[] };
        };
        expect(policy.format).toBe('guardrail-policy/1');
        expect(policy.policy.rules[0]!.source).toEqual({
            path: 'sub/good.guardrail',
            start: { line: 4, column: 1 },
            end: { line: 4, column: 27 }
        });
        const system = await guardrail([...args, '--claim', 'it can read'], { cwd });
        expect(JSON.parse(system.stdout)).toMatchObject({
            format: 'guardrail-system/1',
            claim: { name: 'it can read', kind: 'possible' }
        });
    });

    test.each([
        ['GR902', ['--to', 'pdf'], 2],
        ['GR907', ['--to', 'promela'], 2],
        ['GR907', ['--to', 'promela', '--claim', 'no such'], 2],
        ['GR920', ['--to', 'mermaid', '--modes'], 2],
        ['GR907', ['--to', 'json', '--claim', 'no such'], 2],
        ['GR922', ['--to', 'itf', '--claim', 'nothing is sent'], 2]
    ])('reports %s for %j', async (error, args, exit) => {
        const cwd = folder({ 'good.guardrail': GOOD });
        const { code, stdout, stderr } = await guardrail(['export', 'good.guardrail', ...args, '-o', 'out'], { cwd });
        expect(stderr).toContain(error);
        expect(code).toBe(exit);
        expect(stdout).toBe('');
        expect(existsSync(join(cwd, 'out'))).toBe(false);
    });

    test.each([
        [['export', 'gone.guardrail', '--to', 'mermaid']],
        [['repair', 'gone.guardrail']],
        [['diff', 'gone.guardrail', 'good.guardrail']]
    ])('names the file that cannot be read: %j', async (args) => {
        const { code, stderr } = await guardrail(args, { cwd: folder({ 'good.guardrail': GOOD }) });
        expect(stderr).toContain('GR904');
        expect(stderr).toContain('gone.guardrail');
        expect(code).toBe(2);
    });

    test.each(['cedar', 'dogwood'])('reports GR924 with the rules that %s cannot express', async (format) => {
        const shell = join(EXAMPLES, 'guardrails/shell.guardrail');
        const { code, stdout, stderr } = await guardrail(['export', shell, '--to', format]);
        expect(stderr.replace(/\s+/g, ' ')).toMatch(
            /error\[GR924\]: .*shell\.guardrail:\d+ asks for the elements of a list/
        );
        expect(stdout).toBe('');
        expect(code).toBe(2);
    });

    test('reports GR921 for claims that no export represents, and GR923 for files that are not policies', async () => {
        const total = ['export', join(EXAMPLES, 'portfolio/trade-cap.guardrail'), '--to', 'promela'];
        const claim = /^claim "([^"]+)":\s*always total/m.exec(readFileSync(total[1]!, 'utf8'))![1]!;
        expect((await guardrail([...total, '--claim', claim])).stderr).toContain('GR921');
        const cwd = folder({ 'bad.guardrail': 'policy Bad\nallow nobody: nothing\n', 'tools.guardrail': 'agent a\n' });
        for (const file of ['bad.guardrail', 'tools.guardrail']) {
            const { code, stderr } = await guardrail(['export', file, '--to', 'mermaid'], { cwd });
            expect(stderr).toContain('GR923');
            expect(code).toBe(2);
        }
    });
});
