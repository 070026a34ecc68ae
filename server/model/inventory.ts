/** What rules and claims speak of, as part of the policy model: tools, agents, labels, events from outside. */
import type { CanonicalForm, Condition, Source, TextPattern, Value } from './conditions.js';
import type { Truth } from './truth.js';

export type Type =
    | { readonly kind: 'bool' | 'any' }
    | { readonly kind: 'string'; readonly pattern?: TextPattern }
    | { readonly kind: 'int' | 'number'; readonly min?: number; readonly max?: number }
    /** Exact: a number with at most `scale` digits after the point. */
    | { readonly kind: 'decimal'; readonly scale: number; readonly min?: number; readonly max?: number }
    /** An opaque identifier: a text that is compared for equality only, in its canonical form. */
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

/** Traits that mean something to the checker; a declared trait is one of `Tool.traits` too, by its name. */
export type BuiltInTrait = 'readonly' | 'destructive' | 'idempotent' | 'external' | 'irreversible' | 'atomic';

export interface Tool {
    /** `server.tool`, the names as they are on the wire. */
    readonly name: string;
    readonly params: readonly Param[];
    /** A trait that is absent here is false; a `hint` is unknown (M17). */
    readonly traits: { readonly [trait: string]: Truth };
    /** Indices of the labels that the caller carries after a release (M15). */
    readonly reads: readonly number[];
    /** Indices of the labels that the caller loses when a call is known to have succeeded (M15). */
    readonly clears: readonly number[];
    /** Labels that the caller carries too, unless the answer shows the condition false (M15). */
    readonly conditionalReads?: readonly { readonly labels: readonly number[]; readonly when: Condition }[];
    /** The fields of a result; every result has a `text` too. */
    readonly returns?: readonly Param[];
    /** What of an answer that is no error is a success; absent: every such answer. */
    readonly succeeds?: Condition;
    /** For each tool whether a release of this one counts, for claims, as a release of that (M20). */
    readonly mayDo?: readonly Truth[];
    /** The name of its server, where that gives back what was written to it (M15). */
    readonly stores?: string;
    /** `delegate to B`: no tool of a server, but decided like a call (M16). The agent that gets the work. */
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
    /** Agents connected by declared delegation are one principal: they have the same number here (M16). */
    readonly principal?: number;
};
export type Human = Declared;
/** `across`: it is kept from session to session; no policy declares such a one, a claim about all sessions does (M19). */
export type Label = Declared & { readonly across?: boolean };
/** Something from outside that is no call, or (with `special`) another event of the session that is none. */
export type OutsideEvent = Declared & {
    readonly params?: readonly Param[];
    /** The end of a delegation is its delegator's; the entering of a mode is that of the agent whose machine it is. */
    readonly special?: 'start' | 'user says' | 'end of delegation' | 'entered';
    /** For the end of a delegation: the agent that had the work. */
    readonly delegate?: number;
    /** For the entering of a mode. */
    readonly mode?: { readonly machine: number; readonly mode: number };
};

/** `session user: User { role: … }` is two: `user` and `user.role`. */
export interface SessionConstant extends Declared {
    readonly type: Type;
}

/** A value from outside, read at a decision: one for each decision and arguments. */
export interface Signal extends Declared {
    readonly params: readonly Param[];
    readonly type: Type;
}

/** `@severity(high)`: for reports. */
export interface Annotation {
    readonly name: string;
    readonly values: readonly string[];
}
