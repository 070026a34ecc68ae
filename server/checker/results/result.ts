/** The result of a check: plain data, for reports, the language server and the trace view. */
import type { Annotation, Arguments, Claim, Outcome, Source, Value } from '../../model/policy/policy.js';
import type { DecidedBy, DecisionKind } from '../../model/session/session.js';
import type { ScopeName } from '../limits/scopes.js';

/** A verdict (M22). Only `verdict.ts` creates one. */
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
    /**
     * `proof`: the verifier accepted a proof that covers every session (docs/certificates.md). `session`: the decision procedure
     * replayed a session. `search`: everything else, which rests on what a search covered.
     */
    readonly by: 'proof' | 'session' | 'search';
    /**
     * The number of distinct states of the sliced system that were reached, and of the steps between them that were
     * tried.
     */
    readonly states: number;
    readonly transitions: number;
    /** The number of steps of the longest shortest session that was explored. */
    readonly depth: number;
    /** True if the frontier is empty: every session of any length was covered, within `scopes`. */
    readonly exhausted: boolean;
    /**
     * The bounds that narrow the verdict, in words, each with the aspect that it narrows; empty for an exact verdict.
     */
    readonly scopes: readonly string[];
    /** The limit that stopped the search, in words, with what was covered. */
    readonly limit?: string;
    /** The parts of the history that vary most; only for a claim that is undecided because an exact search met a limit. */
    readonly costs?: Costs;
    /** The number of tools and rules in the part of the policy that the claim sees. */
    readonly slice: { readonly tools: number; readonly rules: number; readonly monitors: number };
    readonly milliseconds: number;
}

/** The parts of the history that vary between the states of a search. They are why it has so many. */
export interface Costs {
    /** The number of states that were looked at, among those that the search reached. */
    readonly states: number;
    /** The parts with the most different values in these states, the most first. */
    readonly parts: readonly StateCost[];
    /** The number of other parts with more than one value. */
    readonly others: number;
}

/** A part of a state, such as a condition on the history with its counts and ages, for all values of its keys. */
export interface StateCost {
    /** The part in words, such as `count(bank.pay)`. */
    readonly what: string;
    /** The number of different values in the states that were looked at. */
    readonly values: number;
    /** The statements because of which states have this part: rules, a declaration, or the claim itself. */
    readonly readers: readonly RuleReference[];
}

export interface RuleReference {
    readonly text: string;
    readonly source: Source;
    /** The place where the policy uses the pack, for a rule from a pack. */
    readonly usedAt?: Source;
    readonly because?: string;
    readonly annotations?: readonly Annotation[];
}

export interface StateChange {
    readonly kind: 'added' | 'removed' | 'changed';
    /** The fact in words, such as `assistant carries private` or `once mail.read`. */
    readonly what: string;
    readonly before?: string;
    readonly after?: string;
}

/** One step of a session as a person counts them (M23): an attempt, a human act, the release of an approved call. */
export interface TraceStep {
    readonly kind: 'call' | 'release' | 'approve' | 'refuse' | 'event';
    /** The agent, the human who approves, the user who says something, or `outside`; empty if nobody acts. */
    readonly actor: string;
    /** The actor's action if it is not a call of a tool: `delegates to coder`, `says "hello"`, `new session`. */
    readonly act?: string;
    /** The tool as `server.tool`, or the name of an outside event. */
    readonly tool: string;
    readonly args: Arguments;
    /** The number of seconds since the start of the session. */
    readonly time: number;
    /** The time on the clock; undefined if nothing reads it. */
    readonly clock?: ClockReading;
    /** How long an approval serves, as the human chose: `once`, `8h`, `this session`; undefined without a choice. */
    readonly valid?: string;
    /** The decision on a call; undefined for a human act. */
    readonly decision?: DecisionKind;
    readonly by?: DecidedBy;
    readonly rules: readonly RuleReference[];
    /** The end of a released call. */
    readonly outcome?: Outcome;
    /** The result of the call, as far as the session depends on it. */
    readonly result?: Arguments;
    /** The values of the signals at the decision, such as `injection: 80`. */
    readonly readings?: readonly string[];
    /** True if the result was withheld from every agent. */
    readonly withheld?: true;
    /** The inputs that are not shown here; undefined if everything is shown. */
    readonly input?: StepInput;
    readonly changes: readonly StateChange[];
    /** True if without this step the last one would not break the claim (M24). */
    readonly breaks: boolean;
    /** True if without this step the rules would not have decided the last one this way (M24). */
    readonly letsThrough: boolean;
    /** True for the step that the claim judges. */
    readonly judged: boolean;
    /** The step in one sentence: `assistant calls mail.read(folder: "inbox"): allowed by line 9`. */
    readonly text: string;
}

/** The time on the clock of the policy's time zone. */
export interface ClockReading {
    /** The date, such as `2026-01-05`. */
    readonly date: string;
    /** The number of seconds since the start of the day. */
    readonly second: number;
    /** The time in words, such as `mon 2026-01-05 10:00`. */
    readonly text: string;
}

/** The values that are given before the session begins. */
export interface TraceStart {
    /** The constants of the session: `user`, and `user.role` for an attribute of it. */
    readonly constants?: Arguments;
    readonly clock?: ClockReading;
    /** The same moment in seconds since 1970-01-01T00:00Z. */
    readonly epoch?: number;
    /** The values in words: `with user: "x" { role: "clerk" }, on mon 2026-01-05 00:00`. */
    readonly text: string;
}

/**
 * The inputs of a step from outside that are not shown with it, so that the step can be repeated
 * (`traces/replay-on-edited-policy.ts`).
 */
export type StepInput =
    | {
          readonly kind: 'call';
          /** True if the call is known to have succeeded, regardless of what the result shows. */
          readonly confirmed?: boolean;
          readonly signals?: readonly SignalInput[];
      }
    /** For an event, and for the user's words; `args` contains the fields. */
    | { readonly kind: 'says' | 'event'; readonly signals?: readonly SignalInput[] }
    /** The agent that the work is returned to. */
    | { readonly kind: 'return'; readonly to: string }
    /** The start of another session; if it has no constants, it is for the same user. */
    | { readonly kind: 'session'; readonly constants?: Arguments }
    /**
     * The clock, which could not be read before, can be read from now on: the number of seconds since 1970-01-01T00:00Z
     * at second 0.
     */
    | { readonly kind: 'clock'; readonly epoch: number }
    /** The end of the tool's longest-running call. */
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
    /** The arguments of the signal; undefined if the value is for all arguments. */
    readonly args?: readonly Value[];
    /** The value of the signal; undefined if it cannot be read. */
    readonly value?: Value;
}

/** The session state after a step, in words, for the trace view: `['assistant carries private', …]`. */
export interface Trace {
    /** The values given before the session begins; undefined if no decision could depend on them. */
    readonly start?: TraceStart;
    readonly steps: readonly TraceStep[];
    /** The facts that are true after step i are `facts[i + 1]`; `facts[0]` are those at the start. */
    readonly facts: readonly (readonly string[])[];
    /** One sentence that explains why the session breaks the claim, or how it completes the steps of a `possible`. */
    readonly summary: string;
}

export type ClaimKind = Claim['kind'];

/** The effect on a claim if the agents may drop their session and open another, any number of times (M19). */
export interface AcrossSessions {
    /** The verdict, which is never better than the claim's own: whatever breaks one session breaks several. */
    readonly verdict: VerdictWord;
    /** The verdict in words: `also across sessions: broken by a second session`. */
    readonly line: string;
    /** An explanation for the author, in one sentence. */
    readonly explanation: string;
    readonly basis: Basis;
    /** The counterexample, in which a new session starts. */
    readonly trace?: Trace;
    /** The scenario whose session this is; undefined if a search found the session. */
    readonly scenario?: string;
}

/** A construct that the exact search does not represent, or only in one direction. */
export interface Beyond {
    /** The construct as a noun phrase, such as `totals` or `conditions on the clock`. */
    readonly what: string;
    /** The rule, claim or declaration that contains it. */
    readonly source: Source;
    /** True if the bounded search represents it. */
    readonly isSearched: boolean;
    /** True if the finite system represents it, with more sessions than exist (`portfolio/over-approximation.ts`). */
    readonly isMore: boolean;
}

export interface ClaimResult {
    readonly name: string;
    readonly kind: ClaimKind;
    readonly annotations: readonly Annotation[];
    readonly text: string;
    readonly source: Source;
    /** The place where the policy uses the pack, for a claim from a pack. */
    readonly usedAt?: Source;
    readonly verdict: VerdictWord;
    /** An explanation for the author, in one sentence. */
    readonly explanation: string;
    readonly basis: Basis;
    /** The scopes of the search, by name; undefined if it has none, or if the verdict does not depend on them. */
    readonly within?: readonly ScopeName[];
    /** The scopes that a configuration may accept for the claim; undefined if any. */
    readonly acceptable?: readonly ScopeName[];
    /** The scopes that `@accept` or the configuration accepts, needed or not; undefined if there are none. */
    readonly accepts?: readonly ScopeName[];
    /**
     * The second line of a safety claim. Undefined if one session suffices to break the claim, and if the verdict
     * already covers all sessions because the claim is `across sessions`.
     */
    readonly acrossSessions?: AcrossSessions;
    /**
     * The features that the claim sees and the exact search does not support; the verdict then covers only
     * `basis.scopes`.
     */
    readonly beyond?: readonly Beyond[];
    /** What is not known of a claim that is proved, in words: whether its subject ever happens, so that it may be vacuous. */
    readonly unknown?: string;
    /** The counterexample, or the witness of `possible`. */
    readonly trace?: Trace;
    /** The scenario whose session this is; undefined if a search found the session. */
    readonly scenario?: string;
    /** Further counterexamples, if they were requested. The rules that decide one of them decide none of the others. */
    readonly others?: readonly Trace[];
    /** For `impossible`, the obstacles to the steps, each with its rule. */
    readonly obstacles: readonly { readonly text: string; readonly rule?: RuleReference }[];
    /**
     * The assumptions without which the verdict would differ, and those that trust an agent; undefined if there are
     * none.
     */
    readonly assumptions?: readonly RuleReference[];
    /** The defect of the checker that left the claim or its second line undecided, in words; undefined if there was none. */
    readonly defect?: string;
    /** True if the claim holds even if every call is allowed. */
    readonly saysNothing: boolean;
    /** The methods that were tried, if requested. */
    readonly search?: readonly SearchAttempt[];
    /** True if the author expects the verdict, as in `@expected(violated)`; it is then not a failure. */
    readonly expected: boolean;
}

/** One method that was tried for a claim, in the order of `server/checker/portfolio/table.ts`. */
export interface SearchAttempt {
    /** The subject of the decision, as a noun phrase: the claim, or an auxiliary question. */
    readonly about: string;
    readonly method: string;
    /** With `went on`, the next method was tried, because the answer was not certain. */
    readonly outcome: 'decided' | 'went on' | 'gave up' | 'not tried';
    /** The reason why the method did not decide; undefined if it did. */
    readonly why?: string;
    readonly verdict?: VerdictWord;
    readonly milliseconds: number;
    readonly runs: readonly SearchRun[];
}

/** One run of an engine. */
export interface SearchRun {
    readonly engine: 'breadth-first' | 'compiled' | 'concrete' | 'backward';
    /** The reductions that made the system smaller or finite, in words, such as `keys → 2 values`. */
    readonly reductions: readonly string[];
    /** The result in words. */
    readonly found: string;
    readonly states: number;
    readonly transitions: number;
    readonly milliseconds: number;
}

export interface ScenarioStepResult {
    readonly source: Source;
    readonly text: string;
    readonly passed: boolean;
    /** The outcome in a sentence; for a failed step, what was expected and what happened. */
    readonly message: string;
    readonly rules: readonly RuleReference[];
    /** The decision on the call of the step; undefined if the step has none. */
    readonly actual?: DecisionKind | 'waits';
    /** The audited rules that would have denied the call; undefined if there are none. */
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
    /** The code, `GR5xx`, which has a page in docs/codes. */
    readonly code: string;
    readonly severity: 'error' | 'warning' | 'information' | 'hint';
    /** The severity without a configuration, if one changed it. */
    readonly defaultSeverity?: 'warning' | 'information' | 'hint';
    readonly message: string;
    readonly source: Source;
    /** The tools, or the texts of conditions, in the statement at `source` that the message is about. */
    readonly about?: readonly string[];
    /** The place of what the message is about, in an editor. */
    readonly part?: Source;
    readonly trace?: Trace;
    readonly basis?: Basis;
    /** The codes of hints on the text at this place that the finding confirms, so that only the finding is reported. */
    readonly replaces?: readonly string[];
}

export interface PolicyResult {
    readonly policy: string;
    readonly source: Source;
    readonly claims: readonly ClaimResult[];
    readonly scenarios: readonly ScenarioResult[];
    readonly findings: readonly Finding[];
    /** What all verdicts take for granted besides `ASSUMPTIONS`; undefined if nothing. */
    readonly assumptions?: readonly string[];
    /**
     * The limit that ended the whole check. Claims that were not decided by then are undecided, and scenarios and
     * findings that were not examined by then are missing. Undefined if everything was checked.
     */
    readonly cut?: string;
}

export interface Limits {
    readonly maxStates: number;
    /** The number of steps that the search over concrete sessions may try; undefined for the default. */
    readonly maxTransitions?: number;
    readonly maxMemoryMB: number;
    /** The work of one question (`limits/budget.ts`); undefined for what the time-out allows. */
    readonly maxWork?: number;
    /** The time after which a question is left open. No verdict depends on it in another way. */
    readonly timeoutMs: number;
}

/** The assumptions that every verdict rests on (M22); a report lists them once. */
export const ASSUMPTIONS: readonly string[] = [
    'the gateway knows which agent calls',
    'tools do what the inventory declares',
    'a human judges each request on its merits',
    'agents are hijacked: any call, any argument, any order'
];
