/**
 * Work that several claims of one policy wait for, done once: whoever has its turn goes on with it (`in-turn.ts`), so that
 * nobody waits for a turn of another claim.
 */
import type { Pausing } from './pausing.js';

/** @param spent milliseconds that were spent on this work, in whoever's turn */
type Begin = (spent: () => number) => Pausing<unknown>;

export class SharedWork {
    private readonly works = new WeakMap<object, Map<string, Work>>();

    /** @param key with the policy, all that the work depends on */
    *done<T>(policy: object, key: string, begin: (spent: () => number) => Pausing<T>): Pausing<T> {
        const known = this.works.get(policy) ?? new Map<string, Work>();
        this.works.set(policy, known);
        const work = known.get(key) ?? new Work(begin);
        known.set(key, work);
        // The key says what the work is, so that what it comes to is of the type of every asker.
        return (yield* work.goOn()) as T;
    }
}

class Work {
    private readonly work: Pausing<unknown>;
    private result: { readonly value: unknown } | undefined;
    private before = 0;
    private began = 0;

    constructor(begin: Begin) {
        this.work = begin(() => this.before + performance.now() - this.began);
    }

    *goOn(): Pausing<unknown> {
        while (!this.result) {
            this.began = performance.now();
            const { done, value } = this.work.next();
            this.before += performance.now() - this.began;
            if (done) {
                this.result = { value };
            } else {
                yield value;
            }
        }
        return this.result.value;
    }
}
