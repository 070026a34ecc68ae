/** The parts of the policy model that rules and claims refer to: tools, agents, labels and outside events. */
import type { CanonicalForm, Condition, Source, TextPattern, Value } from './conditions.js';
import type { Truth } from './truth.js';

export type Type =
    | { readonly kind: 'bool' | 'any' }
    | { readonly kind: 'string'; readonly pattern?: TextPattern }
    | { readonly kind: 'int' | 'number'; readonly min?: number; readonly max?: number }
    /** An exact number with at most `scale` digits after the decimal point. */
    | { readonly kind: 'decimal'; readonly scale: number; readonly min?: number; readonly max?: number }
    /** An opaque identifier: a text that is only compared for equality, in its canonical form. */
    | { readonly kind: 'entity'; readonly entity: string; readonly canonical: readonly CanonicalForm[] }
    | { readonly kind: 'literals'; readonly values: readonly (string | number | boolean)[] }
    | { readonly kind: 'list'; readonly element: Type }
    | { readonly kind: 'record'; readonly fields: readonly Param[] }
    /** An object with any keys. */
    | { readonly kind: 'map'; readonly value: Type };

export interface Param {
    readonly name: string;
    readonly type: Type;
    readonly optional: boolean;
    readonly default?: Value;
    readonly doc?: string;
}

/** The traits that have a meaning for the checker; a declared trait is also listed by name in `Tool.traits`. */
export type BuiltInTrait = 'readonly' | 'destructive' | 'idempotent' | 'external' | 'irreversible' | 'atomic';

export interface Tool {
    /** The name as `server.tool`, with the names that are sent on the wire. */
    readonly name: string;
    readonly params: readonly Param[];
    /** A trait that is absent here is false; one that only a `hint` gives is unknown (M17). */
    readonly traits: { readonly [trait: string]: Truth };
    /** The indices of the labels that the caller carries after a release (M15). */
    readonly reads: readonly number[];
    /** The indices of the labels that the caller loses when a call is known to succeed (M15). */
    readonly clears: readonly number[];
    /** Labels that the caller also carries, unless the answer shows that the condition is false (M15). */
    readonly conditionalReads?: readonly { readonly labels: readonly number[]; readonly when: Condition }[];
    /** The fields of a result; every result also has a `text`. */
    readonly returns?: readonly Param[];
    /** The condition for an answer without an error to count as a success; undefined if every such answer does. */
    readonly succeeds?: Condition;
    /** For each tool, true if a release of this tool counts, for claims, as a release of that one (M20). */
    readonly mayDo?: readonly Truth[];
    /** The name of its server, if the server returns what was written to it (M15). */
    readonly stores?: string;
    /**
     * The agent that receives the work, for `delegate to B`, which is not a tool of a server but is decided like a call
     * (M16).
     */
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
    /**
     * The number of the principal of the agent. Agents that declared delegation connects are one principal, and share
     * this number (M16).
     */
    readonly principal?: number;
};
export type Human = Declared;
/**
 * A label. `across` is true if the label is kept from session to session. A policy cannot declare such a label; a claim
 * about all sessions sets it (M19).
 */
export type Label = Declared & { readonly across?: boolean };
/** Something from outside that is not a call, or (with `special`) another event of the session that is not a call. */
export type OutsideEvent = Declared & {
    readonly params?: readonly Param[];
    /** The end of a delegation belongs to the delegator; entering a mode belongs to the agent whose machine it is. */
    readonly special?: 'start' | 'user says' | 'end of delegation' | 'entered';
    /** For the end of a delegation, the agent that had received the work. */
    readonly delegate?: number;
    /** The mode, for entering one. */
    readonly mode?: { readonly machine: number; readonly mode: number };
};

/** A constant of the session. `session user: User { role: … }` gives two: `user` and `user.role`. */
export interface SessionConstant extends Declared {
    readonly type: Type;
}

/** A value from outside, read at a decision: one value for each decision and arguments. */
export interface Signal extends Declared {
    readonly params: readonly Param[];
    readonly type: Type;
}

/** An annotation such as `@severity(high)`, for reports. */
export interface Annotation {
    readonly name: string;
    readonly values: readonly string[];
}
