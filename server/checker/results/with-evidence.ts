/**
 * Combines the results of claims with the sessions of scenarios (`scenarios/evidence.ts`). No verdict is better than
 * what a session of the same file shows: if the session breaks the claim, the claim is broken regardless of the search.
 */
import { isExpected } from './accepted-scopes.js';
import { sharesSessions } from '../../model/memory/across-sessions.js';
import type { Policy, Source } from '../../model/policy/policy.js';
import type { ClaimResult, Finding, PolicyResult, Trace, VerdictWord } from './result.js';
import { EXHAUSTIVE } from './verdict.js';

/** A session of a scenario that decides a claim. */
export interface Evidence {
    /** The index of the claim in the policy. */
    readonly claim: number;
    readonly verdict: 'violated' | 'witnessed';
    /** True if breaking the claim takes more than one session (its second line, M19). */
    readonly isAcross: boolean;
    readonly trace: Trace;
    /** The number of steps, as M23 counts them. */
    readonly length: number;
    readonly scenario: { readonly name: string; readonly source: Source };
}

/** Such a session of a claim that is known. */
export type ShownSession = Omit<Evidence, 'claim' | 'isAcross'>;

/** @param evidence the evidence for this claim, in the order of the scenarios */
export function withEvidence(result: ClaimResult, evidence: readonly Evidence[]): ClaimResult {
    const own = shortestOf(evidence.filter(({ isAcross }) => !isAcross));
    if (own) {
        return decided(result, own);
    }
    const across = shortestOf(evidence);
    const { acrossSessions } = result;
    if (!across || acrossSessions?.verdict === 'violated' || result.verdict === 'violated') {
        return result;
    }
    const { trace, scenario, verdict } = across;
    return {
        ...result,
        acrossSessions: {
            verdict,
            line: 'also across sessions: broken by a second session',
            explanation: explanationOf(across, acrossSessions?.verdict),
            basis: { ...(acrossSessions?.basis ?? result.basis), by: 'session', scopes: [] },
            trace,
            scenario: scenario.name
        }
    };
}

/** The session of the search is kept, unless the session of the scenario is shorter (M23). */
function decided(result: ClaimResult, evidence: Evidence): ClaimResult {
    const { trace, verdict, scenario } = evidence;
    const found = result.verdict === verdict ? result.trace : undefined;
    if (found && found.steps.length <= evidence.length) {
        return result;
    }
    const {
        acrossSessions: _acrossSessions,
        beyond: _beyond,
        others: _others,
        unknown: _unknown,
        assumptions,
        ...rest
    } = result;
    return {
        ...rest,
        verdict,
        explanation: explanationOf(evidence, found ? undefined : result.verdict),
        basis: { ...result.basis, by: 'session', scopes: [] },
        trace,
        scenario: scenario.name,
        obstacles: [],
        saysNothing: false,
        expected: isExpected(result.annotations, verdict),
        ...(assumptions && { assumptions })
    };
}

function explanationOf({ trace, scenario, verdict }: Evidence, searched: VerdictWord | undefined): string {
    const missed =
        searched !== undefined && EXHAUSTIVE.has(searched)
            ? ` The search found the claim to be "${searched}": it missed this session, which is a defect of the checker.`
            : '';
    const does = verdict === 'violated' ? 'breaks it' : 'does it';
    return `${trace.summary} The scenario "${scenario.name}" ${does}.${missed}`;
}

function shortestOf(evidence: readonly Evidence[]): Evidence | undefined {
    return evidence.reduce<Evidence | undefined>(
        (best, other) => (best && best.length <= other.length ? best : other),
        undefined
    );
}

/**
 * If a scenario refutes what a search established for all sessions, the search has a defect, which is reported with the
 * verdict.
 *
 * @param searched the results of the searches, in the order of the claims
 */
export function missedSessions(searched: readonly ClaimResult[], evidence: readonly Evidence[]): Finding[] {
    const grouped = groupedEvidence(evidence);
    return searched.flatMap(({ name, verdict, acrossSessions, source, usedAt }, index): Finding[] => {
        const refuting = grouped.get(index) ?? [];
        const [own, across] = [shortestOf(refuting.filter(({ isAcross }) => !isAcross)), shortestOf(refuting)];
        const missed =
            own && EXHAUSTIVE.has(verdict)
                ? { by: own, said: verdict }
                : !own && across && acrossSessions && EXHAUSTIVE.has(acrossSessions.verdict)
                  ? { by: across, said: `${acrossSessions.verdict} across sessions` }
                  : undefined;
        return missed
            ? [
                  {
                      code: 'GR599',
                      severity: 'error',
                      message: `The search found "${name}" to be "${missed.said}", and the scenario "${missed.by.scenario.name}" is a session that shows otherwise: a defect of the checker. The verdict is taken from the scenario; please report the policy.`,
                      source: usedAt ?? source
                  }
              ]
            : [];
    });
}

/** The defects of the checker that left claims undecided. */
function failures(claims: readonly ClaimResult[]): Finding[] {
    return claims.flatMap(({ name, defect, source, usedAt }): Finding[] =>
        defect === undefined
            ? []
            : [
                  {
                      code: 'GR901',
                      severity: 'error',
                      message: `The check of "${name}" failed: ${defect}. This is a defect of the checker, not of the policy, and nothing is known about this claim. Please report the policy.`,
                      source: usedAt ?? source
                  }
              ]
    );
}

/**
 * The results of a whole policy: its claims combined with the evidence of its scenarios, and the searches that are
 * contradicted.
 */
export function resultWithEvidence(
    policy: Policy,
    claims: readonly ClaimResult[],
    evidence: readonly Evidence[],
    findings: readonly Finding[]
): Omit<PolicyResult, 'scenarios'> {
    const grouped = groupedEvidence(evidence);
    const assumptions = assumptionsOf(policy);
    return {
        policy: policy.name,
        source: policy.source,
        claims: claims.map((result, index) => withEvidence(result, grouped.get(index) ?? [])),
        findings: [...findings, ...failures(claims), ...missedSessions(claims, evidence)],
        ...(assumptions.length > 0 && { assumptions })
    };
}

/** The evidence, grouped by the index of the claim. */
export function groupedEvidence(evidence: readonly Evidence[]): ReadonlyMap<number, readonly Evidence[]> {
    const groups = new Map<number, Evidence[]>();
    for (const one of evidence) {
        const group = groups.get(one.claim) ?? [];
        groups.set(one.claim, group);
        group.push(one);
    }
    return groups;
}

/** The assumption of a policy that leaves other tools to the client (M28). */
const OTHERS_LEFT =
    'calls of tools that the policy does not name are left to the client: no claim covers them, nor what such a tool, for example a shell, does with the data of the others';

/** The assumption of a policy whose sessions share history: by M19 they may overlap, which neither proofs nor searches follow. */
const NO_OVERLAP =
    'sessions that share history follow one another: none goes on after another one has begun, as they may at a gateway';

/** The assumption of a policy that asks where a path leads: only its text is seen (M12). */
const NO_LINKS =
    'no link in the file system makes a path lead to another place than its text says: a policy sees only the text';

/** What all verdicts on the policy take for granted besides `ASSUMPTIONS`. */
function assumptionsOf(policy: Policy): string[] {
    return [
        ...(policy.leavesOthers ? [OTHERS_LEFT] : []),
        ...(sharesSessions(policy) ? [NO_OVERLAP] : []),
        ...(asksForPlaces(policy) ? [NO_LINKS] : [])
    ];
}

/** True if some condition of the policy, or of this part of it, compares the place of a path. */
function asksForPlaces(part: object): boolean {
    const { op, test } = part as { readonly op?: unknown; readonly test?: unknown };
    return (
        op === 'path within' ||
        (op === 'text test' && test === 'path within') ||
        Object.values(part).some(
            (inner: unknown) => typeof inner === 'object' && inner !== null && asksForPlaces(inner)
        )
    );
}
