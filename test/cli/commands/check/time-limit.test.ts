/**
 * Tests `--time-limit`: a run that ends early reports what it left undone. With no time at all that is everything, on
 * any machine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { guardrail } from '../../guardrail.js';

const cwd = mkdtempSync(join(tmpdir(), 'guardrail-time-limit-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const policy = 'policy P\nserver s { tool x() }\nagent a\nallow a: s.x\nclaim "c": never s.x when once s.x\n';
writeFileSync(join(cwd, 'p.guardrail'), policy);
writeFileSync(join(cwd, 'large.guardrail'), `${policy}${'// a comment that makes the file large\n'.repeat(2_000)}`);
writeFileSync(join(cwd, 'guardrail.config.json'), JSON.stringify({ limits: { timeLimit: 0.001 } }));

test.each([
    ['of the command line', ['check', '--no-cache', '--time-limit', '0.001']],
    ['of the configuration', ['check', '--no-cache']],
    ['of the command line, for the text alone', ['lint', '--time-limit', '0.001']],
    ['of the configuration, for the text alone', ['lint']]
])('%s', async (_, flags) => {
    const { stdout, code } = await guardrail([...flags, '--format', 'json'], { cwd });
    const { files } = JSON.parse(stdout) as { files: { path: string; problem?: { code: string } }[] };
    expect(code).toBe(3);
    expect(files.map(({ path, problem }) => `${path} ${problem?.code}`)).toEqual([
        'large.guardrail GR919',
        'p.guardrail GR919'
    ]);
});

test('with enough time', async () => {
    const { code } = await guardrail(['check', '--no-cache', '--time-limit', '600'], { cwd });
    expect(code).toBe(1);
});
