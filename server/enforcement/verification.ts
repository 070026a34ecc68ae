/** A policy is enforced only after its claims and scenarios were checked. */
import { checkPolicy } from '../checker/check.js';
import type { ScopeName } from '../checker/limits/scopes.js';
import { accepting } from '../checker/results/accepted-scopes.js';
import type { ClaimResult, Limits } from '../checker/results/result.js';
import { isOpenInScope, verdictText } from '../checker/results/verdict-words.js';
import { CodedError, EXIT } from '../workspace/errors.js';
import type { EnforcedPolicy } from './policy.js';

/** The result of checking a policy, as the log states it. */
export interface Verification {
    /** The digest of the policy that was checked. */
    readonly policy: string;
    /** From the name of each claim to its verdict, in words. */
    readonly claims: { readonly [name: string]: string };
    /** The claims and scenarios for which the policy must not be enforced, in words. */
    readonly open: readonly string[];
}

export interface VerifyOptions {
    readonly limits?: Limits;
    /** The scopes that the configuration accepts. */
    readonly accepted?: readonly ScopeName[];
}

/** Checks every claim and scenario. The same results fail here as in `guardrail check`. */
export function verify(policy: EnforcedPolicy, { limits, accepted = [] }: VerifyOptions = {}): Verification {
    const checked = accepting(checkPolicy(policy.model, { ...(limits && { limits }) }), accepted);
    const claims = checked.claims.filter((claim) => !isVerified(claim));
    const scenarios = checked.scenarios.filter(({ passed }) => !passed);
    return {
        policy: policy.digest,
        claims: Object.fromEntries(checked.claims.map((claim) => [claim.name, verdictText(claim)])),
        open: [
            ...claims.map((claim) => `the claim "${claim.name}" is ${verdictText(claim)}`),
            ...scenarios.map(({ name }) => `the scenario "${name}" fails`)
        ]
    };
}

/** Throws GR993 for a policy whose check left something open. */
export function assertVerified({ open }: Verification, file: string): void {
    const [first, ...more] = open;
    if (first !== undefined) {
        const others = more.length === 0 ? '' : `, and ${more.length} more`;
        throw new CodedError(
            'GR993',
            `${file} is not enforced: ${first}${others}`,
            `\`guardrail check ${file}\` shows why. --unverified enforces it all the same.`,
            EXIT.violated
        );
    }
}

function isVerified(claim: ClaimResult): boolean {
    switch (claim.verdict) {
        case 'witnessed':
            return true;
        case 'holds':
        case 'holds in scope':
            return claim.expected || !isOpenInScope(claim);
        default:
            return claim.expected;
    }
}
