/**
 * Attacks verdicts: random sessions of a policy, biased towards what it has conditions on, are played by the decision
 * procedure and judged by every claim. A session that a verdict excludes is a defect of the checker; one that breaks an
 * undecided claim decides it.
 */
import { traceOf } from '../checker/traces/trace.js';
import type { Trace, VerdictWord } from '../checker/results/result.js';
import { questionOf } from '../checker/questions/question.js';
import { attackedVerdict } from '../checker/results/verdict.js';
import type { PlayedSession, ClaimObservations } from '../checker/aimed-sessions/session.js';
import { shortened } from '../checker/aimed-sessions/shorten.js';
import { sessionsOf } from './random-sessions.js';
import type { Claim, Policy, ScenarioStep } from '../model/policy/policy.js';

export interface AttackOptions {
    readonly sessions: number;
    /** The same seed plays the same sessions. */
    readonly seed: number;
    /** Called before each session; when it returns true no further session is played. */
    readonly isOver?: () => boolean;
}

/** The verdict on a claim, which sessions may contradict. */
export interface Attackable {
    readonly name: string;
    readonly verdict: VerdictWord;
    readonly acrossSessions?: { readonly verdict: VerdictWord };
}

/** A claim, and a session that contradicts its verdict or decides it. */
export interface Strike {
    readonly claim: string;
    /** The checker's verdict. */
    readonly verdict: VerdictWord;
    /** True if the verdict excludes the session: the checker has a defect. */
    readonly isDefect: boolean;
    /** The verdict that takes the session into account. */
    readonly instead: VerdictWord;
    /**
     * True if the session breaks the claim or completes its steps; if false, the subject of the claim happens in it.
     */
    readonly isMet: boolean;
    /** True if it takes more than one session. */
    readonly isAcross: boolean;
    /** The shortened session, with its actual decisions. */
    readonly steps: readonly ScenarioStep[];
    readonly trace: Trace;
}

export interface AttackResult {
    /** The number of sessions played. */
    readonly sessions: number;
    /** The contradictions and decisions that were found, at most one for each claim. */
    readonly strikes: readonly Strike[];
}

/** @param results the verdicts on claims of the policy; claims without one are not judged */
export function attack(policy: Policy, results: readonly Attackable[], options: AttackOptions): AttackResult {
    const played = sessionsOf(policy, options.seed);
    const open = new Map(
        policy.claims.flatMap((claim, index) => {
            const result = results.find(({ name }) => name === claim.name);
            return result ? [[index, { claim, result }] as const] : [];
        })
    );
    const strikes: Strike[] = [];
    let sessions = 0;
    while (sessions < options.sessions && !options.isOver?.()) {
        sessions++;
        const session = played.next().value;
        for (const [index, { claim, result }] of open) {
            const strike = strikeOf(policy, session, index, claim, result);
            if (strike) {
                strikes.push(strike);
                open.delete(index);
            }
        }
    }
    return { sessions, strikes };
}

function strikeOf(
    policy: Policy,
    session: PlayedSession,
    index: number,
    claim: Claim,
    result: Attackable
): Strike | undefined {
    const isStruck = (shown: ClaimObservations): boolean => attackedBy(claim, result, shown) !== undefined;
    if (!isStruck(session.shown[index]!)) {
        return undefined;
    }
    const least = shortened(policy, session, ({ shown }) => isStruck(shown[index]!));
    const struck = attackedBy(claim, result, least.shown[index]!)!;
    const { steps: traced, ...trace } = traceOf(policy, least.replayed, {
        shown: new Set(policy.monitors),
        judgesLast: struck.isMet,
        summary: ''
    });
    const last = traced.at(-1)?.text ?? 'nothing happens';
    return {
        claim: claim.name,
        ...struck,
        steps: least.steps,
        trace: { ...trace, steps: traced, summary: `${last}.` }
    };
}

type Struck = Pick<Strike, 'verdict' | 'isDefect' | 'instead' | 'isMet' | 'isAcross'>;

/** The observation about the claim, if it contradicts the verdict. */
function attackedBy(
    claim: Claim,
    { verdict: first, acrossSessions }: Attackable,
    shown: ClaimObservations
): Struck | undefined {
    const verdict = shown.across && acrossSessions ? acrossSessions.verdict : first;
    const isMet = shown.met !== undefined;
    if (!isMet && shown.spoken === undefined) {
        return undefined;
    }
    const attacked = attackedVerdict(verdict, questionOf(claim).goal, isMet);
    return attacked && { verdict, isMet, isAcross: shown.across === true, ...attacked };
}
