/** Computes the key of the history that an event belongs to: the same text as the key that a decided call reads. */
import type { EventPattern, Recorder, RecorderKey, Value } from '../policy/policy.js';
import type { RecordState, Call } from './memory.js';
import { canonicalText, textOfArguments } from '../values/canonical-text.js';

/** The keys of a pattern; `sameCall` adds the agent, tool and arguments of the decided call. */
export interface Keys {
    readonly pattern: EventPattern;
    readonly keys?: readonly RecorderKey[] | undefined;
    readonly sameCall?: boolean | undefined;
}

export function eventKeys({ event, keys, sameCall }: Recorder): Keys {
    return { pattern: event, keys, sameCall };
}

/** The keys of the F; undefined if the recorder has none. */
export function fromKeys({ from, fromKeys: keys }: Recorder): Keys | undefined {
    return from && { pattern: from, keys };
}

/**
 * @param values the values of the keys
 * @returns the key; undefined if one of the values cannot be read
 */
export function keyOf(
    { principals }: RecordState,
    { pattern, sameCall }: Keys,
    call: Call,
    values: readonly (Value | undefined)[]
): string | undefined {
    if (values.includes(undefined)) {
        return undefined;
    }
    return [
        ...(pattern.agents === 'caller' ? [principals[call.agent] ?? call.agent] : []),
        ...(pattern.agents === 'same agent' ? [call.agent] : []),
        ...(sameCall ? [call.agent, call.tool, textOfArguments(call.args)] : []),
        ...values.map((value) => canonicalText(value!))
    ].join(' ');
}
