/** Replays a log in memory, in this process. */
import type { Input } from '../../../../server/cli/commands/replay/input.js';
import { replay } from '../../../../server/cli/commands/replay/replay-log.js';
import type { ReplayOptions } from '../../../../server/cli/commands/replay/options.js';
import type { ReplayResult } from '../../../../server/cli/commands/replay/result.js';
import type { Policy } from '../../../../server/model/policy/policy.js';

/** @param chunk the number of bytes that are read at a time */
export async function replayed(
    policy: Policy,
    log: string | Buffer | readonly unknown[],
    options: Partial<ReplayOptions> = {},
    chunk = 1 << 16
): Promise<ReplayResult> {
    return replay(policy, inputOf(log, chunk), { ...OPTIONS, ...options });
}

const OPTIONS: ReplayOptions = { policyName: 'p.guardrail', traceName: 'log', map: new Map(), unmarked: 'success' };

function inputOf(log: string | Buffer | readonly unknown[], chunk: number): Input {
    const bytes = bytesOf(log);
    return { chunks: chunksOf(bytes, chunk), bytesRead: () => bytes.length };
}

/** The bytes of a log, in which each event of the list is a line. */
function bytesOf(log: string | Buffer | readonly unknown[]): Buffer {
    if (Buffer.isBuffer(log)) {
        return log;
    }
    return Buffer.from(typeof log === 'string' ? log : log.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

async function* chunksOf(bytes: Buffer, chunk: number): AsyncIterable<Buffer> {
    for (let from = 0; from < bytes.length; from += chunk) {
        // This yields control, as a stream does.
        await Promise.resolve();
        yield bytes.subarray(from, from + chunk);
    }
}

export function lines(values: readonly unknown[]): string {
    return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** The number of calls for each decision, without zeros. */
export function decided({ decisions: { allowed, held, denied } }: ReplayResult): Record<string, number> {
    const { rule, unknown, inventory, default: byDefault } = denied;
    const all = { allowed, held, rule, default: byDefault, unknown, inventory };
    return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}
