/**
 * The kernel of the searches: breadth first by the length of sessions (Dial 1969), within limits and with pauses. The
 * searches differ in their nodes, in the steps out of them, and in which nodes they merge.
 */
import { LimitMet } from '../limits/budget.js';
import type { Resumable } from '../limits/resumable.js';

export interface LevelSearch<Node> {
    /**
     * The nodes that sessions of this length reach, but no shorter ones; called once for each length, in order.
     * Expanding a node may add nodes to them. Returns undefined to end the search, if no longer session is needed or
     * exists.
     */
    level(length: number): Iterable<Node> | undefined;
    /** Called before each node is expanded. */
    checkLimits(length: number): void;
    expand(node: Node, length: number): void;
    /** The number of steps tried so far. */
    readonly transitions: number;
    /** The number of transitions between two pauses. */
    readonly pauseEvery: number;
    /** True if a session is judged when its last node is expanded, not when that node is reached. */
    readonly judgesWhenExpanded?: boolean;
    /** True if there are sessions that the search leaves out: those with other values, for example. */
    readonly isOfScope?: boolean;
}

export interface Coverage {
    /** The number of steps of the longest sessions whose nodes were expanded. */
    readonly depth: number;
    /** The limit that ended the search, and the sessions that were covered before. */
    readonly limit?: string;
    /** After a limit, the number of steps up to which every session was covered, or every session of the scope. */
    readonly covered?: { readonly steps: number; readonly isOfScope: boolean };
}

/** Each method of the search may throw `LimitMet`. */
export function* byLevels<Node>(search: LevelSearch<Node>): Resumable<Coverage> {
    let depth = 0;
    let paused = 0;
    try {
        for (let length = 0; ; length++) {
            const nodes = search.level(length);
            if (!nodes) {
                return { depth };
            }
            for (const node of nodes) {
                depth = length;
                search.checkLimits(length);
                search.expand(node, length);
                if (search.transitions - paused >= search.pauseEvery) {
                    yield search.transitions - paused;
                    paused = search.transitions;
                }
            }
        }
    } catch (error) {
        if (!(error instanceof LimitMet)) {
            throw error;
        }
        const covered = search.judgesWhenExpanded ? depth - 1 : depth;
        if (covered < 0) {
            return { depth, limit: error.message };
        }
        const isOfScope = search.isOfScope === true;
        const which = isOfScope ? ' in the scope of the search' : '';
        return {
            depth,
            limit: `${error.message}; every session of up to ${covered} steps${which} was covered`,
            covered: { steps: covered, isOfScope }
        };
    }
}
