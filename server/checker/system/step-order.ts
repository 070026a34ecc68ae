/** The order in which M23 prefers the steps of a session. */
import type { Policy } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import type { Action } from './actions.js';
import type { Act } from '../traces/steps.js';
import type { Step } from '../search/breadth-first.js';

/** Calls that the inventory refuses come after calls that it accepts. */
const REFUSED = 1_000_000;

/** Numbers the steps: agents and their tools in declaration order, then humans, then outside events. */
export class ActOrder {
    private readonly texts: ReadonlyMap<Call, number>;

    constructor(
        private readonly policy: Policy,
        actions: readonly Action[]
    ) {
        this.texts = new Map(actions.map((action) => [action.made.call, action.text]));
    }

    /** The first number after those of calls, humans and outside events. */
    private get afterEvents(): number {
        const { agents, tools, humans, outsideEvents } = this.policy;
        return agents.length * tools.length + humans.length + outsideEvents.length;
    }

    stepOf(act: Act): Step {
        const { agents, tools, humans } = this.policy;
        switch (act.kind) {
            case 'happen':
                return { declaration: agents.length * tools.length + humans.length + act.event, outcome: 0, text: 0 };
            case 'say':
                return { declaration: this.afterEvents, outcome: 0, text: 0 };
            case 'return':
                return {
                    declaration: this.afterEvents + 1 + act.agent * agents.length + act.to,
                    outcome: 0,
                    text: 0
                };
            case 'end':
            case 'new session':
                return { declaration: this.afterEvents + 1 + agents.length * agents.length, outcome: 0, text: 0 };
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
