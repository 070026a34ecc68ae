/** The steps of a session. */
import type { Arguments, Lasting, Outcome, Reading } from '../../model/policy/policy.js';
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
          /** True if the call has not ended yet. */
          readonly runs?: true;
      }
    /** The end of the tool's longest-running call. */
    | { readonly kind: 'end'; readonly tool: number; readonly outcome: Outcome; readonly result?: Arguments }
    /** `lasts`: the choice of the person, where a rule offers one. */
    | { readonly kind: 'approve'; readonly call: Call; readonly human: number; readonly lasts?: Lasting | undefined }
    | { readonly kind: 'refuse'; readonly call: Call; readonly human: number }
    | {
          readonly kind: 'happen';
          readonly event: number;
          readonly args?: Arguments;
          readonly readings?: readonly Reading[];
      }
    /** A request that the user makes. */
    | { readonly kind: 'say'; readonly request: Arguments; readonly readings?: readonly Reading[] }
    /** The return of the work from a delegate to the agent that delegated it. */
    | { readonly kind: 'return'; readonly agent: number; readonly to: number }
    /**
     * Another session: the agents drop theirs and open one with the same constants (M19), or somebody else opens one with
     * these constants.
     */
    | { readonly kind: 'new session'; readonly constants?: Arguments };
