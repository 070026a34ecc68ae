/** Values, terms, conditions and patterns, as part of the policy model. */
import type { Period, Weekday } from './clock.js';
import type { Truth } from './truth.js';

/** A position, zero-based as in the Language Server Protocol. */
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
    /** The number of characters of a text, or of elements of a list. */
    | { readonly term: 'length'; readonly of: Term }
    /** The number of bytes of a text in UTF-8. */
    | { readonly term: 'bytes'; readonly of: Term }
    | { readonly term: 'field'; readonly of: Term; readonly field: string }
    /**
     * A part of a text: the domain of a mail address, the name or extension of a path, the only command of a shell line,
     * or the IP address that the text is, as a host.
     */
    | {
          readonly term: 'part';
          readonly part: 'domain' | 'name' | 'extension' | 'command' | 'program' | 'address';
          readonly of: Term;
      }
    /** The commands of a shell line, each as its canonical text. */
    | { readonly term: 'commands'; readonly of: Term }
    /** The entries of a map, each a record with its `key` and `value`. */
    | { readonly term: 'entries'; readonly of: Term }
    /** The result of the event in question, as a record. */
    | { readonly term: 'result' }
    /** A constant of the session, by its name (`user.role`). */
    | { readonly term: 'session'; readonly constant: string }
    /** The user's latest words, as a record that includes `text`. */
    | { readonly term: 'request' }
    | { readonly term: 'signal'; readonly signal: number; readonly args: readonly Term[] }
    /** A value of the call that is being decided, inside `where`. */
    | { readonly term: 'call'; readonly of: Term }
    | { readonly term: 'sum'; readonly left: Term; readonly right: Term; readonly minus: boolean }
    /** Two texts, one after the other. */
    | { readonly term: 'joined'; readonly left: Term; readonly right: Term }
    /** The sum or count of a recorder, which is an interval where events are unknown (M3). */
    | { readonly term: 'aggregate'; readonly recorder: number }
    /** A field of the latest event of a recorder (M11). */
    | { readonly term: 'latest'; readonly recorder: number; readonly of: Term }
    /** The day, week or month of the calendar in which the call is decided or the event happened, as `periodAt` names it. */
    | { readonly term: 'period'; readonly unit: Period; readonly timezone: string }
    /** The instant that a text names, in seconds since 1970-01-01T00:00Z; a date is its start in the time zone. */
    | { readonly term: 'instant'; readonly of: Term; readonly timezone: string }
    /** The moment of the decision, in seconds since 1970-01-01T00:00Z. */
    | { readonly term: 'now' }
    /** The current element of a quantifier; `level` counts the enclosing quantifiers, from 0. */
    | { readonly term: 'element'; readonly level: number };

/** A pattern that must match the whole text; `.` also matches line breaks. The language is regular. */
export interface TextPattern {
    readonly regex: string;
    readonly ignoreCase: boolean;
}

export type TextTest = 'contains' | 'starts with' | 'ends with' | 'path within' | 'host within';

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
    /** True if the host is an address in the network (`10.0.0.0/8`), or for `private`, not a public host. */
    | { readonly op: 'host within'; readonly term: Term; readonly network: string }
    /** A relative path is resolved against `base`; without a base, it is unknown. */
    | { readonly op: 'path within'; readonly term: Term; readonly root: string; readonly base?: string }
    | { readonly op: 'matches'; readonly term: Term; readonly pattern: TextPattern }
    | { readonly op: 'starts with'; readonly term: Term; readonly prefix: string }
    /** For a text, the substring; for a list, the element. */
    | { readonly op: 'contains'; readonly term: Term; readonly value: Value }
    /** A test of a text, or of a list with `contains`, against a value that is not a constant. */
    | {
          readonly op: 'text test';
          readonly test: TextTest;
          readonly term: Term;
          readonly other: Term;
          /** For a path, the folder that a relative one is resolved against. */
          readonly base?: string;
      }
    /** `arg` is asked of each element, of which its terms of this `level` are. */
    | { readonly op: 'every' | 'some'; readonly list: Term; readonly level: number; readonly arg: Condition }
    /** True if some text in the arguments matches, at any depth; with `term`, some text in that value. */
    | { readonly op: 'any text'; readonly term?: Term; readonly pattern: TextPattern }
    | { readonly op: 'given'; readonly param: string }
    | { readonly op: 'monitor'; readonly monitor: number }
    | { readonly op: 'count'; readonly monitor: number; readonly cmp: Comparator; readonly bound: number }
    | { readonly op: 'carries'; readonly label: number }
    /** True if the caller carries the label or has ever carried it, even if it was cleared since (M20). */
    | { readonly op: 'received'; readonly label: number }
    | { readonly op: 'approved by'; readonly humans: readonly number[]; readonly per?: readonly Term[] }
    /** The truth value of a recorder; for `latest`, the value of its condition (M11). */
    | { readonly op: 'recorded'; readonly recorder: number }
    | { readonly op: 'in mode'; readonly machine: number; readonly mode: number }
    /** True if the value came from the source (provenance, M14). */
    | {
          readonly op: 'from';
          readonly term: Term;
          readonly source: number;
          /** For an entity, the canonical forms in which it is compared. */
          readonly canonical?: readonly CanonicalForm[];
      }
    /**
     * A range of local times such as `09:00`. The start is included, the end is excluded, and the range may wrap around
     * midnight (M13).
     */
    | { readonly op: 'time in'; readonly from: string; readonly to: string }
    /** A range of days. Both ends are included, and the range may wrap around the end of the week. */
    | { readonly op: 'day in'; readonly from: Weekday; readonly to: Weekday }
    /** A range of dates such as `2026-01-31`. The start is included, and the end is excluded. */
    | { readonly op: 'date in'; readonly from: string; readonly to: string }
    | { readonly op: 'redirects'; readonly term: Term }
    /** True if the first words of a command, in its canonical text, equal the words of the prefix. */
    | { readonly op: 'command starts with'; readonly term: Term; readonly prefix: string }
    | { readonly op: 'caller is'; readonly agent: number }
    /** True if the call is of one of these tools. */
    | { readonly op: 'tool is'; readonly tools: readonly Truth[] };

/** No text of a policy says `returned`: an agent got the result of the call. Claims about withheld results ask for it. */
export type Status = CallStatus | 'approved' | 'refused' | 'returned';
type CallStatus = 'succeeded' | 'attempted' | 'denied' | 'held' | 'released' | 'failed' | 'running';

/** Selects calls by tool and agent. `tools[i]` states whether tool i is selected; unknown if only a hint selects it. */
export interface CallPattern {
    readonly tools: readonly Truth[];
    /** The agents; undefined for any agent. `caller` is the agent of the call that is being decided. */
    readonly agents?: readonly number[] | 'caller' | 'same agent';
    /** The indices of the outside events that are selected too; undefined if there are none. */
    readonly outside?: readonly number[];
    readonly text: string;
}

export interface EventPattern extends CallPattern {
    readonly status: Status;
    readonly where: Condition;
    /**
     * For `E(p)`, the event's argument that must equal the decided call's value for the monitor's key at the same
     * position. A pattern of a monitor with keys lists all keys or none.
     */
    readonly keys?: readonly string[];
    /** For `approved` and `refused`, the people who answer; undefined for anyone. */
    readonly humans?: readonly number[];
    /**
     * For `approved`, the requirement that is answered, by its `Rule.answeredAs`; undefined for any requirement. Only a
     * search sets it.
     */
    readonly answers?: number;
}

/** How long an approval serves other calls: a number of seconds, where 0 is for none, or the rest of the session. */
export type Lasting = number | 'session';
