import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, guardrail } from '../../../guardrail.js';

const INVENTORY = `label private
human a
human b
role board = a, a, b
server s { tool t() external external reads private, private }
pack P(k: tools) { deny k when once k }
`;
const POLICY = `policy U
import "./tools.guardrail"
import "./tools.guardrail" // again
agent q
allow q: s.t, s.t

// Said twice.
allow q: s.t
deny s.t when once s.t
deny s.t when once s.t because "x"
use P(k: s.t) granting
claim: never s.t
`;
const FILES = { 'tools.guardrail': INVENTORY, 'u.guardrail': POLICY };
const FIXED = {
    'tools.guardrail': INVENTORY.replace('a, a, b', 'a, b')
        .replace('external external', 'external')
        .replace('private, private', 'private'),
    'u.guardrail': POLICY.replace('import "./tools.guardrail" // again\n', '')
        .replace('s.t, s.t', 's.t')
        .replace('// Said twice.\nallow q: s.t\n', '')
        .replace(' granting', '')
};
const textsIn = (cwd: string): Record<string, string> =>
    Object.fromEntries(Object.keys(FILES).map((name) => [name, readFileSync(join(cwd, name), 'utf8')]));

describe('guardrail check --fix', () => {
    test('--fix applies changes without effect on the meaning, and reports the rest', async () => {
        const cwd = folder(FILES);
        const { code, stdout, stderr } = await guardrail(['check', '--text-only', '--fix', '--format', 'compact'], {
            cwd
        });
        expect(textsIn(cwd)).toEqual(FIXED);
        expect(stderr).toBe(
            [
                'tools.guardrail:4:17: fixed[GR434]: Remove the second `a`',
                'tools.guardrail:5:30: fixed[GR434]: Remove the second `external`',
                'tools.guardrail:5:54: fixed[GR434]: Remove the second `private`',
                'u.guardrail:3:1: fixed[GR213]: Remove this import',
                'u.guardrail:5:15: fixed[GR434]: Remove the second `s.t`',
                'u.guardrail:8:1: fixed[GR412]: Remove this rule',
                'u.guardrail:11:15: fixed[GR241]: Remove `granting`',
                '7 fixes in 2 files',
                ''
            ].join('\n')
        );
        // A decision carries the reason of its rule, so without the rule the policy would explain less.
        expect(stdout).toMatch(/^u\.guardrail:7:1: warning\[GR412][^]*\n! problems {2}1 warning\n/);
        expect(code).toBe(0);

        const again = await guardrail(['check', '--text-only', '--fix', '--format', 'compact'], { cwd });
        expect(again.stderr).toBe('0 fixes in 0 files\n');
        expect(textsIn(cwd)).toEqual(FIXED);
    });

    test('--fix-dry-run reports the same, writes nothing and fails', async () => {
        const cwd = folder(FILES);
        const { code, stdout, stderr } = await guardrail(
            ['check', '--text-only', '--fix-dry-run', '--format', 'json'],
            { cwd }
        );
        expect(textsIn(cwd)).toEqual(FILES);
        expect(stderr).toContain('u.guardrail:8:1: would fix[GR412]: Remove this rule\n');
        expect(stderr).toMatch(/\n7 fixes in 2 files, none of them made\n$/);
        expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0 });
        expect(code).toBe(1);
    });

    test('--fix keeps line endings, a byte order mark, and files with errors unchanged', async () => {
        const crlf = `\uFEFF${POLICY.replaceAll('\n', '\r\n')}`;
        const broken = POLICY.replace('policy U', 'policy B').replace('s.t, s.t', 's.t, s.u, s.u');
        const cwd = folder({ ...FILES, 'u.guardrail': crlf, 'broken.guardrail': broken, 'binary.guardrail': '\xff' });
        const { code, stderr } = await guardrail(
            ['check', '--text-only', '--fix', '--quiet', 'u.guardrail', 'broken.guardrail', 'none'],
            {
                cwd
            }
        );
        expect(readFileSync(join(cwd, 'u.guardrail'), 'utf8')).toBe(
            `\uFEFF${FIXED['u.guardrail'].replaceAll('\n', '\r\n')}`
        );
        expect(readFileSync(join(cwd, 'broken.guardrail'), 'utf8')).toBe(broken);
        expect(stderr).toMatch(/\n4 fixes in 1 file\n$/);
        expect(code).toBe(2);
    });

    test('--fix and --fix-dry-run exclude each other', async () => {
        const { code, stderr } = await guardrail(['check', '--text-only', '--fix', '--fix-dry-run'], {
            cwd: folder({})
        });
        expect(stderr).toContain('error[GR902]');
        expect(code).toBe(2);
    });
});
