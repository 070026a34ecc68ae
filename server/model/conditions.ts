/** Values, terms, conditions and patterns, as part of the policy model. */
import type { Weekday } from './clock.js';
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

export type CanonicalForm = 'lower' | 'upper' | 'trim';

export type Term =
    | { readonly term: 'constant'; readonly value: Value }
    | { readonly term: 'param'; readonly name: string }
    | { readonly term: 'host'; readonly of: Term }
    /** How many characters a text has, or elements a list. */
    | { readonly term: 'length'; readonly of: Term }
    | { readonly term: 'field'; readonly of: Term; readonly field: string }
    /** For an address its domain; for a path its name, or the extension of that; for a shell line its only command. */
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
    /** The user's latest words, as a record that includes `text`. */
    | { readonly term: 'request' }
    | { readonly term: 'signal'; readonly signal: number; readonly args: readonly Term[] }
    /** Inside `where`: of the call that is being decided. */
    | { readonly term: 'call'; readonly of: Term }
    | { readonly term: 'sum'; readonly left: Term; readonly right: Term; readonly minus: boolean }
    /** The sum or count of a recorder: an interval where events are unknown (M3). */
    | { readonly term: 'aggregate'; readonly recorder: number }
    /** A field of the latest event of a recorder (M11). */
    | { readonly term: 'latest'; readonly recorder: number; readonly of: Term }
    /** The element that a quantifier is asking about; `level` counts the quantifiers around it, from 0. */
    | { readonly term: 'element'; readonly level: number };

/** The pattern that the whole text must match; `.` also matches line breaks. A regular language. */
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
    /** For a text: the part; for a list: the element. */
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
    /** The truth value of a recorder; for `latest`, whether its condition is true (M11). */
    | { readonly op: 'recorded'; readonly recorder: number }
    | { readonly op: 'in mode'; readonly machine: number; readonly mode: number }
    /** Provenance (M14): the value is one that the source gave. */
    | {
          readonly op: 'from';
          readonly term: Term;
          readonly source: number;
          /** For an entity: the forms in which it is compared. */
          readonly canonical?: readonly CanonicalForm[];
      }
    /** `09:00` of the local day; the start is included, the end is not, and it may wrap (M13). */
    | { readonly op: 'time in'; readonly from: string; readonly to: string }
    /** Both ends are included, and it may wrap. */
    | { readonly op: 'day in'; readonly from: Weekday; readonly to: Weekday }
    /** `2026-01-31`; the start is included, the end is not. */
    | { readonly op: 'date in'; readonly from: string; readonly to: string }
    | { readonly op: 'redirects'; readonly term: Term }
    /** For the canonical text of a command: its first words are those of the prefix. */
    | { readonly op: 'command starts with'; readonly term: Term; readonly prefix: string }
    | { readonly op: 'caller is'; readonly agent: number }
    /** The call is one of these tools. */
    | { readonly op: 'tool is'; readonly tools: readonly Truth[] };

export type Status =
    'succeeded' | 'attempted' | 'denied' | 'held' | 'released' | 'failed' | 'running' | 'approved' | 'refused';

/** Selects calls by tool and agent. `tools[i]` says whether tool i is meant; unknown if only a hint says so. */
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
    /** For `approved` and `refused`: the people who answer; absent: anyone. */
    readonly humans?: readonly number[];
    /**
     * For `approved`: the requirement that is answered, by its `Rule.answeredAs`; absent: any. Only a search sets it.
     */
    readonly answers?: number;
}
