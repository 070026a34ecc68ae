/** GR504: a rule whose condition no call meets in any session. */
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { neverTrue } from './reasons.js';
import type { Statement } from './statements.js';
import { weighingsOf } from './survey.js';
import { conditionsOf, grantedTools, statementsOf } from './statements.js';
import { unreachableOf } from './unreachable.js';

export const unmatched: FindingRule = {
    codes: ['GR504'],
    find: (context) => statementsOf(context.policy).flatMap((statement) => check(context, statement))
};

/** An approval requirement that never matches is never needed (GR508). */
function check(context: FindingContext, statement: Statement): Finding[] {
    const { policy, survey } = context;
    const { kind, rules, source } = statement;
    if (kind === 'approval' || kind === 'withhold') {
        return [];
    }
    const tools = grantedTools(policy, statement);
    const surveys = survey.ofAll(tools);
    if (
        tools.length === 0 ||
        !surveys ||
        (kind === 'allow' && unreachableOf(context, statement).length === tools.length)
    ) {
        return [];
    }
    if (weighingsOf(surveys, rules).length > 0) {
        return [];
    }
    const asked = conditionsOf(policy, statement);
    return [
        {
            code: 'GR504',
            // A `deny` without effect may guard against an `allow` that is added later.
            severity: kind === 'deny' ? 'information' : 'warning',
            message: `No call that is allowed to any agent ever meets the condition of this rule${neverTrue(policy, asked, surveys)}. ${kind === 'allow' ? 'It allows nothing' : 'It stops nothing'}: correct the condition, or remove the rule.`,
            source,
            replaces: ['GR424', 'GR433']
        }
    ];
}
