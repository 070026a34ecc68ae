/**
 * The messages between this language server and its client beyond the Language Server Protocol. The client may
 * import this file, and of the server nothing else.
 */
import type { ClaimResult, Finding, PolicyResult, ScenarioResult, Trace, TraceStep } from '../checker/result.js';

export type { ClaimResult, Finding, PolicyResult, ScenarioResult, Trace, TraceStep };
/** What every verdict takes for granted: the client says it beside a verdict. */
export { ASSUMPTIONS } from '../checker/result.js';

/** Client to server: the results for a document, checked now if they are not at hand. Answers `PolicyResult | null`. */
export const checkRequest = 'guardrail/check';
export interface CheckParams {
    readonly uri: string;
}

/**
 * Server to client: what is known of a policy has changed.
 * - `checking`: a check has begun; earlier results are out of date.
 * - `done`: `result` belongs to `version`.
 * - `cancelled`: the check was given up for a newer text; another `checking` follows.
 * - `outdated`: no check is under way, since it was stopped or the policy is checked when it is saved.
 * - `failed`: the checker itself failed; `message` says how, in a sentence.
 * - `invalid`: the text has errors, or is no policy (any more): nothing is known.
 */
export const checkStateNotification = 'guardrail/checkState';
export interface CheckState {
    readonly uri: string;
    readonly version: number;
    readonly state: 'checking' | 'done' | 'cancelled' | 'outdated' | 'failed' | 'invalid';
    readonly result?: PolicyResult;
    readonly message?: string;
}

/** The command a code lens carries, executed in the client with one argument, `ShowSessionParams`. */
export const showSessionCommand = 'guardrail.showSession';
export interface ShowSessionParams {
    readonly uri: string;
    readonly kind: 'claim' | 'scenario' | 'finding';
    /** The name of the claim or scenario as its result has it; the code of the finding. */
    readonly name: string;
    /** Of a finding its message, which tells findings of one code apart. */
    readonly message?: string;
}

/** The command "Check" of a code lens, executed in the client with one argument, the uri of the policy. */
export const checkCommand = 'guardrail.check';

/**
 * The command of a code lens that counts references, executed in the client with three arguments as the protocol writes
 * them: the uri of the document, the position of the lens, and the locations to show.
 */
export const showReferencesCommand = 'guardrail.showReferences';
export interface ReferenceLocation {
    readonly uri: string;
    readonly range: {
        readonly start: { readonly line: number; readonly character: number };
        readonly end: { readonly line: number; readonly character: number };
    };
}
