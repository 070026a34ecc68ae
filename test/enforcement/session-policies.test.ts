/** Tests policies that change for new sessions only: each session is decided by the policy that it began with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import type { EnforcedPolicy } from '../../server/enforcement/policy.js';
import { createSession, type Session } from '../../server/gateway/library.js';
import { folder } from '../cli/guardrail.js';
import { runs, SEED } from '../support/depth.js';
import { picker } from '../support/random.js';
import { count, mail, MAIL, send } from './policies.js';

const STRICTER = MAIL.replace('limit mail.count to 2', 'limit mail.count to 1');
const WITHOUT_COUNT = MAIL.replace('  tool count() readonly\n', '').replace('limit mail.count to 2\n', '');

async function opened(path: string, policy: EnforcedPolicy): Promise<EnforcingGateway> {
    const gateway = await EnforcingGateway.open({ path, policy, reload: 'new-sessions' });
    onTestFinished(() => gateway.close().catch(() => undefined));
    return gateway;
}

async function kinds(gateway: EnforcingGateway, session: string, calls: number): Promise<string[]> {
    const found: string[] = [];
    for (let call = 0; call < calls; call++) {
        const { id, decision, isReleased } = await gateway.submit(session, count);
        found.push(decision.kind);
        if (isReleased) {
            await gateway.end(session, id, { type: 'result' });
        }
    }
    return found;
}

test('a session that has begun keeps its policy, and a new one gets the changed policy', async () => {
    const path = join(folder({}), 'events.jsonl');
    const [before, after] = [await mail(), await mail(STRICTER)];
    const gateway = await opened(path, before);
    expect(await kinds(gateway, 'old', 1)).toEqual(['allowed']);
    await gateway.reload(after, undefined);
    expect(await kinds(gateway, 'new', 2)).toEqual(['allowed', 'denied']);
    expect(await kinds(gateway, 'old', 2)).toEqual(['allowed', 'denied']);
    expect([gateway.policyOf('old').digest, gateway.policyOf('new').digest, gateway.policy.digest]).toEqual([
        before.digest,
        after.digest,
        after.digest
    ]);
    const reload = readFileSync(path, 'utf8')
        .split('\n')
        .find((line) => line.includes('"reload"'));
    expect(JSON.parse(reload!)).toMatchObject({ policy: after.digest, sessions: 'new' });
});

test('a policy that lacks a tool of a running session can be in force for new ones', async () => {
    const gateway = await opened(join(folder({}), 'events.jsonl'), await mail());
    expect(await kinds(gateway, 'old', 1)).toEqual(['allowed']);
    await gateway.reload(await mail(WITHOUT_COUNT), undefined);
    expect(await kinds(gateway, 'old', 1)).toEqual(['allowed']);
    expect(await kinds(gateway, 'new', 1)).toEqual(['denied']);
});

test('a session that has ended does not begin again under a changed policy', async () => {
    const gateway = await opened(join(folder({}), 'events.jsonl'), await mail());
    await kinds(gateway, 'one', 1);
    await gateway.happen('one', { type: 'end' });
    await gateway.reload(await mail(STRICTER), undefined);
    await expect(gateway.submit('one', count)).rejects.toThrow(/over/);
});

test('a call that was held before the change is answered under the policy of its session', async () => {
    const gateway = await opened(join(folder({}), 'events.jsonl'), await mail());
    const read = await gateway.submit('old', { tool: 'mail.read', args: { folder: 'inbox' } });
    await gateway.end('old', read.id, { type: 'result' });
    const held = await gateway.submit('old', send);
    await gateway.reload(await mail(MAIL.replaceAll('reviewer', 'owner')), undefined);
    await expect(gateway.answer(held.id, 'approve', 'owner')).rejects.toMatchObject({ code: 'GR935' });
    await gateway.answer(held.id, 'approve', 'reviewer');
    expect(await gateway.submit('old', send)).toMatchObject({ id: held.id, decision: { kind: 'allowed' } });
});

test('after a restart, the policy in the files decides every session', async () => {
    const path = join(folder({}), 'events.jsonl');
    const [before, after] = [await mail(), await mail(STRICTER)];
    const first = await opened(path, before);
    await kinds(first, 'old', 1);
    await first.reload(after, undefined);
    await kinds(first, 'new', 1);
    // The policy in force at this line would have denied this call, and that of its session did not.
    expect(await kinds(first, 'old', 1)).toEqual(['allowed']);
    await first.close();
    const second = await opened(path, after);
    expect(await kinds(second, 'old', 1)).toEqual(['denied']);
    expect(await kinds(second, 'new', 1)).toEqual(['denied']);
});

test('a line that the policy of its session would decide differently is found at a restart', async () => {
    const path = join(folder({}), 'events.jsonl');
    const [before, after] = [await mail(), await mail(STRICTER)];
    const first = await opened(path, before);
    await first.reload(after, undefined);
    await kinds(first, 'new', 1);
    await first.close();
    // A gateway with another meaning of the same text, which the digest does not show.
    const other: EnforcedPolicy = {
        ...(await mail(MAIL.replace('limit mail.count to 2', 'deny mail.count'))),
        digest: after.digest
    };
    await expect(EnforcingGateway.open({ path, policy: other })).rejects.toMatchObject({ code: 'GR994' });
});

test('random sessions and changes are decided as by a session of the library for each', async () => {
    const policies = [await mail(), await mail(STRICTER), await mail(MAIL.replace('to 2', 'to 3'))];
    for (let run = 0; run < runs(200); run++) {
        const pick = picker(SEED * 7_919 + run);
        let current = policies[0]!;
        const gateway = await opened(join(folder({}), 'events.jsonl'), current);
        const expected = new Map<string, Session>();
        for (let step = 0; step < 30; step++) {
            if (pick(6) === 0) {
                current = policies[pick(policies.length)]!;
                await gateway.reload(current, undefined);
                continue;
            }
            const session = `s${pick(4)}`;
            const one = expected.get(session) ?? createSession(current.loaded);
            expected.set(session, one);
            const { id, decision } = await gateway.submit(session, count);
            const { kind } = one.decide(count);
            expect(decision.kind, `run ${run}, step ${step}`).toBe(kind);
            one.record({ type: 'call', id, ...count, decision: kind as 'allowed' | 'denied' });
            if (kind === 'allowed') {
                await gateway.end(session, id, { type: 'result' });
                one.record({ type: 'result', id });
            }
        }
    }
});
