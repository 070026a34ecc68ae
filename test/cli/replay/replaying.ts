/** Replays a log that is at hand, in this process. */
import { replay, type ReplayOptions } from '../../../server/cli/replay/replay.js';
import type { ReplayResult } from '../../../server/cli/replay/result.js';
import type { Policy } from '../../../server/model/policy.js';

/** @param chunk how many bytes are read at a time */
export async function replayed(
    policy: Policy,
    log: string | Buffer | readonly unknown[],
    options: Partial<ReplayOptions> = {},
    chunk = 1 << 16
): Promise<ReplayResult> {
    const bytes = bytesOf(log);
    return replay(
        policy,
        { chunks: chunksOf(bytes, chunk), bytesRead: () => bytes.length },
        { policyName: 'p.guardrail', traceName: 'log', map: new Map(), unmarked: 'success', ...options }
    );
}

/** Of the events of a list each is a line. */
function bytesOf(log: string | Buffer | readonly unknown[]): Buffer {
    if (Buffer.isBuffer(log)) {
        return log;
    }
    return Buffer.from(typeof log === 'string' ? log : log.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

async function* chunksOf(bytes: Buffer, chunk: number): AsyncIterable<Buffer> {
    for (let from = 0; from < bytes.length; from += chunk) {
        // As a stream does, which gives control back.
        await Promise.resolve();
        yield bytes.subarray(from, from + chunk);
    }
}

/** How many calls were decided so, those that are none left out. */
export function decided({ decisions: { allowed, held, denied } }: ReplayResult): Record<string, number> {
    const { rule, unknown, inventory, default: byDefault } = denied;
    const all = { allowed, held, rule, default: byDefault, unknown, inventory };
    return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}
