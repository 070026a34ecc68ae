/** Tests `guardrail packages add` with the real npm, offline: the packages are folders. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, guardrail, type Outcome } from '../../guardrail.js';

const PACKS = `/**
 * Asks \`gate\` for each call
 * of \`sink\`.
 *
 * Once is not enough.
 */
pack Gate(sink: tools = external tools, gate: human) { require approval by gate for sink }
pack Readers(who: agent, what: tools) { allow who: what }
label secret
`;

const FILES = {
    'team/package.json': '{ "name": "team" }',
    'team/policies/mail.guardrail': '',
    'rules/package.json': JSON.stringify({
        name: '@acme/rules',
        version: '1.2.0',
        engines: { guardrail: '>=0.1.0' },
        exports: { '.': './packs.guardrail', './audit': './audit.guardrail' }
    }),
    'rules/packs.guardrail': PACKS,
    'rules/audit.guardrail': 'pack Audit(of: tools) { limit of to 3 }\n',
    'code/package.json': '{ "name": "code", "version": "1.0.0", "main": "index.js" }',
    'newer/package.json':
        '{ "name": "newer", "version": "3.0.0", "engines": { "guardrail": "^99.0.0" }, "guardrail": "./x.guardrail" }',
    'newer/x.guardrail': 'label a\n',
    'broken/package.json': '{ "name": "broken", "version": "1.0.0", "guardrail": "./x.guardrail" }',
    'broken/x.guardrail': 'label a\nlabel\n'
};

function add(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const npm = { npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
    return guardrail(['packages', 'add', ...args], {
        cwd,
        env: { ...npm, npm_config_update_notifier: 'false', HOME: dirname(cwd), ...env }
    });
}

test('the installed packs are listed, with the lines that import them', async () => {
    const cwd = join(folder(FILES), 'team');
    const { code, stdout, stderr } = await add(join(cwd, 'policies'), ['../../rules', '--dev']);
    expect([code, stderr]).toEqual([0, '']);
    expect(existsSync(join(cwd, 'node_modules/@acme/rules/package.json'))).toBe(true);
    // The output of npm comes first, so it is cut off.
    const page = stdout.slice(stdout.indexOf('# @acme'));
    expect(page).toMatch(/^# @acme\/rules 1\.2\.0\n[^]*\n# @acme\/rules\/audit 1\.2\.0\n/);
    expect(page).toContain('import { Gate, Readers, secret } from "@acme/rules"\n');
    expect(page).toContain('import { Audit } from "@acme/rules/audit"\n');
    expect(page).toContain('Once is not enough.');
    expect(page).toContain('| `sink` | tools | `external tools` |');
    expect(page).toContain('A use must say `granting`.');
}, 60_000);

test.each([
    ['../code', 2, 'error[GR982]: "code" is installed, but cannot be used: The package "code" has no policies'],
    ['../newer', 2, 'error[GR983]: newer 3.0.0 is installed, but is written for guardrail ^99.0.0: this is 0.1.0'],
    ['../broken', 2, 'error[GR982]: "broken" is installed, but cannot be used: ../broken/x.guardrail:2: '],
    ['@acme/nowhere', 1, 'error[GR981]: `npm i @acme/nowhere` has failed']
])('%s ends with %s', { timeout: 60_000 }, async (spec, expected, message) => {
    const { code, stderr } = await add(join(folder(FILES), 'team'), [spec]);
    expect(stderr.replace(/\s+/g, ' ')).toContain(message);
    expect(code).toBe(expected);
});

test("uses the project's package manager", async () => {
    const cwd = folder({ 'pnpm-lock.yaml': '', 'package.json': '{}' });
    const { code, stderr } = await add(cwd, ['@acme/rules'], { PATH: cwd });
    expect(stderr.replace(/\s+/g, ' ')).toContain('error[GR980]: pnpm cannot be run: there is no such file');
    expect(stderr.replace(/\s+/g, ' ')).toContain('`pnpm add @acme/rules`');
    expect(code).toBe(2);
});

test('installs nothing if Yarn keeps packages in archives', async () => {
    const cwd = folder({ '.pnp.cjs': '', 'package.json': '{}', 'policies/x': '' });
    const { code, stderr } = await add(join(cwd, 'policies'), ['@acme/rules']);
    expect(stderr.replace(/\s+/g, ' ')).toContain("error[GR248]: Yarn's Plug'n'Play keeps packages in archives");
    expect(code).toBe(2);
});
