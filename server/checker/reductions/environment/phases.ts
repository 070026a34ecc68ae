/**
 * The phases of the clock in the policy's time zone: a phase is the value of all conditions on the clock at some
 * instant. The local days are walked one by one, each cut where the zone's offset changes and where a time of the day
 * is named, so that a phase exists exactly if some instant has it: neither a skipped hour nor a repeated one is missed.
 */
import type { ClockCondition } from '../../../model/conditions/clock-conditions.js';
import { asksClock } from '../../../model/conditions/clock-conditions.js';
import { clockAt, parseClockTime, parseDate } from '../../../model/policy/clock.js';
import { mustBe } from '../../../model/policy/truth.js';

const DAY = 86_400;
const HOUR = 3_600;
/** A Monday: sessions start on this date or later where no condition names a date. */
const FIRST_DATE = '2026-01-05';
/** The clock can be read in the years 1 to 9999. */
const EARLIEST = parseDate('0001-01-03')!;
const LATEST = parseDate('9999-12-29')!;
/** Days after which a week without a change of the clocks has been seen. */
const ENOUGH = 21;

/** Instants of one phase that follow each other: from `from`, until before `to`. */
interface Stretch {
    readonly from: number;
    readonly to: number;
    readonly phase: number;
}

export class Phases {
    /** For each phase what each condition says. */
    private readonly said: (readonly boolean[])[] = [];
    private readonly keys = new Map<string, number>();
    private readonly days = new Map<number, readonly Stretch[]>();
    /** Seconds of the local day at which some time begins or ends. */
    private readonly seconds: readonly number[];
    /** Local days, since 1970-01-01, at which some date begins or ends. */
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

    /** Some condition names a date, which does not come again. */
    get isDated(): boolean {
        return this.dates.length > 0;
    }

    /** The phases in which the condition is so. */
    of(condition: ClockCondition): number[] {
        const at = this.conditions.findIndex((other) => JSON.stringify(other) === JSON.stringify(condition));
        return this.said.flatMap((said, phase) => (said[at] ? [phase] : []));
    }

    /** Seconds since 1970-01-01T00:00Z: no session that is shown starts earlier. */
    get start(): number {
        return this.stretchesOf(this.first)[0]?.from ?? 0;
    }

    /** The first instant of the phase that is not before `from`; undefined if it does not come again. */
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

/** The instants of a local day, in pieces of one offset, in order: `local = instant + offset`. */
function piecesOf(
    day: number,
    zone: string
): { readonly from: number; readonly to: number; readonly offset: number }[] {
    const pieces: { from: number; to: number; offset: number }[] = [];
    // Zones are up to 15 hours away from UTC.
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

/** The first instant with another offset, or the limit. Offsets that last less than six hours are not looked for. */
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
