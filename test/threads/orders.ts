/** The behaviour of the worker in these tests. */
import type { CallContext } from '../../server/threads/answer-calls.js';

export type Order =
    | { readonly kind: 'count' | 'throw' | 'exit' | 'crash' | 'hang' | 'wait until stopped' | 'fill the heap' }
    | { readonly kind: 'report'; readonly reports: readonly string[] }
    /** An answer after this many milliseconds, asynchronously. */
    | { readonly kind: 'sleep'; readonly ms: number };

let calls = 0;

export async function obey(order: Order, { report, isCancelled }: CallContext<string>): Promise<number> {
    calls++;
    switch (order.kind) {
        case 'count':
            return calls;
        case 'report':
            order.reports.forEach(report);
            return calls;
        case 'sleep':
            await new Promise((resolve) => setTimeout(resolve, order.ms));
            return calls;
        case 'throw':
            throw new Error('no luck');
        case 'crash':
            setTimeout(() => {
                throw new Error('a defect\nin two lines');
            });
            return new Promise(() => undefined);
        case 'exit':
            process.exit(3);
            break;
        case 'hang':
            for (;;) {
                // This worker never polls for cancellation.
            }
        case 'wait until stopped':
            report('begun');
            while (!isCancelled()) {
                // This is a busy worker, which does not read messages.
            }
            return -1;
        case 'fill the heap': {
            const kept: number[][] = [];
            for (;;) {
                kept.push(Array.from({ length: 100_000 }, (_, index) => index / 2));
            }
        }
    }
}
