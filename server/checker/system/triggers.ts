/** `after F` of a claim, in the form that the search reads. */
import { triggerIn } from '../questions/parts.js';
import { evaluate } from '../../model/conditions/evaluate.js';
import type { Arguments, Condition } from '../../model/policy/policy.js';
import type { Memory } from '../../model/session/session.js';
import { mayBe } from '../../model/policy/truth.js';
import { NO_CALL, situationOf } from './situations.js';
import type { Slice } from '../reductions/slice.js';

/**
 * The condition over the monitors of the search; undefined for a claim without it. Keys that the claim is about have
 * the given values; for others, any value counts.
 */
export function triggerOf({ question, grounding, policy }: Slice, keys: Arguments = {}): Condition | undefined {
    const trigger = triggerIn(question);
    const anyOf = (monitor: number): Condition => ({
        op: 'or',
        args: grounding.allOf(monitor).map((instance) => ({ op: 'monitor', monitor: instance }))
    });
    return (
        trigger &&
        grounding.resolve(trigger, undefined, (monitor) => {
            const names = (policy.monitors[monitor]!.keys ?? []).map((key) => (key.term === 'param' ? key.name : ''));
            return names.every((name) => name in keys)
                ? grounding.resolve({ op: 'monitor', monitor }, { ...NO_CALL, args: keys }, anyOf)
                : anyOf(monitor);
        })
    );
}

/** True if the trigger is or may be true, for some agent at some time of day. */
export function isTriggered({ ground, moments }: Slice, memory: Memory, trigger: Condition): boolean {
    return ground.agents.some((_, agent) =>
        moments.some((args) => mayBe(evaluate(ground, trigger, situationOf({ ...NO_CALL, agent, args }, memory))))
    );
}
