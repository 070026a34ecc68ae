/** Runs the steps of a scenario in which a human answers. */
import { advance } from '../../model/advance.js';
import { matchesCall } from '../../model/conditions/evaluate.js';
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import type { HeldCall, SessionState } from '../../model/session/session.js';
import { choicesOf, lastingText } from '../../model/policy/lasting.js';
import { mayBe } from '../../model/policy/truth.js';
import type { Run } from './run.js';
import { capital, failed, passed } from './run.js';
import { humanName } from '../conditions/names.js';

/**
 * Lets a human answer the latest held call of the given kind that waits for this human. A call that this human has
 * already approved is chosen only if there is no other, so that two steps answer two calls.
 */
export function answer(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'approve' | 'refuse' }): Run {
    const human = humanName(policy, step.human);
    const asks = (held: HeldCall): boolean =>
        held.requirements.some((rule) => {
            const requirement = policy.rules[rule]!;
            return requirement.kind === 'approval' && requirement.humans.includes(step.human);
        });
    const matching = state.held.items.filter((held) => mayBe(matchesCall(step.subject, held.call)));
    const waiting = matching.filter(asks);
    const held =
        waiting.filter(({ approvals }) => !approvals.some((given) => given.human === step.human)).at(-1) ??
        waiting.at(-1);
    if (!held) {
        const why =
            matching.length > 0
                ? `the held call does not wait for ${human}`
                : `no call of ${step.subject.text} is held at this point`;
        return failed(step, state, `${capital(why)}.`);
    }
    const lasts = step.kind === 'approve' ? step.lasts : undefined;
    const offered = choicesOf(policy, held.requirements, step.human);
    if (lasts !== undefined && !offered.includes(lasts)) {
        const choices = offered.map((one) => `\`${lastingText(one)}\``).join(', ');
        const why = choices === '' ? 'no rule lets the person choose' : `the rules offer ${choices}`;
        return failed(step, state, `${capital(human)} cannot choose \`${lastingText(lasts)}\`: ${why}.`);
    }
    const after = advance(policy, state, { kind: step.kind, id: held.id, human: step.human, lasts });
    return {
        result: passed(step, `${human} ${step.kind === 'approve' ? 'approves' : 'refuses'} it.`),
        replayed: {
            kind: step.kind,
            call: held.call,
            human: step.human,
            ...(lasts !== undefined && { lasts }),
            before: state,
            after
        },
        after
    };
}
