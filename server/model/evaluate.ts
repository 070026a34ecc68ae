/** Conditions over a call and the history it meets, in Kleene's strong logic (M3). */
import { evaluateStatic } from './static.js';
import type { CallPattern, Comparator, Condition, Monitor, Policy } from './policy.js';
import type { Call, Memory } from './session.js';
import type { Truth } from './truth.js';
import { and, FALSE, mayBe, not, or, truth, TRUE, UNKNOWN } from './truth.js';

/** An approval that is valid now: who gave it, and the rule it answers. */
export interface GivenApproval {
    readonly human: number;
    readonly rule: number;
}

/** What a condition is asked of. */
export interface Situation {
    readonly call: Call;
    readonly memory: Memory;
    readonly approvals: readonly GivenApproval[];
}

export function evaluate(policy: Policy, condition: Condition, situation: Situation): Truth {
    switch (condition.op) {
        case 'constant':
            return condition.value;
        case 'not':
            return not(evaluate(policy, condition.arg, situation));
        case 'and':
            return condition.args.reduce<Truth>((value, arg) => and(value, evaluate(policy, arg, situation)), TRUE);
        case 'or':
            return condition.args.reduce<Truth>((value, arg) => or(value, evaluate(policy, arg, situation)), FALSE);
        case 'monitor':
            return monitorCells(policy, condition.monitor, situation)[0] as Truth;
        case 'count': {
            const [least, most] = monitorCells(policy, condition.monitor, situation);
            return compareInterval(condition.cmp, least!, most!, condition.bound);
        }
        case 'carries':
            return truth((situation.memory.labels[situation.call.agent]! & (1 << condition.label)) !== 0);
        case 'approved by':
            return truth(situation.approvals.some((approval) => condition.humans.includes(approval.human)));
        default:
            return evaluateStatic(condition, situation.call);
    }
}

/** Whether the pattern means the call: its tool, and its agent. A pattern of `caller` means any agent here. */
export function matchesCall(pattern: CallPattern, call: Call): Truth {
    const tool = pattern.tools[call.tool] ?? FALSE;
    const agent = pattern.agents === undefined || pattern.agents === 'caller' || pattern.agents.includes(call.agent);
    return mayBe(tool) && agent ? tool : FALSE;
}

function monitorCells(policy: Policy, index: number, situation: Situation): readonly number[] {
    const monitor = policy.monitors[index]!;
    const width = cellsOf(monitor);
    const from = monitor.perAgent ? situation.call.agent * width : 0;
    return situation.memory.monitors[index]!.slice(from, from + width);
}

/** Cells a monitor needs for one agent: its value, and for `since` whether F happened; the two ends of a count. */
export function cellsOf(monitor: Monitor): 1 | 2 {
    return monitor.kind === 'since' || monitor.kind === 'count' ? 2 : 1;
}

/** A count between `least` and `most` against a number: unknown only where the interval straddles it (M3). */
function compareInterval(cmp: Comparator, least: number, most: number, bound: number): Truth {
    switch (cmp) {
        case '<':
            return most < bound ? TRUE : least >= bound ? FALSE : UNKNOWN;
        case '<=':
            return most <= bound ? TRUE : least > bound ? FALSE : UNKNOWN;
        case '>':
            return not(compareInterval('<=', least, most, bound));
        case '>=':
            return not(compareInterval('<', least, most, bound));
        case '==':
            return least === bound && most === bound ? TRUE : least > bound || most < bound ? FALSE : UNKNOWN;
        case '!=':
            return not(compareInterval('==', least, most, bound));
    }
}
