/** The scenarios of the policy model. */
import type { Weekday } from './clock.js';
import type { Arguments, CallPattern, Lasting, Source, Value } from './conditions.js';

export type ScenarioStep = { readonly source: Source; readonly text: string } & (
    | {
          readonly kind: 'call';
          readonly agent: number;
          readonly tool: string;
          readonly args: Arguments;
          /** True for `..`: the other arguments are arbitrary, and the decision must be the same for all of them. */
          readonly rest?: boolean;
          readonly readings?: readonly Reading[];
          readonly expected: Expected;
          readonly expectedBy?: ExpectedBy;
          /** The end of the call; undefined if the call keeps running. */
          readonly outcome?: Outcome;
          readonly result?: Arguments;
      }
    | {
          readonly kind: 'approve';
          readonly human: number;
          readonly subject: CallPattern;
          /** The choice of the person, where a rule offers one. */
          readonly lasts?: Lasting | undefined;
      }
    | { readonly kind: 'refuse'; readonly human: number; readonly subject: CallPattern }
    | {
          readonly kind: 'event';
          readonly event: number;
          readonly args?: Arguments;
          readonly readings?: readonly Reading[];
      }
    | { readonly kind: 'wait'; readonly seconds: number }
    /** A wait until the clock of the policy's time zone shows this. */
    | { readonly kind: 'at'; readonly day?: Weekday; readonly date?: string; readonly time: string }
    | { readonly kind: 'says'; readonly request: Arguments; readonly readings?: readonly Reading[] }
    /** The end of the session and the start of another. */
    | { readonly kind: 'session'; readonly constants: Arguments }
    | {
          readonly kind: 'delegate';
          readonly agent: number;
          readonly to: number;
          readonly expected: Expected;
          readonly expectedBy?: ExpectedBy;
      }
    | { readonly kind: 'return'; readonly agent: number; readonly to: number }
    /** The end of the tool's longest-running call. */
    | {
          readonly kind: 'end';
          readonly tool: string;
          readonly outcome: Outcome;
          readonly result?: Arguments;
          readonly readings?: readonly Reading[];
      }
);

/** The expected decision; `withheld`: the call is allowed, and no agent gets its result. */
type Expected = 'allowed' | 'denied' | 'held' | 'waits' | 'withheld';

/** The value of a signal at a decision; without `args`, for all arguments. */
export interface Reading {
    readonly signal: number;
    readonly args?: readonly Value[];
    /** The value; undefined if it cannot be read. */
    readonly value?: Value;
    /** True if the value came with an answer, and applies only to the result. */
    readonly ofResult?: true;
}

/** The expected reason: a rule with this `because`, a rule whose text starts like this, or no rule. */
export type ExpectedBy = { readonly because: string } | { readonly rule: string } | { readonly by: NoRule };
type NoRule = 'default' | 'inventory' | 'unknown';

/** The end of a released call (M2). */
export type Outcome = 'success' | 'error' | 'lost';

export interface Scenario {
    readonly name: string;
    readonly doc?: string;
    readonly steps: readonly ScenarioStep[];
    readonly source: Source;
}
