/** Compares the decision on a call with the expectation of a scenario, including the reason. */
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import type { Decision, Waiting } from '../../model/session/session.js';
import type { RuleReference } from '../results/result.js';
import { decisionText, rulesBehind } from '../traces/trace.js';

type Expectation = Pick<ScenarioStep & { kind: 'call' }, 'expected' | 'expectedBy'>;

/** The difference between the outcome and the expectation of a step, in a sentence; undefined if there is none. */
export function unexpected(
    policy: Policy,
    { expected, expectedBy }: Expectation,
    decision: Decision | Waiting
): string | undefined {
    const happened = happenedText(policy, decision);
    if (decision.kind === 'waits' || decision.kind !== expected) {
        return decision.kind === expected
            ? undefined
            : `Expected ${expected}, but it ${happened}${reasonOf(policy, decision)}.`;
    }
    if (!expectedBy) {
        return undefined;
    }
    if ('by' in expectedBy) {
        return decision.by === expectedBy.by
            ? undefined
            : `Expected ${expected} by ${expectedBy.by}, but it ${happened}${reasonOf(policy, decision)}.`;
    }
    const rules = rulesBehind(policy, decision);
    if ('because' in expectedBy) {
        const { because } = expectedBy;
        return rules.some((rule) => rule.because === because)
            ? undefined
            : `Expected ${expected} because ${JSON.stringify(because)}, but it ${happened}${reasonOf(policy, decision)}.`;
    }
    const { rule } = expectedBy;
    return rules.some(({ text }) => text.startsWith(folded(rule)))
        ? undefined
        : `Expected ${expected} by ${JSON.stringify(rule)}, but it ${happened}: ${textsOf(rules)}.`;
}

/** The reason why the result is not withheld, or not by the rule that is named, in a sentence. */
export function notWithheld(
    policy: Policy,
    { expectedBy }: Pick<Expectation, 'expectedBy'>,
    withheldBy: readonly number[] = []
): string | undefined {
    const rules = withheldBy.map((index) => policy.rules[index]!);
    if (rules.length === 0) {
        return 'Expected withheld, but no rule withholds the result.';
    }
    const isMeant = rules.some((rule) =>
        expectedBy && 'because' in expectedBy
            ? rule.because === expectedBy.because
            : !expectedBy || ('rule' in expectedBy && rule.text.startsWith(folded(expectedBy.rule)))
    );
    return isMeant ? undefined : `Expected withheld by another rule, but it is withheld by ${textsOf(rules)}.`;
}

/** Writes `is denied by line 4`, or `waits for the end of bank.verify`. */
export function happenedText(policy: Policy, decision: Decision | Waiting): string {
    return decision.kind === 'waits'
        ? 'waits: how a running call ends would decide it'
        : `is ${decisionText(policy, decision)}`;
}

function reasonOf(policy: Policy, decision: Decision | Waiting): string {
    const because =
        decision.kind === 'waits'
            ? undefined
            : rulesBehind(policy, decision).find((rule) => rule.because !== undefined)?.because;
    return because === undefined ? '' : ` ("${because}")`;
}

function textsOf(rules: readonly Pick<RuleReference, 'text'>[]): string {
    return rules.length === 0 ? 'no rule' : rules.map(({ text }) => `\`${text}\``).join(', ');
}

/** Collapses white space, as stored texts of rules do. */
function folded(text: string): string {
    return text.replace(/\s+/g, ' ').trim();
}
