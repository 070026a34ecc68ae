/** Walks over conditions: finds what they read, and what remains once the call is known. */
import { evaluateStatic } from '../../model/conditions/evaluate.js';
import { isStatic } from '../../model/conditions/reads.js';
import type { Condition, EventPattern, Monitor, Recorder, Rule, Term } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import type { Truth } from '../../model/policy/truth.js';
import { and, FALSE, not, or, TRUE } from '../../model/policy/truth.js';
import { poll } from '../limits/budget.js';
import { isPart } from './rewrite.js';

export function visitConditions(condition: Condition, visit: (condition: Condition) => void): void {
    poll();
    visit(condition);
    if (condition.op === 'not') {
        visitConditions(condition.arg, visit);
    } else if (condition.op === 'and' || condition.op === 'or') {
        condition.args.forEach((arg) => visitConditions(arg, visit));
    }
}

/** Visits every nested condition and term, starting with the part itself. */
export function visitParts(part: Condition | Term, visit: (part: Condition | Term) => void): void {
    poll();
    visit(part);
    for (const [field, inner] of Object.entries(part)) {
        // A constant may have any shape.
        if (field !== 'value' && field !== 'values') {
            [inner as unknown]
                .flat()
                .filter(isPart)
                .forEach((other) => visitParts(other, visit));
        }
    }
}

/** The condition, simplified, with the parts that only the call decides replaced by their values. */
export function specialise(condition: Condition, call: Call): Condition {
    poll();
    if (isStatic(condition)) {
        return constant(evaluateStatic(condition, call));
    }
    switch (condition.op) {
        case 'not': {
            const arg = specialise(condition.arg, call);
            return arg.op === 'constant' ? constant(not(arg.value)) : { op: 'not', arg };
        }
        case 'and':
        case 'or':
            return specialiseAll(
                condition.op,
                condition.args.map((arg) => specialise(arg, call))
            );
        default:
            return condition;
    }
}

/** The same condition with its monitors renumbered. */
export function renumber(condition: Condition, monitor: (index: number) => number): Condition {
    switch (condition.op) {
        case 'monitor':
        case 'count':
            return { ...condition, monitor: monitor(condition.monitor) };
        case 'not':
            return { op: 'not', arg: renumber(condition.arg, monitor) };
        case 'and':
        case 'or':
            return { op: condition.op, args: condition.args.map((arg) => renumber(arg, monitor)) };
        default:
            return condition;
    }
}

export function patternsOf({ event, from }: Monitor | Recorder): readonly EventPattern[] {
    return from ? [event, from] : [event];
}

/** The conditions that a rule asks of a call. */
export function conditionsOf(rule: Rule): readonly Condition[] {
    return rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when];
}

/** The conjunction or disjunction of specialised conditions, simplified. */
export function specialiseAll(op: 'and' | 'or', args: readonly Condition[]): Condition {
    const [absorbing, combine] = op === 'and' ? [FALSE, and] : [TRUE, or];
    let known: Truth = op === 'and' ? TRUE : FALSE;
    const open: Condition[] = [];
    for (const arg of args) {
        if (arg.op === 'constant') {
            known = combine(known, arg.value);
        } else {
            open.push(arg);
        }
    }
    if (known === absorbing || open.length === 0) {
        return constant(known);
    }
    const neutral = op === 'and' ? TRUE : FALSE;
    const all = known === neutral ? open : [constant(known), ...open];
    return all.length === 1 ? all[0]! : { op, args: all };
}

function constant(value: Truth): Condition {
    return { op: 'constant', value };
}
