/** Enforces a policy only after its claims and scenarios have been checked. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { checkPolicy } from '../checker/check.js';
import type { ScopeName } from '../checker/limits/scopes.js';
import { accepting } from '../checker/results/accepted-scopes.js';
import type { ClaimResult, Limits } from '../checker/results/result.js';
import { isOpenInScope, verdictText } from '../checker/results/verdict-words.js';
import { CodedError, EXIT } from '../workspace/errors.js';
import { hashOf } from '../workspace/hash.js';
import type { EnforcedPolicy } from './policy.js';

/** The result of checking a policy, as stated in the log. */
export interface Verification {
    /** The digest of the policy that was checked. */
    readonly policy: string;
    /** The verdict of each claim in words, by the name of the claim. */
    readonly claims: { readonly [name: string]: string };
    /** The claims and scenarios because of which the policy must not be enforced, in words. */
    readonly open: readonly string[];
}

export interface VerifyOptions {
    readonly limits?: Limits;
    /** The scopes that the configuration accepts. */
    readonly accepted?: readonly ScopeName[];
}

/** Checks every claim and scenario. The results that fail here are those that fail `guardrail check`. */
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

/** Reuses the result of an earlier check of the same policy with the same limits, which is stored in the folder. */
export function verifyOnce(
    policy: EnforcedPolicy,
    { folder, ...options }: VerifyOptions & { readonly folder: string }
): Verification {
    // The digest is of the text, and a configuration can require more of the same text.
    const required = policy.model.claims.map(({ isRequired, acceptable }) => [isRequired, acceptable]);
    const key = hashOf(JSON.stringify([version, policy.digest, options, required]));
    const path = join(folder, 'verified.json');
    const kept = keptIn(path);
    if (kept?.key === key) {
        return kept.verification;
    }
    const verification = verify(policy, options);
    // With more time, a claim that is undecided now might be decided.
    if (verification.open.length === 0) {
        keep(path, JSON.stringify({ key, verification }));
    }
    return verification;
}

/** A result that cannot be kept costs another check. If the disk is full, the log says so. */
function keep(path: string, text: string): void {
    const beside = `${path}.${process.pid}`;
    try {
        writeFileSync(beside, text, { mode: 0o600 });
        renameSync(beside, path);
    } catch {
        rmSync(beside, { force: true });
    }
}

function keptIn(path: string): { readonly key: string; readonly verification: Verification } | undefined {
    try {
        return JSON.parse(readFileSync(path, 'utf8')) as { key: string; verification: Verification };
    } catch {
        return undefined;
    }
}

/** Throws GR993 for a policy whose check left something open. */
export function assertVerified({ open }: Verification, file: string): void {
    const [first, ...more] = open;
    if (first !== undefined) {
        const others = more.length === 0 ? '' : `, and ${more.length} more`;
        throw new CodedError(
            'GR993',
            `${file} is not enforced: ${first}${others}`,
            `\`guardrail check ${file}\` shows why. --unverified enforces it anyway.`,
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
