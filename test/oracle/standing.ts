/** Generates random policies with reusable approvals (`per K`). */
import type fc from 'fast-check';
import type { Claim, Condition, Lasting, Policy, Rule, Term } from '../../server/model/policy/policy.js';
import type { Shape } from './generate.js';
import { policies } from './generate.js';

/** The policies, with a key for each approval rule and each condition on who approved, if all of its tools have one. */
export function standing(shape: Shape): fc.Arbitrary<Policy> {
    return policies(shape).map((policy) => ({
        ...policy,
        rules: policy.rules.map((rule) => standingRule(policy, rule)),
        claims: policy.claims.map((claim) => standingClaim(policy, claim))
    }));
}

function standingRule(policy: Policy, rule: Rule): Rule {
    const per = keyOf(policy, rule.subject.tools);
    if (!per) {
        return rule;
    }
    const asked = { ...rule, when: perKey(rule.when, per) };
    return asked.kind === 'approval' ? { ...asked, per, quorum: 1, ...choicesFor(asked) } : asked;
}

/** The times that the human may choose from, for three rules of four. */
function choicesFor({ valid, timeout }: Rule & { readonly kind: 'approval' }): { choices?: Lasting[] } {
    const all: Lasting[][] = [
        [0, 'session'],
        [0, valid],
        [valid, 'session']
    ];
    const choices = all[(valid + timeout) % 4];
    return choices ? { choices } : {};
}

function standingClaim(policy: Policy, claim: Claim): Claim {
    const per = 'subject' in claim ? keyOf(policy, claim.subject.tools) : undefined;
    return per && 'bad' in claim ? { ...claim, bad: perKey(claim.bad, per) } : claim;
}

/** A parameter that every call of the tools has. */
function keyOf({ tools }: Policy, of: Rule['subject']['tools']): Term[] | undefined {
    const meant = tools.filter((_, index) => of[index] !== 0);
    const name = ['acct', 'peer'].find((key) =>
        meant.every(({ params }) => params.some((param) => param.name === key))
    );
    return name === undefined || meant.length === 0 ? undefined : [{ term: 'param', name }];
}

/** Adds keys to every second condition, by the number of humans in it. */
function perKey(condition: Condition, per: readonly Term[]): Condition {
    switch (condition.op) {
        case 'not':
            return { op: 'not', arg: perKey(condition.arg, per) };
        case 'and':
        case 'or':
            return { op: condition.op, args: condition.args.map((arg) => perKey(arg, per)) };
        case 'approved by':
            return condition.humans.includes(0) ? { ...condition, per } : condition;
        default:
            return condition;
    }
}
