/** Matches an event with the monitors of a policy. */
import { isReleased, keyedValue } from './matching.js';
import type { Policy } from '../policy/policy.js';
import { relevantMonitors } from '../memory/affected-parts.js';
import type { HistoryEvent, Memory } from '../memory/memory.js';
import { FALSE, mayBe, type Truth } from '../policy/truth.js';

/** Truth values for one monitor and one caller: the event is an E, and the event is an F. */
export interface EventValue {
    readonly e: Truth;
    readonly f: Truth;
    /** For a monitor with keys: the key whose history E and F belong to; absent: every key. */
    readonly eKey?: string | undefined;
    readonly fKey?: string | undefined;
    /** Their effect on the histories of all other keys; absent: none. */
    readonly eElse?: Truth;
    readonly fElse?: Truth;
}

/** For each monitor and caller; undefined where the event is neither for any caller. */
export function eventValues(
    policy: Policy,
    event: HistoryEvent,
    memory: Memory
): (readonly EventValue[] | undefined)[] {
    const all = new Array<readonly EventValue[] | undefined>(policy.monitors.length).fill(undefined);
    for (const index of relevantMonitors(policy, event)) {
        const monitor = policy.monitors[index]!;
        const callers = monitor.perAgent && monitor.kind !== 'last is' ? policy.agents.length : 1;
        const values: EventValue[] = [];
        let isAny = monitor.kind === 'last is' && isReleased(event);
        for (let caller = 0; caller < callers; caller++) {
            const [e, eKey, eElse = FALSE] = keyedValue(policy, monitor.event, event, caller, memory);
            const [f, fKey, fElse = FALSE] = keyedValue(policy, monitor.from, event, caller, memory);
            isAny ||= mayBe(e) || mayBe(f);
            values.push(
                monitor.keys || mayBe(eElse) || mayBe(fElse)
                    ? {
                          e,
                          f,
                          ...(monitor.keys && { eKey, fKey }),
                          ...(mayBe(eElse) && { eElse }),
                          ...(mayBe(fElse) && { fElse })
                      }
                    : { e, f }
            );
        }
        all[index] = isAny ? values : undefined;
    }
    return all;
}
