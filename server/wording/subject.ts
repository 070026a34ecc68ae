import type { PolicyResult } from '../checker/results/result.js';

/** The session that is shown: of a claim, a scenario or a finding. */
export interface ShowSessionParams {
    readonly uri: string;
    readonly kind: 'claim' | 'scenario' | 'finding';
    /** The name of the claim or scenario as its result has it; the code of the finding. */
    readonly name: string;
    /** For a finding its message, which distinguishes findings of one code. */
    readonly message?: string;
}

/** What is known of a policy. */
export interface CheckState {
    readonly uri: string;
    readonly version: number;
    readonly state: 'checking' | 'done' | 'cancelled' | 'outdated' | 'failed' | 'invalid';
    readonly result?: PolicyResult;
    readonly message?: string;
}
