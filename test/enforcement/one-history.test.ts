/** Tests that a conversation has one history, whichever gateway it meets: a second gateway is refused. */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assertWholeHistory } from '../../server/enforcement/http/session-source.js';
import { readPolicy } from '../../server/enforcement/policy.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { gatewayOver, modernCall, serverOf } from './http-programs.js';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { expectOnPage } from '../support/tried-ways.js';

const LIMITED = `policy Limited
agent a
server s { tool t() }
allow a: s.*
limit s.t to 2
`;

describe.skipIf(process.platform === 'win32')('a second gateway over HTTP', { timeout: 120_000 }, () => {
    test('is refused wherever a conversation could meet both, and the next one knows what happened', async () => {
        const there = folder({ 'policy.guardrail': LIMITED });
        symlinkSync(join(there, 'policy.guardrail'), join(there, 'link.guardrail'));
        mkdirSync(join(there, 'elsewhere'));
        symlinkSync(there, join(there, 'elsewhere/deep'));
        const env = { XDG_STATE_HOME: there };
        const url = await serverOf(() => {
            const server = new McpServer({ name: 's', version: '1' });
            server.registerTool('t', { inputSchema: fromJsonSchema({ type: 'object' }) }, () => ({ content: [] }));
            return server;
        });
        const state = ['--state', join(there, 'guardrail/policy')];
        const by = ['--session-by', 'header:x-conv'];
        const first = await gatewayOver({ s: url }, there, [...state, ...by, '--session', 'one']);
        const make = async (gateway: typeof first): Promise<string> =>
            JSON.stringify(await modernCall(gateway.at('s'), 't', {}, undefined, { 'x-conv': '7' }));
        expect(await make(first)).not.toContain('limit');
        const seconds: Readonly<Record<string, readonly string[]>> = {
            'with the same options': [...by, '--session', 'one'],
            'with another session': [...by, '--session', 'two'],
            'without a session': by,
            'that tells sessions apart by traces': ['--session-by', 'traceparent'],
            'that tells them apart by another header': ['--session-by', 'header:x-other'],
            'that has one session for each connection': ['--session-by', 'connection'],
            'with one session': ['--session', 'two'],
            'with several sources': ['--session-by', 'traceparent', ...by.slice(1), '--session', 'two'],
            'that observes': [...by, '--observe', '--session', 'two'],
            'for new sessions': [...by, '--reload', 'new-sessions', '--session', 'two'],
            'with a policy that a link leads to': ['--policy', 'link.guardrail', ...by],
            'with a policy in a folder that a link leads to': ['--policy', 'elsewhere/deep/policy.guardrail', ...by],
            'with a state that a link leads to': ['--state', 'elsewhere/deep/guardrail/policy', ...by]
        };
        for (const [what, flags] of Object.entries(seconds)) {
            const own = flags.includes('--state') ? flags : [...state, ...flags];
            const policy = flags.includes('--policy') ? [] : ['--policy', 'policy.guardrail'];
            const args = ['gateway', '--listen', '0', '--upstream', `s=${url}`, ...policy, ...own];
            const outcome = await guardrail(args, { cwd: there, env });
            expect(outcome, what).toMatchObject({ code: 2 });
            expect(outcome.stderr, what).toContain('error[GR990]');
            expect(outcome.stderr, what).not.toMatch(/another session|another folder|session or folder/);
        }
        first.child.kill('SIGTERM');
        await expect.poll(() => first.child.exitCode, { timeout: 30_000 }).toBe(0);
        const next = await gatewayOver({ s: url }, there, [...state, ...by, '--session', 'two']);
        expect(await make(next)).not.toContain('limit');
        expect(await make(next)).toContain('limit s.t to 2');
    });

    test('is refused if the usual folder is that of the same policy under another path', async () => {
        const there = folder({ 'policy.guardrail': LIMITED });
        symlinkSync(join(there, 'policy.guardrail'), join(there, 'link.guardrail'));
        const run = (policy: string) =>
            guardrail(['gateway', '--policy', policy, '--session', 'one', '--', process.execPath, '-e', ''], {
                cwd: there,
                env: { XDG_STATE_HOME: join(there, 'state') }
            });
        await run('policy.guardrail');
        await run('link.guardrail');
        expect(readdirSync(join(there, 'state/guardrail'))).toHaveLength(1);
    });
});

const SERVERS = `policy Two
label private
agent a
human me
server s { tool read() readonly reads private  tool t(x: int) }
server u { tool read() readonly reads private  tool t(x: int) external }
allow a: any tool
`;

/** Rules, and whether a session with only the calls of `u` decides the calls of `u` as the whole conversation would. */
const RELATIONS: Readonly<Record<string, boolean>> = {
    'limit u.t to 5': false,
    'limit s.t to 5': false,
    'limit any tool to 5': true,
    'limit external tools to 5': false,
    'deny u.t when once s.read': true,
    'deny s.t when once u.read': false,
    'deny u.t when once u.read': false,
    'deny u.t when count(s.t) >= 2': true,
    'deny u.t when total(s.t.x) > 5': true,
    'deny u.t when total(u.t.x) > 5': false,
    'deny u.t when carries private': true,
    'deny external tools when carries private': true,
    'deny u.t when x > 5': false,
    'order s.read before u.t': true,
    'require approval by me for u.t': false,
    'require approval by me for u.t when once s.t': true,
    'withhold result of u.read when once s.t': true,
    'deny u.t when last is s.read': true,
    'deny u.t when not once attempted s.t': true
};

describe('rules about several servers', () => {
    test.each(Object.entries(RELATIONS))('%s: %s', async (rule, isRelated) => {
        const there = folder({ 'two.guardrail': `${SERVERS}${rule}\n` });
        const policy = await readPolicy('two.guardrail', there);
        const seeing = (...seen: string[][]) => {
            return () => assertWholeHistory(policy, seen, 'two.guardrail');
        };
        expect(seeing(['s', 'u'])).not.toThrow();
        if (isRelated) {
            expect(seeing(['u'])).toThrow(expect.objectContaining({ code: 'GR998' }));
            expect(seeing(['s'], ['u'])).toThrow(expect.objectContaining({ code: 'GR998' }));
        } else {
            expect(seeing(['u'])).not.toThrow();
        }
    });

    test.each<[string, readonly string[]]>([
        ['over standard input', ['--server', 'u', '--', process.execPath, '-e', '']],
        ['over HTTP for one of them', ['--listen', '0', '--upstream', 'u=http://127.0.0.1:9/mcp', '--session', 'k']],
        [
            'over HTTP by connections',
            [
                ...[
                    '--listen',
                    '0',
                    '--upstream',
                    's=http://127.0.0.1:9/mcp',
                    '--upstream',
                    'u=http://127.0.0.1:9/mcp'
                ],
                ...['--session-by', 'connection']
            ]
        ]
    ])('a gateway %s does not start with them', async (_, flags) => {
        const there = folder({ 'two.guardrail': `${SERVERS}limit any tool to 5\n` });
        const args = ['gateway', '--policy', 'two.guardrail', '--state', 'state', ...flags];
        const outcome = await guardrail(args, { cwd: there });
        expect(outcome).toMatchObject({ code: 2, stdout: '' });
        expect(outcome.stderr).toContain('error[GR998]');
        expect(outcome.stderr).toContain('limit any tool to 5');
    });
});

test('the page counts these ways', () => expectOnPage('test/enforcement/one-history.test.ts', RELATIONS));
