/** Tests logs that keep digests: nothing that anybody wrote is on disk, and nobody goes on without their history. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EnforceOptions } from '../../server/enforcement/enforce-options.js';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { count, mail, MAIL } from './policies.js';

const POLICY = `${MAIL}event paid(by: string)
signal mood(name: string): string
`;
/** Part of every text that is written in these tests. */
const SECRET = 'cafe-1234';

async function opened(path: string, options: Partial<EnforceOptions> = {}): Promise<EnforcingGateway> {
    const policy = options.policy ?? (await mail(POLICY));
    const gateway = await EnforcingGateway.open({
        path,
        policy,
        content: 'digests',
        reload: 'new-sessions',
        ...options
    });
    onTestFinished(() => gateway.close().catch(() => undefined));
    return gateway;
}

const linesOf = (path: string): Record<string, unknown>[] =>
    readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A session with every kind of event that has content. */
async function busy(gateway: EnforcingGateway, session: string): Promise<void> {
    const { id } = await gateway.submit(session, { tool: 'mail.read', args: { folder: SECRET } });
    await gateway.end(session, id, { type: 'result', result: { text: SECRET }, signals: { mood: SECRET } });
    await gateway.happen(session, { type: 'says', text: SECRET });
    await gateway.happen(session, { type: 'event', name: 'paid', args: { by: SECRET } });
    const held = await gateway.submit(session, { tool: 'mail.send', args: { to: `${SECRET}@acme.example` } });
    expect(held.decision.kind).toBe('held');
    expect(gateway.waiting().find((call) => call.id === held.id)?.args).toEqual({ to: `${SECRET}@acme.example` });
    await gateway.answer(held.id, 'approve', 'reviewer');
    const sent = await gateway.submit(session, { tool: 'mail.send', args: { to: `${SECRET}@acme.example` } });
    expect(sent.isReleased).toBe(true);
    await gateway.end(session, sent.id, { type: 'error' });
    // The inventory names the value that it does not accept.
    await gateway.submit(session, { tool: 'mail.send', args: { to: [SECRET] } });
    await gateway.submit(session, { tool: 'mail.delete', args: { [SECRET]: SECRET }, signals: { mood: SECRET } });
}

test.each([false, true])('nothing that anybody wrote is in the log, if it observes: %s', async (observe) => {
    const path = join(folder({}), 'events.jsonl');
    const all = join(folder({}), 'events.jsonl');
    if (!observe) {
        await busy(await opened(all, { content: 'all' }), 'one');
        await busy(await opened(path), 'one');
    } else {
        const gateway = await opened(path, { observe });
        const { id } = await gateway.submit('one', { tool: 'mail.send', args: { to: [SECRET] } });
        await gateway.end('one', id, { type: 'result', result: SECRET });
        const whole = await opened(all, { observe, content: 'all' });
        await whole.submit('one', { tool: 'mail.send', args: { to: [SECRET] } });
    }
    expect(readFileSync(all, 'utf8')).toContain(SECRET);
    expect(readFileSync(path, 'utf8')).not.toContain(SECRET);
});

test('the digest of a call is the one that its approvers see, and everything else is there', async () => {
    const [path, all] = [join(folder({}), 'events.jsonl'), join(folder({}), 'events.jsonl')];
    const gateway = await opened(path);
    const { id } = await gateway.submit('one', { tool: 'mail.read', args: { folder: 'inbox' } });
    await gateway.end('one', id, { type: 'result' });
    await gateway.submit('one', { tool: 'mail.send', args: { body: 'b', to: 'bob@acme.example' } });
    const [held] = gateway.waiting();
    expect(linesOf(path).at(-1)).toMatchObject({ id: held!.id, decision: 'held', digests: { args: held!.digest } });
    const policy = await mail(POLICY);
    await busy(await opened(all, { policy, content: 'all' }), 'two');
    const digests = join(folder({}), 'events.jsonl');
    await busy(await opened(digests, { policy }), 'two');
    const plain = ({ time: _, previous: _previous, ...line }: Record<string, unknown>): Record<string, unknown> => line;
    const without = (line: Record<string, unknown>): Record<string, unknown> => {
        const {
            args: _a,
            result: _r,
            signals: _s,
            text: _t,
            problem: _p,
            digests: _d,
            content: _c,
            ...rest
        } = plain(line);
        return rest;
    };
    expect(linesOf(digests).map(without)).toEqual(linesOf(all).map(without));
});

test('after a restart no session goes on, and a new one begins', async () => {
    const path = join(folder({}), 'events.jsonl');
    const first = await opened(path);
    await busy(first, 'one');
    const ids = linesOf(path).flatMap(({ type, id }) => (type === 'call' ? [id] : []));
    await first.close();
    for (const content of ['digests', 'all'] as const) {
        const next = await opened(path, { content });
        await expect(next.submit('one', count)).rejects.toMatchObject({ code: 'GR994' });
        await expect(next.happen('one', { type: 'says', text: 'go on' })).rejects.toMatchObject({ code: 'GR994' });
        const { id, isReleased } = await next.submit(`new ${content}`, count);
        expect(isReleased).toBe(true);
        expect(ids).not.toContain(id);
        ids.push(id);
        await next.close();
    }
});

test('sessions that share their history do not begin after digests', async () => {
    const path = join(folder({}), 'events.jsonl');
    const first = await opened(path);
    await busy(first, 'one');
    await first.close();
    const shared = await mail(`${POLICY}deny mail.count when count(mail.send across sessions) >= 3\n`);
    await expect(opened(path, { policy: shared, content: 'all', reload: 'all' })).rejects.toMatchObject({
        code: 'GR994'
    });
});

test('replay finds altered lines, and says which decisions it does not know', async () => {
    const there = folder({ 'mail.guardrail': POLICY });
    const path = join(there, 'events.jsonl');
    const gateway = await opened(path);
    const { id } = await gateway.submit('one', { tool: 'mail.read', args: { folder: 'inbox' } });
    await gateway.end('one', id, { type: 'result' });
    await gateway.close();
    const replay = async () => {
        const { stdout } = await guardrail(['replay', 'mail.guardrail', '--trace', 'events.jsonl'], { cwd: there });
        return stdout.replace(/\s+/g, ' ');
    };
    const whole = await replay();
    expect(whole).toContain('the log does not have its arguments');
    expect(whole).not.toContain('altered');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"decision":"allowed"', '"decision":"denied"'));
    expect(await replay()).toContain('altered');
});
