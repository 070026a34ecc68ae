/** Tests that random sessions with restarts in between get the same decisions as from the library without restarts. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import type { JsonObject, SessionRecord } from '../../server/gateway/events.js';
import { createGateway } from '../../server/gateway/library.js';
import { folder } from '../cli/guardrail.js';
import { runs, SEED } from '../support/depth.js';
import { mail, MAIL } from './policies.js';

/** An event in one session counts in all of them. */
const SHARED = `${MAIL}deny mail.count when count(mail.send across sessions) >= 3
limit mail.send to 6
`;

const CALLS: readonly { readonly tool: string; readonly args: JsonObject }[] = [
    { tool: 'mail.read', args: { folder: 'inbox' } },
    { tool: 'mail.read', args: { folder: 'secret' } },
    { tool: 'mail.send', args: { to: 'bob@acme.example' } },
    { tool: 'mail.send', args: { to: 'bob@acme.example', body: 'hello' } },
    { tool: 'mail.send', args: { to: 'eve@evil.example' } },
    { tool: 'mail.send', args: { to: 7 } },
    { tool: 'mail.count', args: {} },
    { tool: 'mail.delete', args: {} }
];

describe.each([
    ['sessions of their own', MAIL],
    ['sessions that share what happened', SHARED]
])('%s', (_, text) => {
    test('are decided as by the library', async () => {
        const policy = await mail(text);
        const kinds = new Map<string, number>();
        for (let run = 0; run < runs(400); run++) {
            const pick = picker(SEED * 100_003 + run);
            let now = Date.parse('2026-11-02T09:00:00Z');
            const clock = (): number => now;
            const library = createGateway(policy.loaded, { clock });
            let path = join(folder({}), 'events.jsonl');
            let gateway = await EnforcingGateway.open({ path, policy, clock });
            let running: { readonly session: string; readonly id: string }[] = [];
            const ended = (session: string, record: SessionRecord): void => library.session(session).record(record);
            for (let step = 0; step < 25; step++) {
                now += pick(3) === 0 ? 400_000 : 1_000;
                const one = running[pick(Math.max(1, running.length))];
                const held = gateway.waiting();
                switch (pick(8)) {
                    case 0:
                    case 1:
                        if (one) {
                            const type = (['result', 'result', 'error', 'lost'] as const)[pick(4)]!;
                            await gateway.end(one.session, one.id, { type });
                            ended(one.session, { type, id: one.id });
                            running = running.filter((other) => other !== one);
                        }
                        break;
                    case 2:
                        if (held.length > 0) {
                            const { id, session } = held[pick(held.length)]!;
                            const answer = pick(3) === 0 ? 'refuse' : 'approve';
                            const record = { type: answer, id, human: 'reviewer' } as const;
                            const expected = codeOf(() => library.session(session).record(record));
                            const answered = await gateway.answer(id, answer, 'reviewer').then(
                                () => undefined,
                                (error: unknown) => (error as { code: string }).code
                            );
                            expect(answered).toBe(expected);
                        }
                        break;
                    case 3: {
                        // The gateway is killed, and started again with the log on disk.
                        const copy = join(folder({}), 'events.jsonl');
                        copyFileSync(path, copy);
                        await gateway.close();
                        path = copy;
                        gateway = await EnforcingGateway.open({ path, policy, clock });
                        running.forEach(({ session, id }) => ended(session, { type: 'lost', id }));
                        running = [];
                        break;
                    }
                    default: {
                        const session = `s${pick(3)}`;
                        const call = CALLS[pick(CALLS.length)]!;
                        const expected = library.session(session).decide(call);
                        kinds.set(expected.kind, (kinds.get(expected.kind) ?? 0) + 1);
                        if (expected.kind === 'waits') {
                            // The gateway waits until a running call has ended.
                            await expect(
                                gateway.submit(session, call, { signal: AbortSignal.timeout(1) })
                            ).rejects.toThrow();
                            break;
                        }
                        const { id, decision, isReleased } = await gateway.submit(session, call);
                        expect(decision).toEqual(expected);
                        ended(session, { ...call, type: 'call', id, decision: expected.kind });
                        if (isReleased) {
                            running.push({ session, id });
                        }
                    }
                }
            }
            await gateway.close();
        }
        expect([...kinds.keys()].sort()).toEqual(['allowed', 'denied', 'held', 'waits']);
    });
});

function codeOf(work: () => void): string | undefined {
    try {
        work();
        return undefined;
    } catch (error) {
        return (error as { readonly code: string }).code;
    }
}

function picker(seed: number): (below: number) => number {
    let state = seed % 2 ** 32;
    return (below) => {
        state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
        return Math.floor((state / 2 ** 32) * below);
    };
}
