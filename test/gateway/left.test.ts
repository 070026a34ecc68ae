/** Tests calls of tools that a policy does not name, with and without `leave other tools to the client` (M28). */
import { describe, expect, test } from 'vitest';
import { createSession, parsePolicy, policyFromLowered } from '../../server/gateway/library.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { Names } from '../../server/gateway/names.js';

const POLICY = `policy P
    agent a
    server files { tool read(path: string) tool list() }
    server mail { tool read() }
    server \`acme.long-server-name\` { tool go() }
    server empty { }
    server \`my-notes\` { tool go() }
    allow a: files.read unless once mail.read
    allow a: mail.read`;
const LEAVING = `${POLICY}\n    leave other tools to the client`;

async function decision(tool: string, { policy = LEAVING, server }: { policy?: string; server?: string } = {}) {
    const session = createSession(await parsePolicy(policy));
    return session.decide({ tool, ...(server !== undefined && { server }) }).kind;
}

describe('a call of a tool that the policy does not name', () => {
    test.each([
        'Bash',
        'TodoWrite',
        'mcp__web__fetch',
        'mcp_web_fetch',
        'web.fetch',
        'filesystem_read',
        'mailer',
        'files',
        'read_file'
    ])('is left to the client if the policy says so: %s', async (tool) => {
        expect(await decision(tool)).toBe('left');
        expect(await decision(tool, { policy: POLICY })).toBe('denied');
    });

    test.each([
        ...['.', '__', '_', '-', '/', ':'].map((between) => `files${between}write`),
        ...['mcp__files__write', 'mcp_files_write', 'MCP__Files__write', 'FILES.write'],
        ...['mcp__acme_long-server-name__new', 'acme.long-server-name.new', 'mcp_acme_long-se_new'],
        ...['mcp__empty__new', 'empty.new'],
        ...['mcp__my_notes__new', 'my_notes.go', 'my.notes__go', 'my - notes/new', 'MCP:my_notes:new'],
        ...[' files.write', '_files_write', 'files  write', 'files\u2024write', 'mcp____files__write'],
        ...['MCP:files:write', 'MCP:write', 'mcp:write', 'MCP:']
    ])('is denied for a server that the policy names: %s', async (tool) => {
        expect(await decision(tool)).toBe('denied');
    });

    test.each(['read', 'READ', 'ﬁles.write', 'Files_Read'])(
        'is denied if its name may mean a tool of the policy: %s',
        async (tool) => {
            expect(await decision(tool)).toBe('denied');
        }
    );

    test('is decided by its server if that is given separately', async () => {
        expect(await decision('write', { server: 'files' })).toBe('denied');
        expect(await decision('write', { server: 'FILES' })).toBe('denied');
        expect(await decision('new', { server: 'empty' })).toBe('denied');
        expect(await decision('new', { server: 'my_notes' })).toBe('denied');
        expect(await decision('new', { server: 'acme.long-server' })).toBe('denied');
        expect(await decision('read', { server: 'web' })).toBe('left');
    });

    test('is decided by the name that a map gives it', async () => {
        const map = new Map([
            ['purge', 'files.purge'],
            ['look', 'web.look']
        ]);
        const { policy } = (await parsePolicy(LEAVING)).lowered as { readonly policy: Policy };
        const names = new Names(policy, { map });
        expect(names.unnamed('purge').kind).toBe('denied');
        expect(names.unnamed('look').kind).toBe('left');
    });

    test.each(['MCP:files:list', 'MCP:list'])('is not one that Cursor names: %s', async (tool) => {
        const session = createSession(await parsePolicy(`${LEAVING}\n    allow a: files.list`));
        expect(session.decide({ tool }).kind).toBe('allowed');
    });

    test('is in no history, and its end cannot be recorded', async () => {
        const session = createSession(await parsePolicy(LEAVING));
        session.record({ type: 'call', id: '1', tool: 'Bash', args: { command: 'ls' }, decision: 'left' });
        session.record({ type: 'call', id: '1', tool: 'Bash', decision: 'left' });
        expect(session.decide({ tool: 'files.read', args: { path: 'x' } }).kind).toBe('allowed');
        expect(() => session.record({ type: 'call', tool: 'Bash', decision: 'left', outcome: 'success' })).toThrow(
            expect.objectContaining({ code: 'GR934' })
        );
    });

    test('that another policy had left may have happened, if this one names the tool', async () => {
        const session = createSession(await parsePolicy(LEAVING));
        session.record({ type: 'call', tool: 'mail.read', decision: 'left' });
        expect(session.decide({ tool: 'files.read', args: { path: 'x' } })).toMatchObject({ kind: 'denied' });
    });

    test('is decided alike by the lowered policy', async () => {
        const policy = policyFromLowered((await parsePolicy(LEAVING)).lowered);
        expect(createSession(policy).decide({ tool: 'Bash' }).kind).toBe('left');
        expect(createSession(policy).decide({ tool: 'empty.new' }).kind).toBe('denied');
    });

    test('is denied if the caller is not an agent of the policy, or the session is over', async () => {
        const session = createSession(await parsePolicy(LEAVING));
        expect(session.decide({ tool: 'Bash', agent: 'b' }).kind).toBe('denied');
        session.record({ type: 'end' });
        expect(() => session.decide({ tool: 'Bash' })).toThrow(expect.objectContaining({ code: 'GR933' }));
    });
});

test('a file that is not the policy leaves nothing', async () => {
    await expect(parsePolicy('server s { tool x() }\nleave other tools to the client')).rejects.toThrow();
});
