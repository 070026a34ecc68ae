/** Tests logs in a real PostgreSQL: sessions continue, and a gateway without its database decides nothing. */
import { once } from 'node:events';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { gatewayOver, modernCall, serverOf } from './http-programs.js';
import { count, mail, MAIL, read, send } from './policies.js';
import { missingForPostgres, type Postgres, startPostgres } from './postgres-server.js';

const missing = missingForPostgres();
let postgres: Postgres;

describe.skipIf(missing !== undefined)(`PostgreSQL${missing === undefined ? '' : `: ${missing}`}`, () => {
    beforeAll(async () => {
        postgres = await startPostgres();
    }, 120_000);
    afterAll(() => postgres.stop());

    const opened = async (path: string): Promise<EnforcingGateway> => {
        const gateway = await EnforcingGateway.open({ path, database: postgres.url, policy: await mail() });
        onTestFinished(() => gateway.close().catch(() => undefined));
        return gateway;
    };
    const kindOf = async (gateway: EnforcingGateway, call: typeof read | typeof count): Promise<string> => {
        const { id, decision, isReleased } = await gateway.submit('a', call);
        if (isReleased) {
            await gateway.end('a', id, { type: 'result', result: {} });
        }
        return decision.kind;
    };

    test('a session continues in another process', async () => {
        const first = await opened('Mail/continues');
        expect(await kindOf(first, read)).toBe('allowed');
        expect(await kindOf(first, count)).toBe('allowed');
        const held = await first.submit('a', send);
        expect(held.decision.kind).toBe('held');
        const waiting = first.waiting();
        await first.close();
        const second = await opened('Mail/continues');
        expect(second.waiting()).toEqual(waiting);
        await second.answer(held.id, 'approve', 'reviewer');
        expect(await second.submit('a', send)).toMatchObject({ id: held.id, decision: { kind: 'allowed' } });
        expect(await kindOf(second, count)).toBe('allowed');
        expect(await kindOf(second, count)).toBe('denied');
        await second.reload(await mail(MAIL.replace('limit mail.count to 2', 'limit mail.count to 9')), undefined);
        expect(await kindOf(second, count)).toBe('allowed');
    });

    test('one gateway at a time writes a log; another log is free', { timeout: 60_000 }, async () => {
        await opened('Mail/one');
        await expect(opened('Mail/one')).rejects.toMatchObject({ code: 'GR990' });
        await opened('Mail/two');
    });

    test(
        'a gateway that lost its connection decides nothing, even before it notices',
        { timeout: 60_000 },
        async () => {
            const first = await opened('Mail/lost');
            expect(await kindOf(first, count)).toBe('allowed');
            await postgres.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'guardrail'"
            );
            const second = await opened('Mail/lost');
            expect(await kindOf(second, count)).toBe('allowed');
            await expect(first.submit('a', count)).rejects.toMatchObject({ code: 'GR992' });
            expect(await kindOf(second, count)).toBe('denied');
        }
    );

    test('a second writer without the lock, as behind a pooler, stops the one whose line comes second', async () => {
        const gateway = await opened('Mail/second');
        expect(await kindOf(gateway, count)).toBe('allowed');
        const [last] = await postgres.query(
            "SELECT max(number) AS number FROM guardrail_log WHERE log = 'Mail/second'"
        );
        await postgres.query("INSERT INTO guardrail_log VALUES ('Mail/second', $1, '{}')", [
            Number(last!['number']) + 1
        ]);
        await expect(gateway.submit('a', count)).rejects.toMatchObject({ code: 'GR992' });
        await expect(gateway.submit('a', count)).rejects.toMatchObject({ code: 'GR992' });
    });

    test.each([
        [
            'altered',
            "UPDATE guardrail_log SET line = replace(line, 'mail.count', 'mail.read') WHERE log = $1 AND number = 1"
        ],
        ['dropped', 'DELETE FROM guardrail_log WHERE log = $1 AND number = 2'],
        [
            'moved',
            `UPDATE guardrail_log a SET line = b.line FROM guardrail_log b
             WHERE a.log = $1 AND b.log = $1 AND a.number + b.number = 3 AND a.number IN (1, 2)`
        ]
    ])('a line that was %s is noticed', async (how, statement) => {
        const log = `Mail/${how}`;
        const gateway = await opened(log);
        await kindOf(gateway, count);
        await kindOf(gateway, count);
        await gateway.close();
        await postgres.query(statement, [log]);
        await expect(opened(log)).rejects.toMatchObject({ code: 'GR991' });
    });

    test(
        'a restart of the database ends a gateway over HTTP, and the next one continues',
        { timeout: 120_000 },
        async () => {
            const there = folder({ 'echo.guardrail': ECHO });
            const url = await serverOf(() => {
                const server = new McpServer({ name: 'e', version: '1' });
                server.registerTool('echo', { inputSchema: fromJsonSchema({ type: 'object' }) }, () => ({
                    content: []
                }));
                return server;
            });
            const flags = ['--policy', 'echo.guardrail', '--session', 'k', '--state', postgres.url];
            const first = await gatewayOver({ e: url }, there, flags);
            const echo = async (address: URL): Promise<string> => {
                return JSON.stringify(await modernCall(address, 'echo', {}));
            };
            expect(await echo(first.at('e'))).not.toContain('limit e.echo');
            const closed = once(first.child, 'close');
            await postgres.restart();
            expect(await closed).toEqual([4, null]);
            expect(first.errors()).toContain('GR992');
            const second = await gatewayOver({ e: url }, there, flags);
            expect(await echo(second.at('e'))).toContain('limit e.echo');
        }
    );

    test.each([
        'postgres://guardrail:secret@127.0.0.1:1/none?password=secret',
        'postgres://guardrail:secret@127.0.0.1:99999/none',
        'postgres://guardrail:secret@127.0.0.1/none?sslmode=verify-full&sslrootcert=/no/file',
        'postgres://:secret:::'
    ])('a database that cannot be reached is an error that does not show the password: %s', async (state) => {
        const there = folder({ 'mail.guardrail': MAIL });
        const args = ['gateway', '--policy', 'mail.guardrail', '--state', state, '--', process.execPath, '-e', ''];
        const outcome = await guardrail(args, { cwd: there, env: { XDG_STATE_HOME: there } });
        expect(outcome).toMatchObject({ code: 4, stdout: '' });
        expect(outcome.stderr).toContain('error[GR992]');
        expect(outcome.stderr).not.toContain('secret');
    });
});

const ECHO = `policy Echo
agent a
server e { tool echo() }
allow a: e.*
limit e.echo to 1
`;
