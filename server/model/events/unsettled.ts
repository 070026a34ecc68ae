/**
 * The history from the first release that has not ended and whose end may change something. This part is replayed when
 * a call ends, because the end takes effect at the place of the release (M1). The possible memories that running calls
 * may leave (M2) are updated with each event, so that the cost of a decision does not depend on how long the calls run.
 */
import { type Ending, endingsOf, isSuccess, readsResult } from './call-answers.js';
import type { CallList } from '../memory/call-list.js';
import { matchesCall } from '../conditions/evaluate.js';
import { modelLimit } from '../policy/limits.js';
import { remember } from './effects.js';
import { withFate } from './withheld-results.js';
import type { EventPattern, Policy, Status } from '../policy/policy.js';
import { canBeTool } from '../memory/affected-parts.js';
import type { Call, CallEvent, HistoryEvent, Memory, RunningCall } from '../memory/memory.js';
import { mayBe } from '../policy/truth.js';

/** One event of the history, linked to the earlier ones. */
interface Place {
    readonly event: HistoryEvent;
    readonly before: Place | undefined;
    readonly length: number;
    /** True if the first event is a release that has not ended. */
    readonly startsOpen: boolean;
    /** True if the history contains places of several sessions. */
    readonly isShared: boolean;
    /**
     * The possible ends of the event, if it is a release that has not ended and some condition could distinguish them.
     */
    readonly endings: readonly Ending[] | undefined;
    /** The number of ways in which all of these releases may end, up to the limit. */
    readonly ways: number;
    readonly open: OpenCalls | undefined;
    /** True if conditions read more than the outcome of one of them. */
    readonly readsAnswers: boolean;
    /** The provenance sources that may receive values from the pending results. */
    readonly coming: readonly number[];
    /** The possible memories after this place, one for each way. */
    memories?: { readonly settled: Memory; readonly all: readonly Memory[] } | undefined;
}

interface OpenCalls {
    readonly id: number;
    readonly before: OpenCalls | undefined;
}

export class Unsettled implements Iterable<HistoryEvent> {
    private constructor(private readonly last: Place | undefined) {}

    static readonly nothing = new Unsettled(undefined);

    static of(policy: Policy, events: readonly HistoryEvent[]): Unsettled {
        return events.reduce<Unsettled>((unsettled, event) => unsettled.with(policy, event), Unsettled.nothing);
    }

    get length(): number {
        return this.last?.length ?? 0;
    }

    /** True if conditions read more than the outcome of a running call: what is unknown now may become known later. */
    get readsAnswers(): boolean {
        return this.last?.readsAnswers ?? false;
    }

    /** The provenance sources that may receive values from the pending results. */
    coming(policy: Policy, running: CallList<RunningCall>): readonly number[] {
        const { coming = NOTHING_COMING, isShared = false } = this.last ?? {};
        // Values given to other sessions do not count for this one.
        return isShared && coming.length > 0
            ? this.events().flatMap((event) =>
                  isOpen(event) && running.has(event.id) ? readersOf(policy, event.call).sources : NOTHING_COMING
              )
            : coming;
    }

    /** Visits the events, oldest first. */
    [Symbol.iterator](): Iterator<HistoryEvent> {
        return this.events()[Symbol.iterator]();
    }

    events(): HistoryEvent[] {
        const events: HistoryEvent[] = [];
        for (let place = this.last; place; place = place.before) {
            events.push(place.event);
        }
        return events.reverse();
    }

    /** The release with this number, if it has not ended. */
    openCall(id: number): CallEvent | undefined {
        for (let place = this.last; place; place = place.before) {
            if (place.event.id === id && isOpen(place.event)) {
                return place.event;
            }
        }
        return undefined;
    }

    /** The running calls whose end some condition could read, in the order of their releases. */
    open(): number[] {
        const open: number[] = [];
        for (let one = this.last?.open; one; one = one.before) {
            open.push(one.id);
        }
        return open.reverse();
    }

    with(policy: Policy, event: HistoryEvent): Unsettled {
        return new Unsettled(placeOf(policy, this.last, event));
    }

    /** Adds the answer to a release that has not ended, and replays the events after it. */
    ended(policy: Policy, id: number, answered: (event: CallEvent) => CallEvent): Unsettled {
        const later: HistoryEvent[] = [];
        for (let place = this.last; place; place = place.before) {
            if (place.event.id === id && isOpen(place.event)) {
                const before: Place | undefined = placeOf(policy, place.before, answered(place.event));
                return new Unsettled(
                    later.reduceRight<Place | undefined>((last, event) => placeOf(policy, last, event), before)
                );
            }
            later.push(place.event);
        }
        return this;
    }

    /** True if the first event is not a running release. */
    get canSettle(): boolean {
        return this.last !== undefined && !this.last.startsOpen;
    }

    /** The history without the events before the first release that has not ended. */
    settled(policy: Policy): { readonly done: readonly HistoryEvent[]; readonly left: Unsettled } {
        const events = this.events();
        const open = events.findIndex(isOpen);
        const first = open < 0 ? events.length : open;
        return { done: events.slice(0, first), left: first === 0 ? this : Unsettled.of(policy, events.slice(first)) };
    }

    /**
     * The memories that the running calls may leave, one for each way in which they can end; undefined if there are too
     * many.
     */
    memories(policy: Policy, settled: Memory): readonly Memory[] | undefined {
        const { last } = this;
        if (!last) {
            return [settled];
        }
        if (last.ways > modelLimit('endsOfCalls')) {
            return undefined;
        }
        const way: Place[] = [];
        let known: Place | undefined = last;
        while (known && known.memories?.settled !== settled) {
            way.push(known);
            known = known.before;
        }
        let all: readonly Memory[] = known ? known.memories!.all : [settled];
        for (let index = way.length - 1; index >= 0; index--) {
            const place = way[index]!;
            if (place.before && !isOpen(place.event)) {
                // Only the memories that an end may roll the history back to are kept.
                place.before.memories = undefined;
            }
            all = memoriesAfter(policy, all, place);
            place.memories = { settled, all };
        }
        return all;
    }
}

const NOTHING_COMING: readonly number[] = [];

/** True for a release that has not ended. */
export function isOpen(event: HistoryEvent): event is CallEvent {
    return event.outside === undefined && event.released && event.outcome === undefined;
}

/** The release as if it had ended this way, if it has not ended. */
export function supposing(event: CallEvent, ending: Ending): CallEvent {
    return event.outcome === undefined ? { ...event, ...ending, supposed: true } : event;
}

export const SUCCESS: Ending = { outcome: 'success' };

/** The memories after events with the possible ends of their calls, for a history other than the session's. */
export function memoriesOf(
    policy: Policy,
    base: Memory,
    events: readonly HistoryEvent[]
): readonly Memory[] | undefined {
    return Unsettled.of(policy, events).memories(policy, base);
}

/**
 * The memories of a call that does not see all of these events; undefined if there are too many.
 *
 * @param seen what it has seen before
 * @param whole the history before, which decides what becomes of results
 */
export function memoriesSeen(
    policy: Policy,
    { seen, whole }: { readonly seen: Memory; readonly whole: Memory },
    events: readonly HistoryEvent[],
    isSeen: (event: HistoryEvent) => boolean
): readonly Memory[] | undefined {
    let last: Place | undefined;
    let all = [{ seen, whole }];
    for (const event of events) {
        last = placeOf(policy, last, event);
        if (last.ways > modelLimit('endsOfCalls')) {
            return undefined;
        }
        const { endings = [SUCCESS] } = last;
        const ended = isOpen(event) ? endings.map((ending) => supposing(event, ending)) : [event];
        all = all.flatMap((known) =>
            ended.map((one) => ({
                seen: isSeen(one) ? remember(policy, known.seen, withFate(policy, one, known.whole)) : known.seen,
                whole: remember(policy, known.whole, one)
            }))
        );
    }
    return all.map((known) => known.seen);
}

function placeOf(policy: Policy, before: Place | undefined, event: HistoryEvent): Place {
    const read = isOpen(event) ? readersOf(policy, event.call) : undefined;
    const endings = isOpen(event) && read?.matters ? waysToEnd(policy, event) : undefined;
    const coming = read?.sources ?? NOTHING_COMING;
    const known = before?.coming ?? NOTHING_COMING;
    const limit = modelLimit('endsOfCalls');
    return {
        event,
        before,
        length: (before?.length ?? 0) + 1,
        isShared: (before?.isShared ?? false) || (event.outside !== undefined && event.resumes !== undefined),
        startsOpen: before?.startsOpen ?? isOpen(event),
        endings,
        ways: Math.min((before?.ways ?? 1) * (endings?.length ?? 1), limit + 1),
        open: endings ? { id: event.id, before: before?.open } : before?.open,
        readsAnswers: (before?.readsAnswers ?? false) || read?.answer === true,
        coming: coming.every((source) => known.includes(source)) ? known : [...new Set([...known, ...coming])],
        memories: undefined
    };
}

function memoriesAfter(policy: Policy, all: readonly Memory[], { event, endings }: Place): readonly Memory[] {
    if (event.outside !== undefined || !isOpen(event)) {
        return all.map((memory) => remember(policy, memory, event));
    }
    const ended = (endings ?? [SUCCESS]).map((ending) => supposing(event, ending));
    return all.flatMap((memory) => ended.map((one) => remember(policy, memory, one)));
}

/** True if some condition could read how the running call ends. */
export function endMatters(policy: Policy, { call }: CallEvent): boolean {
    return readersOf(policy, call).matters;
}

/** The parts of a policy that could read how a call ends. They depend on its agent and tool only. */
interface Readers {
    /** True if there is one. */
    readonly matters: boolean;
    /**
     * True if conditions read more of the answer than the outcome: what is unknown while the call runs may become known
     * later.
     */
    readonly answer: boolean;
    /** The provenance sources that may receive values from the result. */
    readonly sources: readonly number[];
}

const readers = new WeakMap<Policy, Map<number, Readers>>();

function readersOf(policy: Policy, call: Call): Readers {
    const known = readers.get(policy) ?? new Map<number, Readers>();
    readers.set(policy, known);
    const key = call.agent * policy.tools.length + call.tool;
    const found = known.get(key) ?? readersFor(policy, call);
    known.set(key, found);
    return found;
}

function readersFor(policy: Policy, call: Call): Readers {
    const { clears, conditionalReads = [] } = policy.tools[call.tool]!;
    const patterns = patternsFor(policy, call);
    const answer = readsAnswer(policy, call, patterns);
    const sources = (policy.sources ?? []).flatMap((source, index) =>
        source.kind === 'result' && mayBe(matchesCall(source.event, call)) ? [index] : []
    );
    const matters =
        clears.length > 0 ||
        conditionalReads.length > 0 ||
        answer ||
        policy.rules.some((rule) => rule.kind === 'withhold' && mayBe(matchesCall(rule.subject, call))) ||
        sources.length > 0 ||
        patterns.some(({ status }) => status === 'succeeded' || status === 'failed' || status === 'returned');
    return { matters, answer, sources };
}

/** True if anything in the session may differ once the call has ended; otherwise its release is settled immediately. */
export function endChanges(policy: Policy, event: CallEvent): boolean {
    let byTool = changing.get(policy);
    if (!byTool) {
        byTool = [];
        changing.set(policy, byTool);
    }
    const { tool } = event.call;
    byTool[tool] ??= patternsOf(policy).some(
        (pattern) => canBeTool(policy, tool, pattern) && (OF_ENDS.has(pattern.status) || readsResult(pattern.where))
    );
    return byTool[tool] || endMatters(policy, event);
}

const changing = new WeakMap<Policy, boolean[]>();

const OF_ENDS: ReadonlySet<Status> = new Set<Status>(['succeeded', 'failed', 'running', 'returned']);

/**
 * Every pattern by which an event may move a machine. Patterns that void approvals are evaluated while the call is
 * running.
 */
function patternsOf(policy: Policy): readonly EventPattern[] {
    const known = movers.get(policy) ?? [
        ...[...policy.monitors, ...(policy.recorders ?? [])].flatMap(({ event, from }) =>
            from ? [event, from] : [event]
        ),
        ...(policy.machines ?? []).flatMap(({ transitions }) =>
            transitions.map(({ event, when }) =>
                readsResult(when) ? { ...event, status: 'succeeded' as const } : event
            )
        ),
        ...policy.rules.flatMap((rule) =>
            rule.kind === 'approval' && rule.changedBy
                ? [{ ...rule.changedBy.event, status: 'succeeded' as const }]
                : []
        )
    ];
    movers.set(policy, known);
    return known;
}

const movers = new WeakMap<Policy, readonly EventPattern[]>();

/**
 * The possible ends of the call that can be distinguished. An error is like a lost answer if neither shows a success.
 */
function waysToEnd(policy: Policy, event: CallEvent): Ending[] {
    const endings = endingsOf(policy, event);
    const asksForFailures = patternsOf(policy).some(
        (pattern) => pattern.status === 'failed' && canBeTool(policy, event.call.tool, pattern)
    );
    const success = (outcome: 'error' | 'lost'): number => isSuccess(policy, { ...event, outcome });
    return asksForFailures || success('error') !== success('lost')
        ? endings
        : endings.filter(({ outcome }) => outcome !== 'lost');
}

function readsAnswer(policy: Policy, call: Call, patterns: readonly EventPattern[]): boolean {
    return (
        patterns.some(({ where }) => readsResult(where)) ||
        (policy.tools[call.tool]!.succeeds !== undefined &&
            patterns.some(({ status }) => status === 'succeeded' || status === 'failed')) ||
        (policy.recorders ?? []).some(
            (recorder) =>
                [recorder.event, ...(recorder.from ? [recorder.from] : [])].some((pattern) =>
                    mayBe(matchesCall(pattern, call))
                ) &&
                (recorder.kind === 'latest' ||
                    readsResult(recorder) ||
                    (recorder.value !== undefined && readsResult(recorder.value)))
        )
    );
}

/** The patterns over the history that may match the call. */
function patternsFor(policy: Policy, call: Call): EventPattern[] {
    return [...policy.monitors, ...(policy.recorders ?? [])]
        .flatMap(({ event, from }) => (from ? [event, from] : [event]))
        .filter((pattern) => mayBe(matchesCall(pattern, call)));
}
