/**
 * The policy model: what the language means, as plain data that can be cloned into a worker. Names are resolved to
 * indices into the arrays of `Policy`; every part that a person wrote keeps where it stands.
 */
import type { Claim } from './claims.js';
import type { Weekday } from './clock.js';
import type { Monitor, ProvenanceSource, Recorder, RecorderKey } from './history.js';
import type { Scenario } from './scenario.js';
import type { Truth } from './truth.js';

export type * from './claims.js';
export type * from './history.js';
export type * from './scenario.js';

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

export type CanonicalForm = 'lower' | 'upper' | 'trim';

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
    /** Of the end of a delegation: who had the work. */
    readonly delegate?: number;
    /** Of an entering. */
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

export type Term =
    | { readonly term: 'constant'; readonly value: Value }
    | { readonly term: 'param'; readonly name: string }
    | { readonly term: 'host'; readonly of: Term }
    /** How many characters a text has, or elements a list. */
    | { readonly term: 'length'; readonly of: Term }
    | { readonly term: 'field'; readonly of: Term; readonly field: string }
    /** Of an address its domain; of a path its name, or the extension of that; of a shell line its only command. */
    | {
          readonly term: 'part';
          readonly part: 'domain' | 'name' | 'extension' | 'command' | 'program';
          readonly of: Term;
      }
    /** The commands of a shell line, each as its canonical text. */
    | { readonly term: 'commands'; readonly of: Term }
    /** The result of the event that is asked about, as a record. */
    | { readonly term: 'result' }
    /** A constant of the session, by its name (`user.role`). */
    | { readonly term: 'session'; readonly constant: string }
    /** What the user said last, as a record; its `text` too. */
    | { readonly term: 'request' }
    | { readonly term: 'signal'; readonly signal: number; readonly args: readonly Term[] }
    /** Inside `where`: of the call that is being decided. */
    | { readonly term: 'call'; readonly of: Term }
    | { readonly term: 'sum'; readonly left: Term; readonly right: Term; readonly minus: boolean }
    /** What a recorder adds up or counts: an interval where events are unknown (M3). */
    | { readonly term: 'aggregate'; readonly recorder: number }
    /** Of the latest event of a recorder (M11). */
    | { readonly term: 'latest'; readonly recorder: number; readonly of: Term }
    /** The element that a quantifier is asking about; `level` counts the quantifiers around it, from 0. */
    | { readonly term: 'element'; readonly level: number };

/** What the whole of a text must match; `.` stands for line breaks too. A regular language. */
export interface TextPattern {
    readonly regex: string;
    readonly ignoreCase: boolean;
}

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
    /** The host is an address in the network (`10.0.0.0/8`), or `private`: one that is no public host. */
    | { readonly op: 'host within'; readonly term: Term; readonly network: string }
    /** A path that is relative is read from `base`; without one it is unknown. */
    | { readonly op: 'path within'; readonly term: Term; readonly root: string; readonly base?: string }
    | { readonly op: 'matches'; readonly term: Term; readonly pattern: TextPattern }
    | { readonly op: 'starts with'; readonly term: Term; readonly prefix: string }
    /** Of a text: the part; of a list: the element. */
    | { readonly op: 'contains'; readonly term: Term; readonly value: Value }
    /** `arg` asks of values alone: logic over conditions of this kind. */
    | { readonly op: 'every' | 'some'; readonly list: Term; readonly level: number; readonly arg: Condition }
    /** Some text in the arguments matches, however deep it lies; with `term`, in that value. */
    | { readonly op: 'any text'; readonly term?: Term; readonly pattern: TextPattern }
    | { readonly op: 'given'; readonly param: string }
    | { readonly op: 'monitor'; readonly monitor: number }
    | { readonly op: 'count'; readonly monitor: number; readonly cmp: Comparator; readonly bound: number }
    | { readonly op: 'carries'; readonly label: number }
    /** The caller carries the label or has ever carried it, whatever was cleared since (M20). */
    | { readonly op: 'received'; readonly label: number }
    | { readonly op: 'approved by'; readonly humans: readonly number[]; readonly per?: readonly Term[] }
    /** What a recorder of a truth value says; of `latest`, whether what it asks is so (M11). */
    | { readonly op: 'recorded'; readonly recorder: number }
    | { readonly op: 'in mode'; readonly machine: number; readonly mode: number }
    /** Provenance (M14): the value is one that the source gave. */
    | {
          readonly op: 'from';
          readonly term: Term;
          readonly source: number;
          /** Of an entity: the forms in which it is compared. */
          readonly canonical?: readonly CanonicalForm[];
      }
    /** `09:00` of the local day; the start is included, the end is not, and it may wrap (M13). */
    | { readonly op: 'time in'; readonly from: string; readonly to: string }
    /** Both ends are included, and it may wrap. */
    | { readonly op: 'day in'; readonly from: Weekday; readonly to: Weekday }
    /** `2026-01-31`; the start is included, the end is not. */
    | { readonly op: 'date in'; readonly from: string; readonly to: string }
    | { readonly op: 'redirects'; readonly term: Term }
    /** Of the canonical text of a command: its first words are those of the prefix. */
    | { readonly op: 'command starts with'; readonly term: Term; readonly prefix: string }
    | { readonly op: 'caller is'; readonly agent: number }
    /** The call is one of these tools. */
    | { readonly op: 'tool is'; readonly tools: readonly Truth[] };

export type Status =
    'succeeded' | 'attempted' | 'denied' | 'held' | 'released' | 'failed' | 'running' | 'approved' | 'refused';

/** Which calls, by whom. `tools[i]` says whether tool i is meant; unknown where only a hint says so. */
export interface CallPattern {
    readonly tools: readonly Truth[];
    /** Absent: any agent. `caller`: the agent of the call that is being decided. */
    readonly agents?: readonly number[] | 'caller' | 'same agent';
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
    /** Of `approved` and `refused`: whose answer; absent: anyone's. */
    readonly humans?: readonly number[];
    /** Of `approved`: the requirement that is answered, by its `Rule.answeredAs`; absent: any. No policy writes it. */
    readonly answers?: number;
}

/** `modes NAME [per agent] { … }` (M18). */
export interface Machine extends Declared {
    readonly perAgent: boolean;
    /** It goes on from session to session, as a label that is kept does. */
    readonly across?: boolean;
    readonly modes: readonly Mode[];
    readonly initial: number;
    readonly transitions: readonly Transition[];
}

export interface Mode extends Declared {
    /** It lasts while its age is at most `seconds`; then the machine is in `returnTo`. */
    readonly lasts?: { readonly seconds: number; readonly returnTo: number };
}

export interface Transition {
    /** Absent: from any mode. */
    readonly from?: number;
    readonly event: EventPattern;
    readonly when: Condition;
    readonly to: number;
    readonly text: string;
    readonly source: Source;
}

/** Restricts what is not the agents' to choose (M26); the checker reads it, the decision does not. */
export interface Assumption {
    readonly kind: 'approval' | 'result' | 'signal' | 'event' | 'agent';
    /** Of `approval`: the humans. */
    readonly humans?: readonly number[];
    readonly subject?: CallPattern;
    /** The signal, outside event or agent. */
    readonly index?: number;
    readonly when: Condition;
    readonly doc?: string;
    readonly annotations?: readonly Annotation[];
    readonly text: string;
    readonly source: Source;
    /** Of what a pack brings: its use in the policy. `source` is in the pack. */
    readonly usedAt?: Source;
}

interface RuleBase {
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly because?: string;
    /** The rule stands in this mode: an `allow` grants there only; of the others `when` says so (M18). */
    readonly mode?: { readonly machine: number; readonly mode: number };
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
    /** A `withhold` is asked of the result: what it matches reaches no agent. */
    | (RuleBase & { readonly kind: 'allow' | 'deny' | 'withhold' })
    | (RuleBase & { readonly kind: 'require'; readonly requires: Condition })
    | (RuleBase & {
          readonly kind: 'approval';
          /** Who may approve, and how many different people must. */
          readonly humans: readonly number[];
          readonly quorum: number;
          /** Seconds from the approval to its end, and from the hold to its lapse. */
          readonly valid: number;
          readonly timeout: number;
          /** An approval serves every call of that agent and tool with these values while it is valid (M5). */
          readonly per?: readonly Term[];
          /** What voids hold and approval: a release whose keys equal those of the call (M5). */
          readonly changedBy?: { readonly event: EventPattern; readonly keys: readonly RecorderKey[] };
          /** In a search that has approvals `per K` as history: its number there, and whether one serves the call. */
          readonly answeredAs?: number;
          readonly served?: Condition;
      });

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
    /** Absent, here and below: none. */
    readonly recorders?: readonly Recorder[];
    readonly sources?: readonly ProvenanceSource[];
    readonly machines?: readonly Machine[];
    readonly delegations?: readonly { readonly from: number; readonly to: number; readonly ownRights: boolean }[];
    readonly sessionConstants?: readonly SessionConstant[];
    readonly signals?: readonly Signal[];
    readonly request?: readonly Param[];
    /** An IANA name. */
    readonly timezone?: string;
    readonly assumptions?: readonly Assumption[];
    readonly rules: readonly Rule[];
    readonly claims: readonly Claim[];
    readonly scenarios: readonly Scenario[];
}
