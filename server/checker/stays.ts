/**
 * `E stays possible` (M21): from every state that hijacked agents can reach, some way leads to a release of E within the
 * time of the claim, if everyone cooperates. A search forwards finds all states and ages; from the releases of E it goes
 * backwards (`ways.ts`), and what is not met is dead.
 */
import type { Arguments, Policy } from '../model/policy.js';
import { isStatic } from '../model/static.js';
import type { Action } from './actions.js';
import { actionsOf } from './actions.js';
import type { Answer } from './answer.js';
import { visitConditions } from './conditions.js';
import type { Dead } from './dead-ends.js';
import { deadEnd } from './dead-ends.js';
import type { Exploration, ExploreOptions } from './explore.js';
import { explore } from './explore.js';
import { paramsOf } from './mentions.js';
import type { Slice } from './slice.js';
import { sliceFor, transitionsOf } from './slice.js';
import type { Key, StaysPossible } from './stays-keys.js';
import { keyOf, keysIn } from './stays-keys.js';
import { StaysSystem } from './stays-system.js';
import { verdictOf } from './verdict.js';
import type { Way } from './ways.js';
import { rest, TooMuch, Ways } from './ways.js';
import type { Zone } from './zone.js';

export function searchStaysPossible(policy: Policy, claim: StaysPossible, options: ExploreOptions): Answer {
    const slice = sliceFor(policy, claim);
    const actions = actionsOf(slice);
    if (!Array.isArray(actions)) {
        return undecided(slice, actions.undecidable);
    }
    const system = new StaysSystem(slice, actions);
    const limit = whyNot(slice, claim, system);
    if (limit !== undefined) {
        return undecided(slice, limit);
    }
    const ways = new Ways(system);
    const explored = explore(ways, options);
    if (!explored.exhausted) {
        return answer(slice, explored, {});
    }
    try {
        return decided(policy, claim, { slice, actions, system, ways, explored }, options);
    } catch (error) {
        if (error instanceof TooMuch) {
            const limited = 'the states from which it can still be had are too many';
            return answer(slice, { ...explored, exhausted: false, limit: limited }, {});
        }
        throw error;
    }
}

interface Searched {
    readonly slice: Slice;
    readonly actions: readonly Action[];
    readonly system: StaysSystem;
    readonly ways: Ways;
    readonly explored: Exploration<unknown>;
}

function decided(policy: Policy, claim: StaysPossible, searched: Searched, options: ExploreOptions): Answer {
    const { slice, actions, system, ways, explored } = searched;
    const scopes = [...system.scopes];
    const keys = keysIn(actions, claim);
    const deadFor = (throughCuts: boolean): Dead[] =>
        keys.map((key) => deadIn(searched, claim, key, throughCuts, options)).filter(({ isSomewhere }) => isSomewhere);
    // The first key for which a state is dead stands for the others.
    const dead = deadFor(true);
    if (dead.length > 0) {
        const found = deadEnd(policy, claim, { slice, actions, system, ways, dead }, options);
        return { ...answer(slice, found.exploration, found), obstacles: found.obstacles };
    }
    if (scopes.length > 0 && deadFor(false).length > 0) {
        // A way out may be among the steps that were left out, or not.
        const limit = `some state has no way out as long as ${scopes.join(' and ')}`;
        return answer(slice, { ...explored, exhausted: false, limit }, {});
    }
    return answer(slice, explored, { scopes, empty: claim.trigger !== undefined && !system.triggered });
}

/** The states and ages from which no way leads to a release with this key, of those that the claim speaks of. */
function deadIn(
    { system, ways }: Searched,
    claim: StaysPossible,
    key: Key,
    throughCuts: boolean,
    options: ExploreOptions
): Dead {
    const alive = ways.backwards(
        {
            within: claim.window,
            isOpen: ({ approved }) => !approved || !claim.withoutApproval,
            isMeant: (way) => keyOf(claim, argumentsOf(way))?.text === key.text,
            throughCuts
        },
        options
    );
    const at = (state: number, zone: Zone): Zone[] => {
        const dead = rest([zone], alive[state]!);
        return dead.flatMap((part) => system.triggeredIn(ways.wordsOf(state), part, key.values));
    };
    return { key, at, isSomewhere: ways.reached.some(({ state, zone }) => at(state, zone).length > 0) };
}

/** Why the claim is beyond this search, in words. */
function whyNot(slice: Slice, claim: StaysPossible, system: StaysSystem): string | undefined {
    if (system.seesHolds) {
        return 'whether something stays possible is not searched together with conditions that see held calls';
    }
    const keyed = slice.policy.monitors.find(({ keys }) => keys && keys.length > 0);
    if (keyed) {
        return `whether something stays possible is not searched together with histories for each key (\`${keyed.text}\`)`;
    }
    const related = relatedKey(slice, claim);
    return related && `it is said for every ${related}, which some rule compares with another argument`;
}

/** A key that some condition relates to another parameter: its values are not told apart alone. */
function relatedKey(slice: Slice, claim: StaysPossible): string | undefined {
    let found: string | undefined;
    const conditions = [
        ...slice.policy.rules.flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when])),
        ...transitionsOf(slice.policy).flatMap(({ event, when }) => [event.where, when]),
        ...slice.policy.monitors.flatMap(({ event, from }) => [event.where, ...(from ? [from.where] : [])])
    ];
    for (const condition of conditions) {
        visitConditions(condition, (part) => {
            const names = isStatic(part) ? paramsOf(part) : [];
            found ??= names.length > 1 ? names.find((name) => claim.keys.includes(name)) : undefined;
        });
    }
    return found;
}

function argumentsOf({ acts }: Way): Arguments {
    const last = acts.at(-1);
    return last?.kind === 'submit' ? last.call.args : {};
}

function answer(
    slice: Slice,
    exploration: Exploration<unknown>,
    { trace, scopes = [], empty = false }: Pick<Partial<Answer>, 'trace' | 'scopes'> & { readonly empty?: boolean }
): Answer {
    const evidence = { session: trace !== undefined, exhausted: exploration.exhausted, scopes, empty };
    return {
        verdict: verdictOf({ kind: 'safety', ...evidence }),
        exploration,
        scopes,
        slice: { tools: slice.tools.length, rules: slice.policy.rules.length, monitors: slice.policy.monitors.length },
        furthest: 0,
        ...(trace && { trace }),
        obstacles: []
    };
}

function undecided(slice: Slice, limit: string): Answer {
    return answer(slice, { states: 0, transitions: 0, depth: 0, exhausted: false, limit }, {});
}
