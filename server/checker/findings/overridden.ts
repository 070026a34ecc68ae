/** GR506: an `allow` that matches, but whose calls other rules always deny. */
import { plural } from '../../model/text/plural.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { linesOf, neverTrue } from './reasons.js';
import type { Statement } from './statements.js';
import { grantedTools, statementsOf } from './statements.js';
import { weighingsOf } from './survey.js';
import { unreachableOf } from './unreachable.js';

export const overridden: FindingRule = {
    codes: ['GR506'],
    find: (context) =>
        statementsOf(context.policy)
            .filter(({ kind }) => kind === 'allow')
            .flatMap((statement) => check(context, statement))
};

function check(context: FindingContext, statement: Statement): Finding[] {
    const { policy, survey } = context;
    const tools = grantedTools(policy, statement);
    const surveys = survey.ofAll(tools);
    if (!surveys || unreachableOf(context, statement).length === tools.length) {
        return [];
    }
    const matching = weighingsOf(surveys, statement.rules).filter(({ allowing }) =>
        allowing.some((index) => statement.rules.includes(index))
    );
    if (matching.length === 0 || matching.some(({ denying }) => denying.length === 0)) {
        return [];
    }
    const denying = new Set(matching.flatMap((weighing) => weighing.denying));
    const required = [...denying].flatMap((index) => {
        const rule = policy.rules[index]!;
        return rule.kind === 'require' ? [rule.requires] : [];
    });
    return [
        {
            code: 'GR506',
            severity: 'warning',
            message: `Every call that this \`allow\` matches is denied by ${linesOf(policy, denying)}${neverTrue(policy, required, surveys)}. A \`deny\` and an unmet \`require\` override every \`allow\`: narrow ${plural(denying.size, 'it', 'them')}, or remove the \`allow\`.`,
            source: statement.source,
            replaces: ['GR410', 'GR426']
        }
    ];
}
