/**
 * The messages between this language server and its client beyond the Language Server Protocol. The client may
 * import this file, and of the server nothing else.
 */
import type { ClaimResult, Finding, PolicyResult, ScenarioResult, Trace, TraceStep } from '../checker/result.js';

export type { ClaimResult, Finding, PolicyResult, ScenarioResult, Trace, TraceStep };

/** Client to server: the results for a document, checked now if they are not at hand. Answers `PolicyResult | null`. */
export const checkRequest = 'guardrail/check';
export interface CheckParams {
    readonly uri: string;
}

/** Server to client: the results for a document have changed (or a check began, finished, was cancelled, failed). */
export const checkStateNotification = 'guardrail/checkState';
export interface CheckState {
    readonly uri: string;
    readonly version: number;
    readonly state: 'checking' | 'done' | 'cancelled' | 'failed' | 'invalid';
    readonly result?: PolicyResult;
    readonly message?: string;
}

/** The command a code lens carries, executed in the client: `[uri, claim or scenario or finding, its name]`. */
export const showSessionCommand = 'guardrail.showSession';
export interface ShowSessionParams {
    readonly uri: string;
    readonly kind: 'claim' | 'scenario' | 'finding';
    readonly name: string;
}

/** The command "Check" of a code lens, executed in the client: `[uri]`. */
export const checkCommand = 'guardrail.check';
