/** Finds the differences between the product's verdicts and shortest sessions and those of the naive checker. */
import type { ClaimResult } from '../../server/checker/results/result.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import type { ClaimFacts, Limits } from './check.js';
import { check, FEW_HOLDS } from './check.js';
import { firstLines } from './first-lines.js';
import { wrong } from './replay.js';

export const LIMITS: Limits = { steps: 6, decisions: 2_000 };

/** @param tally how often each verdict, length and so on occurred */
export function disagreements(policy: Policy, tally: Map<string, number>, limits = LIMITS): string[] {
    const facts = check(policy, limits);
    const claims = firstLines(policy);
    const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
    return policy.claims.flatMap((claim, i) => {
        const result = claims[i] as ClaimResult;
        const fact = facts.claims[i] as ClaimFacts;
        count(result.verdict);
        if (result.basis.scopes.length > 0) {
            count('in scope');
        }
        if (fact.steps !== undefined) {
            count(`${claim.kind} in ${fact.steps}`);
        }
        if (facts.exhausted) {
            count('exhausted');
        }
        if (result.trace?.steps.some((step) => step.kind === 'approve')) {
            count('with a human');
        }
        const steps = result.trace?.steps ?? [];
        if (steps.some((step) => step.time > 0)) {
            count('with waiting');
        }
        if (steps.some((step) => step.kind === 'event')) {
            count('with an event');
        }
        if (new Set(steps.flatMap(({ args }) => args['acct'] ?? [])).size > 1) {
            count('with two keys');
        }
        const problem = badTrace(policy, claim, result) ?? judge(claim, result, fact, within(policy, i, limits));
        return problem === undefined ? [] : [`${claim.name}: ${problem}\n${session(result)}`];
    });
}

function judge(claim: Claim, result: ClaimResult, fact: ClaimFacts, scoped: () => ClaimFacts): string | undefined {
    const { bound } = fact;
    const found = claim.kind === 'possible' ? 'witnessed' : 'violated';
    const length = result.verdict === found ? result.trace?.steps.length : undefined;
    const says = `the product says ${result.verdict}${length === undefined ? '' : ` in ${length}`}`;
    // The product may track few values of keys, but at least as many as a session this short has.
    if (result.basis.scopes.some((scope) => !scope.startsWith('keys'))) {
        return judgeInScope(says, length, fact, bound, scoped());
    }
    if (fact.steps !== undefined) {
        return length === fact.steps ? undefined : `${says}, the oracle has a session of ${fact.steps}`;
    }
    if (length !== undefined) {
        return length > bound ? undefined : `${says}, the oracle has no session of up to ${bound}`;
    }
    const inScope = result.basis.scopes.length > 0;
    const absent =
        claim.kind === 'possible'
            ? [inScope ? 'not witnessed in scope' : 'impossible']
            : [inScope ? 'holds in scope' : 'holds', 'vacuous'];
    if (!absent.includes(result.verdict)) {
        return `${says}, of a policy this small`;
    }
    if (result.verdict === 'vacuous' && fact.triggered) {
        return `${says}, the oracle has seen the trigger`;
    }
    return result.verdict === 'holds' && !fact.triggered && bound === Infinity
        ? `${says}, the trigger never happens`
        : undefined;
}

/** A session must be as short as any within the scope; without one, nothing in that scope may break the claim. */
function judgeInScope(
    says: string,
    length: number | undefined,
    fact: ClaimFacts,
    bound: number,
    scoped: ClaimFacts
): string | undefined {
    if (length === undefined) {
        return scoped.steps === undefined
            ? undefined
            : `${says}, the oracle has a session of ${scoped.steps} within that scope`;
    }
    const least = fact.steps ?? bound + 1;
    const most = scoped.steps ?? Infinity;
    return least <= length && length <= most ? undefined : `${says}, the oracle has ${least} to ${most}`;
}

/** The result of the naive checker within the scope that the product names. */
function within(policy: Policy, claim: number, limits: Limits): () => ClaimFacts {
    return () => check(policy, limits, FEW_HOLDS).claims[claim] as ClaimFacts;
}

function badTrace(policy: Policy, claim: Claim, result: ClaimResult): string | undefined {
    const concrete = ['violated', 'witnessed'].includes(result.verdict);
    if (!concrete) {
        return undefined;
    }
    return result.trace === undefined ? 'there is no session to show' : wrong(policy, claim, result.trace);
}

function session(result: ClaimResult): string {
    return (result.trace?.steps ?? []).map((step) => `  ${step.time}s ${step.text} ${step.outcome ?? ''}`).join('\n');
}
