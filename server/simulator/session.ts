/** The requests and responses about played sessions: plain data that programs and threads exchange. */
import type { RuleReference, Trace } from '../checker/results/result.js';
import type { SessionView } from '../checker/traces/session-view.js';

/** A session, as the lines of a scenario without decisions. */
export interface PlayParams {
    readonly uri: string;
    readonly lines: readonly string[];
    /** True to include the possible next steps. */
    readonly offers?: boolean;
    /** True to include the broken claims. */
    readonly claims?: boolean;
}
export interface PlayedSession {
    readonly policy: string;
    /** The steps for the lines before the one with the problem, or for all lines. */
    readonly steps: readonly PlayedStep[];
    readonly start: SessionView;
    readonly trace: Trace;
    /** The reason why a line is not a step of this session; if `line` is undefined, nothing can be played. */
    readonly problem?: { readonly line?: number; readonly message: string };
    readonly offers?: SessionOffers;
    /** The claims that a session can break, if they were requested. */
    readonly claims?: readonly string[];
}
export interface PlayedStep {
    /** The line, as in the request. */
    readonly line: string;
    /** The decision on a call. */
    readonly decision?: 'allowed' | 'denied' | 'held' | 'waits';
    /** A sentence that describes the step. */
    readonly message: string;
    /** The number of trace steps up to this one. */
    readonly traced: number;
    readonly rules: readonly RuleReference[];
    /**
     * The claims that no earlier step has broken, if they were requested. Undefined if the claims are not judged here
     * (`broken-claims.ts`).
     */
    readonly breaks?: readonly string[];
    readonly state: SessionView;
}

export interface SessionOffers {
    readonly calls: readonly CallOffer[];
    /** The steps that are not calls: human answers, ends of running calls, events, returned work, another session. */
    readonly acts: readonly ActOffer[];
    /** The durations that the policy mentions, in its spelling. */
    readonly waits: readonly string[];
}
/** The calls of a tool by an agent, some for each different decision. */
export interface CallOffer {
    readonly agent: string;
    readonly tool: string;
    readonly choices: readonly CallChoice[];
    /** The reason why some decisions may not be covered by any choice. */
    readonly incomplete?: string;
}
export interface CallChoice {
    readonly line: string;
    /** The arguments, such as `folder: "inbox"`, and the text after them. */
    readonly args: string;
    /** The values of signals and the result of the call, such as ` with injection: 80 returns (text: "hello")`. */
    readonly behind?: string;
    readonly decision: 'allowed' | 'denied' | 'held' | 'waits';
    /** The decision with its reason, such as `held by line 10`. */
    readonly text: string;
    readonly rules: readonly RuleReference[];
}
export interface ActOffer {
    readonly kind: 'approve' | 'refuse' | 'end' | 'event' | 'return' | 'at' | 'session';
    readonly line: string;
}

/** A condition that does not read a call, evaluated after the lines. */
export interface EvaluateParams {
    readonly uri: string;
    readonly lines: readonly string[];
    readonly condition: string;
}
export type ConditionValue = { readonly value: 'true' | 'false' | 'unknown' } | { readonly problem: string };

/** The lines, to be written as a scenario of the policy that expects what happens. */
export interface KeepScenarioParams extends PlayParams {
    readonly name: string;
}
export interface KeptScenario {
    /** The version of the document. */
    readonly offset: number;
    readonly text: string;
}

/** The user's current text of the policy, and the files that it imports, by URI. */
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
