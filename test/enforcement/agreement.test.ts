/**
 * Tests that random sessions with restarts in between get the same decisions as from the library without restarts, and
 * again from `guardrail replay`. Many sessions share the flushes of a gateway, so a deep run has 100,000 of them.
 */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import type { JsonObject } from '../../server/gateway/events.js';
import { createGateway } from '../../server/gateway/library.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { IS_DEEP, partOf, SEED } from '../support/depth.js';
import { picker } from '../support/random.js';
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

/** The most sessions of a gateway in a build. */
const SESSIONS_OF_BUILD = 25;
/** The gateways of a deep run whose logs are also given to `guardrail replay`. */
const REPLAYED = 40;

interface Group {
    readonly text: string;
    /** The gateways of a deep run. */
    readonly gateways: number;
    readonly gatewaysOfBuild: number;
    /** The sessions of each gateway in a deep run. */
    readonly sessions: number;
    /** The steps of each session. */
    readonly steps: number;
    /** True if a session does not affect the others, so that all can take a step at the same time. */
    readonly isParallel: boolean;
}

/** A session, as the test knows it. */
interface Known {
    readonly name: string;
    readonly running: string[];
    /** The calls that were held, whether or not they still wait. */
    readonly held: string[];
}

describe.each<[string, Group]>([
    [
        'sessions of their own',
        { text: MAIL, gateways: 40, gatewaysOfBuild: 1, sessions: 1_250, steps: 12, isParallel: true }
    ],
    [
        'sessions that share what happened',
        { text: SHARED, gateways: 10_000, gatewaysOfBuild: 4, sessions: 5, steps: 25, isParallel: false }
    ]
])('%s', (title, { text, gateways, gatewaysOfBuild, sessions, steps, isParallel }) => {
    test('are decided as by the library', { timeout: 7_200_000 }, async () => {
        const policy = await mail(text);
        const total = {
            sessions: 0,
            restarts: 0,
            checkpoints: 0,
            replayed: 0,
            allowed: 0,
            denied: 0,
            held: 0,
            left: 0,
            waits: 0,
            answers: 0
        };
        const all = Array.from({ length: gateways }, (_, run) => run);
        for (const run of partOf(all, gateways / gatewaysOfBuild)) {
            const pick = picker(SEED * 100_003 + run);
            let now = Date.parse('2026-11-02T09:00:00Z');
            const clock = (): number => now;
            const library = createGateway(policy.loaded, { clock });
            let path = join(folder({ 'mail.guardrail': text }), 'events.jsonl');
            // Some starts replay the whole log, and others only what follows a checkpoint.
            const open = (): Promise<EnforcingGateway> =>
                EnforcingGateway.open({ path, policy, clock, checkpointAfter: 1 + pick(30) });
            let gateway = await open();
            const every = Array.from(
                { length: IS_DEEP ? sessions : Math.min(sessions, SESSIONS_OF_BUILD) },
                (_, index): Known => ({
                    name: `s${index}`,
                    running: [],
                    held: []
                })
            );
            const random = <T>(values: readonly T[]): T | undefined => values[pick(Math.max(1, values.length))];
            /** The gateway decides at once, and writes the log for all sessions before it answers. */
            const step = async ({ name, running, held }: Known): Promise<void> => {
                now += pick(20) === 0 ? 400_000 : 100;
                const time = new Date(now).toISOString();
                const one = library.session(name);
                const kind = pick(8);
                const ended = kind < 2 ? random(running) : undefined;
                const asked = kind === 2 ? random(held) : undefined;
                if (ended !== undefined) {
                    running.splice(running.indexOf(ended), 1);
                    const end = { type: (['result', 'result', 'error', 'lost'] as const)[pick(4)]! };
                    one.record({ ...end, id: ended, time });
                    await gateway.end(name, ended, end);
                } else if (asked !== undefined) {
                    const type = pick(3) === 0 ? 'refuse' : 'approve';
                    const expected = codeOf(() => one.record({ type, id: asked, human: 'reviewer', time }));
                    const answered = gateway.answer(asked, type, 'reviewer').then(
                        () => undefined,
                        (error: unknown) => (error as { code: string }).code
                    );
                    assertSame(await answered, expected);
                    total.answers += Number(expected === undefined);
                } else if (kind > 2) {
                    const call = random(CALLS)!;
                    const expected = one.decide({ ...call, time });
                    total[expected.kind]++;
                    const stop = new AbortController();
                    const submitted = gateway.submit(name, call, { signal: stop.signal });
                    if (expected.kind === 'waits') {
                        // The gateway waits until a running call has ended.
                        stop.abort();
                        await expect(submitted).rejects.toThrow();
                        return;
                    }
                    const { id, decision, isReleased } = await submitted;
                    assertSame(decision, expected);
                    one.record({ ...call, type: 'call', id, decision: expected.kind, time });
                    if (isReleased) {
                        running.push(id);
                    } else if (expected.kind === 'held') {
                        held.push(id);
                    }
                }
            };
            for (let count = 0; count < steps; count++) {
                if (pick(5) === 0) {
                    // The gateway is killed, and started again with the log on disk.
                    const copy = join(folder({ 'mail.guardrail': text }), 'events.jsonl');
                    copyFileSync(path, copy);
                    if (existsSync(`${path}.checkpoint`) && pick(3) > 0) {
                        copyFileSync(`${path}.checkpoint`, `${copy}.checkpoint`);
                        total.checkpoints++;
                    }
                    await gateway.close();
                    rmSync(path);
                    path = copy;
                    gateway = await open();
                    every.forEach(({ name, running }) =>
                        running.splice(0).forEach((id) => library.session(name).record({ type: 'lost', id }))
                    );
                    total.restarts++;
                }
                if (isParallel) {
                    await Promise.all(every.map(step));
                } else {
                    for (const one of every) {
                        await step(one);
                    }
                }
            }
            await gateway.close();
            total.sessions += every.length;
            if (IS_DEEP && run % (gateways / REPLAYED) === 0) {
                await assertReplays(path);
                total.replayed += every.length;
                process.stdout.write(`${title}: ${JSON.stringify(total)}\n`);
            }
            rmSync(path);
        }
        const { allowed, denied, held, waits, answers, checkpoints } = total;
        expect(Math.min(allowed, denied, held, waits, answers, checkpoints)).toBeGreaterThan(0);
    });
});

/** Decides the log again with the command. */
async function assertReplays(log: string): Promise<void> {
    const { stdout } = await guardrail(['replay', 'mail.guardrail', '--trace', log, '--format', 'json'], {
        cwd: dirname(log)
    });
    const none = { count: 0 };
    expect(JSON.parse(stdout)).toMatchObject({ stopped: none, loosened: none, unreadable: none, unfit: none });
}

/** Millions of comparisons by `expect` would take most of the time. */
function assertSame(actual: unknown, expected: unknown): void {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
        expect(actual).toEqual(expected);
    }
}

function codeOf(work: () => void): string | undefined {
    try {
        work();
        return undefined;
    } catch (error) {
        return (error as { readonly code: string }).code;
    }
}
