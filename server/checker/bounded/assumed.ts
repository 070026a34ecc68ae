/** What the policy assumes of everyone but the agents (M26): steps that it rules out are not taken. */
import { surroundings } from '../../model/decide.js';
import type { Situation } from '../../model/evaluate.js';
import { evaluate, matchesCall } from '../../model/evaluate.js';
import { situationAt } from '../../model/evaluate.js';
import type { Assumption, Policy } from '../../model/policy.js';
import type { SessionState } from '../../model/session.js';
import { mayBe } from '../../model/truth.js';
import type { Move } from './moves.js';

/** Whether all assumptions let the step happen in this state; what is unknown does. */
export function isAssumed(policy: Policy, before: SessionState, move: Move): boolean {
    return (policy.assumptions ?? []).every((assumption) => {
        const situation = concernedBy(assumption, before, move);
        return situation === undefined || mayBe(evaluate(policy, assumption.when, situation));
    });
}

/** What the assumption asks of the step; undefined if it says nothing about it. */
function concernedBy(assumption: Assumption, before: SessionState, move: Move): Situation | undefined {
    const { kind, humans, subject, index } = assumption;
    const { act, event, submitted } = move;
    const call = act.kind === 'submit' || act.kind === 'approve' ? act.call : undefined;
    const isSubject = call !== undefined && (subject === undefined || mayBe(matchesCall(subject, call)));
    const now = { memory: before.settled, time: before.time, approvals: [], ...surroundings(before) };
    switch (kind) {
        case 'approval':
            return act.kind === 'approve' && isSubject && (humans?.includes(act.human) ?? true)
                ? { ...now, call: act.call }
                : undefined;
        case 'result':
            return event?.outside === undefined && event?.outcome === 'success' && isSubject
                ? situationAt(event, before.settled)
                : undefined;
        case 'signal':
            return submitted?.readings.some(({ signal }) => signal === index)
                ? { ...now, call: submitted.call, readings: submitted.readings }
                : undefined;
        case 'event':
            return event?.outside !== undefined && event.outside === index
                ? { ...situationAt(event, before.settled), ...surroundings(before) }
                : undefined;
        case 'agent':
            return submitted && isSubject && submitted.call.agent === index
                ? { ...now, call: submitted.call, readings: submitted.readings }
                : undefined;
    }
}
