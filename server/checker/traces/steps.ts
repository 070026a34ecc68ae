/** The steps of a session. */
import type { Arguments, Outcome, Reading } from '../../model/policy/policy.js';
import type { Call, Decision } from '../../model/session/session.js';

/** One step of a session. */
export type Act =
    | {
          readonly kind: 'submit';
          readonly call: Call;
          readonly decision: Decision;
          readonly outcome?: Outcome;
          readonly result?: Arguments;
          readonly readings?: readonly Reading[];
          /** The call has not ended yet. */
          readonly runs?: true;
      }
    /** The tool's longest-running call ends. */
    | { readonly kind: 'end'; readonly tool: number; readonly outcome: Outcome; readonly result?: Arguments }
    | { readonly kind: 'approve' | 'refuse'; readonly call: Call; readonly human: number }
    | {
          readonly kind: 'happen';
          readonly event: number;
          readonly args?: Arguments;
          readonly readings?: readonly Reading[];
      }
    /** The user says something. */
    | { readonly kind: 'say'; readonly request: Arguments; readonly readings?: readonly Reading[] }
    /** A delegate returns the work to the agent that delegated it. */
    | { readonly kind: 'return'; readonly agent: number; readonly to: number }
    /** The agents drop their session and open another, with the same constants (M19). */
    | { readonly kind: 'new session' };
