/** Compares the calls of one tool, for policies whose sessions have constants, for each kind of session separately. */
import { reachOf } from '../reductions/cone.js';
import { mixesConstants } from '../reductions/all-sessions.js';
import { kindsOfSessions, withConstants } from '../reductions/environment/constants.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import type { ComparisonQuestion, ComparisonResult } from './exact.js';
import { compareExactly } from './exact.js';
import type { MergedPolicy } from './merge.js';
import { withPolicy } from './merge.js';

/** Undefined if something cannot be explored here for some kind of session, or if there are too many kinds. */
export function compareEach(
    merged: MergedPolicy,
    asked: ComparisonQuestion,
    options: ExploreOptions,
    most: number
): ComparisonResult | undefined {
    const reach = reachOf(merged.policy, asked);
    const kinds = kindsOfSessions(merged.policy, asked, reach);
    if (!kinds || mixesConstants(merged.policy, asked, reach)) {
        return undefined;
    }
    const shown = new Set(merged.policy.monitors);
    const all: ComparisonResult[] = [];
    for (const constants of kinds) {
        const fixed = withPolicy(merged, withConstants(merged.policy, constants));
        const found = compareExactly(fixed, withConstants(asked, constants), options, most);
        if (!found) {
            return undefined;
        }
        const sessions = found.sessions.map((session) => ({
            ...session,
            shown,
            start: { ...session.start, constants }
        }));
        all.push({ ...found, sessions });
        if (sessions.length >= most) {
            break;
        }
    }
    const sum = (of: (exploration: ComparisonResult['exploration']) => number): number =>
        all.reduce((total, { exploration }) => total + of(exploration), 0);
    const limit = all.find(({ exploration }) => exploration.limit !== undefined)?.exploration.limit;
    return {
        sessions: all.flatMap(({ sessions }) => sessions),
        exploration: {
            states: sum(({ states }) => states),
            transitions: sum(({ transitions }) => transitions),
            depth: Math.max(...all.map(({ exploration }) => exploration.depth)),
            exhausted: all.length === kinds.length && all.every(({ exploration }) => exploration.exhausted),
            ...(limit !== undefined && { limit })
        },
        scopes: [...new Set(all.flatMap(({ scopes }) => scopes))]
    };
}
