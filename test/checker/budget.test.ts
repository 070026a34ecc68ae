/**
 * Tests that every piece of work ends when its budget is spent, wherever it is. The test clock advances by one each
 * time it is read.
 */
import { describe, expect, test } from 'vitest';
import {
    Budget,
    BudgetSpent,
    CheckCancelled,
    look,
    poll,
    tryWithin,
    withClock,
    within
} from '../../server/checker/limits/budget.js';
import { inTurn } from '../../server/checker/limits/round-robin.js';
import { finished, type Resumable } from '../../server/checker/limits/resumable.js';

/** Runs the work with a clock whose time is the number of times that it was read. */
function counting<T>(work: (looks: () => number) => T): T {
    let looks = 0;
    return withClock(
        () => looks++,
        () => work(() => looks)
    );
}

function* endless(): Resumable<never> {
    for (;;) {
        look();
        yield 1;
    }
}

describe('a budget', () => {
    test('ends a loop that polls, but no other loops', () => {
        const busy = (): never => {
            for (;;) {
                poll();
            }
        };
        counting(() => {
            expect(tryWithin(new Budget(50), busy, ({ text }) => text)).toBe('more than 0.05 seconds');
            // A budget that has been left no longer counts.
            expect(() => look()).not.toThrow();
        });
    });

    test('ends nested work, while the enclosing work continues', () => {
        counting(() => {
            const outer = new Budget(10_000);
            const result = outer.run(() => {
                const inner = tryWithin(
                    new Budget(10),
                    () => finished(endless()),
                    () => 'inner'
                );
                look();
                return inner;
            });
            expect(result).toBe('inner');
        });
    });

    test('ends the work of a nested larger budget, and both are notified', () => {
        counting(() => {
            const outer = new Budget(10);
            const told: Budget[] = [];
            const work = (): void => {
                tryWithin(
                    new Budget(10_000),
                    () => finished(endless()),
                    (spent): undefined => {
                        told.push(spent);
                    }
                );
                look();
            };
            expect(() => outer.run(work)).toThrow(BudgetSpent);
            expect(told).toEqual([outer]);
        });
    });

    test('does not count the time in which its work pauses', () => {
        const parts = counting(() => {
            const work = (milliseconds: number) => (): Resumable<number> => {
                let parts = 0;
                const counted = function* (): Resumable<never> {
                    for (;;) {
                        look();
                        parts++;
                        yield 5_000;
                    }
                };
                return within<number>(new Budget(milliseconds), counted(), () => parts);
            };
            return inTurn([work(100), work(300)], () => undefined);
        });
        // If the time of the other one counted too, both would finish earlier.
        expect(parts[1]! / parts[0]!).toBeGreaterThan(2.5);
    });

    test('passes on the cancellation of its check before time is over', () => {
        expect(() => new Budget(Infinity, () => true).run(() => look())).toThrow(CheckCancelled);
        expect(() => new Budget(-1, () => true).run(() => look())).toThrow(CheckCancelled);
    });
});
