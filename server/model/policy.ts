/**
 * The policy model: what the language means, as plain data that can be cloned into a worker. Names are resolved to
 * indices into the arrays of `Policy`; every part that a person wrote keeps where it stands.
 */
import type { Truth } from './truth.js';

/** Zero-based, as in the Language Server Protocol. */
export interface Position {
    readonly line: number;
    readonly character: number;
}

export interface Source {
    readonly uri: string;
    readonly start: Position;
    readonly end: Position;
}

export type Value = string | number | boolean | null | readonly Value[] | { readonly [field: string]: Value };
export type Arguments = { readonly [param: string]: Value };

export type Type =
    | { readonly kind: 'string' | 'bool' | 'any' }
    | { readonly kind: 'int' | 'number'; readonly min?: number; readonly max?: number }
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
    readonly doc?: string;
    readonly source: Source;
}

export interface Declared {
    readonly name: string;
    readonly doc?: string;
    readonly source: Source;
}

export type Agent = Declared;
export type Human = Declared;
export type Label = Declared;
/** Something from outside that is no call. */
export type OutsideEvent = Declared;

/** `@severity(high)`: for reports. */
export interface Annotation {
    readonly name: string;
    readonly values: readonly string[];
}

export type Term =
    | { readonly term: 'constant'; readonly value: Value }
    | { readonly term: 'param'; readonly name: string }
    | { readonly term: 'host'; readonly of: Term };

export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * A condition over a call (its agent, arguments and approvals) and a history. The same form is used for the guard
 * of a rule, a claim and, over the event's own arguments, the `where` of a pattern.
 */
export type Condition =
    | { readonly op: 'constant'; readonly value: Truth }
    | { readonly op: 'not'; readonly arg: Condition }
    | { readonly op: 'and' | 'or'; readonly args: readonly Condition[] }
    | { readonly op: 'compare'; readonly cmp: Comparator; readonly left: Term; readonly right: Term }
    | { readonly op: 'in'; readonly term: Term; readonly values: readonly Value[] }
    | { readonly op: 'host in'; readonly term: Term; readonly hosts: readonly string[] }
    | { readonly op: 'given'; readonly param: string }
    | { readonly op: 'monitor'; readonly monitor: number }
    | { readonly op: 'count'; readonly monitor: number; readonly cmp: Comparator; readonly bound: number }
    | { readonly op: 'carries'; readonly label: number }
    | { readonly op: 'approved by'; readonly humans: readonly number[] }
    | { readonly op: 'caller is'; readonly agent: number };

export type Status = 'succeeded' | 'attempted' | 'denied' | 'held' | 'released' | 'failed';

/** Which calls, by whom. `tools[i]` says whether tool i is meant; unknown where only a hint says so. */
export interface CallPattern {
    readonly tools: readonly Truth[];
    /** Absent: any agent. `caller`: the agent of the call that is being decided. */
    readonly agents?: readonly number[] | 'caller';
    /** Indices of the outside events that are meant too; absent: none. */
    readonly outside?: readonly number[];
    readonly text: string;
}

export interface EventPattern extends CallPattern {
    readonly status: Status;
    readonly where: Condition;
    /**
     * `E(p)`: the event's argument is what the decided call has for the monitor's key of the same position. A pattern
     * of a monitor with keys names all of them or none.
     */
    readonly keys?: readonly string[];
}

/**
 * What the history must remember for one temporal condition.
 * - `once`: E happened.
 * - `since`: F happened, and E after the latest F (M8).
 * - `no since`: F happened, and no E after the latest F (M8).
 * - `since or start`: E happened, and no F since (the span of `order`, M8).
 * - `last is`: the same agent's latest released call is a succeeded E (M9).
 * - `once then`: an F, and an E after it.
 * - `count`: how many E there were; with F, since the latest F or the start.
 */
export type MonitorKind = 'once' | 'since' | 'no since' | 'since or start' | 'last is' | 'once then' | 'count';

export interface Monitor {
    readonly kind: MonitorKind;
    readonly event: EventPattern;
    /** F of the `since` forms, A of `once A then B`. Absent in `since`: `start`, before everything else, at time 0. */
    readonly from?: EventPattern;
    /** What the decided call is asked for: the history of each combination of values is kept apart. */
    readonly keys?: readonly Term[];
    /** Seconds: of E the latest must be at most this old; of the `since` forms, F (M1, M8). */
    readonly window?: number;
    /** Of a `count`: it saturates here, since no condition tells larger ones apart. */
    readonly cap?: number;
    /** One value for each agent, read for the caller: `last is`, and patterns with `by caller`. */
    readonly perAgent: boolean;
    readonly text: string;
}

interface RuleBase {
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly because?: string;
    /** Evaluated and reported, but it decides nothing. */
    readonly audit?: boolean;
    readonly annotations?: readonly Annotation[];
    /** The text as the author wrote it, white space folded. */
    readonly text: string;
    readonly source: Source;
    /** Of what a pack brings: its use in the policy. `source` is in the pack. */
    readonly usedAt?: Source;
}

export type Rule =
    | (RuleBase & { readonly kind: 'allow' | 'deny' })
    | (RuleBase & { readonly kind: 'require'; readonly requires: Condition })
    | (RuleBase & {
          readonly kind: 'approval';
          /** Who may approve, and how many different people must. */
          readonly humans: readonly number[];
          readonly quorum: number;
          /** Seconds from the approval to its end, and from the hold to its lapse. */
          readonly valid: number;
          readonly timeout: number;
      });

interface ClaimBase {
    readonly name: string;
    readonly doc?: string;
    readonly annotations?: readonly Annotation[];
    readonly text: string;
    readonly source: Source;
    /** Of what a pack brings: its use in the policy. `source` is in the pack. */
    readonly usedAt?: Source;
}

export type Claim = SafetyClaim | DecidedClaim | AlwaysClaim | PossibleClaim;

/** Judged at the release of a call (M20). `at most n E` and `no flow` are written out as what may not be released. */
export type SafetyClaim = ClaimBase & {
    readonly kind: 'never' | 'requires' | 'at most' | 'no flow';
    /** The release that is judged (M20). */
    readonly subject: CallPattern;
    /** Violated by a release of the subject unless this is false: unknown counts against the claim (M3). */
    readonly bad: Condition;
    /** `after F`: what must be able to happen, or the claim is vacuous (M22). */
    readonly trigger?: Condition;
};

/** `E is denied when C`: the decision of every such call, in every state. */
export type DecidedClaim = ClaimBase & {
    readonly kind: 'decided';
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly decision: 'allowed' | 'denied' | 'held';
};

/** Judged after every event; no call is in scope. */
export type AlwaysClaim = ClaimBase & { readonly kind: 'always'; readonly condition: Condition };

export type PossibleClaim = ClaimBase & {
    readonly kind: 'possible';
    readonly steps: readonly EventPattern[];
    readonly withoutApproval: boolean;
};

export type ScenarioStep = { readonly source: Source; readonly text: string } & (
    | {
          readonly kind: 'call';
          readonly agent: number;
          readonly tool: string;
          readonly args: Arguments;
          readonly expected: 'allowed' | 'denied' | 'held';
          readonly outcome: Outcome;
      }
    | { readonly kind: 'approve' | 'refuse'; readonly human: number; readonly subject: CallPattern }
    | { readonly kind: 'event'; readonly event: number }
    | { readonly kind: 'wait'; readonly seconds: number }
);

/** How a released call ends (M2). */
export type Outcome = 'success' | 'error' | 'lost';

export interface Scenario {
    readonly name: string;
    readonly doc?: string;
    readonly steps: readonly ScenarioStep[];
    readonly source: Source;
}

export interface Policy {
    readonly name: string;
    readonly doc?: string;
    readonly source: Source;
    readonly agents: readonly Agent[];
    readonly humans: readonly Human[];
    readonly labels: readonly Label[];
    readonly outsideEvents: readonly OutsideEvent[];
    readonly tools: readonly Tool[];
    readonly monitors: readonly Monitor[];
    readonly rules: readonly Rule[];
    readonly claims: readonly Claim[];
    readonly scenarios: readonly Scenario[];
}
