/**
 * The phases of the clock in the policy's time zone: a phase is the combination of values that all conditions on the
 * clock have at some instant. The search walks through the local days, and splits each where the zone's offset changes
 * and where a condition names a time of day. A phase therefore exists exactly if some instant has it, even in a skipped
 * or repeated hour.
 */
import type { ClockCondition } from '../../../model/conditions/clock-conditions.js';
import { asksClock } from '../../../model/conditions/clock-conditions.js';
import { clockAt, parseClockTime, parseDate } from '../../../model/policy/clock.js';
import { mustBe } from '../../../model/policy/truth.js';

const DAY = 86_400;
const HOUR = 3_600;
/** A Monday. Sessions start on this date or later if conditions name no date. */
const FIRST_DATE = '2026-01-05';
/** The clock can be read in the years 1 to 9999. */
const EARLIEST = parseDate('0001-01-03')!;
const LATEST = parseDate('9999-12-29')!;
/** The number of days after which the search has certainly seen a week without a clock change. */
const ENOUGH = 21;

/** Consecutive instants of one phase: `from` is included, `until` excluded. */
interface Stretch {
    readonly from: number;
    readonly to: number;
    readonly phase: number;
}

export class Phases {
    /** For each phase, the value of each condition in it. */
    private readonly said: (readonly boolean[])[] = [];
    private readonly keys = new Map<string, number>();
    private readonly days = new Map<number, readonly Stretch[]>();
    /** Seconds of the local day at which some time range begins or ends. */
    private readonly seconds: readonly number[];
    /** Local days, since 1970-01-01, at which some date range begins or ends. */
    private readonly dates: readonly number[];
    /** The first local day of the search. */
    private readonly first: number;

    constructor(
        private readonly zone: string,
        private readonly conditions: readonly ClockCondition[]
    ) {
        const times = conditions.flatMap((one) => (one.op === 'time in' ? [one.from, one.to] : []));
        const dates = conditions.flatMap((one) => (one.op === 'date in' ? [one.from, one.to] : []));
        const named = times.flatMap((time) => (parseClockTime(time) ?? 0) * 60);
        this.seconds = distinct([0, ...named, DAY]);
        this.dates = distinct(dates.flatMap((date) => parseDate(date) ?? []));
        this.first = this.dates.length > 0 ? Math.max(EARLIEST, this.dates[0]! - ENOUGH) : parseDate(FIRST_DATE)!;
        for (const begin of [this.first, ...this.dates]) {
            const next = this.dates.find((date) => date > begin) ?? Infinity;
            for (let day = begin; day < Math.min(begin + ENOUGH, next); day++) {
                this.stretchesOf(day);
            }
        }
    }

    get count(): number {
        return this.said.length;
    }

    /** True if some condition names a date, which does not recur. */
    get isDated(): boolean {
        return this.dates.length > 0;
    }

    /** The phases in which the condition is true. */
    of(condition: ClockCondition): number[] {
        const at = this.conditions.findIndex((other) => JSON.stringify(other) === JSON.stringify(condition));
        return this.said.flatMap((said, phase) => (said[at] ? [phase] : []));
    }

    /** The second since 1970-01-01T00:00Z before which no session shown starts. */
    get start(): number {
        return this.stretchesOf(this.first)[0]?.from ?? 0;
    }

    /** The first instant of the phase at or after `from`; undefined if the phase does not recur. */
    next(phase: number, from: number): number | undefined {
        const today = parseDate(clockAt(from, this.zone).date)!;
        for (const begin of [today, ...this.dates.filter((date) => date > today)]) {
            for (let day = begin; day < begin + ENOUGH; day++) {
                const found = this.stretchesOf(day).find((one) => one.phase === phase && one.to > from);
                if (found) {
                    return Math.max(from, found.from);
                }
            }
        }
        return undefined;
    }

    private stretchesOf(day: number): readonly Stretch[] {
        let stretches = this.days.get(day);
        if (!stretches) {
            stretches = day < EARLIEST || day > LATEST ? [] : this.divide(day);
            this.days.set(day, stretches);
        }
        return stretches;
    }

    private divide(day: number): Stretch[] {
        return piecesOf(day, this.zone).flatMap(({ from, to, offset }) => {
            const midnight = day * DAY - offset;
            return this.seconds.slice(1).flatMap((end, index): Stretch[] => {
                const begin = Math.max(from, midnight + this.seconds[index]!);
                const until = Math.min(to, midnight + end);
                return begin < until ? [{ from: begin, to: until, phase: this.phaseAt(begin) }] : [];
            });
        });
    }

    private phaseAt(instant: number): number {
        const said = this.conditions.map((condition) => mustBe(asksClock(condition, this.zone, instant)));
        const key = said.map(Number).join('');
        let phase = this.keys.get(key);
        if (phase === undefined) {
            phase = this.said.push(said) - 1;
            this.keys.set(key, phase);
        }
        return phase;
    }
}

/** The instants of a local day, in order, as intervals with a constant offset: `local = instant + offset`. */
function piecesOf(
    day: number,
    zone: string
): { readonly from: number; readonly to: number; readonly offset: number }[] {
    const pieces: { from: number; to: number; offset: number }[] = [];
    // The offset of a zone from UTC is at most 15 hours.
    for (let from = day * DAY - 15 * HOUR; from < (day + 1) * DAY + 15 * HOUR;) {
        const offset = offsetAt(from, zone);
        const to = changeAfter(from, offset, (day + 1) * DAY + 15 * HOUR, zone);
        const begin = Math.max(from, day * DAY - offset);
        const end = Math.min(to, (day + 1) * DAY - offset);
        if (begin < end) {
            pieces.push({ from: begin, to: end, offset });
        }
        from = to;
    }
    return pieces;
}

/**
 * The first instant after it with another offset, or the limit. Offsets that last less than six hours may be missed.
 */
function changeAfter(from: number, offset: number, limit: number, zone: string): number {
    let same = from;
    while (same < limit && offsetAt(Math.min(same + 6 * HOUR, limit), zone) === offset) {
        same += 6 * HOUR;
    }
    if (same >= limit) {
        return limit;
    }
    let other = Math.min(same + 6 * HOUR, limit);
    while (other - same > 1) {
        const middle = Math.floor((same + other) / 2);
        if (offsetAt(middle, zone) === offset) {
            same = middle;
        } else {
            other = middle;
        }
    }
    return other;
}

function offsetAt(instant: number, zone: string): number {
    const { date, second } = clockAt(instant, zone);
    return parseDate(date)! * DAY + second - instant;
}

function distinct(values: readonly number[]): number[] {
    return [...new Set(values)].sort((a, b) => a - b);
}
