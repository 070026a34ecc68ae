/** A whole policy: its claims, scenarios and findings. */
import type { Policy } from '../model/policy.js';
import type { ExploreOptions } from './explore.js';
import { CheckCancelled } from './explore.js';
import { findingsOf } from './findings/index.js';
import { inTurn } from './in-turn.js';
import type { ClaimResult, Limits, PolicyResult } from './result.js';
import { DEFAULT_LIMITS } from './result.js';
import { runScenario } from './scenarios.js';
import { resultWithOthers } from './others.js';
import { isSearched, withSecondLine } from './second-line.js';
import { SharedWork } from './shared-work.js';

export { CheckCancelled };

export interface Progress {
    readonly claim: string;
    readonly states: number;
    readonly transitions: number;
    /** Steps of the sessions that are being searched now. */
    readonly depth: number;
    readonly queue: number;
}

export interface CheckOptions {
    /** For each claim. */
    readonly limits?: Limits;
    /** Asked often; `CheckCancelled` is thrown once it says yes. */
    readonly isCancelled?: () => boolean;
    /**
     * Each claim as soon as it is decided: those that are quickly decided come first. Once more with its second line, where
     * that takes a search of its own; these come after all claims.
     */
    readonly onClaim?: (result: ClaimResult) => void;
    readonly onProgress?: (progress: Progress) => void;
    /** Only the claim of this name, and neither scenarios nor findings. */
    readonly claim?: string;
    /** Sessions that are shown of a violated claim, each with a judged step that other rules decide; absent: one. */
    readonly counterexamples?: number;
}

/** Throws `CheckCancelled` if it was cancelled, and nothing else unless the checker has a defect. */
export function checkPolicy(policy: Policy, options: CheckOptions = {}): PolicyResult {
    const shared = new SharedWork();
    const explorationOf = (claim: string): ExploreOptions => ({
        limits: options.limits ?? DEFAULT_LIMITS,
        shared,
        ...(options.isCancelled && { isCancelled: options.isCancelled }),
        ...(options.onProgress && {
            onProgress: (progress: Omit<Progress, 'claim'>) => options.onProgress!({ claim, ...progress })
        })
    });
    const { counterexamples = 1 } = options;
    const whole = options.claim === undefined;
    const scenarios = whole ? policy.scenarios.map((scenario) => runScenario(policy, scenario)) : [];
    const asked = policy.claims.filter(({ name }) => whole || name === options.claim);
    const report = (result: ClaimResult): void => options.onClaim?.(result);
    const first = inTurn(
        asked.map(
            (claim) => (spent) =>
                resultWithOthers(policy, claim, counterexamples, { ...explorationOf(claim.name), spent })
        ),
        report
    );
    const open = asked
        .map((claim, index) => ({ claim, result: first[index]! }))
        .filter(({ claim, result }) => isSearched(policy, claim, result));
    const second = inTurn(
        open.map(
            ({ claim, result }) =>
                (spent) =>
                    withSecondLine(policy, claim, result, { ...explorationOf(claim.name), spent })
        ),
        report
    );
    const claims = first.map((one) => second[open.findIndex(({ result }) => result === one)] ?? one);
    return {
        policy: policy.name,
        source: policy.source,
        claims,
        scenarios,
        findings: whole ? findingsOf(policy, claims, { ...explorationOf('findings'), shared: new SharedWork() }) : []
    };
}
