/**
 * GR505: a tool that is allowed but that no session ever calls, because the condition of its `allow` never becomes
 * true, or a rule always denies it.
 */
import { plural } from '../../model/text/plural.js';
import type { Policy } from '../../model/policy/policy.js';
import { mayBe, mustBe } from '../../model/policy/truth.js';
import { poll } from '../limits/budget.js';
import { joined } from '../conditions/joined.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { linesOf, neverTrue } from './reasons.js';
import type { Statement } from './statements.js';
import { statementsOf } from './statements.js';
import type { ToolSurvey, RuleResults } from './survey.js';
import { toolName } from '../conditions/names.js';

export const unreachable: FindingRule = {
    codes: ['GR505'],
    find: (context) => {
        const reported = new Set<number>();
        return statementsOf(context.policy)
            .filter(({ kind }) => kind === 'allow')
            .flatMap((statement) => {
                const unreachable = unreachableOf(context, statement);
                const isForOthers = toolsOf(context.policy, statement).length > unreachable.length;
                const tools = unreachable.filter(
                    (tool) => !reported.has(tool) && !(isForOthers && isExcepted(context.policy, tool))
                );
                tools.forEach((tool) => reported.add(tool));
                return tools.length === 0 ? [] : [findingOf(context, statement, tools)];
            });
    }
};

/** True if a `deny` without a condition excludes the tool: `allow a: files.*` with `deny files.delete`. */
function isExcepted({ rules }: Policy, tool: number): boolean {
    return rules.some(
        ({ kind, audit, subject, when }) =>
            kind === 'deny' &&
            audit !== true &&
            mustBe(subject.tools[tool]!) &&
            when.op === 'constant' &&
            mustBe(when.value)
    );
}

function toolsOf({ tools, rules }: Policy, allow: Statement): number[] {
    poll();
    return tools.flatMap((_, tool) =>
        allow.rules.some((index) => mayBe(rules[index]!.subject.tools[tool]!)) ? [tool] : []
    );
}

/** The tools of an `allow` for which no call is released or held. */
export function unreachableOf(
    { policy, survey }: Pick<FindingContext, 'policy' | 'survey'>,
    allow: Statement
): number[] {
    return toolsOf(policy, allow).filter((tool) => {
        const surveyed = survey.of(tool);
        return surveyed && !surveyed.weighings.some(isLetThrough);
    });
}

/** True if the call is let through immediately, or once it is approved. */
export function isLetThrough({ denying, allowing }: RuleResults): boolean {
    return denying.length === 0 && allowing.length > 0;
}

function findingOf({ policy, survey }: FindingContext, { source }: Statement, tools: readonly number[]): Finding {
    const names = joined(tools.map((tool) => toolName(policy, tool)));
    const surveys = survey.ofAll(tools)!;
    const weighings = surveys.flatMap((one) => one.weighings);
    return {
        code: 'GR505',
        severity: 'warning',
        message: `${names} ${plural(tools.length, 'is', 'are')} allowed here, but no session ever reaches ${plural(tools.length, 'it', 'them')}${why(policy, tools, surveys, weighings)}. Allow the calls that must come before, or remove the condition that can never be met.`,
        source,
        about: tools.map((tool) => policy.tools[tool]!.name),
        replaces: ['GR410', 'GR424', 'GR426', 'GR433']
    };
}

function why(
    policy: Policy,
    tools: readonly number[],
    surveys: readonly ToolSurvey[],
    weighings: readonly RuleResults[]
): string {
    const granting = policy.rules.filter(
        ({ kind, audit, subject }) =>
            kind === 'allow' && audit !== true && tools.some((tool) => mayBe(subject.tools[tool]!))
    );
    const granted = weighings.filter(({ allowing }) => allowing.length > 0);
    if (granted.length === 0) {
        return neverTrue(
            policy,
            granting.map(({ when }) => when),
            surveys
        );
    }
    const denying = new Set(granted.flatMap((weighing) => weighing.denying));
    const required = [...denying].flatMap((index) => {
        const rule = policy.rules[index]!;
        return rule.kind === 'require' ? [rule.requires] : [];
    });
    return `, since ${linesOf(policy, denying)} ${plural(denying.size, 'denies', 'deny')} every call${neverTrue(policy, required, surveys)}`;
}
