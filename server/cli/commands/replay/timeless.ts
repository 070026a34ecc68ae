/**
 * A policy as it decides sessions without times (M3). How long ago something happened is unknown there: what a window asks
 * is at most what it asks without one, and perhaps not so; what is counted within one is perhaps nothing.
 */
import { rewritten } from '../../../checker/conditions/rewrite.js';
import type { Condition, Monitor, Policy, Recorder } from '../../../model/policy/policy.js';
import { UNKNOWN } from '../../../model/policy/truth.js';

const PERHAPS: Condition = { op: 'constant', value: UNKNOWN };

/** The policy itself, if it never asks how long something is ago. */
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

/** True if what the policy asks has to do with time at all. */
export function asksTime(policy: Policy): boolean {
    return withoutTimes(policy) !== policy || /"op":"(time|day|date) in"/.test(JSON.stringify(policy));
}

function perhapsCounted<T extends Monitor | Recorder>(kept: T): T {
    if (kept.window === undefined) {
        return kept;
    }
    const { window: _, ...others } = kept;
    const isCounted = kept.kind === 'count' || kept.kind === 'total' || kept.kind === 'distinct';
    const event = isCounted ? { ...kept.event, where: { op: 'and', args: [kept.event.where, PERHAPS] } } : kept.event;
    return { ...others, event } as T;
}
