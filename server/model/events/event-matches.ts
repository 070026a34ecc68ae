/** Matches an event with the monitors of a policy. */
import { isReleased, keyedValue } from './matching.js';
import type { Policy } from '../policy/policy.js';
import { relevantMonitors } from '../memory/affected-parts.js';
import type { HistoryEvent, Memory } from '../memory/memory.js';
import { FALSE, mayBe, type Truth } from '../policy/truth.js';

/** The truth values, for one monitor and one caller, of the event being an E and an F. */
export interface EventValue {
    readonly e: Truth;
    readonly f: Truth;
    /** The key whose history E and F belong to, for a monitor with keys; undefined if they belong to every key. */
    readonly eKey?: string | undefined;
    readonly fKey?: string | undefined;
    /** The effect on the histories of all other keys; undefined if there is none. */
    readonly eElse?: Truth;
    readonly fElse?: Truth;
}

/** For each monitor and caller, the truth values; undefined if the event is neither E nor F for any caller. */
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
