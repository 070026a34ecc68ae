/** Tests `guardrail-verify` as it is shipped. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { afterAll, describe, expect, test } from 'vitest';
import { guardrail, type Outcome } from '../cli/guardrail.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'guardrail-verify-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const POLICY = `policy Refunds
server pay { tool refund(amount: int) tool close() }
agent desk
human lead
allow desk: pay.refund
deny pay.refund when amount > 5000
claim "no huge refund": never pay.refund when amount > 5000
claim "it closes": possible pay.close
claim "nothing after it closes" across sessions: never pay.refund when once pay.close
`;

function verify(...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
        execFile(process.execPath, [`${root}dist/verify.js`, ...args], { cwd }, (error, stdout, stderr) => {
            resolve({ code: error ? (error.code as unknown as number) : 0, stdout, stderr });
        });
    });
}

describe('guardrail-verify', () => {
    test('accepts what the command wrote, names the layers, and refuses it for another policy', async () => {
        writeFileSync(join(cwd, 'refunds.guardrail'), POLICY);
        const checked = await guardrail(['check', 'refunds.guardrail', '--certificate', 'proofs', '--no-cache'], {
            cwd
        });
        expect(checked.stderr).toContain('2 of 3 exact verdicts have a certificate in proofs; without:');
        expect(checked.stderr).toContain('refunds.guardrail: "nothing after it closes": ');
        await guardrail(['export', 'refunds.guardrail', '--to', 'json', '--output', 'refunds.json'], { cwd });

        const accepted = await verify('refunds.json', 'proofs/refunds.certificates.json');
        expect(accepted.stdout).toMatch(
            /^accepted {2}no huge refund\naccepted {2}it closes\nwithout {3}nothing after it closes: /
        );
        expect(accepted.stdout).toMatch(/^checked: [^]*^not checked: /m);
        expect(accepted.code).toBe(0);

        writeFileSync(join(cwd, 'refunds.guardrail'), POLICY.replace('deny pay.refund when amount > 5000\n', ''));
        await guardrail(['export', 'refunds.guardrail', '--to', 'json', '--output', 'refunds.json'], { cwd });
        const refused = await verify('refunds.json', 'proofs/refunds.certificates.json');
        expect(refused.stdout).toMatch(/^refused {3}no huge refund: .*\(GR951\)$/m);
        expect(refused.code).toBe(1);
    });

    test('names and reasons in the file do not pass for other lines', async () => {
        writeFileSync(join(cwd, 'forged.guardrail'), POLICY);
        await guardrail(['export', 'forged.guardrail', '--to', 'json', '--output', 'forged.json'], { cwd });
        const forged = 'x\naccepted  no huge refund\r\u001b[2K\u2028accepted  it closes';
        const file = {
            format: 'guardrail-certificates/4',
            policy: 'Refunds',
            certificates: [{ name: forged }],
            without: [{ name: forged, reason: forged }]
        };
        writeFileSync(join(cwd, 'forged.certificates.json'), JSON.stringify(file));
        const { code, stdout } = await verify('forged.json', 'forged.certificates.json');
        expect(code).toBe(1);
        expect(stdout.split(/[\n\r\u2028]/).filter((line) => line.startsWith('accepted'))).toEqual([]);
        expect(stdout).not.toContain('\u001b');
    });

    test.each([
        [[], 'GR902'],
        [['one.json'], 'GR902'],
        [['none.json', 'none.json'], 'GR952'],
        [['text.json', 'text.json'], 'GR952'],
        [['list.json', 'list.json'], 'GR952'],
        [['list.json', 'hollow.json'], 'GR952']
    ])('%j is an error with a code', async (args, code) => {
        writeFileSync(join(cwd, 'text.json'), 'policy');
        writeFileSync(join(cwd, 'list.json'), '[]');
        writeFileSync(join(cwd, 'hollow.json'), '{"format":"guardrail-policy/1","policy":{}}');
        const { code: exit, stderr } = await verify(...args);
        expect(stderr).toMatch(new RegExp(`^error\\[${code}\\]: .+\\n {2}help: .+\\n$`));
        expect(exit).toBe(2);
    });

    test('has at most 1,500 lines of code', () => {
        const lines = globSync('server/verify/**', { cwd: root }).flatMap((file) =>
            readFileSync(root + file, 'utf8').split('\n')
        );
        const code = lines.filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/?\*)/.test(line));
        expect(code.length).toBeGreaterThan(500);
        expect(code.length).toBeLessThanOrEqual(1_500);
    });
});
