/**
 * Decides which bounds of a sum matter: the certain successes, or the possible ones. A `deny` depends on whether its
 * condition may be true, an `allow` on whether it certainly is (M3). Kleene's connectives keep these two apart: `and`
 * may be true if both operands may, `not` may be true unless its operand certainly is. A cap only needs what may have
 * been added.
 */
import type { Comparator, Condition, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { isSum } from '../conditions/sum-monitor.js';

export interface Ends {
    readonly least: boolean;
    readonly most: boolean;
}

/** For each recorder that is summed, the ends that the rules and the claim read. */
export function endsAsked(policy: Policy, question: Question): ReadonlyMap<number, Ends> {
    const found = new Map<number, Ends>();
    const ask = (condition: Condition, certainly: boolean): void => {
        switch (condition.op) {
            case 'not':
                ask(condition.arg, !certainly);
                break;
            case 'and':
            case 'or':
                condition.args.forEach((arg) => ask(arg, certainly));
                break;
            case 'count': {
                const monitor = policy.monitors[condition.monitor]!;
                if (isSum(monitor)) {
                    const { recorder } = monitor.sum;
                    const known = found.get(recorder);
                    const own = endsOf(condition.cmp, certainly);
                    found.set(recorder, {
                        least: own.least || known?.least === true,
                        most: own.most || known?.most === true
                    });
                }
                break;
            }
            default:
        }
    };
    for (const rule of policy.rules) {
        ask(rule.when, rule.kind === 'allow');
        if (rule.kind === 'require') {
            ask(rule.requires, true);
        }
    }
    if ('bad' in question) {
        ask(question.bad, false);
    } else if (question.goal === 'state') {
        ask(question.condition, true);
    } else if (question.goal === 'decision') {
        ask(question.when, question.decision === 'allowed');
    }
    return found;
}

/** The ends that determine if a comparison is certainly true, or may be. */
function endsOf(cmp: Comparator, certainly: boolean): Ends {
    switch (cmp) {
        case '<':
        case '<=':
            return { least: !certainly, most: certainly };
        case '>':
        case '>=':
            return { least: certainly, most: !certainly };
        case '==':
        case '!=':
            return { least: true, most: true };
    }
}
