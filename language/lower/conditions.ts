import type { Comparator, Condition, EventPattern, Monitor, Term } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import {
    type Span,
    lowerAggregate,
    lowerLatestIs,
    lowerSpanned,
    needsRecorder,
    recorderOf,
    spanOf
} from './aggregates.js';
import { type CountComparison, type HistoryLowering, type LoweringContext, textOf, type Bindings } from './context.js';
import { allOf, lowerLogic, negate } from './logic.js';
import { type LoweredEvent, lowerEvent } from './patterns.js';
import { toolsOf } from './tools.js';

export function lowerCondition(condition: tree.Condition, context: LoweringContext): Condition {
    return lowerLogic(condition, context);
}

/** Lowers `when C unless D`. */
export function lowerGuards(
    guards: { when?: tree.Condition; unless?: tree.Condition },
    context: LoweringContext
): Condition {
    return allOf([
        ...(guards.when ? [lowerCondition(guards.when, context)] : []),
        ...(guards.unless ? [negate(lowerCondition(guards.unless, context))] : [])
    ]);
}

/** A condition on the history, which a monitor keeps or, if that stores too little, a recorder. */
export function historyCondition(monitor: MonitoredEvent, context: LoweringContext): Condition {
    const { period, ...plain } = monitor;
    const { kind, event, from, window, across, text } = monitor;
    if (!period && !needsRecorder(event, from)) {
        return { op: 'monitor', monitor: context.monitor(plain) };
    }
    if (kind === 'last is' || kind === 'since or start' || kind === 'count' || (period && isOfStart(monitor))) {
        throw new Error(`\`${text}\` cannot be compared with the decided call or the calendar`);
    }
    const span = { ...(window !== undefined && { window }), ...(period && { period }), ...(across && { across }) };
    return { op: 'recorded', recorder: context.recorder(recorderOf(kind, event, from, span, text)) };
}

/** True if the window limits the age of the session: no event has the date of its start. */
function isOfStart({ kind, from }: MonitoredEvent): boolean {
    return !from && (kind === 'since' || kind === 'no since');
}

type MonitoredEvent = Omit<Monitor, 'event' | 'from' | 'across'> &
    Span & {
        readonly event: LoweredEvent;
        readonly from?: LoweredEvent;
    };

/** The events that a `limit` or a claim counts, and the part of the history. */
export interface CountedEvents {
    readonly event: LoweredEvent;
    readonly from?: LoweredEvent | undefined;
    /** The keys that must be equal in the events and the decided call. */
    readonly per?: readonly Term[];
    readonly span?: Span;
}

/** A count compared with a number. */
export function countCondition(
    counted: CountedEvents,
    cmp: Comparator,
    bound: number,
    context: LoweringContext
): Condition {
    const { event, from, per = [], span = {} } = counted;
    const text = textOfCount(counted);
    const keyed = withKeys(event, per);
    const isMonitored = keyed && !span.period && !needsRecorder(event, from) && !mayCountTwice(event, context);
    if (isMonitored && !from && span.window !== undefined && isOnce(cmp, bound) !== undefined) {
        const once = historyCondition(
            { kind: 'once', event: keyed, ...span, perAgent: isOfCaller(event), text },
            context
        );
        return isOnce(cmp, bound) === true ? once : negate(once);
    }
    if (!isMonitored || span.window !== undefined) {
        return countAgainst(counted, cmp, { term: 'constant', value: bound }, context);
    }
    const perAgent = isOfCaller(event) || isOfCaller(from);
    // A count saturates above the number that it is compared with.
    const monitor = context.countMonitor(
        { kind: 'count', event: keyed, ...(from && { from }), ...span, perAgent, text },
        bound
    );
    return { op: 'count', monitor, cmp, bound };
}

/** A count compared with any value. */
export function countAgainst(
    counted: CountedEvents,
    cmp: Comparator,
    value: Term,
    context: LoweringContext
): Condition {
    const { event, from, per, span = {} } = counted;
    const recorder = context.recorder(recorderOf('count', event, from, span, textOfCount(counted), per));
    return { op: 'compare', cmp, left: { term: 'aggregate', recorder }, right: value };
}

function textOfCount({ event, from }: CountedEvents): string {
    return `count(${event.text}${from ? ` since ${from.text}` : ''})`;
}

/** True if a call that is one of these may include another of them, and so count as two events (M20). */
function mayCountTwice({ tools }: LoweredEvent, context: LoweringContext): boolean {
    return context.tools.some(
        ({ mayDo }, index) =>
            tools[index] !== 0 &&
            mayDo.length > 0 &&
            toolsOf(mayDo, context).some((done, other) => done !== 0 && tools[other] !== 0)
    );
}

/** True if the comparison means that there is at least one; undefined if it means more than presence or absence. */
function isOnce(cmp: Comparator, bound: number): boolean | undefined {
    switch (`${cmp} ${bound}`) {
        case '>= 1':
        case '> 0':
        case '!= 0':
            return true;
        case '< 1':
        case '<= 0':
        case '== 0':
            return false;
        default:
            return undefined;
    }
}

/** The event with more keys; undefined if a key is not a plain parameter, so that a recorder is needed. */
function withKeys(event: LoweredEvent, per: readonly Term[]): LoweredEvent | undefined {
    if (per.length === 0) {
        return event;
    }
    const names = per.flatMap((term) => (term.term === 'param' ? [term.name] : []));
    return names.length === per.length
        ? { ...event, keys: [...(event.keys ?? []), ...names], keyTerms: [...(event.keyTerms ?? []), ...per] }
        : undefined;
}

export function isOfCaller(event: EventPattern | undefined): boolean {
    return event?.agents === 'caller';
}

function lowerCount({ count, cmp, bound }: CountComparison, context: LoweringContext, bindings: Bindings): Condition {
    if (count.distinct) {
        const recorder = context.recorder(lowerSpanned(count, context, bindings));
        return { op: 'compare', cmp, left: { term: 'aggregate', recorder }, right: { term: 'constant', value: bound } };
    }
    const from = count.from && lowerEvent(count.from, context, bindings);
    const event = lowerEvent(count.event, context, bindings);
    return countCondition({ event, from, span: spanOf(count, context) }, cmp, bound, context);
}

function lowerHistory(
    condition: tree.Once | tree.LastIs | tree.Since,
    context: LoweringContext,
    bindings: Bindings
): MonitoredEvent {
    const text = textOf(condition);
    const span = spanOf(condition, context);
    if (ast.isOnce(condition) && ast.isSessionStart(condition.event.selector)) {
        // The start has happened, and later events do not matter.
        return { kind: 'no since', event: nothing(context), perAgent: false, text, ...span };
    }
    const event = lowerEvent(condition.event, context, bindings);
    if (ast.isLastIs(condition)) {
        // `perAgent` already selects the caller, so a `by` of the pattern would select it again.
        const pattern = { ...event };
        delete pattern.agents;
        const perAgent = condition.event.by?.any !== true && !condition.anyAgent;
        if (OF_ATTEMPTS.has(event.status)) {
            return lastAttemptIs(pattern, perAgent, { text, ...span }, context);
        }
        return { kind: 'last is', event: pattern, perAgent, text, ...span };
    }
    if (ast.isOnce(condition) && condition.then) {
        const then = lowerEvent(condition.then, context, bindings);
        return {
            kind: 'once then',
            event: then,
            from: event,
            perAgent: isOfCaller(event) || isOfCaller(then),
            text,
            ...span
        };
    }
    const from = ast.isSince(condition) && condition.from ? lowerEvent(condition.from, context, bindings) : undefined;
    return {
        kind: ast.isOnce(condition) ? 'once' : condition.negated ? 'no since' : 'since',
        event,
        ...(from && { from }),
        perAgent: isOfCaller(event) || isOfCaller(from),
        text,
        ...span
    };
}

/** The statuses of a call that is not released, or not yet. */
const OF_ATTEMPTS: ReadonlySet<string> = new Set(['attempted', 'denied', 'held']);

/** Lowers `last is attempted E`: there was no attempt of any tool since the latest attempted E. */
function lastAttemptIs(
    event: LoweredEvent,
    perAgent: boolean,
    rest: Pick<MonitoredEvent, 'text' | keyof Span>,
    context: LoweringContext
): MonitoredEvent {
    const by = perAgent ? ({ agents: 'same agent' } as const) : {};
    const other: LoweredEvent = {
        tools: [...context.tools, ...context.delegates].map(() => 2),
        ...by,
        status: 'attempted',
        where: allOf([]),
        text: 'attempted any tool'
    };
    return { kind: 'no since', event: other, from: { ...event, ...by }, perAgent: false, ...rest };
}

function nothing(context: LoweringContext): EventPattern {
    const where: Condition = { op: 'constant', value: 0 };
    return { tools: context.tools.map(() => 0), status: 'succeeded', where, text: 'nothing' };
}

export const HISTORY: HistoryLowering = {
    condition: (condition, context, bindings) =>
        ast.isLatestIs(condition)
            ? lowerLatestIs(condition, context, bindings)
            : historyCondition(lowerHistory(condition, context, bindings), context),
    count: lowerCount,
    term: lowerAggregate
};
