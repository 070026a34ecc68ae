/** Checks a whole policy: its claims, scenarios and findings. */
import type { Claim, Policy } from '../model/policy/policy.js';
import type { Budget, TotalTime } from './limits/budget.js';
import { afterwards, CheckCancelled, LimitMet, look, totalBudget, tryWithin, within } from './limits/budget.js';
import { unreached } from './portfolio/claims.js';
import { type ExploreOptions, workOf } from './search/breadth-first.js';
import { SearchLog } from './search/search-log.js';
import { findingsOf } from './findings/index.js';
import type { SurveyCache } from './findings/survey.js';
import { inTurn } from './limits/round-robin.js';
import type { Resumable } from './limits/resumable.js';
import type { ClaimResult, Finding, Limits, PolicyResult, VerdictWord } from './results/result.js';
import { ignoredBy, policyFor } from './questions/assumptions-of-claim.js';
import { joined } from './conditions/joined.js';
import { DEFAULT_LIMITS } from './results/default-limits.js';
import { runScenario } from './scenarios/scenarios.js';
import { evidenceOf } from './scenarios/evidence.js';
import { resultWithOthers } from './portfolio/further-counterexamples.js';
import { isSearched, withOpenSecondLine, withSecondLine } from './portfolio/multi-session.js';
import { SharedWork } from './limits/shared-work.js';
import { groupedEvidence, resultWithEvidence, withEvidence } from './results/with-evidence.js';

export { CheckCancelled };

export interface Progress {
    readonly claim: string;
    readonly states: number;
    readonly transitions: number;
    /** The number of steps of the sessions that are currently being searched. */
    readonly depth: number;
    readonly queue: number;
}

export interface CheckOptions {
    /** The limits of each claim. */
    readonly limits?: Limits;
    /**
     * Milliseconds already spent on reading the policy. They count towards the time of its first claim, up to half of
     * it.
     */
    readonly elapsed?: number;
    /** The time left of the whole run; the result reports what was left undone (`cut`). Unlimited if undefined. */
    readonly total?: TotalTime;
    /** Polled often; `CheckCancelled` is thrown once it returns true. */
    readonly isCancelled?: () => boolean;
    /**
     * Called for each claim as soon as it is decided: claims that are decided quickly come first. Called again with the
     * second line of a claim if that takes its own search; these calls come after all claims.
     */
    readonly onClaim?: (result: ClaimResult) => void;
    readonly onProgress?: (progress: Progress) => void;
    /** Check only the claim with this name, without scenarios and findings. */
    readonly claim?: string;
    /**
     * The number of sessions shown for a violated claim, each with a judged step that other rules decide; one by
     * default.
     */
    readonly counterexamples?: number;
    /** True if nothing is proved, so that searches decide every claim; for comparing the two. */
    readonly withoutProofs?: true;
    /** Called with each defect of the checker that leaves a claim undecided, or findings out. */
    readonly onFault?: (error: unknown) => void;
    /** Surveys that earlier checks made for their findings, for checks of one policy after another. */
    readonly surveys?: SurveyCache;
    /** Makes each result report what was tried for it. */
    readonly explainSearch?: boolean;
}

/** Throws `CheckCancelled` if it was cancelled. Any other exception is a defect of the checker. */
export function checkPolicy(policy: Policy, options: CheckOptions = {}): PolicyResult {
    const total = totalBudget(options.total, options.isCancelled);
    return total.run(() => {
        const isWhole = options.claim === undefined;
        const scenarios = isWhole
            ? asFarAs(total, policy.scenarios, (scenario) => [runScenario(policy, scenario)])
            : [];
        const claims = policy.claims.filter(({ name }) => isWhole || name === options.claim);
        const evidence = asFarAs(total, policy.scenarios, (scenario) => evidenceOf(policy, scenario, claims));
        const shown = groupedEvidence(evidence);
        const searched = checkClaims(
            claims.map((claim) => ({ policy, claim })),
            options,
            (result, index) => options.onClaim?.(withEvidence(result, shown.get(index) ?? [])),
            total
        );
        const findings = isWhole
            ? tryWithin(
                  total,
                  () => findingsIn(policy, searched, options),
                  () => []
              )
            : [];
        return {
            ...resultWithEvidence(policy, searched, evidence, findings),
            scenarios,
            ...(total.isSpent() && { cut: total.text })
        };
    });
}

/** The results of the items that were completed within the time. */
function asFarAs<Item, T>(total: Budget, items: readonly Item[], make: (item: Item) => readonly T[]): T[] {
    const made: T[] = [];
    tryWithin(
        total,
        () =>
            items.forEach((item) => {
                look();
                made.push(...make(item));
            }),
        () => undefined
    );
    return made;
}

/** A claim and the policy that it is checked in; claims of one policy share work. */
export interface ClaimOfPolicy {
    readonly policy: Policy;
    readonly claim: Claim;
}

/**
 * The results of the claims, in the same order.
 *
 * @param onClaim receives each result as soon as it is decided, with its index, and whether its second line is known
 * @param total the time for all of them together
 */
export function checkClaims(
    whole: readonly ClaimOfPolicy[],
    options: Omit<CheckOptions, 'claim' | 'onClaim' | 'total'>,
    onClaim: (result: ClaimResult, index: number, isComplete: boolean) => void,
    total = totalBudget(undefined, options.isCancelled)
): ClaimResult[] {
    const shared = new SharedWork();
    const { counterexamples = 1 } = options;
    const asked = whole.map(({ policy, claim }) => ({ policy: policyFor(policy, claim), claim }));
    const told = (result: ClaimResult, index: number): ClaimResult => withIgnored(result, whole[index]!);
    const results: ClaimResult[] = [];
    // A result says which lines it has, also when the time is over.
    const isOpen = ({ policy, claim }: ClaimOfPolicy, index: number): boolean =>
        afterwards(() => isSearched(policy, claim, results[index]!));
    inTurn(
        asked.map(
            ({ policy, claim }, index) =>
                () =>
                    inTotal(
                        total,
                        () =>
                            resultWithOthers(
                                policy,
                                claim,
                                counterexamples,
                                explorationOf(claim.name, index === 0 ? sooner(options) : options, shared)
                            ),
                        (spent) => unreached(claim, spent),
                        options.onFault
                    )
        ),
        (result, index) => {
            results[index] = result;
            onClaim(told(result, index), index, !isOpen(asked[index]!, index));
        }
    );
    const open = asked.map((one, index) => ({ ...one, index })).filter((one) => isOpen(one, one.index));
    inTurn(
        open.map(
            ({ policy, claim, index }) =>
                () =>
                    inTotal(
                        total,
                        () =>
                            withSecondLine(policy, claim, results[index]!, explorationOf(claim.name, options, shared)),
                        (spent) => withOpenSecondLine(claim, results[index]!, spent),
                        options.onFault
                    )
        ),
        (result, at) => {
            const { index } = open[at]!;
            results[index] = result;
            onClaim(told(result, index), index, true);
        }
    );
    return results.map(told);
}

/** The result with the assumptions that do not count for the claim, which explain a bad verdict. */
function withIgnored(result: ClaimResult, { policy, claim }: ClaimOfPolicy): ClaimResult {
    const ignored = IS_GOOD.has(result.verdict) ? [] : ignoredBy(policy, claim);
    const parts = ignored.map((one) => `\`${one.text}\` (line ${(one.usedAt ?? one.source).start.line + 1})`);
    return ignored.length === 0
        ? result
        : {
              ...result,
              explanation: `${result.explanation} A required pack does not rest on assumptions of the policy: ${joined(parts)} ${ignored.length === 1 ? 'does' : 'do'} not count.`
          };
}

const IS_GOOD: ReadonlySet<VerdictWord> = new Set(['holds', 'holds in scope', 'witnessed']);

/** Does the work about one claim, unless no time is left for it. A defect of the checker leaves only this claim open. */
function* inTotal(
    total: Budget,
    work: () => Resumable<ClaimResult>,
    otherwise: (spent: { readonly text: string }) => ClaimResult,
    onFault: CheckOptions['onFault']
): Resumable<ClaimResult> {
    try {
        return total.isSpent() ? otherwise(total) : yield* within(total, work(), otherwise);
    } catch (error) {
        const defect = reportedDefect(error, onFault);
        return { ...otherwise({ text: `the checker itself failed: ${defect}` }), defect };
    }
}

/** The first line of an error, for people. Throws what is not a defect: a check that was cancelled, or a limit. */
function reportedDefect(error: unknown, onFault: CheckOptions['onFault']): string {
    if (error instanceof CheckCancelled || error instanceof LimitMet) {
        throw error;
    }
    onFault?.(error);
    return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** Finds the problems of a policy that need no claim; `claims` are the results of its claims. */
export function findingsIn(policy: Policy, claims: readonly ClaimResult[], options: CheckOptions): Finding[] {
    try {
        return findingsOf(policy, claims, explorationOf('findings', options, new SharedWork()), options.surveys);
    } catch (error) {
        const message = `The search for problems that need no claim failed: ${reportedDefect(error, options.onFault)}. This is a defect of the checker, not of the policy. Please report the policy.`;
        return [{ code: 'GR901', severity: 'error', message, source: policy.source }];
    }
}

function sooner<Options extends Pick<CheckOptions, 'limits' | 'elapsed'>>(options: Options): Options {
    const { limits = DEFAULT_LIMITS, elapsed = 0 } = options;
    const timeoutMs = limits.timeoutMs - Math.min(elapsed, limits.timeoutMs / 2);
    return { ...options, limits: { ...limits, maxWork: workOf(limits), timeoutMs } };
}

function explorationOf(claim: string, options: CheckOptions, shared: SharedWork): ExploreOptions {
    const { limits = DEFAULT_LIMITS, isCancelled, onProgress, withoutProofs } = options;
    return {
        limits,
        shared,
        ...(withoutProofs && { withoutProofs }),
        ...(options.explainSearch && { log: new SearchLog() }),
        ...(isCancelled && { isCancelled }),
        ...(onProgress && { onProgress: (progress) => onProgress({ claim, ...progress }) })
    };
}
