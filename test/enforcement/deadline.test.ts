import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { deadline } from '../../server/enforcement/deadline.js';

/** Resolves when the signal, which nothing else refers to, is aborted. */
const aborted = (signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }));

test('a deadline fires although garbage is collected before it', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const fired = aborted(deadline(100, new AbortController().signal));
    for (let round = 0; round < 5; round++) {
        await sleep(5);
        collect();
    }
    await expect(fired).resolves.toBeInstanceOf(Error);
});

test('a deadline ends with the other signal, and at once if that is aborted', async () => {
    const other = new AbortController();
    const fired = aborted(deadline(1e6, other.signal));
    other.abort('cancelled');
    await expect(fired).resolves.toBe('cancelled');
    expect(deadline(1e6, other.signal).aborted).toBe(true);
});
