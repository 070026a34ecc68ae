import type { PolicyResult } from '../checker/results/result.js';

/** The subject of the session that is shown: a claim, a scenario or a finding. */
export interface ShowSessionParams {
    readonly uri: string;
    readonly kind: 'claim' | 'scenario' | 'finding';
    /** The name of the claim or scenario in its result; the code of the finding. */
    readonly name: string;
    /** For a finding, its message, which distinguishes findings with the same code. */
    readonly message?: string;
}

/** The results that are known for a policy. */
export interface CheckState {
    readonly uri: string;
    readonly version: number;
    readonly state: 'checking' | 'done' | 'cancelled' | 'outdated' | 'failed' | 'invalid';
    readonly result?: PolicyResult;
    readonly message?: string;
}
