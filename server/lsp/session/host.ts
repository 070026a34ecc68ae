/** Where sessions are played: a worker, since the model checker's knowledge of what may come next takes time. */
import type {
    ConditionValue,
    EvaluateParams,
    KeepScenarioParams,
    KeptScenario,
    PlayedSession,
    PlayParams
} from '../protocol.js';

/** The policy as the editor has it, and the files that it sees, by their uris. */
export interface SessionTexts {
    readonly text: string;
    readonly files: readonly (readonly [uri: string, text: string])[];
}

export type SessionOrder = SessionTexts &
    (
        | { readonly kind: 'play'; readonly params: PlayParams }
        | { readonly kind: 'evaluate'; readonly params: EvaluateParams }
        | { readonly kind: 'keep'; readonly params: KeepScenarioParams }
    );

export type SessionAnswer = PlayedSession | ConditionValue | KeptScenario | null;

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
