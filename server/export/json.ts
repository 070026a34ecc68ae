/**
 * Writes a policy, or the system of a claim, as data for other programs. The shapes change only together with `format`;
 * new keys may be added without changing it. `npm run schemas` writes their JSON schema from these types.
 */
import type { Policy } from '../model/policy/policy.js';
import type { GuardedSystem } from './guarded.js';

export type ExportedJson = ExportedPolicy | ExportedSystem;

/** The meaning of the text: names are indices into the arrays of the policy. */
export interface ExportedPolicy {
    readonly format: 'guardrail-policy/1';
    readonly policy: Policy;
}

/** The system that the checker explores for a claim. */
export interface ExportedSystem extends GuardedSystem {
    readonly format: 'guardrail-system/1';
}

export function policyJson(policy: Policy): ExportedPolicy {
    return { format: 'guardrail-policy/1', policy };
}

export function systemJson(system: GuardedSystem): ExportedSystem {
    return { format: 'guardrail-system/1', ...system };
}
