/** Sessions that are played: what is asked, and what it comes to. Plain data, which programs and threads send to each other. */
import type { RuleReference, Trace } from '../checker/results/result.js';
import type { SessionView } from '../checker/traces/session-view.js';

/** A session is the lines of a scenario, each without its decision. */
export interface PlayParams {
    readonly uri: string;
    readonly lines: readonly string[];
    /** Also what may come next. */
    readonly offers?: boolean;
    /** Also which claims are broken. */
    readonly claims?: boolean;
}
export interface PlayedSession {
    readonly policy: string;
    /** For the lines before the one with the problem, or for all. */
    readonly steps: readonly PlayedStep[];
    readonly start: SessionView;
    readonly trace: Trace;
    /** The reason why a line is not a step of this session; without `line` nothing can be played. */
    readonly problem?: { readonly line?: number; readonly message: string };
    readonly offers?: SessionOffers;
}
export interface PlayedStep {
    /** As given. */
    readonly line: string;
    /** For a call: its decision. */
    readonly decision?: 'allowed' | 'denied' | 'held' | 'waits';
    /** The step in a sentence. */
    readonly message: string;
    /** How many steps of the trace there are after this one. */
    readonly traced: number;
    readonly rules: readonly RuleReference[];
    /** If asked for: the claims that no earlier step has broken. Absent: none is judged here (`broken-claims.ts`). */
    readonly breaks?: readonly string[];
    readonly state: SessionView;
}

export interface SessionOffers {
    readonly calls: readonly CallOffer[];
    /** Steps that are not calls: answers of humans, ends of running calls, events, returns, another session. */
    readonly acts: readonly ActOffer[];
    /** Lengths of time that the policy speaks of, in its spelling. */
    readonly waits: readonly string[];
}
/** The calls of a tool by an agent, some of each kind that is decided differently. */
export interface CallOffer {
    readonly agent: string;
    readonly tool: string;
    readonly choices: readonly CallChoice[];
    /** The reason why there may be decisions that no choice shows. */
    readonly incomplete?: string;
}
export interface CallChoice {
    readonly line: string;
    /** `folder: "inbox"`, and what is behind it. */
    readonly args: string;
    /** ` with injection: 80 returns (text: "hello")`: what signals say, and how the call returns. */
    readonly behind?: string;
    readonly decision: 'allowed' | 'denied' | 'held' | 'waits';
    /** `held by line 10` */
    readonly text: string;
    readonly rules: readonly RuleReference[];
}
export interface ActOffer {
    readonly kind: 'approve' | 'refuse' | 'end' | 'event' | 'return' | 'at' | 'session';
    readonly line: string;
}

/** A condition that asks of no call, after the lines. */
export interface EvaluateParams {
    readonly uri: string;
    readonly lines: readonly string[];
    readonly condition: string;
}
export type ConditionValue = { readonly value: 'true' | 'false' | 'unknown' } | { readonly problem: string };

/** The lines as a scenario of the policy, which expects what happens. */
export interface KeepScenarioParams extends PlayParams {
    readonly name: string;
}
export interface KeptScenario {
    /** The version of the document. */
    readonly offset: number;
    readonly text: string;
}

/** The policy as who plays has it, and the files that it sees, by their uris. */
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
