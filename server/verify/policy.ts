/**
 * The part of the policy as data that certificates are checked against (`guardrail export --to json`). Names are indices into the
 * arrays of the policy.
 */
import { assert } from './refused.js';
import type { Value } from './truth.js';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
    readonly [field: string]: Json | undefined;
}

/** A condition. Its other fields depend on `op`. */
export interface Condition extends JsonObject {
    readonly op: string;
}

export interface CallPattern extends JsonObject {
    readonly tools: readonly Value[];
    readonly agents?: readonly number[] | string;
}

export interface EventPattern extends CallPattern {
    readonly status: string;
    readonly where: Condition;
}

export interface Rule extends JsonObject {
    readonly kind: string;
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly requires?: Condition;
    readonly mode?: { readonly machine: number; readonly mode: number };
    readonly audit?: boolean;
    readonly humans?: readonly number[];
    readonly quorum?: number;
    readonly per?: readonly Json[];
}

export interface Monitor extends JsonObject {
    readonly kind: string;
    readonly event: EventPattern;
    readonly from?: EventPattern;
    readonly keys?: readonly Json[];
    readonly window?: number;
    readonly across?: boolean;
    readonly perAgent: boolean;
}

export interface Claim extends JsonObject {
    readonly kind: string;
    readonly name: string;
    readonly subject?: CallPattern;
    readonly bad?: Condition;
    readonly when?: Condition;
    readonly decision?: string;
    readonly condition?: Condition;
    readonly steps?: readonly EventPattern[];
}

export interface Tool extends JsonObject {
    readonly mayDo?: readonly Value[];
    readonly reads: readonly number[];
    readonly clears: readonly number[];
    readonly conditionalReads?: readonly { readonly labels: readonly number[] }[];
}

export interface Policy extends JsonObject {
    readonly name: string;
    readonly agents: readonly JsonObject[];
    readonly labels: readonly JsonObject[];
    readonly outsideEvents: readonly JsonObject[];
    readonly tools: readonly Tool[];
    readonly rules: readonly Rule[];
    readonly monitors: readonly Monitor[];
    readonly recorders?: readonly JsonObject[];
    readonly machines?: readonly JsonObject[];
    readonly delegations?: readonly JsonObject[];
    readonly claims: readonly Claim[];
}

/** Throws `Refused` if the data is not an exported policy. */
export function policyOf(data: unknown): Policy {
    const exported = objectOf(data, 'the policy');
    assert(exported['format'] === 'guardrail-policy/1', 'this is not a policy that `guardrail export --to json` wrote');
    const policy = objectOf(exported['policy'], 'the policy');
    for (const part of ['agents', 'labels', 'outsideEvents', 'tools', 'rules', 'monitors', 'claims']) {
        listOf(policy[part], `"${part}" of the policy`);
    }
    return policy as Policy;
}

/** The condition at a JSON pointer (RFC 6901). The names of fields on the way to a condition need no escapes. */
export function conditionAt(from: JsonObject, pointer: string): Condition {
    let at: unknown = from;
    for (const step of pointer.split('/').slice(1)) {
        at = typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? at[step as keyof typeof at] : undefined;
    }
    const condition = objectOf(at, `the condition ${pointer}`);
    // An `allow` of a mode asks for its mode.
    const { op = /^\/rules\/\d+\/mode$/.test(pointer) ? 'in mode' : undefined, ...others } = condition;
    return { op: textOf(op, `the kind of the condition ${pointer}`), ...others };
}

export function objectOf(value: unknown, what: string): JsonObject {
    assert(typeof value === 'object' && value && !Array.isArray(value), `${what} is missing or not an object`);
    return value as JsonObject;
}

export function listOf(value: unknown, what: string): readonly Json[] {
    assert(Array.isArray(value), `${what} is missing or not a list`);
    return value as Json[];
}

export function numberBelow(value: unknown, end: number, what: string): number {
    assert(
        Number.isInteger(value) && (value as number) >= 0 && (value as number) < end,
        `${what} is not a number below ${end}`
    );
    return value as number;
}

export function textOf(value: unknown, what: string): string {
    assert(typeof value === 'string', `${what} is missing or not a text`);
    return value;
}
