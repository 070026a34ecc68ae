/**
 * The part of the policy as data that certificates are checked against (`guardrail export --to json`). Names are indices into the
 * arrays of the policy.
 */
import type { Value } from './truth.js';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
    readonly [field: string]: Json | undefined;
}

/** A condition. Its other fields depend on `op`. */
export type Condition = JsonObject & { readonly op: string };

export type CallPattern = JsonObject & {
    readonly tools: readonly Value[];
    readonly agents?: readonly number[] | string;
};

export type EventPattern = CallPattern & { readonly status: string; readonly where: Condition };

export interface Rule extends JsonObject, Partial<Record<'requires', Condition>> {
    readonly humans?: readonly number[];
    readonly kind: string;
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly mode?: { readonly machine: number; readonly mode: number };
    readonly quorum?: number;
    readonly per?: readonly Json[];
}

export interface Monitor extends JsonObject {
    readonly kind: string;
    readonly event: EventPattern;
    readonly from?: EventPattern;
    readonly keys?: readonly Json[];
    readonly window?: number;
    readonly perAgent: boolean;
}

export interface Claim extends JsonObject, Partial<Record<'bad' | 'when' | 'condition', Condition>> {
    readonly kind: string;
    readonly name: string;
    readonly subject?: CallPattern;
    readonly steps?: readonly EventPattern[];
}

export interface Machine extends JsonObject {
    readonly initial: number;
    readonly modes: readonly { readonly lasts?: { readonly seconds: number; readonly returnTo: number } }[];
    readonly transitions: readonly { from?: number; to: number; event: EventPattern; when: Condition }[];
}

export interface Tool extends JsonObject {
    readonly params: readonly JsonObject[];
    readonly mayDo?: readonly Value[];
    readonly reads: readonly number[];
    readonly clears: readonly number[];
    readonly conditionalReads?: readonly { readonly labels: readonly number[]; readonly when: Condition }[];
}

type Objects<Names extends string> = { readonly [name in Names]: readonly JsonObject[] };

export interface Policy
    extends
        JsonObject,
        Objects<'agents' | 'labels' | 'outsideEvents'>,
        Partial<Objects<'recorders' | 'sources' | 'delegations'>> {
    readonly name: string;
    readonly tools: readonly Tool[];
    readonly rules: readonly Rule[];
    readonly monitors: readonly Monitor[];
    readonly machines?: readonly Machine[];
    readonly claims: readonly Claim[];
}

/** Throws `Refused` if the data is not an exported policy. */
export function policyOf(data: unknown): Policy {
    const exported = objectOf(data, 'the policy');
    assert(exported['format'] === 'guardrail-policy/1', 'this is not a policy that `guardrail export --to json` wrote');
    return objectOf(exported['policy'], 'the policy') as Policy;
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
    assert(typeof op === 'string', `the condition ${pointer} is of no kind`);
    return { op, ...others };
}

export function objectOf(value: unknown, what: string): JsonObject {
    assert(typeof value === 'object' && value && !Array.isArray(value), `${what} is missing or not an object`);
    return value as JsonObject;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

export function listOf(value: unknown, what: string): readonly Json[] {
    assert(Array.isArray(value), `${what} is missing or not a list`);
    return value as Json[];
}

export function numberBelow(value: unknown, end: number, what: string): number {
    const number = Number.isInteger(value) ? (value as number) : -1;
    assert(number >= 0 && number < end, `${what} is not a number below ${end}`);
    return number;
}

/** The data as a text: equal data have equal texts. Data do not change while they are checked, so the text of an object is kept. */
export function text(value: unknown): string {
    const isKept = typeof value === 'object' && value !== null;
    const known = isKept ? texts.get(value) : undefined;
    const found = known ?? JSON.stringify(value ?? null);
    if (isKept && known === undefined) {
        texts.set(value, found);
    }
    return found;
}

const texts = new WeakMap<object, string>();

/** The reason why a certificate proves nothing. */
export class Refused extends Error {}

/** Throws `Refused` with the reason unless the condition is true. */
export function assert(isTrue: unknown, why: string): asserts isTrue {
    if (!isTrue) {
        throw new Refused(why);
    }
}
