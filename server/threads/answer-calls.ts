/** The worker's side of the protocol, which is the same in Node and in browsers. */
import type { Call, Reply } from './messages.js';

/** The channel to the caller. */
export interface Port {
    post(message: unknown): void;
    onMessage(receive: (message: unknown) => void): void;
}

export interface CallContext<Report> {
    /** Sends a message to the caller before the answer. */
    readonly report: (report: Report) => void;
    /** True if the caller no longer waits for the answer. The function is cheap enough to poll often. */
    readonly isCancelled: () => boolean;
}

/** Executes a call. An exception in it is thrown again at the caller. */
export type Handler<Order, Report, Answer> = (order: Order, context: CallContext<Report>) => Answer | Promise<Answer>;

/** Answers calls one after the other, in order. */
export function answerCalls<Order, Report, Answer>(port: Port, handler: Handler<Order, Report, Answer>): void {
    const reply = (message: Reply): void => port.post(message);
    let last = Promise.resolve();
    port.onMessage((message) => {
        const { call, order, stop } = message as Call;
        const flag = stop && new Int32Array(stop);
        const context: CallContext<Report> = {
            report: (report) => reply({ call, kind: 'report', report }),
            isCancelled: () => flag !== undefined && Atomics.load(flag, 0) !== 0
        };
        last = last
            .then(() => handler(order as Order, context))
            .then(
                (answer) => reply({ call, kind: 'answer', answer }),
                (error: unknown) => reply({ call, kind: 'failure', error })
            );
    });
}
