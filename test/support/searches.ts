/** Runs the search by generated code, and that of the system itself. */
import { actionsOf } from '../../server/checker/system/actions.js';
import { unsupportedPartsOf } from '../../server/checker/system/unsupported.js';
import { exploreGenerated } from '../../server/checker/compiled/search.js';
import { reachOf } from '../../server/checker/reductions/cone.js';
import { blockingRulesOf } from '../../server/checker/system/why-blocked.js';
import type { Exploration, ExploreOptions } from '../../server/checker/search/breadth-first.js';
import { explore } from '../../server/checker/search/breadth-first.js';
import { finished } from '../../server/checker/limits/resumable.js';
import type { ClaimResult } from '../../server/checker/results/result.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Slice } from '../../server/checker/reductions/slice.js';
import { sliceFor } from '../../server/checker/reductions/slice.js';
import type { TimedActs } from '../../server/checker/system/successors.js';
import { PolicySystem } from '../../server/checker/system/system.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { questionOf } from '../../server/checker/questions/question.js';

const OPTIONS = { limits: { ...DEFAULT_LIMITS, maxStates: 20_000 } };

/** The result of a search, as plain data. */
export type SearchFacts = Omit<Exploration<never>, 'path' | 'paths'> & {
    /** The acts of each edge, as text. */
    readonly path?: readonly string[];
    /** The observations during the search, which do not matter once a session was found. */
    readonly judged?: boolean;
    readonly triggered?: boolean;
    readonly furthest?: number;
    readonly obstacles?: ClaimResult['obstacles'];
};

/** Undefined if the system of the claim is not compiled. */
export function bothSearches(
    policy: Policy,
    claim: Claim,
    options: ExploreOptions = OPTIONS
): { readonly known: SearchFacts; readonly generated: SearchFacts } | undefined {
    if (
        claim.kind === 'stays possible' ||
        unsupportedPartsOf(policy, questionOf(claim), reachOf(policy, questionOf(claim))).length > 0
    ) {
        return undefined;
    }
    const slice = sliceFor(policy, questionOf(claim));
    const actions = actionsOf(slice);
    if (!Array.isArray(actions)) {
        return undefined;
    }
    const [one, other] = [new PolicySystem(slice, actions), new PolicySystem(slice, actions)];
    const generated = finished(exploreGenerated(slice, actions, one, options));
    return (
        generated && {
            known: factsOf(explore(other, options), slice, other),
            generated: factsOf(generated, slice, one)
        }
    );
}

function factsOf(
    { path, paths: _, isCompiled: _isCompiled, ...found }: Exploration<TimedActs>,
    slice: Slice,
    system: PolicySystem
): SearchFacts {
    if (path) {
        return { ...found, path: path.map(({ acts }) => JSON.stringify(acts)) };
    }
    const { judged, triggered, furthest } = system;
    const obstacles = slice.question.goal === 'work' ? blockingRulesOf(slice, system) : [];
    return { ...found, judged, triggered, furthest, obstacles };
}
