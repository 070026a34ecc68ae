/** The obstacles to each step of a `possible`, collected while the system is searched. */
import type { Decision } from '../../model/session/session.js';
import type { Action } from './actions.js';

export interface Obstacle {
    readonly action: Action;
    readonly decision: Decision;
}

export class BlockingRules {
    /** For each number of completed steps, the distinct refusals of calls that would have been the next step. */
    private readonly met: Map<string, Obstacle>[] = [];

    note(progress: number, action: Action, decision: Decision): void {
        if (action.mayComplete[progress] && decision.kind !== 'allowed') {
            const asked = action.rules.map(({ index }) => index).join();
            const key = `${action.call.agent} ${action.call.tool} ${decision.kind} ${decision.by} ${decision.rules.join()} ${asked}`;
            const met = (this.met[progress] ??= new Map<string, Obstacle>());
            const known = met.get(key);
            if (!known || action.text < known.action.text) {
                met.set(key, { action, decision });
            }
        }
    }

    /**
     * The refusals at the furthest step reached, those by the fewest rules first, regardless of the order in which they
     * occurred.
     */
    atFurthest(progress: number): Obstacle[] {
        return [...(this.met[progress]?.values() ?? [])].sort(
            (a, b) =>
                a.decision.rules.length - b.decision.rules.length ||
                a.action.call.agent - b.action.call.agent ||
                a.action.call.tool - b.action.call.tool ||
                compareTexts(textOf(a), textOf(b))
        );
    }
}

function textOf({ action, decision }: Obstacle): string {
    return JSON.stringify([decision.rules, decision.kind, decision.by, action.text]);
}

function compareTexts(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
