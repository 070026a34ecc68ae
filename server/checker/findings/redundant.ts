/** GR507: a rule that can be removed without changing the decision of any call in any session. */
import { plural } from '../../model/text/plural.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { linesOf } from './reasons.js';
import type { Statement } from './statements.js';
import { grantedTools, statementsOf } from './statements.js';
import type { RuleResults } from './survey.js';
import { weighingsOf } from './survey.js';

export const redundant: FindingRule = { codes: ['GR507'], find };

/**
 * Later rules come first: of two equivalent rules the first one stays, and a rule that was removed covers no other
 * rule.
 */
function find(context: FindingContext): Finding[] {
    const removed = new Set<number>();
    const findings: Finding[] = [];
    for (const statement of statementsOf(context.policy).reverse()) {
        const found = check(context, statement, removed);
        if (found) {
            statement.rules.forEach((index) => removed.add(index));
            findings.unshift(found);
        }
    }
    return findings;
}

function check(
    { policy, survey }: FindingContext,
    statement: Statement,
    removed: ReadonlySet<number>
): Finding | undefined {
    const { kind, rules, source } = statement;
    // An `allow` of a mode also makes its machine govern the call (M18).
    if (kind === 'withhold' || rules.some((index) => kind === 'allow' && policy.rules[index]!.mode)) {
        return undefined;
    }
    const surveys = survey.ofAll(grantedTools(policy, statement));
    const speaks = (indices: readonly number[]): boolean => indices.some((index) => rules.includes(index));
    const touched = weighingsOf(surveys ?? [], rules).filter(
        ({ denying, allowing, missing }) => speaks(denying) || speaks(allowing) || speaks(missing)
    );
    const without: Pick<ReadonlySet<number>, 'has'> = {
        has: (index) => removed.has(index) || rules.includes(index)
    };
    // Rules that never match, or never affect a decision, are reported separately.
    if (
        !touched.some((weighing) => decides(weighing, statement)) ||
        !touched.every((one) => isSame(policy, one, without))
    ) {
        return undefined;
    }
    const covering = new Set(
        touched.flatMap((weighing) => coveringOf(policy, weighing, statement)).filter((index) => !without.has(index))
    );
    return {
        code: 'GR507',
        severity: 'information',
        message: `Without this rule every call in every session is decided the same way: ${
            covering.size === 0
                ? 'nothing allows the calls that it denies. Remove it, or correct it'
                : `${linesOf(policy, covering)} ${plural(covering.size, 'does', 'do')} all that it does. Remove it, or correct the rule that you meant differently`
        }.`,
        source,
        replaces: ['GR412', 'GR431']
    };
}

/** True if the rule is among those that make the decision. */
function decides({ denying, allowing, missing }: RuleResults, { kind, rules }: Statement): boolean {
    const isOneOf = (indices: readonly number[]): boolean => indices.some((index) => rules.includes(index));
    switch (kind) {
        case 'allow':
            return denying.length === 0 && isOneOf(allowing);
        case 'approval':
            return denying.length === 0 && allowing.length > 0 && isOneOf(missing);
        default:
            return isOneOf(denying);
    }
}

/** The rules that have the statement's effect in this weighing. */
function coveringOf(policy: Policy, weighing: RuleResults, { kind, rules }: Statement): readonly number[] {
    if (kind !== 'approval') {
        return kind === 'allow' ? weighing.allowing : weighing.denying;
    }
    const own = weighing.missing.filter((index) => rules.includes(index));
    return weighing.missing.filter((other) => own.some((index) => asksFor(policy, other, index)));
}

/** True if a call with this weighing gets the same decision without these rules, whatever was approved. */
function isSame(policy: Policy, weighing: RuleResults, without: Pick<ReadonlySet<number>, 'has'>): boolean {
    const left = (indices: readonly number[]): number[] => indices.filter((index) => !without.has(index));
    const kindOf = (denying: readonly number[], allowing: readonly number[]): string =>
        denying.length > 0 || allowing.length === 0 ? 'denied' : 'let through';
    const before = kindOf(weighing.denying, weighing.allowing);
    if (before !== kindOf(left(weighing.denying), left(weighing.allowing))) {
        return false;
    }
    const asked = left(weighing.missing);
    return (
        before === 'denied' || weighing.missing.every((index) => asked.some((other) => asksFor(policy, other, index)))
    );
}

/** True if whoever satisfies the first approval requirement also satisfies the second. */
function asksFor(policy: Policy, first: number, second: number): boolean {
    const [a, b] = [policy.rules[first]!, policy.rules[second]!];
    return (
        first === second ||
        (a.kind === 'approval' &&
            b.kind === 'approval' &&
            a.humans.every((human) => b.humans.includes(human)) &&
            a.quorum >= b.quorum &&
            a.valid <= b.valid &&
            a.timeout <= b.timeout &&
            a.per === undefined &&
            b.changedBy === undefined)
    );
}
