/**
 * What has to be proven for a claim, as claims that calls are not released: a claim about releases or decisions as it is, one step of a
 * `possible`, and for a comparison that is always true, that no call with which it would become false is released (its weakest
 * precondition).
 */
import { nameOf } from './histories.js';
import { historyOf, isAggregate, isAlways, isNeverNegative, isPositive, readsOnlyCall, TRUE } from './literals.js';
import { assert, text } from './policy.js';
import type { Claim, Condition, EventPattern, Json, JsonObject, Policy } from './policy.js';

/**
 * The claim that nothing is ever let through: its proof for a call shows that the rules stop it. For a claim `without approval`, they
 * also stop what only a person lets through.
 */
export function anyRelease({ tools }: Policy, { withoutApproval: alone }: Claim): Claim {
    return neverReleased({ tools: tools.map(() => 2 as const), status: 'released', where: TRUE }, TRUE, alone);
}

/** The claim that no agent gets a result for which the condition of the claim may be true. */
export function returnOf({ monitors }: Policy, { condition }: Claim): Claim {
    const { kind, event } = monitors[(condition!['arg'] as JsonObject)['monitor'] as number]!;
    demand(condition!.op === 'not' && kind === 'once' && event.status === 'returned' && !event['outside']);
    return { kind: 'never', name: '', subject: event, bad: { op: 'and', args: [event.where] }, isEnd: true };
}

/** The claim that no release completes the step, where what the policy asks about the step before it is true. */
export function stepOf({ monitors }: Policy, { steps, window: most, withoutApproval }: Claim, number: number): Claim {
    const before = steps![number - 1];
    const args = monitors.flatMap(({ kind, event, window = Infinity, keys, perAgent }, monitor): Condition[] => {
        const isPlain = kind === 'once' && !keys && !perAgent && window >= Number(most ?? Infinity);
        return isPlain && before && nameOf(event) === nameOf(before) ? [{ op: 'monitor', monitor }] : [];
    });
    return neverReleased(steps![number]!, { op: 'and', args }, withoutApproval);
}

/**
 * The claim that no release makes the comparison false. It is true at first, and whatever else happens makes it no less true: what is
 * too old is no longer counted, and neither is what was before the latest start. An amount of zero makes a total no larger. The releases
 * of all sessions are proven alike, so that their totals are, too.
 */
export function keptOf(policy: Policy, condition: Condition): Claim {
    const { op, cmp, left, right, bound } = condition;
    const { term, value } = (right ?? {}) as JsonObject;
    const most = op === 'count' ? bound : term === 'constant' ? value : undefined;
    demand(cmp === '<=' || (cmp === '<' && most !== undefined && most !== 0));
    demand(most === undefined || (typeof most === 'number' && most >= 0));
    demand(op === 'count' || isAggregate(left));
    const counted = historyOf(policy, op === 'count' ? condition : (left as JsonObject));
    const { event, kind } = counted;
    const before = (less: Partial<JsonObject>): Claim =>
        neverReleased(event, { op: 'not', arg: { ...condition, ...less } });
    demand(PER_CALL.every((field) => !counted[field]) && typeof event.agents !== 'string');
    if (kind === 'count' && most !== undefined) {
        const bound = most - 1;
        return before(op === 'count' ? { bound } : { right: { term: 'constant', value: bound } });
    }
    if (kind === 'total' && most !== undefined) {
        const amount = counted['value'] as JsonObject;
        demand(isNeverNegative(counted) && amount['term'] === 'param');
        const { args } = before({ left: { term: 'sum', left: left!, right: amount, minus: false } }).bad!;
        return neverReleased(event, { op: 'and', args: [isPositive(amount), ...(args as Condition[])] });
    }
    // Each release uses its approval up, so that each one that is approved has an approval of its own (M5).
    demand(isAggregate(right));
    const answered = historyOf(policy, right);
    // A new session still counts the releases of all, and has forgotten their approvals.
    demand(counted['across'] !== true || answered['across'] === true);
    const { status, where, tools, agents, humans, answers } = answered.event;
    demand(kind === 'count' && answered.kind === 'count' && status === 'approved' && isAlways(where));
    demand([...PER_CALL, 'from', 'window'].every((field) => answered[field] === undefined) && answers === undefined);
    demand(event.tools.every((value, tool) => value === 0 || tools[tool] === 2));
    demand(agents === undefined || text(agents) === text(event.agents));
    const all = (policy['humans'] as readonly Json[]).map((_, human) => human);
    return neverReleased(event, { op: 'not', arg: { op: 'approved by', humans: humans ?? all } });
}

/** What has a value only in a call. */
const PER_CALL = ['keys', 'fromKeys', 'sameCall', 'asked', 'perAgent'];

/**
 * The upper bound that a comparison, or its opposite, asks about: of its left side, of the total there to which something is added, or of
 * what is compared with approvals.
 */
export function boundIn(policy: Policy, condition: Condition): Condition {
    const { cmp, left, right } = condition;
    const { minus, left: total } = (left ?? {}) as JsonObject;
    const upper = { '>': '<=', '>=': '<' }[cmp as string] ?? cmp!;
    if (isAggregate(left) && isAggregate(right) && historyOf(policy, left).event.status === 'approved') {
        return { ...condition, cmp: upper === '<' ? '<=' : '<', left: right, right: left };
    }
    return { ...condition, cmp: upper, ...(minus === false && isAggregate(total) && { left: total }) };
}

/** The claim that no call of the pattern is released while the condition may be true. A condition on its result may be met. */
function neverReleased({ tools, agents, where, status, outside }: EventPattern, bad: Condition, alone?: Json): Claim {
    demand(['released', 'succeeded', 'failed'].includes(status) && outside === undefined);
    const parts = where.op === 'and' ? (where['args'] as Condition[]) : [where];
    const args = [...parts.filter((part) => readsOnlyCall(part)), bad].filter((part) => !isAlways(part));
    const subject = { tools, ...(Array.isArray(agents) && { agents: agents as number[] }) };
    return { kind: 'never', name: '', subject, bad: { op: 'and', args }, withoutApproval: alone };
}

function demand(isTrue: unknown): asserts isTrue {
    assert(isTrue, 'the claim has no form that a proof about releases settles');
}
