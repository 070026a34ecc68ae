/**
 * Decides sessions without times by a policy (M3). The age of an event is unknown there: a condition with a window is
 * at most as true as without one, and possibly false; a count within a window is possibly zero.
 */
import { rewritten } from '../../../checker/conditions/rewrite.js';
import type { Condition, Monitor, Policy, Recorder } from '../../../model/policy/policy.js';
import { UNKNOWN } from '../../../model/policy/truth.js';

const PERHAPS: Condition = { op: 'constant', value: UNKNOWN };

/** The policy for sessions without times; the same object if none of its conditions reads an age. */
export function withoutTimes(policy: Policy): Policy {
    const { monitors, recorders = [] } = policy;
    const timedMonitors = new Set(monitors.flatMap(({ window }, index) => (window === undefined ? [] : [index])));
    const timedRecorders = new Set(recorders.flatMap(({ window }, index) => (window === undefined ? [] : [index])));
    if (timedMonitors.size + timedRecorders.size === 0) {
        return policy;
    }
    const asked = rewritten(policy, (part) => {
        const isTimed =
            ('op' in part && part.op === 'monitor' && timedMonitors.has(part.monitor)) ||
            ('op' in part && part.op === 'recorded' && timedRecorders.has(part.recorder));
        return isTimed ? { op: 'and', args: [part, PERHAPS] } : undefined;
    });
    return {
        ...asked,
        monitors: asked.monitors.map(perhapsCounted),
        ...(asked.recorders && { recorders: asked.recorders.map(perhapsCounted) })
    };
}

/** True if the policy has any conditions on time. */
export function asksTime(policy: Policy): boolean {
    return withoutTimes(policy) !== policy || /"op":"(time|day|date) in"/.test(JSON.stringify(policy));
}

const COUNTED: ReadonlySet<string> = new Set(['count', 'distinct', 'total', 'total distinct']);

function perhapsCounted<T extends Monitor | Recorder>(kept: T): T {
    if (kept.window === undefined) {
        return kept;
    }
    const { window: _, ...others } = kept;
    const isCounted = COUNTED.has(kept.kind);
    const event = isCounted ? { ...kept.event, where: { op: 'and', args: [kept.event.where, PERHAPS] } } : kept.event;
    return { ...others, event } as T;
}
