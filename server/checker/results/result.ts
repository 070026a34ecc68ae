/** The result of a check: plain data, for reports, the language server and the trace view. */
import type { Annotation, Arguments, Claim, Outcome, Source, Value } from '../../model/policy/policy.js';
import type { DecidedBy, DecisionKind } from '../../model/session/session.js';
import type { ScopeName } from '../limits/scopes.js';

/** M22. Only `verdict.ts` creates one. */
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
    /** The number of steps of the longest shortest session that was explored. */
    readonly depth: number;
    /** The frontier is empty: every session of any length was covered, within `scopes`. */
    readonly exhausted: boolean;
    /** Bounds that narrow the verdict, in words, each with what it narrows; empty for an exact verdict. */
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
    /** For a rule from a pack: where the policy uses the pack. */
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
    /** The agent, the human who approves, the user who says something, or `outside`; empty if no one acts. */
    readonly actor: string;
    /** The actor's action if it is not a call of a tool: `delegates to coder`, `says "hello"`, `new session`. */
    readonly act?: string;
    /** `server.tool`, or the name of an outside event. */
    readonly tool: string;
    readonly args: Arguments;
    /** Seconds since the start of the session. */
    readonly time: number;
    /** Absent: nothing reads the clock. */
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
    /** Its result was withheld from every agent. */
    readonly withheld?: true;
    /** Absent: everything is shown here. */
    readonly input?: StepInput;
    readonly changes: readonly StateChange[];
    /** M24: without this step the last one would not break the claim. */
    readonly breaks: boolean;
    /** M24: without this step the rules would not have decided the last one this way. */
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

/** The values that are given before the session begins. */
export interface TraceStart {
    /** The constants of the session: `user`, and `user.role` for its attributes. */
    readonly constants?: Arguments;
    readonly clock?: ClockReading;
    /** The same moment in seconds since 1970-01-01T00:00Z. */
    readonly epoch?: number;
    /** `with user: "x" { role: "clerk" }, on mon 2026-01-05 00:00` */
    readonly text: string;
}

/**
 * The inputs of a step from outside, beyond what is shown of it, so that the step can be repeated
 * (`traces/replay-on-edited-policy.ts`).
 */
export type StepInput =
    | {
          readonly kind: 'call';
          /** The call is known to have succeeded, regardless of what the result shows. */
          readonly confirmed?: boolean;
          readonly signals?: readonly SignalInput[];
      }
    /** For an event and for the user's words: `args` contains the fields. */
    | { readonly kind: 'says' | 'event'; readonly signals?: readonly SignalInput[] }
    /** The agent that the work is returned to. */
    | { readonly kind: 'return'; readonly to: string }
    /** Another session; without constants, for the same user. */
    | { readonly kind: 'session'; readonly constants?: Arguments }
    /** The clock, which could not be read before, now shows this: seconds since 1970-01-01T00:00Z at second 0. */
    | { readonly kind: 'clock'; readonly epoch: number }
    /** The tool's longest-running call ends. */
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
    /** Absent: no value is given that a decision could depend on. */
    readonly start?: TraceStart;
    readonly steps: readonly TraceStep[];
    /** Facts that hold after step i: `facts[i + 1]`; `facts[0]` is the start. */
    readonly facts: readonly (readonly string[])[];
    /** One sentence that explains why the session breaks the claim, or how it completes the steps of a `possible`. */
    readonly summary: string;
}

export type ClaimKind = Claim['kind'];

/** M19: the effect on a claim if the agents may drop their session and open another, any number of times. */
export interface AcrossSessions {
    /** Never better than the claim's own verdict: whatever breaks one session breaks several. */
    readonly verdict: VerdictWord;
    /** `also across sessions: broken by a second session`. */
    readonly line: string;
    /** One sentence for the author. */
    readonly explanation: string;
    readonly basis: Basis;
    /** The counterexample, in which a new session starts. */
    readonly trace?: Trace;
    /** The scenario whose session this is; absent: a search found it. */
    readonly scenario?: string;
}

/** A construct that the exact search does not represent, or only in one direction. */
export interface Beyond {
    /** A noun phrase: `totals`, `conditions on the clock`. */
    readonly what: string;
    /** The rule, claim or declaration that contains it. */
    readonly source: Source;
    /** The bounded search represents it. */
    readonly isSearched: boolean;
    /** The finite system represents it, with more sessions than exist (`portfolio/over-approximation.ts`). */
    readonly isMore: boolean;
}

export interface ClaimResult {
    readonly name: string;
    readonly kind: ClaimKind;
    readonly annotations: readonly Annotation[];
    readonly text: string;
    readonly source: Source;
    /** For a claim from a pack: where the policy uses the pack. */
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
     * The second line of a safety claim. Absent if one session suffices to break the claim, and if the verdict already
     * covers all sessions because the claim is `across sessions`.
     */
    readonly acrossSessions?: AcrossSessions;
    /**
     * The features that the claim sees and the exact search does not support: the verdict then covers only
     * `basis.scopes`.
     */
    readonly beyond?: readonly Beyond[];
    /** The counterexample, or the witness of `possible`. */
    readonly trace?: Trace;
    /** The scenario whose session this is; absent: a search found it. */
    readonly scenario?: string;
    /** Further counterexamples, if requested: none of the rules that decided one decides a later one. */
    readonly others?: readonly Trace[];
    /** For `impossible`: the obstacles, each with its rule. */
    readonly obstacles: readonly { readonly text: string; readonly rule?: RuleReference }[];
    /** The assumptions without which the verdict would differ, and those that trust an agent; absent: none. */
    readonly assumptions?: readonly RuleReference[];
    /** The claim holds even if every call is allowed. */
    readonly saysNothing: boolean;
    /** The methods that were tried, if requested. */
    readonly search?: readonly SearchAttempt[];
    /** The author expects the verdict, which is then not a failure: `@expected(violated)` names it. */
    readonly expected: boolean;
}

/** One method that was tried for a claim, in the order of `server/checker/portfolio/table.ts`. */
export interface SearchAttempt {
    /** The subject of the decision, as a noun phrase: the claim, or an auxiliary question. */
    readonly about: string;
    readonly method: string;
    /** With `went on`, the next method was tried, because the answer is not certain. */
    readonly outcome: 'decided' | 'went on' | 'gave up' | 'not tried';
    /** The reason why it did not decide; absent if it did. */
    readonly why?: string;
    readonly verdict?: VerdictWord;
    readonly milliseconds: number;
    readonly runs: readonly SearchRun[];
}

/** One run of an engine. */
export interface SearchRun {
    readonly engine: 'breadth-first' | 'compiled' | 'concrete' | 'backward';
    /** The reductions that made the system smaller or finite, in words: `keys → 2 values`. */
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
    /** The decision on the call of the step; absent if there was none. */
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

/** A defect that is reported without a claim. */
export interface Finding {
    /** `GR5xx`, documented under docs/codes. */
    readonly code: string;
    readonly severity: 'error' | 'warning' | 'information';
    readonly message: string;
    readonly source: Source;
    readonly trace?: Trace;
    readonly basis?: Basis;
    /** Codes of hints on the text at this place that the finding confirms: only the finding is reported. */
    readonly replaces?: readonly string[];
}

export interface PolicyResult {
    readonly policy: string;
    readonly source: Source;
    readonly claims: readonly ClaimResult[];
    readonly scenarios: readonly ScenarioResult[];
    readonly findings: readonly Finding[];
    /**
     * The limit that ended the whole check. Claims that it left are undecided, and scenarios and findings that it left
     * are missing. Absent: everything was checked.
     */
    readonly cut?: string;
}

export interface Limits {
    readonly maxStates: number;
    /** The number of steps that the search over concrete sessions may try; absent: the default. */
    readonly maxTransitions?: number;
    readonly maxMemoryMB: number;
    readonly timeoutMs: number;
}

/** The assumptions that every verdict rests on (M22); a report lists them once. */
export const ASSUMPTIONS: readonly string[] = [
    'the gateway knows which agent calls',
    'tools do what the inventory declares',
    'a human judges each request on its merits',
    'agents are hijacked: any call, any argument, any order'
];
