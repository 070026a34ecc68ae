/** Visits every condition and term of a policy, wherever it occurs: rules, claims, history, modes and the inventory. */
import { poll } from '../limits/budget.js';
import type { Condition, Policy, Term } from '../../model/policy/policy.js';

export interface Visitor {
    /** @param lists the lists of the enclosing quantifiers, outermost first */
    condition(condition: Condition, lists: readonly Term[]): void;
    term(term: Term, lists: readonly Term[]): void;
    /** Called for any other part of the policy that is an object. */
    part?(part: Readonly<Record<string, unknown>>): void;
}

export function visit(policy: Policy, visitor: Visitor): void {
    // Scenarios are skipped, because they are sessions themselves.
    visitPart({ ...policy, scenarios: [] }, [], visitor);
}

function visitPart(part: unknown, lists: readonly Term[], visitor: Visitor): void {
    poll();
    if (Array.isArray(part)) {
        part.forEach((one) => visitPart(one, lists, visitor));
        return;
    }
    if (typeof part !== 'object' || part === null) {
        return;
    }
    let inner = lists;
    if ('op' in part) {
        const condition = part as Condition;
        visitor.condition(condition, lists);
        inner = condition.op === 'every' || condition.op === 'some' ? [...lists, condition.list] : lists;
    } else if ('term' in part && typeof part.term === 'string') {
        visitor.term(part as Term, lists);
    } else {
        visitor.part?.(part as Readonly<Record<string, unknown>>);
    }
    for (const [name, value] of Object.entries(part)) {
        visitPart(value, name === 'arg' ? inner : lists, visitor);
    }
}
