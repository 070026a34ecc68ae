/**
 * Histories that are counted or summed grow without bound. Within the scope of a search, each keeps a limited number of
 * events: more than the number it is compared with, so that both sides of the comparison are reached.
 */
import { matchesEvent } from '../../model/events/matching.js';
import type { Policy, Recorder } from '../../model/policy/policy.js';
import type { HistoryEvent } from '../../model/session/session.js';
import { mayBe } from '../../model/policy/truth.js';
import type { Reach } from '../reductions/cone.js';
import { limitOf } from '../limits/limits.js';
import type { NamedScope } from '../limits/scopes.js';

/** For each bounded recorder, the number of its events. */
export type EventCounts = readonly number[];

export class Bounds {
    readonly scopes = new Set<NamedScope>();
    readonly none: EventCounts;
    private readonly bounded: readonly { readonly recorder: Recorder; readonly most: number }[];

    /**
     * @param counts numbers that counts are compared with
     * @param summands the number of amounts that may be needed to reach the numbers that totals are compared with
     */
    constructor(
        private readonly policy: Policy,
        reach: Reach,
        counts: ReadonlySet<number>,
        summands: number
    ) {
        const most = limitOf('counted');
        const compared = Math.min(most, 1 + Math.max(2, ...[...counts].filter((count) => count < most)));
        const addedUp = Math.min(limitOf('addedUp'), summands);
        this.bounded = [...reach.recorders]
            .map((index) => policy.recorders![index]!)
            .filter((recorder) => isTotal(recorder) || recorder.kind === 'count' || recorder.kind === 'distinct')
            .map((recorder) => ({ recorder, most: isTotal(recorder) ? addedUp : compared }));
        this.none = this.bounded.map(() => 0);
    }

    /** The counts of another session at its start (M19). */
    afterSession(counted: EventCounts): EventCounts {
        return counted.map((events, index) => (this.bounded[index]!.recorder.across ? events : 0));
    }

    /** Undefined if the event would exceed the bound. */
    after(counted: EventCounts, event: HistoryEvent | undefined): EventCounts | undefined {
        if (!event || this.bounded.length === 0) {
            return counted;
        }
        const next = this.bounded.map(({ recorder }, index) => {
            const caller = event.outside === undefined ? event.call.agent : 0;
            return counted[index]! + (mayBe(matchesEvent(this.policy, recorder.event, event, caller)) ? 1 : 0);
        });
        const over = this.bounded.filter(({ most }, index) => next[index]! > most);
        over.forEach(({ recorder, most }) => {
            const verb = isTotal(recorder) ? 'are added up' : 'are counted';
            this.scopes.add(`at most ${most} ${recorder.event.text} ${verb} (counts)`);
        });
        return over.length > 0 ? undefined : next;
    }
}

function isTotal({ kind }: Recorder): boolean {
    return kind === 'total' || kind === 'total distinct';
}
