/**
 * The policy model: what the language means, as plain data that can be cloned into a worker. Names are resolved to
 * indices into the arrays of `Policy`; every part that a person wrote keeps where it stands.
 */
import type { Claim } from './claims.js';
import type { Monitor, ProvenanceSource, Recorder, RecorderKey } from './history.js';
import type { CallPattern, Condition, EventPattern, Source, Term } from './conditions.js';
import type {
    Param,
    Tool,
    Declared,
    Agent,
    Human,
    Label,
    OutsideEvent,
    SessionConstant,
    Signal,
    Annotation
} from './inventory.js';
import type { Scenario } from './scenario.js';

export type * from './claims.js';
export type * from './conditions.js';
export type * from './history.js';
export type * from './inventory.js';
export type * from './scenario.js';

/** `modes NAME [per agent] { … }` (M18). */
export interface Machine extends Declared {
    readonly perAgent: boolean;
    /** It continues from session to session, like a label that is kept. */
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

/** Restricts steps that are not the agents' choice (M26); the checker reads it, the decision does not. */
export interface Assumption {
    readonly kind: 'approval' | 'result' | 'signal' | 'event' | 'agent';
    /** For `approval`: the humans. */
    readonly humans?: readonly number[];
    readonly subject?: CallPattern;
    /** The signal, outside event or agent. */
    readonly index?: number;
    readonly when: Condition;
    readonly doc?: string;
    readonly annotations?: readonly Annotation[];
    readonly text: string;
    readonly source: Source;
    /** For an element of a pack: its use in the policy. `source` is in the pack. */
    readonly usedAt?: Source;
}

interface RuleBase {
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly because?: string;
    /**
     * The rule is inside this mode: an `allow` grants only there; for the other rules, `when` contains the mode (M18).
     */
    readonly mode?: { readonly machine: number; readonly mode: number };
    /** Evaluated and reported, but it decides nothing. */
    readonly audit?: boolean;
    readonly annotations?: readonly Annotation[];
    /** The text as the author wrote it, white space folded. */
    readonly text: string;
    readonly source: Source;
    /** For an element of a pack: its use in the policy. `source` is in the pack. */
    readonly usedAt?: Source;
}

export type Rule =
    /** A `withhold` is evaluated for the result: a result that matches reaches no agent. */
    | (RuleBase & { readonly kind: 'allow' | 'deny' | 'withhold' })
    | (RuleBase & { readonly kind: 'require'; readonly requires: Condition })
    | (RuleBase & {
          readonly kind: 'approval';
          /** The people who may approve, and how many of them must. */
          readonly humans: readonly number[];
          readonly quorum: number;
          /** Seconds from the approval to its end, and from the hold to its lapse. */
          readonly valid: number;
          readonly timeout: number;
          /** An approval serves every call of that agent and tool with these values while it is valid (M5). */
          readonly per?: readonly Term[];
          /** The event that voids hold and approval: a release whose keys equal those of the call (M5). */
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
