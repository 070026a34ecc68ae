/**
 * The policy model: the meaning of the language, as plain data that can be cloned into a worker. Names are resolved to
 * indices into the arrays of `Policy`; every part that a person wrote keeps its source location.
 */
import type { Claim } from './claims.js';
import type { Monitor, ProvenanceSource, Recorder, RecorderKey } from './history.js';
import type { CallPattern, Condition, EventPattern, Lasting, Source, Term } from './conditions.js';
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

/** A machine, `modes NAME [per agent] { … }` (M18). */
export interface Machine extends Declared {
    readonly perAgent: boolean;
    /** True if the mode continues from session to session, like a label that is kept. */
    readonly across?: boolean;
    readonly modes: readonly Mode[];
    readonly initial: number;
    readonly transitions: readonly Transition[];
}

export interface Mode extends Declared {
    /** The maximum age of the mode in seconds; after it, the machine moves to `returnTo`. */
    readonly lasts?: { readonly seconds: number; readonly returnTo: number };
}

export interface Transition {
    /** The mode that the transition leaves; undefined for any mode. */
    readonly from?: number;
    readonly event: EventPattern;
    readonly when: Condition;
    readonly to: number;
    readonly text: string;
    readonly source: Source;
}

/**
 * An assumption, which restricts steps that the agents do not choose (M26). The checker reads it; the decision does
 * not.
 */
export interface Assumption {
    readonly kind: 'approval' | 'result' | 'signal' | 'event' | 'agent';
    /** For `approval`, the humans. */
    readonly humans?: readonly number[];
    readonly subject?: CallPattern;
    /** The index of the signal, outside event or agent. */
    readonly index?: number;
    readonly when: Condition;
    readonly doc?: string;
    readonly annotations?: readonly Annotation[];
    readonly text: string;
    readonly source: Source;
    /** The place where the policy uses the pack, for an element of a pack; `source` is in the pack. */
    readonly usedAt?: Source;
    /** True for an assumption of a pack that a configuration requires. */
    readonly isRequired?: true;
}

interface RuleBase {
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly because?: string;
    /**
     * The mode that the rule is inside of. An `allow` grants only in that mode; for other rules, `when` includes the
     * mode (M18).
     */
    readonly mode?: { readonly machine: number; readonly mode: number };
    /** True if the rule is evaluated and reported, but does not affect the decision. */
    readonly audit?: boolean;
    readonly annotations?: readonly Annotation[];
    /** The text as the author wrote it, with white space collapsed. */
    readonly text: string;
    readonly source: Source;
    /** The place where the policy uses the pack, for an element of a pack; `source` is in the pack. */
    readonly usedAt?: Source;
}

export type Rule =
    /** A `withhold` is evaluated for the result: a result that matches does not reach any agent. */
    | (RuleBase & { readonly kind: 'allow' | 'deny' | 'withhold' })
    | (RuleBase & { readonly kind: 'require'; readonly requires: Condition })
    | (RuleBase & {
          readonly kind: 'approval';
          /** The people who may approve, and the number of approvals required. */
          readonly humans: readonly number[];
          readonly quorum: number;
          /** The numbers of seconds from an approval to its expiry, and from the hold to its lapse. */
          readonly valid: number;
          readonly timeout: number;
          /**
           * The keys of an approval that authorizes every call of that agent and tool with these values while it is
           * valid (M5).
           */
          readonly per?: readonly Term[];
          /**
           * The times for which an approval may authorize other calls with these values, shortest first; the person who
           * approves chooses. If undefined, it does so for as long as it is valid.
           */
          readonly choices?: readonly Lasting[];
          /** The event that voids the hold and its approval: a release whose keys equal those of the call (M5). */
          readonly changedBy?: { readonly event: EventPattern; readonly keys: readonly RecorderKey[] };
          /**
           * For a search that tracks approvals `per K` as history, the number of the requirement there, to which the
           * place of the choice is added, and whether an approval authorizes the call.
           */
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
    /** Undefined, here and below, if the policy has none. */
    readonly recorders?: readonly Recorder[];
    readonly sources?: readonly ProvenanceSource[];
    readonly machines?: readonly Machine[];
    readonly delegations?: readonly { readonly from: number; readonly to: number; readonly ownRights: boolean }[];
    readonly sessionConstants?: readonly SessionConstant[];
    readonly signals?: readonly Signal[];
    readonly request?: readonly Param[];
    /** The time zone as an IANA name. */
    readonly timezone?: string;
    /** Calls of tools of servers other than these, which the inventory names, are left to the client (M28). */
    readonly leavesOthers?: { readonly servers: readonly string[] };
    readonly assumptions?: readonly Assumption[];
    readonly rules: readonly Rule[];
    readonly claims: readonly Claim[];
    readonly scenarios: readonly Scenario[];
}
