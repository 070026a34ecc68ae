/** What the language server and its checker worker say to each other: plain data only. */
import type { ClaimResult, Limits, PolicyResult } from '../../checker/result.js';
import type { Policy } from '../../model/policy.js';
import type { CheckProgress } from './host.js';

export interface CheckOrder {
    readonly run: number;
    readonly policy: Policy;
    readonly limits: Limits;
    /** One Int32; anything but 0 asks the run to stop. Shared, because a busy worker reads no messages. */
    readonly stop: SharedArrayBuffer;
}

export type CheckReport = { readonly run: number } & (
    | { readonly kind: 'claim'; readonly claim: ClaimResult }
    | { readonly kind: 'progress'; readonly progress: CheckProgress }
    | { readonly kind: 'done'; readonly result: PolicyResult }
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'failed'; readonly message: string }
);
