/**
 * Does several pieces of work in turn, so that short ones do not wait for long ones: each is started and continued
 * until it has used its share, which grows from round to round. Nothing is done twice. Since shares are counted in
 * transitions, the order is the same everywhere.
 */
import type { Resumable } from './resumable.js';

/**
 * The number of transitions that each piece of work may have tried by the end of a round. After the last round, the
 * pieces are run to their ends one after the other, because a paused search keeps its memory.
 */
const SHARES: readonly number[] = [2_000, 20_000, 200_000];

export type Begin<T> = () => Resumable<T>;

/**
 * Does all of the work.
 *
 * @returns the results, in the order of the work
 * @param onDone receives each result as soon as it is done, with its index
 */
export function inTurn<T>(all: readonly Begin<T>[], onDone: (result: T, index: number) => void): T[] {
    const results = new Map<Turn<T>, T>();
    const turns = all.map((begin) => new Turn(begin));
    for (const share of [...SHARES, Infinity]) {
        turns.forEach((turn, index) => {
            const done = results.has(turn) ? undefined : turn.goOn(share);
            if (done) {
                results.set(turn, done.result);
                onDone(done.result, index);
            }
        });
    }
    return turns.map((turn) => results.get(turn)!);
}

class Turn<T> {
    private readonly work: Resumable<T>;
    private transitions = 0;

    constructor(begin: Begin<T>) {
        this.work = begin();
    }

    /** Undefined if the work has used up its share. */
    goOn(share: number): { readonly result: T } | undefined {
        while (this.transitions < share) {
            const { done, value } = this.work.next();
            if (done) {
                return { result: value };
            }
            this.transitions += value;
        }
        return undefined;
    }
}
