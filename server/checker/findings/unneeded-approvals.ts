/**
 * GR508: a `require approval` that never holds a call: its condition is never met, or the calls that it would hold are
 * denied anyway.
 */
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { linesOf, neverTrue } from './reasons.js';
import type { Statement } from './statements.js';
import { conditionsOf, grantedTools, statementsOf } from './statements.js';
import { weighingsOf } from './survey.js';
import { isLetThrough } from './unreachable.js';

export const unneededApprovals: FindingRule = {
    codes: ['GR508'],
    find: (context) =>
        statementsOf(context.policy)
            .filter(({ kind }) => kind === 'approval')
            .flatMap((statement) => check(context, statement))
};

/** Unreachable tools need no approval; they are reported separately (GR505). */
function check({ policy, survey }: FindingContext, statement: Statement): Finding[] {
    const tools = grantedTools(policy, statement);
    const surveys = survey.ofAll(tools);
    if (!surveys?.some(({ weighings }) => weighings.some(isLetThrough))) {
        return [];
    }
    const matching = weighingsOf(surveys, statement.rules).filter(({ missing }) =>
        missing.some((index) => statement.rules.includes(index))
    );
    if (matching.some(isLetThrough)) {
        return [];
    }
    const granted = matching.filter(({ allowing }) => allowing.length > 0);
    const why =
        matching.length === 0
            ? `no call meets its condition${neverTrue(policy, conditionsOf(policy, statement), surveys)}`
            : granted.length === 0
              ? 'nothing allows the calls that it covers'
              : `${linesOf(policy, new Set(granted.flatMap(({ denying }) => denying)))} denies every call that it covers`;
    return [
        {
            code: 'GR508',
            severity: 'warning',
            message: `Nobody is ever asked for this approval: ${why}. Correct the condition, or remove the rule.`,
            source: statement.source,
            replaces: ['GR424', 'GR432']
        }
    ];
}
