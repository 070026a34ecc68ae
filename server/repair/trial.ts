/**
 * Checks one change: the claim must hold with it, and nothing else that was right may become wrong. Cheap tests come
 * first.
 */
import type { Answer } from '../checker/search/answer.js';
import type { ExploreOptions } from '../checker/search/breadth-first.js';
import type { AcrossSessions, ClaimResult, PolicyResult, VerdictWord } from '../checker/results/result.js';
import { runScenario } from '../checker/scenarios/scenarios.js';
import type { Claim, Policy } from '../model/policy/policy.js';
import type { Change } from './change.js';
import { KnownSessions } from './known-sessions.js';
import { seesTheSame } from './same-sight.js';
import { isSafety } from '../checker/reductions/all-sessions.js';
import { isShownBy } from '../checker/scenarios/evidence.js';
import { questionOf } from '../checker/questions/question.js';

export interface AcceptedTrial {
    readonly kind: 'accepted';
    readonly change: Change;
    readonly policy: Policy;
    readonly verdict: 'holds' | 'holds in scope';
    readonly scopes: readonly string[];
    /** The verdict if the agents may open further sessions; undefined if the claim has no second line. */
    readonly acrossSessions?: Pick<AcrossSessions, 'verdict'>;
    readonly alsoRepairs: readonly string[];
    readonly contradicts: readonly string[];
}

export interface RejectedTrial {
    readonly kind: 'rejected';
    readonly change: Change;
    /** The other problem with the change; undefined if the claim does not hold. */
    readonly because?: string;
    /**
     * True if the claim holds with the change; undefined if the search gave no answer. If something else is wrong, only
     * a few are tried.
     */
    readonly isHeld: () => boolean | undefined;
    /** True if a search gave no complete answer: with more time or memory, the change may be a repair. */
    readonly isCut: boolean;
}

/** Tries the changes for one claim. */
export class Trials {
    private readonly sessions = new KnownSessions();
    private readonly others: readonly ClaimResult[];
    private readonly contradictions: ReadonlySet<string>;

    /**
     * @param original the policy of the baseline
     * @param isAcross true if the claim has to hold across sessions, too
     */
    constructor(
        private readonly original: Policy,
        private readonly baseline: PolicyResult,
        private readonly claim: ClaimResult,
        private readonly options: ExploreOptions,
        private readonly isAcross: boolean
    ) {
        this.others = baseline.claims.filter(({ name }) => name !== claim.name);
        const repaired = claimOf(original, claim);
        this.contradictions = repaired ? contradictionsOf(original, repaired, baseline) : new Set();
    }

    /** @param policy the changed policy; undefined if the text is not a valid policy */
    tryChange(change: Change, policy: Policy | undefined): AcceptedTrial | RejectedTrial {
        const no = { kind: 'rejected', change, isHeld: () => false, isCut: false } as const;
        const written = policy && claimOf(policy, this.claim);
        const claim = written && this.isAcross ? { ...written, across: true } : written;
        if (!policy || !claim || this.sessions.verdictOf(policy, claim) === 'violated') {
            return no;
        }
        const failed = failedScenario(policy, this.baseline, this.contradictions);
        if (failed !== undefined) {
            return { ...no, because: failed, isHeld: () => heldIn(this.sessions.search(policy, claim, this.options)) };
        }
        const answer = this.sessions.search(policy, claim, this.options);
        if (!isGood(answer)) {
            return { ...no, isHeld: () => heldIn(answer), isCut: heldIn(answer) === undefined };
        }
        const alsoRepairs: string[] = [];
        for (const other of this.others) {
            const verdict = this.verdictWith(policy, other);
            if (verdict === undefined || !keeps(other.verdict, verdict)) {
                return { ...no, because: worse(other.name, verdict), isHeld: () => true, isCut: isOpen(verdict) };
            }
            if (verdict !== other.verdict) {
                alsoRepairs.push(other.name);
            }
        }
        const { verdict, scopes } = answer;
        const contradicts = [...this.contradictions];
        const acrossSessions = this.acrossSessions(policy, claim, verdict);
        const second = acrossSessions && { acrossSessions: { verdict: acrossSessions } };
        return { kind: 'accepted', change, policy, verdict, scopes, ...second, alsoRepairs, contradicts };
    }

    /** A claim marked `across sessions` has one line. */
    private acrossSessions(policy: Policy, claim: Claim, verdict: VerdictWord): VerdictWord | undefined {
        if (this.isAcross) {
            return verdict;
        }
        if (claim.across === true || !isSafety(questionOf(claim))) {
            return undefined;
        }
        return this.sessions.search(policy, { ...claim, across: true }, this.options).verdict;
    }

    /** The new verdict on another claim; undefined if the claim is gone. */
    private verdictWith(policy: Policy, other: ClaimResult): VerdictWord | undefined {
        const changed = claimOf(policy, other);
        const before = claimOf(this.original, other);
        if (!changed) {
            return undefined;
        }
        if (before && seesTheSame(before, this.original, changed, policy)) {
            return other.verdict;
        }
        return this.sessions.verdictOf(policy, changed) ?? this.sessions.search(policy, changed, this.options).verdict;
    }
}

function claimOf({ claims }: Policy, { name }: ClaimResult): Claim | undefined {
    return claims.find((claim) => claim.name === name);
}

type Good = Answer & { readonly verdict: 'holds' | 'holds in scope' };

function isGood(answer: Answer): answer is Good {
    return answer.verdict === 'holds' || answer.verdict === 'holds in scope';
}

function heldIn(answer: Answer): boolean | undefined {
    return answer.verdict === 'undecided' ? undefined : isGood(answer);
}

function worse(claim: string, verdict: VerdictWord | undefined): string {
    switch (verdict) {
        case 'undecided':
            return `the search for "${claim}" gave no answer`;
        case 'holds in scope':
            return `"${claim}" would hold only in scope`;
        default:
            return `"${claim}" would be ${verdict ?? 'gone'}`;
    }
}

function isOpen(verdict: VerdictWord | undefined): boolean {
    return verdict === 'undecided' || verdict === 'holds in scope' || verdict === 'not witnessed in scope';
}

/** The first scenario that passed before and now fails, except for these. */
function failedScenario(policy: Policy, { scenarios }: PolicyResult, others: ReadonlySet<string>): string | undefined {
    const passed = new Set(scenarios.filter((scenario) => scenario.passed).map(({ name }) => name));
    for (const scenario of policy.scenarios.filter(({ name }) => passed.has(name) && !others.has(name))) {
        const result = runScenario(policy, scenario);
        const step = result.steps.find((one) => !one.passed);
        if (!result.passed && step) {
            return `the scenario "${scenario.name}" would fail at \`${step.text}\``;
        }
    }
    return undefined;
}

/** True if the verdict is the same as before, or better. */
function keeps(before: VerdictWord, now: VerdictWord): boolean {
    const isWrong = before === 'violated' || before === 'impossible' || before === 'vacuous' || before === 'undecided';
    const isBetter =
        (now === 'holds' && (isWrong || before === 'holds in scope')) ||
        (now === 'holds in scope' && isWrong) ||
        (now === 'witnessed' && (isWrong || before === 'not witnessed in scope'));
    return now === before || isBetter;
}

/** The scenarios that currently pass and demonstrate what the claim forbids: no change of the rules suits both. */
function contradictionsOf(policy: Policy, claim: Claim, { scenarios }: PolicyResult): ReadonlySet<string> {
    const passed = new Set(scenarios.filter((scenario) => scenario.passed).map(({ name }) => name));
    return new Set(
        policy.scenarios
            .filter((scenario) => passed.has(scenario.name) && isShownBy(policy, questionOf(claim), scenario))
            .map(({ name }) => name)
    );
}
