/** Runs steps that wait until the clock shows a given time. */
import { advance } from '../../model/advance.js';
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import type { SessionState } from '../../model/session/session.js';
import { nextShown } from '../traces/shown-clock.js';
import type { Run } from './run.js';
import { failed, passed } from './run.js';

/** The first `at` sets the clock; each later one waits. */
export function waitUntil(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'at' }): Run {
    const now = state.epoch === undefined ? undefined : state.epoch + state.time;
    const at = nextShown(policy, now, step);
    if (at === undefined) {
        const message = now === undefined ? 'The clock never shows this.' : 'The clock no longer shows this.';
        return failed(step, state, message);
    }
    const after =
        now === undefined
            ? advance(policy, state, { kind: 'clock', epoch: at })
            : advance(policy, state, { kind: 'time', to: state.time + at - now });
    const replayed = {
        kind: 'note',
        actor: '',
        act: step.text.replace(/\s+/g, ' '),
        ...(now === undefined && { input: { kind: 'clock', epoch: after.epoch! } as const }),
        before: state,
        after
    } as const;
    return { result: passed(step, `The clock of ${policy.timezone ?? 'UTC'} shows it.`), replayed, after };
}
