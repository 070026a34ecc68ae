/** Restates the rules of a random policy as claims, also with other windows, statuses and numbers. */
import type { DecisionQuestion, ReleaseQuestion } from '../../server/checker/questions/question.js';
import { questionOf } from '../../server/checker/questions/question.js';
import type { Condition, EventPattern, Monitor, Policy, Rule, Status } from '../../server/model/policy/policy.js';
import { TRUE } from '../../server/model/policy/truth.js';
import type { Shape } from './generate.js';

export type CallQuestion = ReleaseQuestion | DecisionQuestion;

/** Random policies with conditions, approvals and holds; with windows of time; with keys. */
export const plain: Shape = {
    agents: 2,
    humans: 2,
    tools: 3,
    params: 1,
    monitors: 3,
    rules: 5,
    claims: 2,
    depth: 1,
    approvals: 2,
    statuses: ['attempted', 'denied', 'held', 'released', 'failed', 'approved', 'refused'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never', 'requires', 'at most', 'no flow']
};
export const timed: Shape = { ...plain, agents: 1, tools: 2, monitors: 2, rules: 4, windows: [1, 2, 3], timed: 8 };
export const keyed: Shape = { ...plain, agents: 1, tools: 2, monitors: 2, rules: 4, keyed: 10 };

const STATUSES: readonly Status[] = ['attempted', 'released', 'succeeded', 'failed', 'denied', 'held', 'refused'];

/**
 * The policy with additional histories, and a claim for each of its rules that reads one of them. A search with
 * approvals and keys takes long.
 */
export function restated(
    policy: Policy,
    choice: number,
    restatesApprovals: boolean
): { readonly policy: Policy; readonly questions: readonly CallQuestion[] } {
    const [claim] = policy.claims.filter(({ kind }) => kind === 'never');
    const { monitors } = policy;
    const others = monitors.map((monitor, index) => changed(monitor, choice + index));
    const questions = policy.rules.flatMap((rule): CallQuestion[] => {
        const isLeftOut = rule.audit === true || (rule.kind === 'approval' && !restatesApprovals);
        const bad = isLeftOut ? undefined : stoppedBy(rule);
        if (!claim || !bad) {
            return [];
        }
        const { goal, premises, words, name, text, source } = questionOf(claim) as ReleaseQuestion;
        const base = { goal, premises, words, name, text, source, subject: rule.subject };
        const decided: Omit<DecisionQuestion, 'when'> = { ...base, goal: 'decision', decision: decisionOf(choice) };
        // The other histories are combined with the other rules.
        return rule.kind === 'approval'
            ? [{ ...base, bad }]
            : [
                  { ...base, bad },
                  { ...base, bad: withOthers(bad, monitors.length, choice) },
                  { ...base, bad: withOthers(not(bad), monitors.length, choice) },
                  { ...decided, when: bad, decision: 'denied' },
                  { ...decided, when: withOthers(bad, monitors.length, choice) },
                  { ...decided, when: not(bad) }
              ];
    });
    return { policy: { ...policy, monitors: [...monitors, ...others] }, questions };
}

function decisionOf(choice: number): DecisionQuestion['decision'] {
    return (['denied', 'held', 'allowed'] as const)[choice % 3]!;
}

function not(arg: Condition): Condition {
    return { op: 'not', arg };
}

/** The condition under which the rule stops a call; undefined if the rule stops no call. */
function stoppedBy(rule: Rule): Condition | undefined {
    switch (rule.kind) {
        case 'deny':
            return rule.when;
        case 'require':
            return { op: 'and', args: [rule.when, { op: 'not', arg: rule.requires }] };
        case 'approval':
            return { op: 'and', args: [rule.when, { op: 'not', arg: { op: 'approved by', humans: rule.humans } }] };
        default:
            return undefined;
    }
}

/** The history with another window, status or number, or with only some of its events. */
function changed(monitor: Monitor, choice: number): Monitor {
    const { event } = monitor;
    const one = <T>(values: readonly T[]): T => values[choice % values.length]!;
    const changes: readonly (() => Monitor)[] = [
        () => ({ ...monitor, window: one([1, 2, 3]) }),
        () => ({ ...monitor, event: { ...event, status: one(STATUSES) } }),
        () => ({ ...monitor, event: { ...event, where: { op: 'constant', value: TRUE } } satisfies EventPattern }),
        () => ({ ...monitor, event: { ...event, tools: event.tools.map(() => TRUE) } }),
        () => open(monitor),
        () => monitor
    ];
    return changes[Math.floor(choice / 7) % changes.length]!();
}

/** For a span that has a beginning, the condition of `after F until E`, without keys. */
function open(monitor: Monitor): Monitor {
    const { event, from, keys: _, ...rest } = monitor;
    if (!from || rest.perAgent || rest.window !== undefined) {
        return monitor;
    }
    const [{ keys: _ofEvent, ...whole }, { keys: _ofFrom, ...begin }] = [event, from];
    return monitor.kind === 'since'
        ? { ...rest, kind: 'no since', event: whole, from: begin }
        : monitor.kind === 'no since'
          ? { ...rest, event: begin, from: whole }
          : monitor;
}

/** The condition on the other histories; counts are compared with a number that is larger or smaller by one. */
function withOthers(condition: Condition, count: number, choice: number): Condition {
    switch (condition.op) {
        case 'monitor':
            return { ...condition, monitor: condition.monitor + count };
        case 'count':
            return {
                ...condition,
                monitor: condition.monitor + count,
                bound: Math.max(0, condition.bound + (choice % 3) - 1)
            };
        case 'not':
            return { op: 'not', arg: withOthers(condition.arg, count, choice) };
        case 'and':
        case 'or':
            return { op: condition.op, args: condition.args.map((arg) => withOthers(arg, count, choice)) };
        default:
            return condition;
    }
}
