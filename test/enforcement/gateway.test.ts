/**
 * Tests sessions that survive the process: decisions are the same after a restart, and none is made without being
 * recorded.
 */
import {
    appendFileSync,
    chmodSync,
    existsSync,
    mkdirSync,
    readFileSync,
    rmSync,
    truncateSync,
    writeFileSync
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Checkpoint, checkpointBytes, readCheckpoint } from '../../server/enforcement/checkpoint.js';
import { privateFolder } from '../../server/enforcement/folder.js';
import { ForwardClock } from '../../server/enforcement/forward-clock.js';
import type { EnforceOptions } from '../../server/enforcement/enforce-options.js';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { acquire } from '../../server/enforcement/lock.js';
import { assertVerified, verify, verifyOnce } from '../../server/enforcement/verification.js';
import { folder } from '../cli/guardrail.js';
import { count, mail, MAIL, read, send } from './policies.js';

const newLog = (): string => join(folder({}), 'events.jsonl');
const linesOf = (path: string): Record<string, unknown>[] =>
    readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);

async function opened(path: string, options: Partial<EnforceOptions> = {}): Promise<EnforcingGateway> {
    const gateway = await EnforcingGateway.open({ path, policy: options.policy ?? (await mail()), ...options });
    onTestFinished(() => gateway.close().catch(() => undefined));
    return gateway;
}

async function kindOf(gateway: EnforcingGateway, call: typeof read | typeof send | typeof count): Promise<string> {
    const { id, decision, isReleased } = await gateway.submit('a', call);
    if (isReleased) {
        await gateway.end('a', id, { type: 'result', result: {} });
    }
    return decision.kind;
}

/** The files that a killed process leaves behind: the log as it is, and its lock. */
function killed(path: string): string {
    const copy = newLog();
    writeFileSync(copy, readFileSync(path));
    return copy;
}

describe('a session', () => {
    test('continues after a restart as without it', async () => {
        const path = newLog();
        const first = await opened(path);
        const { id } = await first.submit('a', read);
        await first.end('a', id, { type: 'result', result: { text: 'hello' } });
        expect(await kindOf(first, count)).toBe('allowed');
        const held = await first.submit('a', send);
        expect(held).toMatchObject({ decision: { kind: 'held' }, isReleased: false });
        const again = await opened(killed(path));
        expect(again.waiting()).toEqual(first.waiting());
        expect(again.waiting()).toMatchObject([
            {
                before: [
                    { tool: 'mail.read', args: '{"folder":"inbox"}', decision: 'allowed' },
                    { tool: 'mail.count', args: '{}', decision: 'allowed' }
                ]
            }
        ]);
        expect(await kindOf(again, count)).toBe('allowed');
        expect(await kindOf(again, count)).toBe('denied');
        await again.answer(held.id, 'approve', 'reviewer');
        expect(again.waiting()).toEqual([]);
        const approved = await opened(killed(join(pathOf(again))));
        expect(await approved.submit('a', send)).toMatchObject({ id: held.id, decision: { kind: 'allowed' } });
        await approved.end('a', held.id, { type: 'result' });
        expect(approved.waiting()).toEqual([]);
        // An approval counts for one call.
        expect(await kindOf(approved, send)).toBe('held');
    });

    test('loses the calls that were running when the process ended', async () => {
        const path = newLog();
        const { id } = await (await opened(path)).submit('a', read);
        const copy = killed(path);
        await opened(copy);
        expect(linesOf(copy).filter((line) => line['type'] === 'lost')).toMatchObject([{ session: 'a', id }]);
    });

    test('waits for a running call that its decision depends on', async () => {
        const gateway = await opened(newLog(), {
            policy: await mail(`${MAIL}require once mail.count() for mail.send\n`)
        });
        const { id } = await gateway.submit('a', count);
        const waiting = gateway.submit('a', send);
        await gateway.end('a', id, { type: 'result', result: {} });
        expect((await waiting).decision.kind).toBe('allowed');
    });

    test('stops waiting when its caller cancels', async () => {
        const gateway = await opened(newLog(), {
            policy: await mail(`${MAIL}require once mail.count() for mail.send\n`)
        });
        await gateway.submit('a', count);
        const cancelling = new AbortController();
        const waiting = gateway.submit('a', send, cancelling);
        cancelling.abort(new Error('cancelled'));
        await expect(waiting).rejects.toThrow('cancelled');
    });

    test('withholds results', async () => {
        const gateway = await opened(newLog());
        const secret = await gateway.submit('a', { tool: 'mail.read', args: { folder: 'secret' } });
        const withheldBy = await gateway.end('a', secret.id, { type: 'result', result: { text: 'key' } });
        expect(withheldBy).toMatchObject([{ text: expect.stringMatching(/^withhold result of mail.read/) as string }]);
        // A withheld result adds no label.
        expect(await kindOf(gateway, send)).toBe('allowed');
        const inbox = await gateway.submit('a', read);
        expect(await gateway.end('a', inbox.id, { type: 'result', result: { text: 'key' } })).toEqual([]);
        expect(await kindOf(gateway, send)).toBe('held');
    });

    test('records a result that cannot be read without its content', async () => {
        const path = newLog();
        const gateway = await opened(path);
        const { id } = await gateway.submit('a', read);
        const deep = JSON.parse('['.repeat(100) + ']'.repeat(100)) as [];
        expect(await gateway.end('a', id, { type: 'result', result: deep })).toEqual([]);
        expect(linesOf(path).at(-1)).not.toHaveProperty('result');
        expect(await kindOf(gateway, send)).toBe('held');
    });
});

describe('a changed policy', () => {
    const one = MAIL.replace('limit mail.count to 2', 'limit mail.count to 1');

    test('decides running sessions over all that happened', async () => {
        const path = newLog();
        const policy = await mail();
        const gateway = await opened(path, { policy, verification: verify(policy) });
        expect(await kindOf(gateway, count)).toBe('allowed');
        const { id } = await gateway.submit('a', read);
        const changed = await mail(one);
        // Each call that is decided in the meantime is decided by one of the two policies, and none is lost.
        const [, decided] = await Promise.all([gateway.reload(changed, verify(changed)), gateway.submit('a', read)]);
        expect(decided.decision.kind).toBe('allowed');
        expect(gateway.policy.digest).toBe(changed.digest);
        expect(await kindOf(gateway, count)).toBe('denied');
        await gateway.end('a', id, { type: 'result', result: {} });
        expect(await kindOf(gateway, send)).toBe('held');
        expect(linesOf(path)).toContainEqual(expect.objectContaining({ what: 'reload', policy: changed.digest }));
        const again = await opened(killed(path), { policy: changed });
        expect(await kindOf(again, count)).toBe('denied');
    });

    test('that does not fit what happened leaves the policy before it in force', async () => {
        const gateway = await opened(newLog());
        expect(await kindOf(gateway, count)).toBe('allowed');
        const policy = await mail(MAIL.replace('  tool count() readonly\n', '').replace('limit mail.count to 2\n', ''));
        await expect(gateway.reload(policy, undefined)).rejects.toMatchObject({ code: 'GR994' });
        expect(await kindOf(gateway, count)).toBe('allowed');
        expect(await kindOf(gateway, count)).toBe('denied');
    });
});

describe('observing', () => {
    test('lets every call through and records the decisions that it would have made', async () => {
        const path = newLog();
        const gateway = await opened(path, { observe: true });
        const eve = { tool: 'mail.send', args: { to: 'eve@evil.example' } };
        expect(await gateway.submit('a', eve)).toMatchObject({ decision: { kind: 'denied' }, isReleased: true });
        const unknown = await gateway.submit('a', { tool: 'mail.delete', args: {} });
        expect(unknown).toMatchObject({ decision: { by: 'inventory' }, isReleased: true });
        expect(await gateway.end('a', unknown.id, { type: 'error' })).toEqual([]);
        expect(linesOf(path).map(({ would }) => would)).toEqual([undefined, 'denied', 'denied']);
        expect(await kindOf(await opened(killed(path)), count)).toBe('allowed');
    });
});

describe('a clock that was set back', () => {
    test('stops no session, also after a restart, and windows still end', async () => {
        const path = newLog();
        let now = Date.parse('2026-11-02T09:00:00Z');
        const clock = (): number => now;
        const policy = await mail(MAIL.replace('limit mail.count to 2', 'limit mail.count to 1 within 1h'));
        const gateway = await opened(path, { clock, policy });
        expect(await kindOf(gateway, count)).toBe('allowed');
        now -= 3_600_000;
        expect(await kindOf(gateway, count)).toBe('denied');
        const copy = killed(path);
        const next = await opened(copy, { clock, policy });
        expect(await kindOf(next, count)).toBe('denied');
        now += 3 * 3_600_000;
        expect(await kindOf(next, count)).toBe('allowed');
        const times = linesOf(copy).map(({ time }) => String(time));
        expect(times).toEqual([...times].sort());
    });

    const HOUR = 3600;
    /** Seconds that pass, seconds by which the host is then set, and the time of the gateway after that. */
    test.each<[passing: string, steps: readonly (readonly [passes: number, set: number])[], time: number]>([
        ['nothing is set', [[10, 0]], 10],
        ['it is set ahead', [[0, HOUR]], HOUR],
        ['it is set back a little', [[10, -30]], 0],
        ['it is set back a little, and catches up', [[10, -30], [40, 0]], 20], // prettier-ignore
        ['it is set back', [[0, -HOUR]], 0],
        ['half the time passes then', [[0, -HOUR], [HOUR, 0]], HOUR / 2], // prettier-ignore
        ['until both agree', [[0, -HOUR], [HOUR, 0], [HOUR - 120, 0], [200, 0]], HOUR + 80], // prettier-ignore
        ['it is set back twice', [[0, -HOUR], [HOUR, -HOUR], [HOUR, 0]], HOUR] // prettier-ignore
    ])('%s', (_, steps, time) => {
        let [host, steady] = [0, 0];
        const clock = new ForwardClock(
            () => host * 1000,
            () => steady * 1000
        );
        clock.now();
        for (const [passes, set] of steps) {
            steady += passes;
            host += passes + set;
            clock.now();
        }
        expect(clock.now() / 1000).toBe(time);
    });
});

test('calls that wait for people are bounded in each session', async () => {
    const path = newLog();
    const gateway = await opened(path);
    const to = (name: number) => ({ ...send, args: { to: `${name}@acme.example` } });
    expect(await kindOf(gateway, read)).toBe('allowed');
    for (let name = 0; name < 100; name++) {
        expect(await kindOf(gateway, to(name))).toBe('held');
    }
    await expect(gateway.submit('a', to(100))).rejects.toMatchObject({ code: 'GR933' });
    expect(linesOf(path).at(-1)).toMatchObject({ type: 'gateway', what: 'denied', tool: 'mail.send', session: 'a' });
    expect(gateway.waiting()).toHaveLength(100);
    expect((await gateway.submit('a', to(7))).decision.kind, 'one that waits already').toBe('held');
    await gateway.submit('b', read).then(({ id }) => gateway.end('b', id, { type: 'result', result: {} }));
    expect((await gateway.submit('b', to(100))).decision.kind, 'another session').toBe('held');
    const again = await opened(killed(path));
    await expect(again.submit('a', to(100)), 'after a restart').rejects.toMatchObject({ code: 'GR933' });
    await gateway.answer(gateway.waiting()[0]!.id, 'refuse', 'reviewer');
    expect((await gateway.submit('a', to(100))).decision.kind, 'after an answer').toBe('held');
});

describe('the log', () => {
    test('loses a last line that was not written whole, which nothing depended on', async () => {
        const path = newLog();
        const first = await opened(path);
        await kindOf(first, count);
        await kindOf(first, count);
        const copy = killed(path);
        const lines = readFileSync(copy, 'utf8').split('\n');
        // The log contains half of the line of the second call, and not its result.
        truncateSync(copy, lines.slice(0, 3).join('\n').length + 1 + Math.floor(lines[3]!.length / 2));
        const again = await opened(copy);
        expect(await kindOf(again, count)).toBe('allowed');
        expect(await kindOf(again, count)).toBe('denied');
    });

    const changes: Record<string, (lines: string[]) => string[]> = {
        altered: (lines) => lines.map((line, at) => (at === 1 ? line.replace('inbox', 'other') : line)),
        dropped: (lines) => lines.filter((_, at) => at !== 1),
        'dropped at the start': (lines) => lines.slice(1),
        moved: ([first, second, third, ...rest]) => [first!, third!, second!, ...rest],
        repeated: (lines) => [...lines, lines.at(-1)!]
    };
    test.each(Object.entries(changes))('that has a line %s is refused', async (_, change) => {
        const path = newLog();
        const gateway = await opened(path);
        const { id } = await gateway.submit('a', read);
        await gateway.end('a', id, { type: 'error' });
        await kindOf(gateway, send);
        const copy = killed(path);
        writeFileSync(copy, `${change(readFileSync(copy, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
        await expect(opened(copy)).rejects.toMatchObject({ code: 'GR991' });
    });

    test('that does not fit the policy is refused', async () => {
        const path = newLog();
        await kindOf(await opened(path), count);
        const policy = await mail(MAIL.replace('  tool count() readonly\n', '').replace('limit mail.count to 2\n', ''));
        await expect(opened(killed(path), { policy })).rejects.toMatchObject({ code: 'GR994' });
    });

    test('can be continued with another policy', async () => {
        const path = newLog();
        await kindOf(await opened(path), count);
        const policy = await mail(MAIL.replace('limit mail.count to 2', 'limit mail.count to 1'));
        expect(await kindOf(await opened(killed(path), { policy }), count)).toBe('denied');
    });

    test('is in use by one gateway at a time', async () => {
        const path = newLog();
        const first = await opened(path);
        await expect(opened(path)).rejects.toMatchObject({ code: 'GR990' });
        await first.close();
        await opened(path);
    });

    test('is taken over from a process that is gone', async () => {
        const path = newLog();
        const gone = { pid: process.pid, host: (await import('node:os')).hostname(), started: 'earlier', nonce: '1' };
        writeFileSync(`${path}.lock`, JSON.stringify(gone));
        await opened(path);
        writeFileSync(`${path}.2.lock`, JSON.stringify({ ...gone, host: 'elsewhere' }));
        expect(() => acquire(`${path}.2.lock`)).toThrow(expect.objectContaining({ code: 'GR990' }));
    });

    test('that another program writes stops all decisions', async () => {
        const path = newLog();
        const gateway = await opened(path);
        appendFileSync(path, '{}\n');
        await expect(gateway.submit('a', count)).rejects.toMatchObject({ code: 'GR991' });
        await expect(gateway.submit('a', count)).rejects.toMatchObject({ code: 'GR991' });
    });

    test('that cannot be written stops all decisions', async () => {
        const path = newLog();
        const gateway = await opened(path);
        const { id } = await gateway.submit('a', read);
        const any = await open(path);
        const prototype = Object.getPrototypeOf(any) as typeof any;
        await any.close();
        const full = vi.spyOn(prototype, 'datasync').mockRejectedValue(Object.assign(new Error(), { code: 'ENOSPC' }));
        onTestFinished(() => full.mockRestore());
        const both = await Promise.allSettled([gateway.submit('a', count), gateway.end('a', id, { type: 'error' })]);
        const failed = { status: 'rejected', reason: expect.objectContaining({ code: 'GR992' }) as unknown };
        expect(both).toEqual([failed, failed]);
        full.mockRestore();
        await expect(gateway.submit('a', count)).rejects.toMatchObject({ code: 'GR992' });
    });
});

describe('a checkpoint', () => {
    /** A log of some calls, one of them held, with a checkpoint in the middle. */
    const kept = async (): Promise<string> => {
        const path = newLog();
        const gateway = await opened(path, { checkpointAfter: 6 });
        expect(await kindOf(gateway, read)).toBe('allowed');
        expect(await kindOf(gateway, send)).toBe('held');
        expect(await kindOf(gateway, count)).toBe('allowed');
        expect(await kindOf(gateway, count)).toBe('allowed');
        await expect.poll(() => existsSync(`${path}.checkpoint`)).toBe(true);
        await gateway.close();
        return path;
    };
    const change = async (path: string, changed: (checkpoint: Checkpoint<never>) => unknown): Promise<void> => {
        const { digest } = await mail();
        const checkpoint = readCheckpoint<never>(digest, readFileSync(`${path}.checkpoint`))!;
        changed(checkpoint);
        writeFileSync(`${path}.checkpoint`, checkpointBytes(digest, checkpoint));
    };

    test('takes the place of the lines before it', async () => {
        const path = await kept();
        await change(path, ({ state }: { state: { ongoing: { calls: number } } }) => (state.ongoing.calls = 99));
        const gateway = await opened(path);
        expect(gateway.waiting()).toMatchObject([{ tool: 'mail.send', before: [{ tool: 'mail.read' }] }]);
        expect(await gateway.submit('a', count)).toMatchObject({ id: '100', decision: { kind: 'denied' } });
    });

    test.each<[string, (path: string) => void | Promise<void>]>([
        ['is missing', (path) => rmSync(`${path}.checkpoint`)],
        ['is empty', (path) => truncateSync(`${path}.checkpoint`)],
        ['is incomplete', (path) => truncateSync(`${path}.checkpoint`, 300)],
        [
            'has another byte',
            (path) => {
                const bytes = readFileSync(`${path}.checkpoint`);
                bytes[bytes.length - 1]! ^= 1;
                writeFileSync(`${path}.checkpoint`, bytes);
            }
        ],
        [
            'is of another policy',
            async (path) => {
                const checkpoint = readCheckpoint((await mail()).digest, readFileSync(`${path}.checkpoint`))!;
                writeFileSync(`${path}.checkpoint`, checkpointBytes('sha256:other', checkpoint));
            }
        ],
        ['is of other lines', (path) => change(path, ({ place }) => Object.assign(place, { last: '0'.repeat(64) }))],
        ['is of fewer lines', (path) => change(path, ({ place }) => Object.assign(place, { length: 2 }))],
        ['is of more lines', (path) => change(path, ({ place }) => Object.assign(place, { length: 900 }))]
    ])('that %s makes no difference', async (_, spoil) => {
        const path = await kept();
        await spoil(path);
        const gateway = await opened(path);
        expect(gateway.waiting()).toMatchObject([{ id: '2', before: [{ tool: 'mail.read' }] }]);
        expect(await gateway.submit('a', count)).toMatchObject({ id: '5', decision: { kind: 'denied' } });
    });

    test('hides no line that was altered before it', async () => {
        const path = await kept();
        writeFileSync(path, readFileSync(path, 'utf8').replace('"folder":"inbox"', '"folder":"other"'));
        await expect(opened(path)).rejects.toMatchObject({ code: 'GR991' });
    });
});

describe('the folder', () => {
    test.runIf(process.platform !== 'win32')('belongs to one user', () => {
        const there = folder({});
        expect(privateFolder(join(there, 'new'))).toBe(join(there, 'new'));
        mkdirSync(join(there, 'open'));
        chmodSync(join(there, 'open'), 0o750);
        expect(() => privateFolder(join(there, 'open'))).toThrow(expect.objectContaining({ code: 'GR995' }));
        writeFileSync(join(there, 'file'), '');
        expect(() => privateFolder(join(there, 'file'))).toThrow(expect.objectContaining({ code: 'GR992' }));
        expect(privateFolder(join(there, 'one/two/three'))).toBe(join(there, 'one/two/three'));
    });
});

describe('verification', () => {
    const [rules] = MAIL.split('claim');
    test.each([
        ['holds', MAIL, undefined],
        ['violated', `${rules}claim "nothing is sent": never mail.send\n`, 'GR993'],
        ['violated, as expected', `${rules}@expected(violated)\nclaim "nothing is sent": never mail.send\n`, undefined],
        [
            'of a scenario',
            `${MAIL}scenario "sent":\n  assistant calls mail.send(to: "eve@evil.example") -> allowed\n`,
            'GR993'
        ]
    ])('%s', async (_, text, code) => {
        const verification = verify(await mail(text));
        const attempt = (): void => assertVerified(verification, 'mail.guardrail');
        if (code === undefined) {
            expect(attempt).not.toThrow();
        } else {
            expect(attempt).toThrow(expect.objectContaining({ code }));
        }
    });

    test('is not kept where nothing can be written, which prevents nothing', async () => {
        const policy = await mail();
        expect(verifyOnce(policy, { folder: join(folder({}), 'missing') })).toEqual(verify(policy));
    });

    test('leaves a claim open that was not decided', async () => {
        const hard = readFileSync(join(import.meta.dirname, '../checker/budgets/stays.guardrail'), 'utf8');
        const verification = verify(await mail(hard), { limits: { maxStates: 1, maxMemoryMB: 100, timeoutMs: 1 } });
        expect(Object.values(verification.claims)).toEqual(['undecided', 'undecided']);
        expect(verification.open).toHaveLength(2);
    });

    test('is in the log', async () => {
        const path = newLog();
        const policy = await mail();
        await opened(path, { policy, verification: verify(policy) });
        const claims = { 'private data leaves only through the reviewer': 'holds in one session' };
        expect(linesOf(path)).toMatchObject([{ what: 'start', policy: policy.digest, verified: { claims, open: [] } }]);
        const unverified = newLog();
        await opened(unverified, { policy });
        expect(linesOf(unverified)).toMatchObject([{ what: 'start', policy: policy.digest, verified: false }]);
    });

    test('is of a text: the digest of the policy does not depend on its folder', async () => {
        const [one, other, changed] = await Promise.all([mail(), mail(), mail(`${MAIL}\n`)]);
        expect(one.digest).toBe(other.digest);
        expect(one.digest).not.toBe(changed.digest);
    });
});

function pathOf(gateway: EnforcingGateway): string {
    return (gateway as unknown as { readonly options: EnforceOptions }).options.path;
}
