/** Where sessions are played: a worker, since the model checker's knowledge of what may come next takes time. */
import type { SessionAnswer, SessionOrder } from '../../simulator/session.js';

export interface SessionHost {
    /** Answers in the order of the calls. Rejects when the worker fails; the next call has another. */
    run(order: SessionOrder): Promise<SessionAnswer>;
    dispose(): Promise<void>;
}

/** Between host and worker. */
export interface NumberedOrder {
    readonly number: number;
    readonly order: SessionOrder;
}
export type NumberedAnswer = { readonly number: number } & (
    | { readonly answer: SessionAnswer }
    /** A sentence. */
    | { readonly failure: string }
);
