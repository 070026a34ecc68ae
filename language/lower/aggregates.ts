/** Lowers counts, totals, lookups, and other history for which a single value does not suffice, to recorders. */
import type { Condition, Recorder, RecorderKey, Term } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { eventTools } from '../names/selectors.js';
import { typeOf } from '../types/types.js';
import { durationSeconds, LONGEST } from '../parser/values.js';
import { type LoweringContext, textOf, type Bindings } from './context.js';
import { lowerLogic } from './logic.js';
import { type LoweredEvent, lowerEvent, withWhere } from './patterns.js';
import { lowerTerm } from './terms.js';

/** The window, with true if the history of all sessions counts. */
export interface Span {
    readonly window?: number;
    /** For `within today`: the period of the calendar that events must have in common with the decision. */
    readonly period?: Term;
    readonly across?: true;
}

/** Throws for a parameter of a pack that has no value. */
export function spanOf({ within, period, withinParam, across }: tree.Windowed, context: LoweringContext): Span {
    if (withinParam && within === undefined) {
        throw new Error('a pack cannot be lowered, only a use of it');
    }
    const ofAll = across && ({ across } as const);
    if (period !== undefined) {
        const unit = period === 'today' ? 'day' : period;
        // Events that are older than any such period are in another one, and need not be kept.
        return { window: LONGEST[unit], period: { term: 'period', unit, timezone: context.timezone }, ...ofAll };
    }
    return { ...(within !== undefined && { window: durationSeconds(within) }), ...ofAll };
}

/** True if the patterns need more than a monitor stores, or compare with different values of the decided call. */
export function needsRecorder(event: LoweredEvent, from: LoweredEvent | undefined): boolean {
    const differ = from?.keyTerms && event.keyTerms && sortedText(from.keyTerms) !== sortedText(event.keyTerms);
    return differ === true || [event, from].some((one) => one?.asked !== undefined || one?.sameCall === true);
}

function sortedText(terms: readonly Term[]): string {
    return terms
        .map((term) => JSON.stringify(term))
        .sort()
        .join();
}

/**
 * The recorder of a pattern.
 * @param per the keys that must be equal in the event and the decided call
 */
export function recorderOf(
    kind: Recorder['kind'],
    event: LoweredEvent,
    from: LoweredEvent | undefined,
    span: Span,
    text: string,
    per: readonly Term[] = []
): Recorder {
    const { period, ...rest } = span;
    const same = [...per, ...(period && !IS_OF_FROM[kind] ? [period] : [])];
    const keys = [...keysOf(event), ...same.map((term) => ({ event: term, call: term }))];
    const ofFrom = period && IS_OF_FROM[kind] ? [{ event: period, call: period }] : [];
    if (from?.asked) {
        throw new Error('a span cannot begin at an event that is compared with the decided call');
    }
    return {
        kind,
        event: patternOf(event),
        ...(keys.length > 0 && { keys }),
        ...(event.sameCall && { sameCall: true }),
        ...(event.asked && { asked: event.asked }),
        ...(from && { from: patternOf(from), ...withFromKeys([...keysOf(from), ...ofFrom]) }),
        ...rest,
        text
    };
}

/** The kinds whose window limits the age of the F, not of the E (M8). */
const IS_OF_FROM: { readonly [kind in Recorder['kind']]?: true } = { since: true, 'no since': true };

function withFromKeys(fromKeys: readonly RecorderKey[]): Pick<Recorder, 'fromKeys'> {
    return fromKeys.length > 0 ? { fromKeys } : {};
}

export function lowerAggregate(
    term: tree.Count | tree.Total | tree.Latest,
    context: LoweringContext,
    bindings: Bindings
): Term {
    if (ast.isLatest(term)) {
        const event = lowerEvent(term.event, context, bindings);
        const recorder = context.recorder(recorderOf('latest', event, undefined, {}, `latest ${event.text}`));
        return { term: 'latest', recorder, of: fieldOf(term) };
    }
    return { term: 'aggregate', recorder: context.recorder(lowerSpanned(term, context, bindings)) };
}

/** Lowers `latest E(p) where C`: C is a condition on the latest match (M11). */
export function lowerLatestIs(condition: tree.LatestIs, context: LoweringContext, bindings: Bindings): Condition {
    const event = lowerEvent(condition.event, context, bindings);
    const asked = lowerLogic(condition.condition, context);
    const recorder: Recorder = { ...recorderOf('latest', event, undefined, {}, textOf(condition)), asked };
    return { op: 'recorded', recorder: context.recorder(recorder) };
}

/**
 * Lowers a pattern with its span.
 * @param per the keys that must be equal in the event and the decided call
 */
export function lowerSpanned(
    term: tree.Count | tree.Total,
    context: LoweringContext,
    bindings: Bindings,
    per: readonly Term[] = [],
    span: Span = spanOf(term, context)
): Recorder {
    const plain = lowerEvent(term.event, context, bindings);
    const event = ast.isTotal(term) && term.where ? withWhere(plain, term.where, context, bindings) : plain;
    const from = term.from && lowerEvent(term.from, context, bindings);
    if (ast.isTotal(term)) {
        const bounds = boundsOf(term, context);
        return {
            ...recorderOf(term.distinct ? 'total distinct' : 'total', event, from, span, textOf(term), per),
            value: fieldOf(term),
            ...(bounds && { bounds })
        };
    }
    return {
        ...recorderOf(term.distinct ? 'distinct' : 'count', event, from, span, textOf(term), per),
        ...(term.value && { value: lowerTerm(term.value, context, new Map()) })
    };
}

function fieldOf({ result, field }: tree.Total | tree.Latest): Term {
    const name = field.$refText;
    return result ? { term: 'field', of: { term: 'result' }, field: name } : { term: 'param', name };
}

/** The range of a value that cannot be read: the values that all of the tools allow. */
function boundsOf({ event, result, field }: tree.Total, { inventory }: LoweringContext): Recorder['bounds'] {
    const types = eventTools([event], inventory)
        .flatMap((tool) => (result ? tool.returns : tool.params))
        .filter(({ name }) => name === field.$refText)
        .map((param) => typeOf(param.type));
    const ends = (end: 'min' | 'max'): (number | undefined)[] =>
        types.map((type) =>
            type.kind === 'int' || type.kind === 'number' || type.kind === 'decimal' ? type[end] : undefined
        );
    const [least, most] = [ends('min'), ends('max')];
    const isKnown = (all: (number | undefined)[]): all is number[] => all.length > 0 && !all.includes(undefined);
    const min = isKnown(least) ? Math.min(...least) : undefined;
    const max = isKnown(most) ? Math.max(...most) : undefined;
    return min === undefined && max === undefined
        ? undefined
        : { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

function keysOf({ keys = [], keyTerms = [] }: LoweredEvent): RecorderKey[] {
    return keys.map((name, at) => ({ event: { term: 'param', name }, call: keyTerms[at]! }));
}

/** The bare pattern, because its keys and conditions belong to the recorder. */
function patternOf(event: LoweredEvent): Recorder['event'] {
    const { tools, agents, outside, status, where, text, humans } = event;
    return {
        tools,
        ...(agents && { agents }),
        ...(outside && { outside }),
        status,
        where,
        text,
        ...(humans && { humans })
    };
}
