/** Searches for repairs in a separate worker, so that checks never wait for them. Plain data goes in and out. */
import type { ClaimResult, PolicyResult } from '../../checker/results/result.js';
import type { Policy } from '../../model/policy/policy.js';
import type { RepairResult } from '../../repair/index.js';

export interface RepairOrder {
    /** The URI of the policy's file. */
    readonly uri: string;
    /** The editor's texts of the policy and of its imports, by URI; other texts are on disk. */
    readonly texts: readonly (readonly [uri: string, text: string])[];
    readonly policy: Policy;
    readonly baseline: PolicyResult;
    /** A violated claim in the results. */
    readonly claim: ClaimResult;
    readonly timeoutMs: number;
}

export type RepairReport =
    | { readonly kind: 'done'; readonly result: RepairResult }
    | { readonly kind: 'cancelled' }
    /** `message` is a sentence. */
    | { readonly kind: 'failed'; readonly message: string };

export interface RepairRun {
    /** Never rejects. */
    readonly outcome: Promise<RepairReport>;
    cancel(): void;
}

export interface RepairHost {
    start(order: RepairOrder): RepairRun;
    dispose(): Promise<void>;
}
