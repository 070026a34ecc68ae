import { vi } from 'vitest';

/**
 * Waits until a callback no longer throws, and returns its result. Vitest gives up after a second by default, which a
 * busy machine can exceed.
 */
export function eventually<T>(callback: () => T | Promise<T>): Promise<T> {
    return vi.waitFor(callback, { timeout: 60_000, interval: 20 });
}
