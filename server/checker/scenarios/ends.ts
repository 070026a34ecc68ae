/** Runs steps in which a running call ends. */
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import type { SessionState } from '../../model/session/session.js';
import { withheldAt } from '../traces/replay.js';
import { endNote, lineOf } from '../traces/trace.js';
import type { Run } from './run.js';
import { failed, passed } from './run.js';
import { agentName } from '../conditions/names.js';
import { toolText } from '../../model/text/typed-text.js';

/** Ends the tool's longest-running call. */
export function endCall(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'end' }): Run {
    const running = state.running.items.find(({ call }) => policy.tools[call.tool]!.name === step.tool);
    if (!running) {
        return failed(step, state, `No call of ${toolText(step.tool)} is running at this point.`);
    }
    const { outcome, result, readings } = step;
    const answer = {
        outcome,
        ...(result ? { result } : { confirmed: outcome === 'success' }),
        ...(readings && { readings })
    };
    const withheld = withheldAt(policy, state, running.id, answer).map(
        (rule) => ` Its result is withheld by line ${lineOf(policy.rules[rule]!)}.`
    );
    const agent = agentName(policy, running.call.agent);
    const replayed = endNote(policy, state, running, answer);
    const { after } = replayed;
    return { result: passed(step, `The call of ${agent} ${ENDS[outcome]}.${withheld.join('')}`), replayed, after };
}

const ENDS = { success: 'ends', error: 'fails', lost: 'loses its answer' } as const;
