/** The ways in which humans can let a held call go, where nothing but the call itself sees them. */
import type { GivenApproval } from '../model/evaluate.js';
import type { Decision } from '../model/session.js';

export interface ApprovalWay {
    readonly approvals: readonly GivenApproval[];
    /** The acts before the submission that is allowed: submissions that are held, and approvals, in order. */
    readonly acts: readonly ({ readonly held: Decision } | { readonly human: number })[];
    /** The decision that lets the call go. */
    readonly decision: Decision;
}

/**
 * Every set of approvals that lets a call go which was held with `first`, each with a shortest way to it: breadth
 * first over the requirements that were asked (M6: a new one holds the call anew) and those that were answered.
 *
 * @param decide the decision of the call with these approvals
 * @param humans for each rule, who is asked
 */
export function approvalWays(
    first: Decision,
    decide: (approvals: readonly GivenApproval[]) => Decision,
    humans: (rule: number) => number
): ApprovalWay[] {
    interface Situation {
        readonly asked: readonly number[];
        readonly approvals: readonly GivenApproval[];
        readonly acts: ApprovalWay['acts'];
    }
    const ways: ApprovalWay[] = [];
    const seen = new Set<string>();
    const open: Situation[] = [{ asked: first.rules, approvals: [], acts: [{ held: first }] }];
    for (const { asked, approvals, acts } of open) {
        const answered = approvals.map((approval) => approval.rule);
        const key = `${sorted(asked)}:${sorted(answered)}`;
        if (seen.has(key)) {
            continue;
        }
        seen.add(key);
        const decision = answered.length > 0 ? decide(approvals) : first;
        if (decision.kind === 'allowed') {
            ways.push({ approvals, acts, decision });
        } else if (decision.kind === 'held' && decision.rules.some((rule) => !asked.includes(rule))) {
            const all = [...new Set([...asked, ...decision.rules])];
            open.push({ asked: all, approvals, acts: [...acts, { held: decision }] });
        }
        const unanswered = asked.filter((rule) => !answered.includes(rule));
        for (const human of [...new Set(unanswered.map(humans))].sort((a, b) => a - b)) {
            const given = unanswered.filter((rule) => humans(rule) === human).map((rule) => ({ human, rule }));
            open.push({ asked, approvals: [...approvals, ...given], acts: [...acts, { human }] });
        }
    }
    return ways;
}

function sorted(rules: readonly number[]): string {
    return [...rules].sort((a, b) => a - b).join();
}
