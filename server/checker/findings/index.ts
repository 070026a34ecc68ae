/** The registry of findings: defects that are reported without a claim (docs/checker.md, "Findings"). */
import type { Policy, Rule } from '../../model/policy/policy.js';
import { basisOf } from '../portfolio/claims.js';
import { answerTo } from '../portfolio/answers.js';
import { Budget, tryWithin } from '../limits/budget.js';
import { type ExploreOptions, workWithin } from '../search/breadth-first.js';
import type { ClaimResult, Finding } from '../results/result.js';
import { alternatives } from './alternatives.js';
import { crossedCaps } from './crossed-caps.js';
import { droppedKeys } from './dropped-keys.js';
import type { FindingContext, FindingRule } from './finding.js';
import { laundering } from './laundering.js';
import { lockOuts } from './lock-outs.js';
import { modes } from './modes.js';
import { openGates } from './open-gates.js';
import { outsideExact } from './outside-exact.js';
import { overridden } from './overridden.js';
import { redundant } from './redundant.js';
import { saysNothing } from './says-nothing.js';
import { Survey, SurveyCache } from './survey.js';
import { trifecta } from './trifecta.js';
import { unmatched } from './unmatched.js';
import { unneededApprovals } from './unneeded-approvals.js';
import { unreachable } from './unreachable.js';
import { limitOf } from '../limits/limits.js';
import { unneededScopes } from './unneeded-scopes.js';

/** The findings in the order in which they are reported. */
export const FINDINGS: readonly FindingRule[] = [
    trifecta,
    laundering,
    saysNothing,
    unmatched,
    unreachable,
    overridden,
    redundant,
    unneededApprovals,
    modes,
    alternatives,
    openGates,
    droppedKeys,
    crossedCaps,
    lockOuts,
    outsideExact,
    unneededScopes
];

/**
 * GR516 reports that there was too little time or work for all of them.
 *
 * @param surveys what earlier calls found is not searched again
 */
export function findingsOf(
    policy: Policy,
    claims: readonly ClaimResult[],
    options: ExploreOptions,
    surveys = new SurveyCache()
): Finding[] {
    const { limits } = options;
    const budget = new Budget(
        { milliseconds: limits.timeoutMs, work: workWithin(limitOf('findingsWork'), limits.timeoutMs) },
        options.isCancelled
    );
    const narrow: ExploreOptions = {
        ...options,
        limits: {
            ...limits,
            // A session that shows a defect is usually small, so defects that need a larger search are not reported.
            maxStates: Math.min(limits.maxStates, limitOf('findingStates')),
            maxWork: workWithin(limitOf('findingWork'), limits.timeoutMs)
        }
    };
    const answer: FindingContext['answer'] = (question, variant = policy) =>
        budget.isSpent() ? undefined : answerTo(variant, question, narrow);
    const context: FindingContext = {
        policy,
        claims,
        survey: new Survey(policy, narrow, surveys),
        session: (question, variant) => {
            const before = budget.spent;
            const found = answer(question, variant);
            return found?.trace && { trace: found.trace, basis: basisOf(found, budget.spent - before) };
        },
        answer
    };
    const found = FINDINGS.flatMap((rule) =>
        tryWithin(
            budget,
            () => rule.find(context),
            () => []
        )
    );
    surveys.completed();
    const all = budget.isSpent() ? [...found, someMissing(policy, budget)] : found;
    return all.filter((finding) => !isExpected(policy, finding));
}

function someMissing({ source }: Policy, { text }: Budget): Finding {
    return {
        code: 'GR516',
        severity: 'information',
        message: `Some findings may be missing: looking for them took ${text}. A longer time-out gives them more.`,
        source
    };
}

/** True if the author has acknowledged the finding: `@expected(GR511)` before the rule. */
function isExpected({ rules }: Policy, { code, source }: Finding): boolean {
    const isOf = (rule: Rule): boolean => rule.source === source || rule.usedAt === source;
    return rules.some(
        (rule) =>
            isOf(rule) &&
            rule.annotations?.some(({ name, values }) => name === 'expected' && values.includes(code)) === true
    );
}
