/** The result of a check: plain data, for reports, the language server and the trace view. */
import type { Annotation, Arguments, Claim, Outcome, Source, Value } from '../../model/policy/policy.js';
import type { DecidedBy, DecisionKind } from '../../model/session/session.js';
import type { ScopeName } from '../limits/scopes.js';

/** M22. Only `verdict.ts` makes one. */
export type VerdictWord =
    | 'holds'
    | 'holds in scope'
    | 'violated'
    | 'witnessed'
    | 'impossible'
    | 'not witnessed in scope'
    | 'vacuous'
    | 'undecided';

/** The basis of a verdict. */
export interface Basis {
    /** Distinct states of the sliced system that were reached, and the steps between them that were tried. */
    readonly states: number;
    readonly transitions: number;
    /** Steps of the longest shortest session that was explored. */
    readonly depth: number;
    /** The frontier is empty: every session of any length was covered, within `scopes`. */
    readonly exhausted: boolean;
    /** Bounds that narrow the verdict, in words, each with what it narrows; empty for an exact one. */
    readonly scopes: readonly string[];
    /** The limit that stopped the search, in words, with what was covered. */
    readonly limit?: string;
    /** The parts of the policy that the claim sees. */
    readonly slice: { readonly tools: number; readonly rules: number; readonly monitors: number };
    readonly milliseconds: number;
}

export interface RuleReference {
    readonly text: string;
    readonly source: Source;
    /** For a rule from a pack: its use in the policy. */
    readonly usedAt?: Source;
    readonly because?: string;
    readonly annotations?: readonly Annotation[];
}

export interface StateChange {
    readonly kind: 'added' | 'removed' | 'changed';
    /** `assistant carries private`, `once mail.read`. */
    readonly what: string;
    readonly before?: string;
    readonly after?: string;
}

/** One step of a session as a person counts them (M23): an attempt, a human act, the release of an approved call. */
export interface TraceStep {
    readonly kind: 'call' | 'release' | 'approve' | 'refuse' | 'event';
    /** The agent, the human of an approval, the user who says something, or `outside`; empty if no one does it. */
    readonly actor: string;
    /** The actor's action that is not a call of a tool: `delegates to coder`, `says "hello"`, `new session`. */
    readonly act?: string;
    /** `server.tool`, or the name of an outside event. */
    readonly tool: string;
    readonly args: Arguments;
    /** Seconds since the start of the session. */
    readonly time: number;
    /** Absent: nothing asks for the clock. */
    readonly clock?: ClockReading;
    /** Absent for a human act. */
    readonly decision?: DecisionKind;
    readonly by?: DecidedBy;
    readonly rules: readonly RuleReference[];
    /** How a released call ended. */
    readonly outcome?: Outcome;
    /** The result of the call, as far as the session depends on it. */
    readonly result?: Arguments;
    /** The values of the signals at the decision: `injection: 80`. */
    readonly readings?: readonly string[];
    /** Its result reached no agent. */
    readonly withheld?: true;
    /** Absent: nothing but what stands here. */
    readonly input?: StepInput;
    readonly changes: readonly StateChange[];
    /** M24: without this step the claim would not be broken by the last one. */
    readonly breaks: boolean;
    /** M24: without this step the rules would not have decided the last one so. */
    readonly letsThrough: boolean;
    /** The step that the claim judges. */
    readonly judged: boolean;
    /** One sentence: `assistant calls mail.read(folder: "inbox"): allowed by line 9`. */
    readonly text: string;
}

/** The time on the clock of the policy's time zone. */
export interface ClockReading {
    /** `2026-01-05` */
    readonly date: string;
    /** The second of the day. */
    readonly second: number;
    /** `mon 2026-01-05 10:00` */
    readonly text: string;
}

/** The values that are given before anything happens. */
export interface TraceStart {
    /** The constants of the session: `user`, and for its attributes `user.role`. */
    readonly constants?: Arguments;
    readonly clock?: ClockReading;
    /** The same moment in seconds since 1970-01-01T00:00Z. */
    readonly epoch?: number;
    /** `with user: "x" { role: "clerk" }, on mon 2026-01-05 00:00` */
    readonly text: string;
}

/**
 * The inputs of a step from outside, beyond what is shown of it: they allow it to be taken again
 * (`traces/replay-on-edited-policy.ts`).
 */
export type StepInput =
    | {
          readonly kind: 'call';
          /** It is known to have succeeded, whatever the result shows. */
          readonly confirmed?: boolean;
          readonly signals?: readonly SignalInput[];
      }
    /** For an event, and for words of the user: `args` has the fields. */
    | { readonly kind: 'says' | 'event'; readonly signals?: readonly SignalInput[] }
    /** The agent that gets the work back. */
    | { readonly kind: 'return'; readonly to: string }
    /** Another session; without constants, of the same user. */
    | { readonly kind: 'session'; readonly constants?: Arguments }
    /** The clock, which could not be read before, shows this: seconds since 1970-01-01T00:00Z at second 0. */
    | { readonly kind: 'clock'; readonly epoch: number }
    /** The longest running call of the tool ends. */
    | {
          readonly kind: 'end';
          readonly tool: string;
          readonly outcome: Outcome;
          readonly result?: Arguments;
          readonly confirmed?: boolean;
          readonly signals?: readonly SignalInput[];
      };

export interface SignalInput {
    readonly signal: string;
    /** Absent: for all arguments. */
    readonly args?: readonly Value[];
    /** Absent: it cannot be read. */
    readonly value?: Value;
}

/** The session state after a step, in words, for the trace view: `['assistant carries private', …]`. */
export interface Trace {
    /** Absent: nothing is given that a decision could depend on. */
    readonly start?: TraceStart;
    readonly steps: readonly TraceStep[];
    /** Facts that hold after step i: `facts[i + 1]`; `facts[0]` is the start. */
    readonly facts: readonly (readonly string[])[];
    /** One sentence that says why the session breaks the claim, or does the work. */
    readonly summary: string;
}

export type ClaimKind = Claim['kind'];

/** M19: what becomes of a claim when the agents may drop their session and open another, any number of times. */
export interface AcrossSessions {
    /** Never better than the claim's own: what breaks one session breaks several. */
    readonly verdict: VerdictWord;
    /** `also across sessions: broken by a second session`. */
    readonly line: string;
    /** One sentence for the author. */
    readonly explanation: string;
    readonly basis: Basis;
    /** The counterexample, in which a new session starts. */
    readonly trace?: Trace;
    /** The scenario whose session that is; absent: a search found it. */
    readonly scenario?: string;
}

/** A construct that the exact search does not represent, or only in one direction. */
export interface Beyond {
    /** A noun phrase: `totals`, `conditions on the clock`. */
    readonly what: string;
    /** The rule, claim or declaration it stands in. */
    readonly source: Source;
    /** The bounded search represents it. */
    readonly isSearched: boolean;
    /** The finite system represents it, by more sessions than there are (`portfolio/over-approximation.ts`). */
    readonly isMore: boolean;
}

export interface ClaimResult {
    readonly name: string;
    readonly kind: ClaimKind;
    readonly annotations: readonly Annotation[];
    readonly text: string;
    readonly source: Source;
    /** For a claim from a pack: its use in the policy. */
    readonly usedAt?: Source;
    readonly verdict: VerdictWord;
    /** One sentence for the author. */
    readonly explanation: string;
    readonly basis: Basis;
    /** The scopes of the search, by name; absent: none, or the verdict does not depend on them. */
    readonly within?: readonly ScopeName[];
    /** The scopes that `@accept` or the configuration accepts, needed or not; absent: none. */
    readonly accepts?: readonly ScopeName[];
    /**
     * The second line of a safety claim. Absent where one session is enough to break the claim, and where the verdict
     * is of all sessions already, since the claim says so.
     */
    readonly acrossSessions?: AcrossSessions;
    /**
     * The features that the claim sees and the exact search does not support: the verdict then covers only
     * `basis.scopes`.
     */
    readonly beyond?: readonly Beyond[];
    /** The counterexample, or the witness of `possible`. */
    readonly trace?: Trace;
    /** The scenario whose session that is; absent: a search found it. */
    readonly scenario?: string;
    /** Other counterexamples, if they were asked for: none of the rules that decided one before decides the next. */
    readonly others?: readonly Trace[];
    /** For `impossible`: what is in the way, each with its rule. */
    readonly obstacles: readonly { readonly text: string; readonly rule?: RuleReference }[];
    /** The assumptions without which the verdict would be another, and those that trust an agent; absent: none. */
    readonly assumptions?: readonly RuleReference[];
    /** The claim holds even if every call is allowed. */
    readonly saysNothing: boolean;
    /** What was tried, if it was asked for. */
    readonly search?: readonly SearchAttempt[];
    /** The author expects the verdict, which is then no failure: `@expected(violated)` names it. */
    readonly expected: boolean;
}

/** One thing that was tried for a claim, in the order of `server/checker/portfolio/table.ts`. */
export interface SearchAttempt {
    /** What it was to decide, as a noun phrase: the claim, or something that is asked beside it. */
    readonly about: string;
    readonly method: string;
    /** It `went on` to the next method with an answer that is not certain. */
    readonly outcome: 'decided' | 'went on' | 'gave up' | 'not tried';
    /** Why it did not decide; absent where it did. */
    readonly why?: string;
    readonly verdict?: VerdictWord;
    readonly milliseconds: number;
    readonly runs: readonly SearchRun[];
}

/** One run of an engine. */
export interface SearchRun {
    readonly engine: 'breadth-first' | 'compiled' | 'concrete' | 'backward';
    /** What made the system smaller, or finite, in words: `keys → 2 values`. */
    readonly reductions: readonly string[];
    /** In words. */
    readonly found: string;
    readonly states: number;
    readonly transitions: number;
    readonly milliseconds: number;
}

export interface ScenarioStepResult {
    readonly source: Source;
    readonly text: string;
    readonly passed: boolean;
    /** The outcome in a sentence; for a failed step, expected and actual. */
    readonly message: string;
    readonly rules: readonly RuleReference[];
    /** How the call of the step was decided; absent where none was. */
    readonly actual?: DecisionKind | 'waits';
    /** The audited rules that would have denied the call; absent: none. */
    readonly audited?: readonly RuleReference[];
}

export interface ScenarioResult {
    readonly name: string;
    readonly source: Source;
    readonly passed: boolean;
    readonly steps: readonly ScenarioStepResult[];
    readonly trace: Trace;
}

/** Something wrong that needs no claim. */
export interface Finding {
    /** `GR5xx`, documented under docs/codes. */
    readonly code: string;
    readonly severity: 'error' | 'warning' | 'information';
    readonly message: string;
    readonly source: Source;
    readonly trace?: Trace;
    readonly basis?: Basis;
    /** Codes of what the text alone looked like at this place, and the finding shows: it is said once. */
    readonly replaces?: readonly string[];
}

export interface PolicyResult {
    readonly policy: string;
    readonly source: Source;
    readonly claims: readonly ClaimResult[];
    readonly scenarios: readonly ScenarioResult[];
    readonly findings: readonly Finding[];
    /**
     * The limit that ended the whole check. Claims that it left are undecided, and scenarios and findings that it left are
     * not there. Absent: all of them were looked at.
     */
    readonly cut?: string;
}

export interface Limits {
    readonly maxStates: number;
    /** Steps that the search among concrete sessions may try; absent: as many as it takes by itself. */
    readonly maxTransitions?: number;
    readonly maxMemoryMB: number;
    readonly timeoutMs: number;
}

/** The assumptions behind every verdict (M22); a report lists them once. */
export const ASSUMPTIONS: readonly string[] = [
    'the gateway knows which agent calls',
    'tools do what the inventory declares',
    'a human judges each request on its merits',
    'agents are hijacked: any call, any argument, any order'
];
