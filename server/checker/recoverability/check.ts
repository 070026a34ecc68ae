/**
 * `E stays possible` (M21): from every state that hijacked agents can reach, a release of E is reachable within the
 * time of the claim, if everyone cooperates. A forward search finds all states and ages. A backward search starts from
 * the releases of E (`backward.ts`), and every state that it does not reach is dead.
 */
import type { Arguments, Policy } from '../../model/policy/policy.js';
import { isStatic } from '../../model/conditions/reads.js';
import { mayBe } from '../../model/policy/truth.js';
import type { Action } from '../system/actions.js';
import { actionsOf } from '../system/actions.js';
import type { Answer } from '../search/answer.js';
import { conditionsOf, visitConditions } from '../conditions/walk.js';
import type { Dead } from './dead-end.js';
import { deadEnd } from './dead-end.js';
import { Budget, BudgetSpent, overdrawn, within } from '../limits/budget.js';
import type { Exploration, ExploreOptions } from '../search/breadth-first.js';
import { explore, exploring } from '../search/breadth-first.js';
import { joined } from '../conditions/joined.js';
import { paramsOf } from '../arguments/mentions.js';
import type { Resumable } from '../limits/resumable.js';
import type { Limits } from '../results/result.js';
import type { Slice } from '../reductions/slice.js';
import { coneText, sliceFor, transitionsOf, withScope } from '../reductions/slice.js';
import type { Key, StaysPossible } from './keys.js';
import { keyOf, keysIn } from './keys.js';
import { RecoverySystem } from './system.js';
import { verdictOf } from '../results/verdict.js';
import type { TimedActs } from '../system/successors.js';
import type { ReachedState, Way } from './backward.js';
import { rest, TooMuch, Ways } from './backward.js';
import { Zone } from '../search/zone.js';
import type { TrackedWays } from '../reductions/tracked-values.js';
import { ONE_VALUE, trackedText, trackedWaysInTurn } from '../reductions/tracked-values.js';
import { limitOf } from '../limits/limits.js';

/**
 * Keys have infinitely many values. A few are tracked, and nothing is known about the others: what their calls assume
 * about the history may be true or false. So the search reaches more than really exists, and a possible way out may not
 * be a certain one. The claim holds if every state that may be reached certainly has a way out, and is violated if some
 * state that is certainly reached may have none.
 */
export function* searchStaysPossible(
    policy: Policy,
    question: StaysPossible,
    options: ExploreOptions
): Resumable<Answer> {
    const slice = sliceFor(policy, question);
    const related = relatedKey(slice, question);
    if (related !== undefined) {
        return undecided(slice, `it is claimed for every ${related}, which some rule compares with another argument`);
    }
    const { grounding } = slice;
    const attempt = (scope: TrackedWays, limits = options.limits): Resumable<Open> =>
        searchAmong(policy, question, withScope(slice, scope), scope, {
            ...options,
            limits
        });
    if (!grounding.isKeyed || grounding.isComplete) {
        return yield* attempt({ ...ONE_VALUE, isWhole: true, spares: 0 });
    }
    let last: Open | undefined;
    for (const tracked of trackedWaysInTurn(question.keys.length, grounding.isSymmetric)) {
        last = yield* attempt(tracked);
        if (!last.isOpen) {
            return yield* shortestOver(last, tracked, options, attempt);
        }
    }
    return (
        last ??
        undecided(slice, `it is claimed for every ${question.keys.join(' and ')}, which are too many to be tracked`)
    );
}

/** An answer. `isOpen` means that no limit was reached, and that tracking more values may change the answer. */
type Open = Answer & { readonly isOpen?: true };

/**
 * A call has at most two values of one kind of key. With as many values as a session of that many steps has, a shorter
 * session may exist.
 */
function* shortestOver(
    found: Answer,
    tracked: TrackedWays,
    { limits }: ExploreOptions,
    attempt: (tracked: TrackedWays, limits: Limits) => Resumable<Open>
): Resumable<Answer> {
    const steps = found.trace?.steps.length ?? 0;
    const values = Math.min(2 * steps, limitOf('trackedKeys'));
    if (values <= tracked.values) {
        return found;
    }
    const maxStates = Math.min(limits.maxStates, limitOf('statesForShorter'));
    const more = yield* attempt({ ...tracked, values, spares: 0 }, { ...limits, maxStates });
    return more.trace && more.trace.steps.length < steps ? more : found;
}

function* searchAmong(
    policy: Policy,
    question: StaysPossible,
    slice: Slice,
    tracked: TrackedWays,
    options: ExploreOptions
): Resumable<Open> {
    const actions = actionsOf(slice);
    if (!Array.isArray(actions)) {
        return undecided(slice, actions.undecidable);
    }
    const system = new RecoverySystem(slice, actions);
    if (system.beyondHolds !== undefined) {
        return undecided(
            slice,
            'whether something stays possible is not searched together with windows of time and conditions that see held calls'
        );
    }
    const ways = new Ways(system);
    const budget = new Budget();
    const explored = yield* within(budget, exploring(ways, system.measuring(options)));
    const found = explored.exhausted
        ? budget.run(() => wayBack(policy, question, { slice, actions, system, ways, explored, tracked }, options))
        : answer(slice, explored, {});
    const { states, transitions, limit } = found.exploration;
    options.log?.ran({
        engine: 'backward',
        reductions: [
            ...coneText(policy, slice.tools.length, slice.policy.rules.length),
            ...(slice.grounding.isKeyed ? [trackedText(tracked)] : [])
        ],
        found: limit ?? (found.trace ? 'a state without a way back' : 'a way back from every state'),
        states,
        transitions,
        milliseconds: budget.spent
    });
    return found;
}

/** Decides if every explored state has a way back. */
function wayBack(policy: Policy, question: StaysPossible, searched: RecoverySearch, options: ExploreOptions): Open {
    const { slice, explored } = searched;
    try {
        return decided(policy, question, searched, options);
    } catch (error) {
        if (error instanceof TooMuch || error instanceof BudgetSpent) {
            const limit = overdrawn()?.text ?? 'there are too many states from which it is still possible';
            return answer(slice, { ...explored, exhausted: false, limit }, {});
        }
        throw error;
    }
}

interface RecoverySearch {
    readonly slice: Slice;
    readonly actions: readonly Action[];
    readonly system: RecoverySystem;
    readonly ways: Ways;
    readonly explored: Exploration<unknown>;
    readonly tracked: TrackedWays;
}

function decided(policy: Policy, question: StaysPossible, searched: RecoverySearch, options: ExploreOptions): Open {
    const { slice, actions, system, ways, explored, tracked } = searched;
    const keys = keysIn(actions, question).filter((key) => isTracked(slice, question, key));
    const reached = tracked.spares > 0 ? reachedWithoutSpares(searched, options) : ways.reached;
    const deadFor = (surely: boolean): Dead[] =>
        keys
            .map((key) => deadIn(searched, question, key, surely, options))
            .filter(({ at }) => reached.some(({ state, zone }) => at(state, zone).length > 0));
    const perhapsDead = deadFor(false);
    if (perhapsDead.length === 0) {
        const bound = `keys have at most ${tracked.values} different values (values)` as const;
        const scopes = [...system.scopes, ...(tracked.isWhole ? [] : [bound])];
        return answer(slice, explored, { scopes, empty: question.trigger !== undefined && !system.triggered });
    }
    // The first key for which a state is dead represents the others.
    const supposes = actions.some((action) => action.supposes);
    const isExact = system.scopes.size === 0 && !supposes;
    const dead = !tracked.isWhole ? [] : isExact ? perhapsDead : deadFor(true);
    const found = dead.length > 0 && deadEnd(policy, question, { slice, actions, system, ways, dead }, options);
    if (found && found.trace) {
        return { ...answer(slice, found.exploration, found), obstacles: found.obstacles };
    }
    const why = tracked.isWhole
        ? [...system.scopes, ...(supposes ? ['nothing is known about values of keys that are not tracked'] : [])]
        : [`keys have at most ${tracked.values} different values`];
    const limit = `no way out of some state was found, but there may be one beyond the bounds of the search: ${joined(why)}`;
    return { ...answer(slice, { ...explored, exhausted: false, limit }, {}), isOpen: true };
}

/** For a tracked key, the claim also covers the untracked values, by symmetry with the tracked ones. */
function isTracked({ grounding, policy }: Slice, { keys, subject }: StaysPossible, { values }: Key): boolean {
    return keys.every((name) =>
        policy.tools.every((_, tool) => {
            const tracked = mayBe(subject.tools[tool]!) ? grounding.tracked(tool, name) : undefined;
            return !tracked || tracked.includes(values[name]!);
        })
    );
}

/** The states that are reached while no call uses the spare values. */
function reachedWithoutSpares({ system, ways, tracked }: RecoverySearch, options: ExploreOptions): ReachedState[] {
    const reached: ReachedState[] = [];
    const { exhausted } = explore<TimedActs>(
        {
            width: ways.width,
            initial: () => system.initial(),
            edges: (words, zone, emit) => {
                reached.push({ state: ways.stateOf(words, zone), zone: zone ?? Zone.of([]) });
                system.edges(words, zone, (edge) => {
                    if (!edge.goal && !system.takesSpare(edge.label.acts, tracked.spares)) {
                        emit(edge);
                    }
                });
            }
        },
        options
    );
    if (!exhausted) {
        throw new TooMuch();
    }
    return reached;
}

/**
 * The states, with their ages, from which no path leads to a release with this key, among those that the claim covers.
 *
 * @param surely true to follow all possible paths, false to follow only paths that certainly exist
 */
function deadIn(
    { system, ways }: RecoverySearch,
    question: StaysPossible,
    key: Key,
    surely: boolean,
    options: ExploreOptions
): Dead {
    const alive = ways.backwards(
        {
            within: question.window,
            isOpen: (way) =>
                !leavesSession(way) && (!way.approved || !question.withoutApproval) && (surely || !way.supposed),
            isMeant: (way) => keyOf(question, argumentsOf(way))?.text === key.text,
            throughCuts: surely
        },
        options
    );
    const at = (state: number, zone: Zone): Zone[] => {
        const dead = rest([zone], alive[state]!);
        return dead.flatMap((part) => system.triggeredIn(ways.wordsOf(state), part, key.values));
    };
    return { key, at };
}

/** True if some condition relates a key to another parameter, so that its values are not distinguished alone. */
function relatedKey(slice: Slice, question: StaysPossible): string | undefined {
    let found: string | undefined;
    const conditions = [
        ...slice.policy.rules.flatMap(conditionsOf),
        ...transitionsOf(slice.policy).flatMap(({ event, when }) => [event.where, when]),
        ...slice.policy.monitors.flatMap(({ event, from }) => [event.where, ...(from ? [from.where] : [])])
    ];
    for (const condition of conditions) {
        visitConditions(condition, (part) => {
            const names = isStatic(part) ? paramsOf(part) : [];
            found ??= names.length > 1 ? names.find((name) => question.keys.includes(name)) : undefined;
        });
    }
    return found;
}

/** True if a path leaves the session: a release that stays possible must be reachable within the current session. */
function leavesSession({ acts }: Way): boolean {
    return acts.some(({ kind }) => kind === 'new session');
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
        verdict: verdictOf({ goal: 'recovery', ...evidence }),
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
