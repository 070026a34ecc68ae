/**
 * Work that several claims of the same rules wait for and that is done once. The claim whose turn it is continues the work
 * (`round-robin.ts`), so that no claim waits for the turn of another.
 */
import type { Resumable } from './resumable.js';

export class SharedWork {
    private readonly works = new WeakMap<object, Map<string, Work>>();

    /** @param key identifies, together with the rules, everything that the work depends on */
    *done<T>(rules: object, key: string, begin: () => Resumable<T>): Resumable<T> {
        const known = this.works.get(rules) ?? new Map<string, Work>();
        this.works.set(rules, known);
        const work = known.get(key) ?? new Work(begin());
        known.set(key, work);
        try {
            // The key identifies the work, so its result has the type that every caller expects.
            return (yield* work.goOn()) as T;
        } catch (error) {
            // The budget of one caller ran out during the work, so the next caller starts again.
            known.delete(key);
            throw error;
        }
    }
}

class Work {
    private result: { readonly value: unknown } | undefined;

    constructor(private readonly work: Resumable<unknown>) {}

    *goOn(): Resumable<unknown> {
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
