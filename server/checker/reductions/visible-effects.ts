/** What rules do beside letting calls go, as far as a claim sees it: that calls are attempted, denied, held or answered. */
import type { Claim, Condition, EventPattern, Policy, Term } from '../../model/policy.js';
import { reachOf } from './cone.js';
import { patternsOf, visitParts } from '../conditions/walk.js';

/** Claims that some session breaks or shows. */
type Judged = Exclude<Claim, { kind: 'stays possible' }>;

/** What leaving rules out would change beside what is released, as far as the claim can see it. */
export function visibleIn(policy: Policy, claim: Judged): 'attempts' | 'approvals' | undefined {
    const reach = reachOf(policy, claim);
    const patterns: EventPattern[] = [
        ...[...reach.monitors].flatMap((index) => patternsOf(policy.monitors[index]!)),
        ...[...reach.recorders].flatMap((index) => {
            const { event, from } = policy.recorders![index]!;
            return from ? [event, from] : [event];
        }),
        ...[...reach.machines].flatMap((index) => policy.machines![index]!.transitions.map(({ event }) => event)),
        ...(claim.kind === 'possible' ? claim.steps : [])
    ];
    if (patterns.some(({ status }) => !['succeeded', 'released', 'failed'].includes(status))) {
        return 'attempts';
    }
    const conditions = [
        ...[...reach.rules].flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when])),
        ...[...reach.assumptions].map(({ when }) => when),
        ...patterns.map(({ where }) => where),
        ...conditionsOf(claim)
    ];
    return conditions.some(readsApprovals) || reach.assumptions.size > 0 ? 'approvals' : undefined;
}

export function conditionsOf(claim: Judged): readonly Condition[] {
    switch (claim.kind) {
        case 'possible':
            return [];
        case 'decided':
            return [claim.when];
        case 'always':
            return [claim.condition];
        default:
            return claim.trigger ? [claim.bad, claim.trigger] : [claim.bad];
    }
}

function readsApprovals(condition: Condition): boolean {
    let reads = false;
    visitParts(condition, (part: Condition | Term) => {
        reads ||= 'op' in part && part.op === 'approved by';
    });
    return reads;
}
