/** The history conditions that must hold for a call to pass a rule. */
import type { Condition, Monitor, Policy, Rule } from '../../model/policy/policy.js';
import type { Statement } from './statements.js';
import { statementsOf } from './statements.js';

/** A part of a rule's condition that lets calls pass once the part is true. */
export interface Gate {
    readonly statement: Statement;
    /** The number of the rule in the policy. */
    readonly rule: number;
    /** A condition of the form `once E`, or `count(E) >= n`. */
    readonly condition: Condition & { readonly op: 'monitor' | 'count' };
    readonly monitor: Monitor;
}

/**
 * The gates of a rule: the condition of an `allow`, the requirement of a `require`, or the exceptions (`unless`) of a
 * `deny` or of an approval requirement.
 */
export function gatesOf(policy: Policy): Gate[] {
    return gatesIn(policy, opening);
}

/** The history conditions that revoke what a rule grants: for an `allow`, its `unless`; for a `deny`, its condition. */
export function closingOf(policy: Policy): Gate[] {
    return gatesIn(policy, (rule) =>
        conjunctsOf(rule.when).flatMap((part) =>
            rule.kind === 'deny' ? [part] : rule.kind === 'allow' && part.op === 'not' ? disjunctsOf(part.arg) : []
        )
    );
}

function gatesIn(policy: Policy, conditionsOf: (rule: Rule) => readonly Condition[]): Gate[] {
    return statementsOf(policy).flatMap((statement) =>
        statement.rules.flatMap((rule) =>
            conditionsOf(policy.rules[rule]!).flatMap((condition): Gate[] =>
                isOfHistory(condition)
                    ? [{ statement, rule, condition, monitor: policy.monitors[condition.monitor]! }]
                    : []
            )
        )
    );
}

function opening(rule: Rule): Condition[] {
    switch (rule.kind) {
        case 'allow':
            return conjunctsOf(rule.when);
        case 'require':
            return conjunctsOf(rule.requires);
        case 'deny':
        case 'approval':
            return conjunctsOf(rule.when).flatMap((part) => (part.op === 'not' ? disjunctsOf(part.arg) : []));
        case 'withhold':
            return [];
    }
}

export function conjunctsOf(condition: Condition): Condition[] {
    return condition.op === 'and' ? condition.args.flatMap(conjunctsOf) : [condition];
}

/** In `unless C or D`, either suffices. */
function disjunctsOf(condition: Condition): Condition[] {
    return condition.op === 'or' ? condition.args.flatMap(disjunctsOf) : [condition];
}

function isOfHistory(condition: Condition): condition is Gate['condition'] {
    return condition.op === 'monitor' || (condition.op === 'count' && ['>=', '>'].includes(condition.cmp));
}
