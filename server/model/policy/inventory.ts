/** What rules and claims refer to, as part of the policy model: tools, agents, labels and outside events. */
import type { CanonicalForm, Condition, Source, TextPattern, Value } from './conditions.js';
import type { Truth } from './truth.js';

export type Type =
    | { readonly kind: 'bool' | 'any' }
    | { readonly kind: 'string'; readonly pattern?: TextPattern }
    | { readonly kind: 'int' | 'number'; readonly min?: number; readonly max?: number }
    /** Exact: a number with at most `scale` digits after the decimal point. */
    | { readonly kind: 'decimal'; readonly scale: number; readonly min?: number; readonly max?: number }
    /** An opaque identifier: a text that is only compared for equality, in its canonical form. */
    | { readonly kind: 'entity'; readonly entity: string; readonly canonical: readonly CanonicalForm[] }
    | { readonly kind: 'literals'; readonly values: readonly (string | number | boolean)[] }
    | { readonly kind: 'list'; readonly element: Type }
    | { readonly kind: 'record'; readonly fields: readonly Param[] };

export interface Param {
    readonly name: string;
    readonly type: Type;
    readonly optional: boolean;
    readonly default?: Value;
    readonly doc?: string;
}

/** Traits that have a meaning for the checker; a declared trait is also listed by name in `Tool.traits`. */
export type BuiltInTrait = 'readonly' | 'destructive' | 'idempotent' | 'external' | 'irreversible' | 'atomic';

export interface Tool {
    /** `server.tool`, the names as sent on the wire. */
    readonly name: string;
    readonly params: readonly Param[];
    /** A trait that is absent here is false; one that only a `hint` gives is unknown (M17). */
    readonly traits: { readonly [trait: string]: Truth };
    /** Indices of the labels that the caller carries after a release (M15). */
    readonly reads: readonly number[];
    /** Indices of the labels that the caller loses when a call is known to succeed (M15). */
    readonly clears: readonly number[];
    /** Labels that the caller also carries, unless the answer shows that the condition is false (M15). */
    readonly conditionalReads?: readonly { readonly labels: readonly number[]; readonly when: Condition }[];
    /** The fields of a result; every result also has a `text`. */
    readonly returns?: readonly Param[];
    /** The condition for an answer without an error to count as a success; absent: every such answer does. */
    readonly succeeds?: Condition;
    /** For each tool: true if a release of this tool counts, for claims, as a release of that one (M20). */
    readonly mayDo?: readonly Truth[];
    /** The name of its server, if the server returns what was written to it (M15). */
    readonly stores?: string;
    /** `delegate to B`: not a tool of a server, but decided like a call (M16). The agent that receives the work. */
    readonly delegatesTo?: number;
    readonly doc?: string;
    readonly source: Source;
}

export interface Declared {
    readonly name: string;
    readonly doc?: string;
    readonly source: Source;
}

export type Agent = Declared & {
    /** Agents connected by declared delegation are one principal: they share this number (M16). */
    readonly principal?: number;
};
export type Human = Declared;
/**
 * `across`: the label is kept from session to session. No policy can declare such a label; a claim about all sessions
 * sets it (M19).
 */
export type Label = Declared & { readonly across?: boolean };
/** Something from outside that is not a call, or (with `special`) another event of the session that is not a call. */
export type OutsideEvent = Declared & {
    readonly params?: readonly Param[];
    /** The end of a delegation belongs to the delegator; entering a mode belongs to the agent whose machine it is. */
    readonly special?: 'start' | 'user says' | 'end of delegation' | 'entered';
    /** For the end of a delegation: the agent that had received the work. */
    readonly delegate?: number;
    /** For entering a mode. */
    readonly mode?: { readonly machine: number; readonly mode: number };
};

/** `session user: User { role: … }` gives two constants: `user` and `user.role`. */
export interface SessionConstant extends Declared {
    readonly type: Type;
}

/** A value from outside, read at a decision: one value for each decision and arguments. */
export interface Signal extends Declared {
    readonly params: readonly Param[];
    readonly type: Type;
}

/** `@severity(high)`: used in reports. */
export interface Annotation {
    readonly name: string;
    readonly values: readonly string[];
}
