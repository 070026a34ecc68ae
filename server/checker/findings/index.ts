/** The registry of findings: what is wrong without any claim that says so (docs/checker.md, "Findings"). */
import type { Policy } from '../../model/policy.js';
import { answerTo, basisOf } from '../claims.js';
import type { ExploreOptions } from '../explore.js';
import type { ClaimResult, Finding } from '../result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { laundering } from './laundering.js';
import { outsideExact } from './outside-exact.js';
import { overridden } from './overridden.js';
import { redundant } from './redundant.js';
import { saysNothing } from './says-nothing.js';
import { Survey } from './survey.js';
import { trifecta } from './trifecta.js';
import { unmatched } from './unmatched.js';
import { unneededApprovals } from './unneeded-approvals.js';
import { unreachable } from './unreachable.js';

/** In the order in which they are reported. */
export const FINDINGS: readonly FindingRule[] = [
    trifecta,
    laundering,
    saysNothing,
    unmatched,
    unreachable,
    overridden,
    redundant,
    unneededApprovals,
    outsideExact
];

/** States and milliseconds of one search: what shows a defect is small, and what is not found in them is not reported. */
const MAX_STATES = 2_000;
const TIMEOUT_MS = 2_000;

export function findingsOf(policy: Policy, claims: readonly ClaimResult[], options: ExploreOptions): Finding[] {
    const { limits } = options;
    const narrow: ExploreOptions = {
        ...options,
        limits: {
            ...limits,
            maxStates: Math.min(limits.maxStates, MAX_STATES),
            timeoutMs: Math.min(limits.timeoutMs, TIMEOUT_MS)
        }
    };
    const context: FindingContext = {
        policy,
        claims,
        survey: new Survey(policy, narrow),
        session: (claim, variant = policy) => {
            const started = performance.now();
            const answer = answerTo(variant, claim, narrow);
            return answer.trace && { trace: answer.trace, basis: basisOf(answer, performance.now() - started) };
        }
    };
    return FINDINGS.flatMap((rule) => rule.find(context));
}
