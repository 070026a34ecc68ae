/**
 * The events since a held call was submitted. Its own view of the history (M4) is built from them when it is decided
 * again.
 */
import type { HistoryEvent, Memory } from './memory.js';

/** An end of a history, linked to the events after it. Events before the oldest end in use are garbage-collected. */
export class EventLog {
    #next: { readonly event: HistoryEvent; readonly log: EventLog } | undefined;

    /** The end after one more event; undefined if the history already continued with another event. */
    append(event: HistoryEvent): EventLog | undefined {
        if (this.#next) {
            return undefined;
        }
        const log = new EventLog();
        this.#next = { event, log };
        return log;
    }

    /** The events from here to a later end; undefined if the other end is not later. */
    until(end: EventLog): HistoryEvent[] | undefined {
        const events: HistoryEvent[] = [];
        // oxlint-disable-next-line typescript/no-this-alias -- the loop continues with other ends
        let log: EventLog = this;
        while (log !== end) {
            if (!log.#next) {
                return undefined;
            }
            events.push(log.#next.event);
            log = log.#next.log;
        }
        return events;
    }
}

/** The settled memory of a held call without the call's own attempt, as of an end of the history. */
export interface View {
    readonly memory: Memory;
    readonly at: EventLog;
    /** The same memory, as of a later end. */
    later?: { readonly memory: Memory; readonly at: EventLog };
}
