/** Handles results: the gateway may withhold a result (`withhold`), and a result gives values to provenance sources. */
import { evaluate, matchesCall } from '../conditions/evaluate.js';
import { situationAt } from '../conditions/inputs.js';
import { hasWithholding } from '../memory/affected-parts.js';
import type { Policy } from '../policy/policy.js';
import { type ValueSource, valuesOfRequest, valuesOfResult } from '../memory/provenance.js';
import type { CallEvent, HistoryEvent, Memory } from '../memory/memory.js';
import { and, mayBe, TRUE } from '../policy/truth.js';

/**
 * The rules that withhold the result of a call that ended without an error, over the history before the call. An
 * unknown condition withholds (M3). An error has no result, and a lost answer never arrives.
 */
export function withheldBy(policy: Policy, event: CallEvent, memory: Memory): number[] {
    if (!event.released || event.outcome !== 'success') {
        return [];
    }
    return policy.rules.flatMap((rule, index) =>
        rule.kind === 'withhold' &&
        mayBe(and(matchesCall(rule.subject, event.call), evaluate(policy, rule.when, situationAt(event, memory))))
            ? [index]
            : []
    );
}

/** The rules that may withhold the result of the call, whatever their conditions are. */
export function withholdingRules(policy: Policy, { call }: CallEvent): number[] {
    return policy.rules.flatMap((rule, index) =>
        rule.kind === 'withhold' && mayBe(matchesCall(rule.subject, call)) ? [index] : []
    );
}

export function isWithheld(policy: Policy, event: CallEvent, memory: Memory): boolean {
    return event.isWithheld ?? withheldBy(policy, event, memory).length > 0;
}

/**
 * The event with what became of its result. An agent has got the result or not, whichever part of the history a decision
 * sees (M4, M15).
 *
 * @param memory the whole history before the event
 */
export function withFate(policy: Policy, event: HistoryEvent, memory: Memory): HistoryEvent {
    return event.outside === undefined && event.released && hasWithholding(policy)
        ? { ...event, isWithheld: isWithheld(policy, event, memory) }
        : event;
}

/** The values that an event gives to each source (M14); if an answer cannot be read, any value may come from it. */
export function givingsOf(policy: Policy, event: HistoryEvent): readonly ValueSource[] {
    if (!policy.sources) {
        return NOTHING;
    }
    return policy.sources.flatMap((source, index): ValueSource[] => {
        if (event.outside !== undefined) {
            const says = policy.outsideEvents[event.outside]?.special === 'user says';
            return says && source.kind === 'user'
                ? [{ source: index, values: valuesOfRequest(event.args ?? {}), certainty: TRUE, isReadable: true }]
                : [];
        }
        if (source.kind === 'user' || !event.released || event.outcome !== 'success') {
            return [];
        }
        const certainty = matchesCall(source.event, event.call);
        const values = event.result ? valuesOfResult(source, event.result) : [];
        const isReadable = event.result !== undefined && event.hasUnreadParts !== true;
        return mayBe(certainty) ? [{ source: index, values, certainty, isReadable }] : [];
    });
}

const NOTHING: readonly ValueSource[] = [];
