/**
 * The clock, as far as conditions on it can distinguish instants: the start times of sessions, and the waits that
 * matter.
 */
import { asksClock, type ClockCondition } from '../../model/conditions/clock-conditions.js';
import { clockAt, hasClock, parseClockTime, parseDate, type Period, WEEKDAYS } from '../../model/policy/clock.js';
import type { Policy } from '../../model/policy/policy.js';
import { instantOf } from '../traces/shown-clock.js';
import { limitOf } from '../limits/limits.js';
import type { NamedScope } from '../limits/scopes.js';

const DAY = 86_400;
/** The number of the day 5 January 2026, a Monday. */
const MONDAY = 20_458;
/** The number of the day 1 February 2026. */
const MONTH = 20_485;

/** The conditions on the clock, and the periods of the calendar for which history is kept. */
export interface ClockReads {
    readonly clock: readonly ClockCondition[];
    readonly periods: ReadonlySet<Period>;
    /** The instants with which `now` is compared, in seconds since 1970-01-01T00:00Z. */
    readonly moments?: readonly number[];
}

export class ClockChanges {
    readonly scopes: readonly NamedScope[];
    /** Seconds of the day at which some time range begins or ends. */
    private readonly seconds: readonly number[];
    /** Days since 1970-01-01 at which some date range begins or ends. */
    private readonly dates: readonly number[];
    /** Days of the week at which some range of days begins, or that follow the end of one; 0 is Monday. */
    private readonly days: ReadonlySet<number>;
    private readonly periods: ReadonlySet<Period>;
    /** The instants with which `now` is compared, earliest first. */
    private readonly moments: readonly number[];
    /** True if the time of day, the day or the date matters. */
    private readonly isCalendar: boolean;

    private readonly conditions: readonly ClockCondition[];

    private constructor(
        private readonly zone: string,
        { clock: conditions, periods, moments = [] }: ClockReads
    ) {
        this.conditions = conditions;
        this.periods = periods;
        this.moments = [...new Set(moments)].sort((a, b) => a - b);
        this.isCalendar = conditions.length > 0 || periods.size > 0;
        const times = conditions.flatMap((one) => (one.op === 'time in' ? [one.from, one.to] : []));
        const dates = conditions.flatMap((one) => (one.op === 'date in' ? [one.from, one.to] : []));
        const days = conditions.flatMap((one) =>
            one.op === 'day in' ? [WEEKDAYS.indexOf(one.from), (WEEKDAYS.indexOf(one.to) + 1) % 7] : []
        );
        this.seconds = [...new Set([0, ...times.map((time) => ((parseClockTime(time) ?? 0) * 60) % DAY)])];
        this.dates = [...new Set(dates.flatMap((date) => parseDate(date) ?? []))];
        this.days = new Set(periods.has('week') ? [...days, 0] : days);
        this.scopes = [
            ...(this.isCalendar || this.moments.length > 0 ? [AT_THE_TIMES] : []),
            ...(this.isCalendar ? [NO_CHANGE] : [])
        ];
    }

    /** For a policy that does not read the clock. */
    static readonly NONE = new ClockChanges('UTC', { clock: [], periods: new Set() });

    /** The changes of the clock that a policy can distinguish, which are none without a time zone. */
    static of({ timezone }: Pick<Policy, 'timezone'>, reads: ClockReads): ClockChanges {
        return timezone === undefined ? ClockChanges.NONE : new ClockChanges(timezone, reads);
    }

    get isRead(): boolean {
        return this.scopes.length > 0;
    }

    /**
     * Instants before and at each boundary of the conditions on the clock, and before, at and after each moment with which
     * `now` is compared, in seconds since 1970-01-01T00:00Z.
     */
    starts(): number[] {
        const around = this.aroundMoments();
        if (!this.isCalendar) {
            return around.slice(0, limitOf('clockStarts'));
        }
        const week =
            this.days.size > 0 ? [...this.days].flatMap((day) => [MONDAY + day, MONDAY + day + 7 - 1]) : [MONDAY];
        const dates = this.periods.has('month') ? [...this.dates, MONTH] : this.dates;
        const days = dates.length > 0 ? dates.flatMap((date) => [date - 1, date]) : week;
        const changes = this.changesOn([...new Set(days)].sort((a, b) => a - b));
        return [...new Set([...changes, ...around])].slice(0, limitOf('clockStarts'));
    }

    /** One start for each combination of values that the conditions on the clock have then. */
    startsOfEachKind(): number[] {
        const kinds = new Map<string, number>();
        for (const at of this.starts()) {
            const values = this.conditions.map((condition) => asksClock(condition, this.zone, at));
            const kind = [...values, this.passed(at)].join();
            kinds.set(kind, kinds.get(kind) ?? at);
        }
        return [...kinds.values()];
    }

    /** The boundaries that come next after a moment. */
    after(epoch: number): number[] {
        const ahead = this.aroundMoments().filter((instant) => instant > epoch);
        const moments = ahead.slice(0, limitOf('clockWaits'));
        return this.isCalendar ? sorted([...this.calendarAfter(epoch), ...moments]) : moments;
    }

    private calendarAfter(epoch: number): number[] {
        const today = Math.floor(parseDate(clockAt(epoch, this.zone).date)!);
        const near = [today, today + 1];
        const turns = Array.from({ length: 7 }, (_, ahead) => today + ahead).filter((day) =>
            this.days.has((((day - MONDAY) % 7) + 7) % 7)
        );
        const months = this.periods.has('month') ? [monthAfter(today)] : [];
        const days = [...new Set([...near, ...turns, ...months, ...this.dates])].sort((a, b) => a - b);
        return this.changesOn(days)
            .filter((instant) => instant > epoch)
            .slice(0, limitOf('clockWaits'));
    }

    /**
     * The properties by which conditions distinguish instants: the second of the week, and the day while some date lies
     * ahead or the history is kept for periods of the calendar; and the moments that have passed.
     */
    key(epoch: number): unknown {
        const passed = this.passed(epoch);
        return this.isCalendar ? [...this.calendarKey(epoch), passed] : passed;
    }

    private passed(epoch: number): number {
        return this.moments.filter((at) => at < epoch).length + (this.moments.includes(epoch) ? 0.5 : 0);
    }

    private calendarKey(epoch: number): unknown[] {
        const { date, day, second } = clockAt(epoch, this.zone);
        const last = Math.max(...this.dates, -Infinity);
        return [day, second, this.periods.size > 0 || parseDate(date)! <= last ? date : ''];
    }

    private changesOn(days: readonly number[]): number[] {
        const instants = days.flatMap((day) =>
            this.seconds.flatMap((second) => {
                const at = instantOf(day, second, this.zone);
                return at === undefined ? [] : [at - 1, at];
            })
        );
        return sorted(instants);
    }

    /** Whole seconds before, at and after each moment. */
    private aroundMoments(): number[] {
        const { moments } = this;
        return sorted(moments.flatMap((at) => [Math.ceil(at) - 1, Math.ceil(at), Math.floor(at) + 1])).filter(hasClock);
    }
}

function sorted(instants: readonly number[]): number[] {
    return [...new Set(instants)].sort((a, b) => a - b);
}

/** The first day of the month after a day, both counted since 1970-01-01. */
function monthAfter(day: number): number {
    const date = new Date(day * DAY * 1000);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / (DAY * 1000);
}

const AT_THE_TIMES: NamedScope =
    'sessions start, and time passes, just before and at the times that the clock is compared with (times)';
const NO_CHANGE: NamedScope = 'no week has a change of the clocks to or from summer time (times)';
