/** Rules as their author wrote them: one statement in the text may become several rules in the model. */
import { rulesOf } from '../../model/decide.js';
import { matchesCall } from '../../model/conditions/evaluate.js';
import type { Condition, Policy, Rule, Source } from '../../model/policy/policy.js';
import { mayBe } from '../../model/policy/truth.js';
import { poll } from '../limits/budget.js';
import { lineOf } from '../traces/trace.js';

export interface Statement {
    readonly kind: Rule['kind'];
    /** The numbers of the statement's rules in the policy. */
    readonly rules: readonly number[];
    readonly source: Source;
    readonly line: number;
}

/** All statements that decide. Those from packs are left out: a pack is written for every policy that uses it. */
export function statementsOf(policy: Policy): Statement[] {
    const statements = new Map<string, Statement & { readonly rules: number[] }>();
    policy.rules.forEach((rule, index) => {
        if (rule.audit === true || rule.usedAt) {
            return;
        }
        const { kind, source } = rule;
        const key = JSON.stringify([kind, source]);
        const statement = statements.get(key) ?? { kind, rules: [], source, line: lineOf(rule) };
        statements.set(key, statement);
        statement.rules.push(index);
    });
    return [...statements.values()];
}

/** The tools that the statement concerns and some `allow` grants: for other tools it has no effect. */
export function grantedTools(policy: Policy, { rules }: Pick<Statement, 'rules'>): number[] {
    poll();
    return policy.tools.flatMap((_, tool) =>
        rules.some((index) => mayBe(policy.rules[index]!.subject.tools[tool]!)) && isGranted(policy, tool) ? [tool] : []
    );
}

function isGranted(policy: Policy, tool: number): boolean {
    const known = granted.get(policy) ?? new Map<number, boolean>();
    granted.set(policy, known);
    let is = known.get(tool);
    if (is === undefined) {
        const allowing = rulesOf(policy, tool).filter(({ rule }) => rule.kind === 'allow');
        is = allowing.some(({ rule }) => {
            poll();
            return policy.agents.some((_, agent) => mayBe(matchesCall(rule.subject, { agent, tool, args: {} })));
        });
        known.set(tool, is);
    }
    return is;
}

/** Cached, because each statement needs it. */
const granted = new WeakMap<Policy, Map<number, boolean>>();

/** The condition under which a statement concerns a call, and its requirement for the call. */
export function conditionsOf(policy: Policy, { rules }: Pick<Statement, 'rules'>): Condition[] {
    return rules.flatMap((index) => {
        const rule = policy.rules[index]!;
        return rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when];
    });
}
