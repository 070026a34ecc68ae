import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';

const LIST = JSON.stringify([
    {
        server: 'files',
        tools: [
            {
                name: 'read',
                inputSchema: { type: 'object' },
                annotations: { readOnlyHint: true, openWorldHint: false },
                outputSchema: { type: 'object' }
            },
            { name: 'write', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } }
        ]
    },
    {
        server: 'web',
        tools: [{ name: 'fetch', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }],
        nextCursor: 'x'
    }
]);

const MARKS = {
    files: { read: { reads: ['private'], confirmed: ['readonly'] }, write: { denied: ['external'] } },
    web: { fetch: { reads: ['untrusted'], confirmed: ['external'], denied: ['readonly'] } }
};

const run = async (marks: object, args: readonly string[] = []): Promise<{ code: number | null; text: string }> => {
    const cwd = folder({ 'list.json': LIST, 'marks.json': JSON.stringify(marks) });
    const { code, stdout, stderr } = await guardrail(['import', 'mcp', 'list.json', '--marks', 'marks.json', ...args], {
        cwd
    });
    return { code, text: stdout + stderr.replace(/\s+/g, ' ') };
};

test('marks confirm and drop what servers claim, and give labels', async () => {
    const { code, text } = await run(MARKS);
    expect(code).toBe(0);
    expect(text).toMatch(/^ {2}tool read\(\) readonly reads private$/m);
    expect(text).toMatch(/^ {2}tool write\(path\?: string\) hint destructive$/m);
    expect(text).toMatch(/^ {2}tool fetch\(\) external reads untrusted$/m);
    expect(text).toMatch(/^label private /m);
    expect(text).toMatch(/^label untrusted /m);
});

test('a marked inventory is up to date with its servers, and valid', async () => {
    const cwd = folder({ 'list.json': LIST, 'marks.json': JSON.stringify(MARKS) });
    const args = ['import', 'mcp', 'list.json', '-o', 'tools.guardrail'];
    expect((await guardrail([...args, '--marks', 'marks.json'], { cwd })).code).toBe(0);
    expect((await guardrail([...args, '--check'], { cwd })).code).toBe(0);
    expect((await guardrail(['check', 'tools.guardrail', '--fail-on', 'warning'], { cwd })).code).toBe(0);
});

test.each<[object, string]>([
    [{ other: { read: {} } }, 'GR908]: the marks name other,'],
    [{ files: { delete: {} } }, 'GR908]: the marks name files.delete,'],
    [{ files: { read: { reads: ['secret'] } } }, 'GR908]: marks.json:1:'],
    [{ files: { read: { label: ['private'] } } }, 'GR908]: marks.json:1:']
])('%j is refused', async (marks, message) => {
    const { code, text } = await run(marks);
    expect(code).toBe(2);
    expect(text).toContain(message);
});

test('marks are not for an inventory that exists', async () => {
    const { code, text } = await run(MARKS, ['--check', '-o', 'tools.guardrail']);
    expect(code).toBe(2);
    expect(text).toContain('GR902');
});

test('the lists can be written as JSON, and are the same source again', async () => {
    const cwd = folder({ 'list.json': LIST });
    const listed = await guardrail(['import', 'mcp', 'list.json', '--list'], { cwd });
    expect(listed.code).toBe(0);
    expect(JSON.parse(listed.stdout)).toMatchObject(
        (JSON.parse(LIST) as { readonly tools: readonly object[] }[]).map(({ tools }) => ({ tools }))
    );
    writeFileSync(join(cwd, 'again.json'), listed.stdout);
    const digests = async (file: string): Promise<string[]> => {
        const { stdout } = await guardrail(['import', 'mcp', file], { cwd });
        return stdout.match(/@digest\(.*\)/g) ?? [];
    };
    expect(await digests('again.json')).toEqual(await digests('list.json'));
    expect(await digests('again.json')).toHaveLength(3);
    const again = await guardrail(['import', 'mcp', 'again.json', '-o', 'tools.guardrail'], { cwd });
    expect(again.stderr).toContain('nextCursor');
    expect(readFileSync(join(cwd, 'tools.guardrail'), 'utf8')).toContain('Incomplete');
});
