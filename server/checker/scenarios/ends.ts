/** Steps in which a running call ends. */
import { advance } from '../../model/advance.js';
import type { Policy, ScenarioStep } from '../../model/policy.js';
import type { SessionState } from '../../model/session.js';
import { withheldAt } from '../replay.js';
import { lineOf, signalsOf } from '../trace.js';
import type { Run } from './run.js';
import { failed, passed } from './run.js';

/** The longest running call of the tool ends. */
export function endCall(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'end' }): Run {
    const running = state.running.items.find(({ call }) => policy.tools[call.tool]!.name === step.tool);
    if (!running) {
        return failed(step, state, `No call of ${step.tool} runs at this point.`);
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
    const after = advance(policy, state, { kind: 'end', id: running.id, ...answer });
    const agent = policy.agents[running.call.agent]!.name;
    const act = `the call of ${step.tool} by ${agent} ${ENDS[outcome]}${withheld.length > 0 ? '; its result is withheld' : ''}`;
    const { readings: _readings, ...ended } = answer;
    const input = { kind: 'end', tool: step.tool, ...ended, ...signalsOf(policy, readings) } as const;
    const replayed = { kind: 'note', actor: '', act, input, before: state, after } as const;
    return { result: passed(step, `The call of ${agent} ${ENDS[outcome]}.${withheld.join('')}`), replayed, after };
}

const ENDS = { success: 'ends', error: 'fails', lost: 'loses its answer' } as const;
