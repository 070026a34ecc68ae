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
import { bestPath } from '../../server/checker/compiled/best.js';
import type { Edge, TransitionSystem } from '../../server/checker/search/breadth-first.js';
import { withAmounts } from '../../server/checker/system/amounts-of-session.js';
import type { TimedActs } from '../../server/checker/system/successors.js';
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

/** A chain of states, each with one edge to the next, that counts the states whose edges were asked for. */
class Chain implements TransitionSystem<number> {
    readonly width = 1;
    asked = 0;

    constructor(private readonly length: number) {}

    initial(): { readonly state: Uint32Array } {
        return { state: Uint32Array.of(0) };
    }

    edges([at = 0]: Uint32Array, _: unknown, emit: (edge: Edge<number>) => void): void {
        this.asked++;
        const steps = [{ declaration: 0, outcome: 0, text: 0 }];
        emit({ label: at, steps, humanActs: 0, target: Uint32Array.of(at + 1), goal: at + 1 === this.length });
    }
}

describe('a budget', () => {
    test('ends the search for the best of the shortest sessions', () => {
        const labels = (chain: Chain): readonly number[] => bestPath(chain, 500, () => 0);
        expect(labels(new Chain(500))).toHaveLength(500);
        const chain = new Chain(500);
        counting(() => {
            expect(() => new Budget({ milliseconds: 2 }).run(() => labels(chain))).toThrow(BudgetSpent);
        });
        expect(chain.asked).toBeLessThan(100);
    });

    test('ends the search for the amounts of a session', () => {
        const length = 60;
        const path = Array.from({ length }, (_, index): TimedActs => ({
            guards: [],
            moves: [],
            acts: [
                {
                    kind: 'submit',
                    call: { agent: 0, tool: 0, args: {} },
                    decision: { kind: 'allowed', by: 'rule', rules: [] }
                }
            ],
            sums: {
                amounts: [{ param: 'n', least: 0, most: 10, grain: 1, digits: 0 }],
                shifts: [{ register: 0, to: 1, amount: 0, least: 0, most: 10 }],
                // All of them together reach their largest sum.
                guards: [{ register: 1, bound: 10 * length - 1, atMost: index < length - 1 }],
                sources: new Map([[0, 1]])
            }
        }));
        const amounts = withAmounts(path)!.map(({ acts: [act] }) => act?.kind === 'submit' && act.call.args['n']);
        expect(amounts).toEqual(path.map(() => 10));
        counting(() => {
            expect(() => new Budget({ milliseconds: 2 }).run(() => withAmounts(path))).toThrow(BudgetSpent);
        });
    });

    test('ends a loop that polls, but no other loops', () => {
        const busy = (): never => {
            for (;;) {
                poll();
            }
        };
        counting(() => {
            expect(tryWithin(new Budget({ milliseconds: 50 }), busy, ({ text }) => text)).toBe(
                'more than 0.05 seconds'
            );
            // A budget that has been left no longer counts.
            expect(() => look()).not.toThrow();
        });
    });

    test('ends nested work, while the enclosing work continues', () => {
        counting(() => {
            const outer = new Budget({ milliseconds: 10_000 });
            const result = outer.run(() => {
                const inner = tryWithin(
                    new Budget({ milliseconds: 10 }),
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
            const outer = new Budget({ milliseconds: 10 });
            const told: Budget[] = [];
            const work = (): void => {
                tryWithin(
                    new Budget({ milliseconds: 10_000 }),
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
                return within<number>(new Budget({ milliseconds }), counted(), () => parts);
            };
            return inTurn([work(100), work(300)], () => undefined);
        });
        // If the time of the other one counted too, both would finish earlier.
        expect(parts[1]! / parts[0]!).toBeGreaterThan(2.5);
    });

    test('passes on the cancellation of its check before time is over', () => {
        expect(() => new Budget({ milliseconds: Infinity }, () => true).run(() => look())).toThrow(CheckCancelled);
        expect(() => new Budget({ milliseconds: -1 }, () => true).run(() => look())).toThrow(CheckCancelled);
    });
});
