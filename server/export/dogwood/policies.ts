/**
 * Writes a policy as a Dogwood policy: Cedar policies with conditions on the events of a session. The definition
 * follows its language guide as of 2026-09-11: the chapters on temporal expressions, the event schema and the formal
 * specification.
 */
import type { Policy, Condition } from '../../model/policy/policy.js';
import { REQUESTS } from '../cedar/policies.js';
import { statementsIn } from '../cedar/statements.js';
import { comment } from '../cedar/texts.js';
import { guardOf } from './guards.js';
import { interval, temporalClause, WHOLE_SESSION } from './temporal.js';
import type { ConditionContext, Side } from '../cedar/conditions.js';
import { amountIs } from './amounts.js';
import { ofMonitor, ofRecorder } from './histories.js';
import { carries } from './labels.js';
import { happened } from './truths.js';

export interface DogwoodExport {
    readonly policies: string;
    /** The schema of actions, as in Cedar. */
    readonly schema: string;
    /** The schema of events. */
    readonly events: string;
    /** The number of rules that permit something here. */
    readonly permits: number;
    /** The `allow`s that are left out, each with its place and the reason. */
    readonly leftOut: readonly string[];
}

/** @param file the name of the policy's file in comments */
export function dogwoodOf(policy: Policy, file: string): DogwoodExport {
    const dialect = { name: 'Dogwood', beyond: historyCondition, clause: temporalClause, guard: guardOf };
    const { blocks, ...others } = statementsIn(dialect, policy, file);
    return { ...others, policies: `${[headOf(policy, file), ...blocks].join('\n\n')}\n`, events: EVENTS };
}

function headOf(policy: Policy, file: string): string {
    return [
        `Policy ${policy.name} of ${file}, for Dogwood, by its language guide of 2026-09-11.`,
        'Calls that these policies permit are allowed by the policy. Where Dogwood cannot express something, they are stricter.',
        ...REQUESTS,
        'An engine does not validate requests, so each `permit` checks types, ranges and sets of values itself. The host',
        'has to ensure that there are no other arguments, and that patterns and elements of lists fit. The event schema',
        'next to this file is part of the policy, because the schema of an engine has pins.',
        'Every submitted call is an event `request`, even if it is denied. A call that was made and succeeded is also an',
        'event `response` with the same requestId, which no other call has. The events are those of one session from its',
        'start, in order, with their arguments in `input` as they are in context.input.',
        'A past call that counts against a request does so from its own request on, denied or not; a past call that a',
        'request relies on counts only once it has a response. A decision never waits for a call that is still running.'
    ]
        .map(comment)
        .join('\n');
}

/**
 * The schema has no pins, because a rule may concern the calls of any agent, and its windows are as long as a session.
 */
const EVENTS = `max_window = ${interval(WHOLE_SESSION)}

${(['decision event <A>::request', 'event <A>::response', 'event <A>::error'] as const)
    .map(
        (head) => `${head} {
    ...inputs(A),
    callerPrincipal: principalType(A),
    callerResource: resourceType(A),
    requestId: String,
    sessionId: String,
}
`
    )
    .join('\n')}`;

/** Writes a condition on the history, which Cedar lacks; undefined if it does not concern the history. */
function historyCondition(condition: Condition, side: Side, asking: ConditionContext): string | undefined {
    const { policy } = asking;
    switch (condition.op) {
        case 'monitor':
            return happened(ofMonitor(policy.monitors[condition.monitor]!), side, asking);
        case 'recorded': {
            const history = ofRecorder(policy, condition.recorder);
            return history.kind === 'latest' ? undefined : happened(history, side, asking);
        }
        case 'carries':
            return carries(condition.label, side, asking);
        default:
            return amountIs(condition, side, asking);
    }
}
