/** A whole policy: its claims, scenarios and findings. */
import type { Claim, Policy } from '../model/policy.js';
import { CheckCancelled } from './budget.js';
import { SMALL_PART } from './claims.js';
import type { ExploreOptions } from './explore.js';
import { findingsOf } from './findings/index.js';
import { inTurn } from './in-turn.js';
import type { ClaimResult, Finding, Limits, PolicyResult } from './result.js';
import { DEFAULT_LIMITS } from './default-limits.js';
import { runScenario } from './scenarios.js';
import { evidenceOf } from './scenarios/evidence.js';
import { resultWithOthers } from './others.js';
import { isSearched, withSecondLine } from './second-line.js';
import { SharedWork } from './shared-work.js';
import { evidenceFor, resultWithEvidence, withEvidence } from './with-evidence.js';

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
    /**
     * Milliseconds that were spent before, on reading the policy. They count to the time of its first claim, of which they
     * take half at most.
     */
    readonly elapsed?: number;
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
    const whole = options.claim === undefined;
    const scenarios = whole ? policy.scenarios.map((scenario) => runScenario(policy, scenario)) : [];
    const claims = policy.claims.filter(({ name }) => whole || name === options.claim);
    const evidence = policy.scenarios.flatMap((scenario) => evidenceOf(policy, scenario, claims));
    const searched = checkClaims(
        claims.map((claim) => ({ policy, claim })),
        options,
        (result, index) => options.onClaim?.(withEvidence(result, evidenceFor(evidence, index)))
    );
    const findings = whole ? findingsIn(policy, searched, options) : [];
    return { ...resultWithEvidence(policy, searched, evidence, findings), scenarios };
}

/** A claim, and the policy that it is checked in: those of one policy share work. */
export interface AskedClaim {
    readonly policy: Policy;
    readonly claim: Claim;
}

/**
 * Their results, in this order.
 *
 * @param onClaim each as soon as it is decided, with its place among them; and whether its second line is known
 */
export function checkClaims(
    asked: readonly AskedClaim[],
    options: Omit<CheckOptions, 'claim' | 'onClaim'>,
    onClaim: (result: ClaimResult, index: number, isComplete: boolean) => void
): ClaimResult[] {
    const shared = new SharedWork();
    const { counterexamples = 1 } = options;
    const results: ClaimResult[] = [];
    const isOpen = ({ policy, claim }: AskedClaim, index: number): boolean =>
        isSearched(policy, claim, results[index]!);
    inTurn(
        asked.map(
            ({ policy, claim }, index) =>
                () =>
                    resultWithOthers(
                        policy,
                        claim,
                        counterexamples,
                        explorationOf(claim.name, index === 0 ? sooner(options) : options, shared)
                    )
        ),
        (result, index) => {
            results[index] = result;
            onClaim(result, index, !isOpen(asked[index]!, index));
        }
    );
    const open = asked.map((one, index) => ({ ...one, index })).filter((one) => isOpen(one, one.index));
    inTurn(
        open.map(
            ({ policy, claim, index }) =>
                () =>
                    withSecondLine(policy, claim, results[index]!, explorationOf(claim.name, options, shared))
        ),
        (result, at) => {
            const { index } = open[at]!;
            results[index] = result;
            onClaim(result, index, true);
        }
    );
    return results;
}

/** What is wrong in a policy without any claim that says so; `claims` are the results of its claims. */
export function findingsIn(policy: Policy, claims: readonly ClaimResult[], options: CheckOptions): Finding[] {
    return findingsOf(policy, claims, explorationOf('findings', options, new SharedWork()), timeFor(claims, options));
}

/** Milliseconds for findings: what the claims left of their time, and never less than a small part of the time of one. */
function timeFor(claims: readonly ClaimResult[], { limits = DEFAULT_LIMITS }: CheckOptions): number {
    const { timeoutMs } = limits;
    const left = claims.map(({ basis, acrossSessions }) => {
        const { milliseconds = 0 } = acrossSessions?.basis ?? {};
        return timeoutMs - basis.milliseconds - milliseconds;
    });
    const all = left.length === 0 ? timeoutMs : left.reduce((sum, each) => sum + each, 0);
    return Math.max(timeoutMs / SMALL_PART, all);
}

function sooner<Options extends Pick<CheckOptions, 'limits' | 'elapsed'>>(options: Options): Options {
    const { limits = DEFAULT_LIMITS, elapsed = 0 } = options;
    return { ...options, limits: { ...limits, timeoutMs: limits.timeoutMs - Math.min(elapsed, limits.timeoutMs / 2) } };
}

function explorationOf(claim: string, options: CheckOptions, shared: SharedWork): ExploreOptions {
    const { limits = DEFAULT_LIMITS, isCancelled, onProgress } = options;
    return {
        limits,
        shared,
        ...(isCancelled && { isCancelled }),
        ...(onProgress && { onProgress: (progress) => onProgress({ claim, ...progress }) })
    };
}
