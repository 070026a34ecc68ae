/** The exact search of a claim: the finite system (docs/checker.md); for keys, two of them. */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { callConditionOf } from '../questions/parts.js';
import type { Action } from '../system/actions.js';
import { actionsOf } from '../system/actions.js';
import type { Answer } from '../search/answer.js';
import { exploreSystem } from '../compiled/search.js';
import { reachOf } from '../reductions/cone.js';
import { joined } from '../conditions/joined.js';
import { blockingRulesOf } from '../system/why-blocked.js';
import { isChosen } from '../reductions/environment/chosen.js';
import { placed } from '../system/placed.js';
import { Budget, overdrawn, within as inTime } from '../limits/budget.js';
import { budgetOf, type ExploreOptions, type Exploration } from '../search/breadth-first.js';
import type { Resumable } from '../limits/resumable.js';
import { overlapScopes } from '../reductions/overlaps.js';
import { hasPartKeys } from '../reductions/part-keys.js';
import type { HoldScope } from '../system/held-calls.js';
import { allHolds, fewHolds } from '../system/held-calls.js';
import type { Trace, VerdictWord } from '../results/result.js';
import type { FoundSession } from '../traces/found-session.js';
import { isSession, sessionOf } from '../counterexamples/sessions.js';
import { shownMonitors } from '../traces/found-session.js';
import type { Slice } from '../reductions/slice.js';
import { coneText, seesHolds, sliceFor, withScope } from '../reductions/slice.js';
import type { TrackedCount } from '../reductions/tracked-values.js';
import { trackedInTurn, trackedText } from '../reductions/tracked-values.js';
import { withReusableApprovals } from '../reductions/reusable-approvals.js';
import type { TimedActs } from '../system/successors.js';
import { withAmounts } from '../system/amounts-of-session.js';
import { represented } from '../system/represented-totals.js';
import { isSum } from '../conditions/sum-monitor.js';
import { PolicySystem } from '../system/system.js';
import { schedule } from '../system/schedule.js';
import { sessionText } from '../search/search-log.js';
import { twinsOf } from '../system/twin-calls.js';
import type { Evidence } from '../results/verdict.js';
import { verdictOf } from '../results/verdict.js';
import { limitOf } from '../limits/limits.js';
import type { NamedScope } from '../limits/scopes.js';

/** @param approximates the parts of the policy that the finite system over-approximates (`over-approximation.ts`) */
export function* searchExactly(
    policy: Policy,
    question: Question,
    options: ExploreOptions,
    approximates: readonly string[] = []
): Resumable<Answer> {
    const { slice, system, found, session, trace, scopes, verdict, doubts } = yield* search(policy, question, {
        ...options,
        approximates,
        counts: false,
        holds: fewHolds(),
        reductions: approximates.map((what) => `${what} → anything`)
    });
    return {
        verdict,
        exploration: found,
        scopes,
        slice: {
            tools: slice.tools.length,
            rules: slice.policy.rules.length,
            monitors: slice.policy.monitors.length
        },
        furthest: system.furthest,
        ...(trace && { trace }),
        ...(session && { session }),
        ...(doubts.length > 0 && { approximates: doubts }),
        ...(isNarrowed(slice) && { values: slice.grounding.scope.values }),
        ...(found.limit !== undefined && found.states === 0 && { isUnexplored: true as const }),
        obstacles: verdict === 'impossible' ? blockingRulesOf(slice, system) : []
    };
}

/** True if only some of the values of keys were tracked. */
function isNarrowed(slice: Slice): boolean {
    return slice.grounding.isKeyed && !slice.grounding.scope.others;
}

interface SearchOptions extends ExploreOptions {
    readonly approximates: readonly string[];
    /** Some count or total is among the monitors of the search. */
    readonly counts: boolean;
    readonly holds: HoldScope;
    /** Earlier reductions, in words. */
    readonly reductions: readonly string[];
}

interface ExactSearch {
    readonly slice: Slice;
    readonly system: PolicySystem;
    readonly found: Exploration<TimedActs>;
    readonly trace?: Trace;
    readonly session?: FoundSession;
    readonly scopes: readonly NamedScope[];
    readonly evidence: Evidence;
    readonly verdict: VerdictWord;
    /** The over-approximated parts that the verdict depends on. */
    readonly doubts: readonly string[];
}

const COUNTED = 'counts and totals';

const STANDING = 'approvals that serve several calls';

const OTHER_VALUES = 'the other values of keys';

function* search(policy: Policy, question: Question, options: SearchOptions): Resumable<ExactSearch> {
    const kept = withReusableApprovals(policy, question, reachOf(policy, question));
    const seen = represented(kept.policy, kept.question, reachOf(kept.policy, kept.question));
    const slice = sliceFor(seen.policy, seen.question);
    const counts = seen.policy !== kept.policy;
    const reductions = [
        ...options.reductions,
        ...(kept.policy === policy ? [] : [`${STANDING} → history`]),
        ...(counts ? [`${COUNTED} → monitors`] : []),
        ...(slice.phases ? [`clock → ${slice.phases.count} phases`] : []),
        ...coneText(policy, slice.tools.length, slice.policy.rules.length)
    ];
    if (!slice.grounding.isKeyed) {
        return yield* searchWhole(policy, question, slice, { ...options, counts, reductions });
    }
    const large = kept.policy !== policy ? STANDING : counts ? COUNTED : undefined;
    // Counts and totals multiply with the values of keys, and so do the ages of reusable approvals and of held calls:
    // beyond this number of states, concrete sessions decide instead.
    const most = limitOf(large === STANDING ? 'statesWithStanding' : 'statesWithSums');
    const maxStates = Math.min(options.limits.maxStates, most);
    const limits = large ? { ...options.limits, maxStates } : options.limits;
    const found = yield* searchKeyed(policy, question, slice, { ...options, limits, counts, reductions });
    const isCut = found.found.limit !== undefined && !found.trace;
    return large && isCut ? { ...found, doubts: [...found.doubts, large] } : found;
}

/**
 * Keys have infinitely many values, so there are two searches, each of which is right in one direction only: a session
 * with a few values is a session, and if no session exists over all values the claim is proved (docs/checker.md,
 * "Keys").
 */
function* searchKeyed(
    policy: Policy,
    question: Question,
    slice: Slice,
    options: SearchOptions
): Resumable<ExactSearch> {
    const reduced = (tracked: TrackedCount): Pick<SearchOptions, 'reductions'> => ({
        reductions: [...options.reductions, trackedText(tracked)]
    });
    const within = function* (values: number, narrower: Partial<ExploreOptions> = {}): Resumable<ExactSearch> {
        const tracked = { values, others: false };
        const found = yield* searchSlice(policy, question, withScope(slice, tracked), {
            ...options,
            ...reduced(tracked),
            ...narrower
        });
        const { narrowing } = found.slice.grounding;
        const most = `keys have at most ${values} different values (values)` as const;
        return { ...found, scopes: [...found.scopes, most, ...(narrowing === undefined ? [] : [narrowing])] };
    };
    let last: ExactSearch | undefined;
    let fewestSteps = 0;
    const { isSymmetric } = slice.grounding;
    const what = options.counts ? 'counting' : 'claim';
    for (const tracked of trackedInTurn(what, { needed: neededFor(slice), isSymmetric })) {
        if (!tracked.others) {
            if (last && (!last.found.exhausted || overdrawn())) {
                break;
            }
            last = yield* within(tracked.values);
            // A session with few values has been found, so there is no proof to look for.
            if (last.trace) {
                return yield* shortestOver(last, options, fewestSteps, within);
            }
            continue;
        }
        const all = yield* searchSlice(policy, question, withScope(slice, tracked), {
            ...options,
            ...reduced(tracked),
            holds: allHolds(slice)
        });
        if (overdrawn()) {
            return last ?? all;
        }
        if (isProof(all)) {
            // With untracked values, non-vacuity may be spurious.
            return { ...all, doubts: [...all.doubts, OTHER_VALUES] };
        }
        // It covers every session, so none is shorter than its shortest path.
        fewestSteps = Math.max(fewestSteps, all.found.limit === undefined ? stepsIn(all.found.path) : 0);
        if (options.counts && last!.found.limit !== undefined) {
            break;
        }
    }
    return judged(last!);
}

/**
 * Any number of calls may be held, so if some condition sees them there are two searches as well: over all held calls,
 * which proves, and with a few at a time, which finds sessions (docs/checker.md, "Held calls").
 */
function* searchWhole(
    policy: Policy,
    question: Question,
    slice: Slice,
    options: SearchOptions
): Resumable<ExactSearch> {
    if (!seesHolds(slice)) {
        return yield* searchSlice(policy, question, slice, options);
    }
    const limits = { ...options.limits, maxStates: Math.min(options.limits.maxStates, limitOf('statesOfAllHolds')) };
    const all = yield* searchSlice(policy, question, slice, { ...options, limits, holds: allHolds(slice) });
    if (isProof(all) || overdrawn()) {
        return all;
    }
    const few = yield* searchSlice(policy, question, slice, {
        ...options,
        limits: { ...options.limits, maxStates: Math.min(options.limits.maxStates, limitOf('statesWithLapses')) }
    });
    if (!few.trace && few.found.limit !== undefined && !overdrawn()) {
        // Ages of holds and answers multiply the states: without lapses there are fewer, and the verdict names this
        // scope.
        const lasting = yield* searchSlice(policy, question, slice, {
            ...options,
            holds: { ...fewHolds(), lapse: false }
        });
        return lasting.found.states > 0 ? lasting : few;
    }
    // No real session is shorter than the shortest one in an over-approximation.
    const isShortest = all.found.limit === undefined && stepsIn(all.found.path) === stepsIn(few.found.path);
    return few.trace && isShortest ? judged(few) : few;
}

/**
 * True if nothing was found among all sessions, or a superset of them; a bound of one search does not apply to another.
 */
function isProof({ found, system }: ExactSearch): boolean {
    return found.exhausted && (!system.seesHolds || system.scopes.size === 0);
}

/** The number of values of one kind that a judged call can have. */
function neededFor(slice: Slice): number {
    const { question } = slice;
    const asked = callConditionOf(question);
    return asked && 'subject' in question ? slice.grounding.neededFor(asked, question.subject.tools) : 1;
}

/**
 * @param fewestSteps no session has fewer steps
 *
 * A call has at most two values of one kind of key, so a session of n steps has 2n. A session may exist with as many
 * values as the shorter ones have (at most six, and within a limit).
 */
function* shortestOver(
    found: ExactSearch,
    { limits, isShortestWanted }: SearchOptions,
    fewestSteps: number,
    within: (values: number, narrower: Partial<ExploreOptions>) => Resumable<ExactSearch>
): Resumable<ExactSearch> {
    const steps = found.trace!.steps.length;
    if (steps <= fewestSteps || isShortestWanted?.(found.session!) === false) {
        return judged(found);
    }
    const values = Math.min(2 * (steps - 1), limitOf('trackedKeys'));
    if (values <= found.slice.grounding.scope.values) {
        return judged(found, boundsOfHolds(found));
    }
    const shorter = within(values, {
        limits: { ...limits, maxStates: Math.min(limits.maxStates, limitOf('statesForShorter')) },
        shorterThan: steps
    });
    // A session that was found is kept even if time runs out before a shorter one is found.
    const more = yield* inTime(budgetOf({ limits }), shorter, () => found);
    const best = more.trace && more.trace.steps.length < steps ? more : found;
    return judged(best, best.trace!.steps.length > fewestSteps ? boundsOfHolds(best) : []);
}

/** With more held calls a shorter session may exist. */
function boundsOfHolds({ system }: ExactSearch): readonly NamedScope[] {
    return system.seesHolds ? [...system.scopes] : [];
}

function stepsIn(path: readonly TimedActs[] = []): number {
    return path.reduce((steps, { acts }) => steps + acts.length, 0);
}

/**
 * The verdict with the scopes that were added after the search. A session is valid regardless of what was left out:
 * `bounds` are those within which it is a shortest one.
 */
function judged(found: ExactSearch, bounds: readonly NamedScope[] = []): ExactSearch {
    const scopes = found.trace ? bounds : found.scopes;
    return { ...found, scopes, verdict: verdictOf({ ...found.evidence, scopes }) };
}

function* searchSlice(
    policy: Policy,
    original: Question,
    slice: Slice,
    options: SearchOptions
): Resumable<ExactSearch> {
    const { question } = slice;
    const asked = options.withoutCauses ? { withoutCauses: options.withoutCauses } : {};
    const divided = actionsOf(slice, question.goal === 'work');
    const kinds = Array.isArray(divided) ? divided : [];
    const isOfMore = slice.grounding.scope.others || (options.holds.others && seesHolds(slice));
    const actions = !isOfMore && seesHolds(slice) ? [...kinds, ...twinsOf(slice, kinds)] : kinds;
    const system = new PolicySystem(slice, actions, options.holds);
    const obstacle = Array.isArray(divided) ? whyUnexplored(system, divided) : divided.undecidable;
    const budget = new Budget();
    const found: Exploration<TimedActs> =
        obstacle === undefined
            ? yield* inTime(budget, exploreSystem(slice, actions, system, system.measuring(options)))
            : unexplored(obstacle);
    // If untracked values may be anything, a path is not yet a session.
    const path = isOfMore ? undefined : found.path;
    const concrete = path && withAmounts(path);
    const session = concrete && pathSession(policy, slice, concrete);
    // A path with sums may not be a session either: relations between some sums are dropped (`totals/sum-zone.ts`).
    const isSure =
        options.approximates.length === 0 && !slice.policy.monitors.some(isSum) && !hasPartKeys(slice.policy);
    const trace =
        session && (isSure || isSession(policy, original, session))
            ? sessionOf(policy, original, session.acts, { ...session, ...asked })
            : undefined;
    const isSpurious = path !== undefined && !trace;
    const counted = options.counts && isSpurious ? [COUNTED] : [];
    const held = options.holds.others && system.seesHolds ? ['held calls'] : [];
    const doubts = [...options.approximates, ...counted, ...held];
    const scopes = [...system.scopes, ...overlapScopes(policy, original, reachOf(policy, original))];
    const evidence: Evidence = {
        goal: question.goal,
        session: trace !== undefined,
        exhausted: found.exhausted,
        scopes,
        empty: isEmpty(question, system)
    };
    // A path that may not be a session says nothing about the sessions of its length.
    const { covered: _, ...uncovered } = found;
    const explored = isSpurious ? { ...uncovered, limit: spurious(doubts) } : found.path ? uncovered : found;
    options.log?.ran({
        engine: found.isCompiled ? 'compiled' : 'breadth-first',
        reductions: [...options.reductions, ...(system.seesHolds ? [heldText(options.holds)] : [])],
        found: trace
            ? sessionText(trace)
            : (explored.limit ?? (found.path ? 'a path that may not be a session' : 'no session')),
        states: found.states,
        transitions: found.transitions,
        milliseconds: budget.spent
    });
    return {
        slice,
        system,
        found: explored,
        ...(session && trace && { trace, session }),
        scopes,
        evidence,
        verdict: verdictOf(evidence),
        doubts
    };
}

/**
 * The reason why the system of these actions is not explored although every form in it is represented; undefined if it
 * is explored.
 */
export function whyUnexplored(system: PolicySystem, actions: readonly Action[]): string | undefined {
    const beyond = system.beyondHolds;
    if (beyond !== undefined) {
        return `${beyond} together with conditions that see held calls are not explored`;
    }
    return system.seesHolds && actions.some(({ call }) => Object.keys(call.args).some(isChosen))
        ? 'signals and the clock together with conditions that see held calls are not explored'
        : undefined;
}

function heldText({ most, lapse, others }: HoldScope): string {
    return `held calls → ${others ? 'any number' : `${most} at a time`}${lapse ? '' : ', without lapses'}`;
}

/** For a path that the decision procedure does not confirm. */
function spurious(approximates: readonly string[]): string {
    return `a path was found that is not a session, since ${joined(approximates)} were searched with more sessions than are possible`;
}

/**
 * True if the subject of the claim can never happen (M22). A plain `never E` is not vacuous even if E never happens.
 */
function isEmpty(question: Question, { judged, triggered }: PolicySystem): boolean {
    return question.premises.some((premise) => !(premise === 'judged' ? judged : triggered));
}

/**
 * The session along a path of the finite system, each step at the earliest possible second. Undefined if no times were
 * found at which the clock shows what each step requires.
 */
export function pathSession(policy: Policy, slice: Slice, path: readonly TimedActs[]): FoundSession | undefined {
    const found = slice.phases ? placed(path, slice.phases) : { times: schedule(path) };
    if (!found) {
        return undefined;
    }
    const { times } = found;
    return {
        acts: path.flatMap((edge, index) => edge.acts.map((act) => ({ act, time: times[index]! }))),
        shown: shownMonitors(policy, slice.reach),
        end: times[path.length - 1] ?? 0,
        ...('epoch' in found && { start: { epoch: found.epoch } })
    };
}

function unexplored(limit: string): Exploration<never> {
    return { states: 0, transitions: 0, depth: 0, exhausted: false, limit };
}
