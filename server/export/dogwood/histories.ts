/** Brings the query on the history of a monitor or a recorder into one form. */
import type { Monitor, Policy, Recorder, Term } from '../../model/policy/policy.js';
import type { ConditionContext, Side } from '../cedar/conditions.js';
import { FALSE_TEXT, joined, TRUE_TEXT } from '../cedar/conditions.js';
import { cedarTerm } from '../cedar/terms.js';
import { isAlwaysThere } from '../cedar/types.js';
import type { Pattern } from './occurrences.js';
import { temporal } from './temporal.js';

export interface History {
    readonly kind: Monitor['kind'] | Recorder['kind'];
    readonly event: Pattern;
    /** The pattern F of the `since` forms, or A of `once A then B`. */
    readonly from?: Pattern;
    /** The window in seconds. */
    readonly window?: number;
    readonly value?: Recorder['value'];
    /** The keys of the decided call. If one of them cannot be read, nothing is known. */
    readonly keys: readonly Term[];
    readonly isAcross: boolean;
    /** True if the history belongs to the agent of the decided call. */
    readonly isPerAgent: boolean;
}

export function ofMonitor({ kind, event, from, keys = [], window, across = false, perAgent }: Monitor): History {
    const keyed = (pattern: Monitor['event']): Pattern => ({
        event: pattern,
        keys: (pattern.keys ?? []).map((name, index) => ({ event: { term: 'param', name }, call: keys[index]! })),
        isSameCall: false
    });
    return {
        kind,
        event: keyed(event),
        ...(from && { from: keyed(from) }),
        ...(window !== undefined && { window }),
        keys,
        isAcross: across,
        isPerAgent: perAgent
    };
}

export function ofRecorder({ recorders = [] }: Policy, index: number): History {
    const {
        kind,
        event,
        from,
        keys = [],
        fromKeys = [],
        sameCall = false,
        asked,
        window,
        value,
        across = false
    } = recorders[index]!;
    return {
        kind,
        event: { event, keys, isSameCall: sameCall, ...(asked && { asked }) },
        ...(from && { from: { event: from, keys: fromKeys, isSameCall: false } }),
        ...(window !== undefined && { window }),
        ...(value && { value }),
        keys: [...keys, ...fromKeys].map(({ call }) => call),
        isAcross: across,
        isPerAgent: false
    };
}

/** The query on the history, with the condition that the keys of the decided call can be read. */
export function whereKnown(
    { keys, isAcross }: History,
    side: Side,
    asking: ConditionContext,
    ask: () => string
): string {
    if (isAcross) {
        return unasked('other sessions', side, asking);
    }
    if (keys.some(({ term }) => term === 'period')) {
        return unasked('days, weeks and months of the calendar', side, asking);
    }
    const presences = keys.map((key) => presenceOf(key, asking));
    if (presences.includes(undefined)) {
        return unasked('keys that may not be readable', side, asking);
    }
    const there = [...new Set(presences.flatMap((presence) => presence ?? []))];
    const text = ask();
    if (side === 'must' || there.length === 0) {
        return joined('&&', [...there, text]);
    }
    return text === TRUE_TEXT ? text : `(if ${there.join(' && ')} then ${text} else true)`;
}

/** The condition that the term can be read; undefined if this cannot be expressed. */
function presenceOf(term: Term, { policy, tool }: ConditionContext): readonly string[] | undefined {
    const of = policy.tools[tool]!;
    const param = term.term === 'param' ? of.params.find(({ name }) => name === term.name) : undefined;
    const isReadable = term.term === 'session' || term.term === 'constant' || (param && isAlwaysThere(param));
    return isReadable
        ? []
        : term.term === 'param' || term.term === 'field'
          ? cedarTerm(term, of, policy)?.presence
          : undefined;
}

/**
 * Any of the temporal conditions. Undefined if this cannot be expressed; the list of unsupported parts then gets a noun
 * for it.
 */
export function anyOf(conditions: readonly string[] | undefined, side: Side): string {
    return conditions ? joined('||', conditions.map(temporal)) : side === 'may' ? TRUE_TEXT : FALSE_TEXT;
}

/** The result for a query that cannot be expressed. */
export function unasked(noun: string, side: Side, { unsaid }: ConditionContext): string {
    unsaid.add(noun);
    return anyOf(undefined, side);
}

export function otherSide(side: Side): Side {
    return side === 'must' ? 'may' : 'must';
}
