/**
 * Work that several claims of one policy wait for, done once: whoever has its turn goes on with it (`round-robin.ts`), so that
 * nobody waits for a turn of another claim.
 */
import type { Pausing } from './resumable.js';

export class SharedWork {
    private readonly works = new WeakMap<object, Map<string, Work>>();

    /** @param key with the policy, all that the work depends on */
    *done<T>(policy: object, key: string, begin: () => Pausing<T>): Pausing<T> {
        const known = this.works.get(policy) ?? new Map<string, Work>();
        this.works.set(policy, known);
        const work = known.get(key) ?? new Work(begin());
        known.set(key, work);
        try {
            // The key says what the work is, so that what it comes to is of the type of every asker.
            return (yield* work.goOn()) as T;
        } catch (error) {
            // The budget of one asker was spent in the middle of it: another one begins again.
            known.delete(key);
            throw error;
        }
    }
}

class Work {
    private result: { readonly value: unknown } | undefined;

    constructor(private readonly work: Pausing<unknown>) {}

    *goOn(): Pausing<unknown> {
        while (!this.result) {
            const { done, value } = this.work.next();
            if (done) {
                this.result = { value };
            } else {
                yield value;
            }
        }
        return this.result.value;
    }
}
