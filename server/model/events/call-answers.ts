/** Computes the effect of a call's answer: whether the call succeeded (M2), and which labels came with it (M15). */
import { evaluate, NO_MEMORY } from '../conditions/evaluate.js';
import type { Condition, Policy, Reading, Recorder, Term, Tool } from '../policy/policy.js';
import type { Answer, CallEvent } from '../memory/memory.js';
import { readableReadings } from '../conditions/signals.js';
import { situationAt } from '../conditions/inputs.js';
import { type Truth, FALSE, not, TRUE, UNKNOWN } from '../policy/truth.js';
import { readableResult } from '../values/values.js';

/** Conditions on an answer read the call and its result, never the earlier history. */

/**
 * True if a released call did its work (M2). Unknown if the answer is lost, if a tool that is not atomic reports an
 * error, or if the success condition cannot be read.
 */
export function isSuccess(policy: Policy, event: CallEvent): Truth {
    const tool = policy.tools[event.call.tool]!;
    switch (event.outcome) {
        case 'error':
            return tool.traits['atomic'] === TRUE ? FALSE : UNKNOWN;
        case 'lost':
            return UNKNOWN;
        default:
            return showsSuccess(policy, tool, event);
    }
}

/** True for an error, and for an answer that is not an error but does not meet the success condition. */
export function isFailure(policy: Policy, event: CallEvent): Truth {
    switch (event.outcome) {
        case 'error':
            return TRUE;
        case 'success':
            return not(showsSuccess(policy, policy.tools[event.call.tool]!, event));
        default:
            return FALSE;
    }
}

function showsSuccess(policy: Policy, tool: Tool, event: CallEvent): Truth {
    return tool.succeeds && !event.confirmed ? evaluate(policy, tool.succeeds, situationAt(event, NO_MEMORY)) : TRUE;
}

/**
 * The bits of the labels that the caller carries after a release. A conditional label is included unless its condition
 * is known to be false.
 */
export function labelsRead(policy: Policy, event: CallEvent): number {
    const tool = policy.tools[event.call.tool]!;
    const conditional = (tool.conditionalReads ?? []).filter(
        ({ when }, index) =>
            !(event.shownFalse?.includes(index) ?? evaluate(policy, when, situationAt(event, NO_MEMORY)) === FALSE)
    );
    return [...tool.reads, ...conditional.flatMap(({ labels }) => labels)].reduce(
        (bits, label) => bits | (1 << label),
        0
    );
}

/**
 * The release with its answer. The result is reduced to the part that fits its declaration, because the rest cannot be
 * read (M3).
 */
export function withAnswer(policy: Policy, event: CallEvent, answer: Answer): CallEvent {
    const { outcome, result, confirmed, readings, ranThen } = answer;
    const read = result && readableResult(policy.tools[event.call.tool]!, result);
    const own = readings && readableReadings(policy, readings).map((one): Reading => ({ ...one, ofResult: true }));
    const said = own ? [...own, ...(event.readings ?? [])] : event.readings;
    const ran = ranThen ? { ranThen } : {};
    return outcome === 'success'
        ? {
              ...event,
              ...ran,
              outcome,
              result: read ?? event.result,
              ...(result?.['text'] === null && { hasUnreadParts: true as const }),
              confirmed: confirmed ?? event.confirmed,
              readings: said
          }
        : { ...event, ...ran, outcome };
}

/** The distinguishable ends of a running call: its result is read at most as far as it decides labels. */
export type Ending = Pick<CallEvent, 'outcome' | 'confirmed' | 'shownFalse'>;

/** The possible ends of the same call, success first. */
export function endingsOf(policy: Policy, event: CallEvent): Ending[] {
    const { conditionalReads = [], succeeds } = policy.tools[event.call.tool]!;
    const open = conditionalReads.flatMap(({ when }, index) =>
        evaluate(policy, when, situationAt(event, NO_MEMORY)) === UNKNOWN ? [index] : []
    );
    const shown = open.reduce<number[][]>((sets, index) => sets.flatMap((set) => [set, [...set, index]]), [[]]);
    return [
        ...shown.flatMap((shownFalse): Ending[] => {
            const success: Ending = { outcome: 'success', ...(open.length > 0 && { shownFalse }) };
            return succeeds ? [success, { ...success, confirmed: true }] : [success];
        }),
        { outcome: 'error' },
        { outcome: 'lost' }
    ];
}

/** True if a condition, term or recorder reads a result at any depth. */
export function readsResult(part: Condition | Term | Recorder): boolean {
    let reads = reading.get(part);
    if (reads === undefined) {
        const inside = Object.entries(part).filter(([field]) => field !== 'value' && field !== 'values');
        reads = ('term' in part && part.term === 'result') || inside.some(([, inner]) => isOrHasResult(inner));
        reading.set(part, reads);
    }
    return reads;
}

const reading = new WeakMap<object, boolean>();

function isOrHasResult(inner: unknown): boolean {
    return Array.isArray(inner)
        ? inner.some(isOrHasResult)
        : typeof inner === 'object' && inner !== null && readsResult(inner as Condition);
}
