/** The steps of a session, and the order in which M23 prefers them. */
import type { Arguments, Outcome, Policy, Reading } from '../model/policy.js';
import type { Call, Decision } from '../model/session.js';
import type { Action } from './actions.js';
import type { Step } from './explore.js';

/** One step of a session. */
export type Act =
    | {
          readonly kind: 'submit';
          readonly call: Call;
          readonly decision: Decision;
          readonly outcome?: Outcome;
          readonly result?: Arguments;
          readonly readings?: readonly Reading[];
      }
    | { readonly kind: 'approve' | 'refuse'; readonly call: Call; readonly human: number }
    | { readonly kind: 'happen'; readonly event: number; readonly args?: Arguments }
    /** The user says something. */
    | { readonly kind: 'say'; readonly request: Arguments }
    /** A delegate gives the work back to who delegated it. */
    | { readonly kind: 'return'; readonly agent: number; readonly to: number };

/** A call that the inventory refuses comes after those that it takes. */
const REFUSED = 1_000_000;

/** Steps as numbers: agents and their tools in the order of declaration, then humans, then events from outside. */
export class ActOrder {
    private readonly texts: ReadonlyMap<Call, number>;

    constructor(
        private readonly policy: Policy,
        actions: readonly Action[]
    ) {
        this.texts = new Map(actions.map((action) => [action.call, action.text]));
    }

    stepOf(act: Act): Step {
        const { agents, tools, humans } = this.policy;
        switch (act.kind) {
            case 'happen':
                return { declaration: agents.length * tools.length + humans.length + act.event, outcome: 0, text: 0 };
            case 'say':
            case 'return': {
                const events = agents.length * tools.length + humans.length + this.policy.outsideEvents.length;
                return act.kind === 'say'
                    ? { declaration: events, outcome: 0, text: 0 }
                    : { declaration: events + 1 + act.agent * agents.length + act.to, outcome: 0, text: 0 };
            }
            case 'approve':
            case 'refuse':
                return { declaration: agents.length * tools.length + act.human, outcome: 0, text: 0 };
            case 'submit': {
                const outcome = act.outcome === undefined ? 0 : ['success', 'error', 'lost'].indexOf(act.outcome);
                const declaration = act.call.agent * tools.length + act.call.tool;
                return { declaration, outcome, text: this.texts.get(act.call) ?? REFUSED };
            }
        }
    }
}
