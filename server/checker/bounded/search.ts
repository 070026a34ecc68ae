/** The search for what the exact one does not represent. */
import type { Claim, Policy } from '../../model/policy.js';
import type { Answer } from '../answer.js';
import type { Beyond } from '../beyond.js';
import { reachOf } from '../cone.js';
import type { ExploreOptions } from '../explore.js';
import { verdictOf } from '../verdict.js';

export function searchWithin(
    policy: Policy,
    claim: Claim,
    beyond: readonly Beyond[],
    _options: ExploreOptions
): Answer {
    const reach = reachOf(policy, claim);
    const what = beyond.map(({ what: noun, source }) => `${noun} (line ${source.start.line + 1})`);
    return {
        verdict: verdictOf({
            kind: claim.kind === 'possible' ? 'possible' : 'safety',
            session: false,
            exhausted: false,
            scopes: [],
            empty: false
        }),
        exploration: {
            states: 0,
            transitions: 0,
            depth: 0,
            exhausted: false,
            limit: `the exact search does not represent ${what.join(', ')}`
        },
        scopes: [],
        slice: { tools: reach.tools.size, rules: reach.rules.size, monitors: reach.monitors.size },
        furthest: 0,
        obstacles: []
    };
}
