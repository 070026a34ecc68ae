/** Plays sessions in a worker, because computing the possible next steps takes time. */
import type { SessionAnswer, SessionOrder } from '../../simulator/session.js';

export interface SessionHost {
    /**
     * Answers in the order of the calls. The promise rejects when the worker fails; the next call gets another worker.
     */
    run(order: SessionOrder): Promise<SessionAnswer>;
    dispose(): Promise<void>;
}
