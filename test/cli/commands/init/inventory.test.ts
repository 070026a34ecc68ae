import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';

const INVENTORY = `label private
label untrusted
server files {
    tool read() readonly reads private
    tool write(path: string) hint destructive
}
server web {
    tool fetch() external reads untrusted
}
`;

test('a policy for an inventory that exists imports it, and its claims hold', async () => {
    const cwd = folder({ 'tools/all.guardrail': INVENTORY, 'policies/x': '' });
    for (const template of ['approval', 'exfiltration', 'trifecta', 'injection', 'read-only', 'rate-limit']) {
        const file = `${template}.guardrail`;
        const args = ['init', `policies/${file}`, '--template', template, '--inventory', 'tools/all.guardrail'];
        const { code, stderr } = await guardrail(args, { cwd });
        expect([template, code, stderr]).toEqual([template, 0, '']);
        expect(readFileSync(join(cwd, 'policies', file), 'utf8')).toContain('import "../tools/all.guardrail"');
    }
    expect(existsSync(join(cwd, 'policies/tools.guardrail'))).toBe(false);
    expect(readFileSync(join(cwd, 'tools/all.guardrail'), 'utf8')).toBe(INVENTORY);
    expect(readFileSync(join(cwd, 'policies/read-only.guardrail'), 'utf8')).toContain('allow assistant: files.read\n');
    const { code } = await guardrail(['check', 'policies'], { cwd });
    expect(code).toBe(0);
});

test.each<[string, string, string]>([
    ['trifecta', 'server s { tool send() external }\n', 'GR984]: the template "trifecta" is about private'],
    ['exfiltration', 'server s { tool read() }\n', 'GR984]: the template "exfiltration" is about tools'],
    ['approval', 'label private\n', 'GR984]: tools.guardrail declares no tool'],
    ['approval', 'policy P\nserver s { tool send() external }\n', 'GR984]: tools.guardrail is a policy'],
    ['approval', 'server s { tool send() extrenal }\n', 'GR923]: tools.guardrail:1 has an error']
])('%s for %j is refused', async (template, text, message) => {
    const cwd = folder({ 'tools.guardrail': text });
    const args = ['init', '--template', template, '--inventory', 'tools.guardrail'];
    const { code, stderr } = await guardrail(args, { cwd });
    expect(code).toBe(2);
    expect(stderr.replace(/\s+/g, ' ')).toContain(message);
});

test('an inventory is a source already', async () => {
    const cwd = folder({ 'tools.guardrail': INVENTORY, 'list.json': '[]' });
    const args = ['init', '-t', 'approval', '--inventory', 'tools.guardrail', '--from', 'list.json'];
    expect((await guardrail(args, { cwd })).stderr).toContain('GR902');
});

test('the templates are listed for programs', async () => {
    const { stdout } = await guardrail(['init', '--json']);
    expect((JSON.parse(stdout) as { readonly name: string }[]).map(({ name }) => name)).toContain('approval');
});
