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
          /** It has not ended yet. */
          readonly runs?: true;
      }
    /** The longest running call of the tool ends. */
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
    /** A delegate gives the work back to who delegated it. */
    | { readonly kind: 'return'; readonly agent: number; readonly to: number }
    /** The agents drop their session and open another, with the same constants (M19). */
    | { readonly kind: 'new session' };
