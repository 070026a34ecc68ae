/** What a worker that plays sessions does with what it is asked: the same in node and in browsers. */
import type { NumberedAnswer, NumberedOrder } from './host.js';
import type { SessionPlayer } from '../../simulator/player.js';

/** Takes orders, and gives each its answer, or a sentence why there is none. */
export function inOrder(
    player: SessionPlayer,
    answer: (report: NumberedAnswer) => void
): (order: NumberedOrder) => void {
    /** One after the other: each reads the policy's text in the same place. */
    let last: Promise<unknown> = Promise.resolve();
    return ({ number, order }) => {
        last = last
            .then(() => player.run(order))
            .then(
                (answered): NumberedAnswer => ({ number, answer: answered }),
                (error: unknown): NumberedAnswer => ({
                    number,
                    failure: error instanceof Error ? error.message : String(error)
                })
            )
            .then(answer);
    };
}
