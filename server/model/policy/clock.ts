/**
 * The clock of a policy (M13): the date, the day and the time of an instant in a time zone. Instants are whole seconds
 * since 1970 in UTC, without leap seconds. The rules of the time zone come from the platform's `Intl`.
 *
 * A range of times or dates includes its start and excludes its end. A range of days includes both ends: days are
 * counted as whole units, and `mon..fri` means five days.
 */
export interface Clock {
    /** The date, as `YYYY-MM-DD`. */
    readonly date: string;
    /** The day of the week: 0 is Monday, 6 is Sunday. */
    readonly day: number;
    /**
     * The time on a wall clock, in seconds after midnight: 0 to 86399, even on a day of 23 or 25 hours, on which the
     * clock jumps.
     */
    readonly second: number;
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** A unit of the calendar. A week begins on Monday. */
export type Period = 'day' | 'week' | 'month';

/** True if an instant is a whole second within the years 1 to 9999 in every time zone. */
export function hasClock(epochSeconds: number): boolean {
    return Number.isInteger(epochSeconds) && epochSeconds >= FIRST && epochSeconds <= LAST;
}

/** Throws a RangeError if there is no such zone, or if the instant is not within the years 1 to 9999. */
export function clockAt(epochSeconds: number, timezone: string): Clock {
    if (!hasClock(epochSeconds)) {
        throw new RangeError(`${epochSeconds} is not a whole second of the years 1 to 9999.`);
    }
    const local = epochSeconds + zoneOf(timezone).offsetAt(epochSeconds);
    const date = Math.floor(local / DAY);
    return { date: dateText(date), day: modulo(date + THURSDAY, 7), second: modulo(local, DAY) };
}

/** The first date of the period that an instant belongs to, which names the period. Throws as `clockAt` does. */
export function periodAt(epochSeconds: number, timezone: string, period: Period): string {
    const { date, day } = clockAt(epochSeconds, timezone);
    switch (period) {
        case 'day':
            return date;
        case 'week':
            return dateText(parseDate(date)! - day);
        case 'month':
            return `${date.slice(0, 7)}-01`;
    }
}

/** Writes `mon 2026-01-05 10:00`, with seconds if they are not zero. */
export function clockText({ date, day, second }: Clock): string {
    const shown = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
    const time = shown.map((part) => String(part).padStart(2, '0')).join(':');
    return `${WEEKDAYS[day]!} ${date} ${time.replace(/:00$/, '')}`;
}

/** True if the name is in the platform's IANA database, ignoring case. */
export function isTimezone(name: string): boolean {
    try {
        return zoneOf(name) !== undefined;
    } catch {
        return false;
    }
}

/**
 * Creates a range of times from two texts `HH:MM`. If the end is before the start, the range spans midnight:
 * `22:00..06:00`. `00:00..24:00` is the whole day, and a range that ends where it starts is empty. Throws a RangeError
 * for an invalid time.
 */
export function isTimeIn({ second }: Clock, from: string, to: string): boolean {
    return isBetween(second, known(parseClockTime(from), from) * 60, known(parseClockTime(to), to) * 60);
}

/**
 * Creates a range of days that includes both ends: `mon..fri` is five days, `sat..mon` wraps past Sunday, and
 * `mon..mon` is one day.
 */
export function isDayIn({ day }: Clock, from: Weekday, to: Weekday): boolean {
    const [first, last] = [WEEKDAYS.indexOf(from), WEEKDAYS.indexOf(to)];
    return modulo(day - first, 7) <= modulo(last - first, 7);
}

/**
 * Creates a range of dates from two texts `YYYY-MM-DD`, without its end: `2026-01-01..2026-02-01` is January. A range
 * that ends at or before its start is empty. Both must be valid dates.
 */
export function isDateIn({ date }: Clock, from: string, to: string): boolean {
    return from <= date && date < to;
}

/**
 * The minute of the day of `HH:MM`, from 0 to 1440 (`24:00`, for the end of a range); undefined if the text is not a
 * time.
 */
export function parseClockTime(text: string): number | undefined {
    const [, hour, minute] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text) ?? [];
    const minutes = Number(hour) * 60 + Number(minute);
    return minutes <= 1440 ? minutes : undefined;
}

/** The number of days from 1970-01-01 to `YYYY-MM-DD`; undefined if the text is not a day of the years 1 to 9999. */
export function parseDate(text: string): number | undefined {
    const days = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) / (DAY * 1000) : NaN;
    // Some platforms read 2026-02-30 as March 2.
    return Number.isNaN(days) || text < '0001' || dateText(days) !== text ? undefined : days;
}

/** The day of the week for a name, from 0 to 6; undefined if the name is not a day. */
export function parseDay(text: string): number | undefined {
    const day = (WEEKDAYS as readonly string[]).indexOf(text);
    return day < 0 ? undefined : day;
}

const DAY = 86_400;
/** The range is one day shorter at either end, so that the local date is within these years too. */
const FIRST = -62_135_596_800 + DAY;
const LAST = 253_402_300_799 - DAY;
/** The day of the week of 1970-01-01. */
const THURSDAY = 3;

function modulo(value: number, by: number): number {
    return ((value % by) + by) % by;
}

function isBetween(value: number, from: number, to: number): boolean {
    return from <= to ? from <= value && value < to : from <= value || value < to;
}

function known(minutes: number | undefined, text: string): number {
    if (minutes === undefined) {
        throw new RangeError(`"${text}" is not a time of day.`);
    }
    return minutes;
}

/**
 * A date, counted in days since 1970-01-01. The latest date is cached, because the next query is usually for the same
 * date.
 */
function dateText(days: number): string {
    if (days !== lastDate.days) {
        lastDate = { days, text: new Date(days * DAY * 1000).toISOString().slice(0, 10) };
    }
    return lastDate.text;
}

let lastDate = { days: 0, text: '1970-01-01' };

function zoneOf(name: string): Zone {
    let zone = zones.get(name);
    if (!zone) {
        // `+01:00` and `Etc/GMT-1` are equivalent to Intl, but the former is not a name.
        if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(name)) {
            throw new RangeError(`"${name}" is not a time zone.`);
        }
        zone = new Zone(name);
        zones.set(name, zone);
    }
    return zone;
}

const zones = new Map<string, Zone>();

/** A day in UTC: the instant at which the offset changes, the offset before it, and the offset from it on. */
interface Span {
    readonly before: number;
    readonly change: number;
    readonly after: number;
}

class Zone {
    private readonly format: Intl.DateTimeFormat;
    private readonly spans = new Map<number, Span>();

    constructor(timeZone: string) {
        this.format = new Intl.DateTimeFormat('en-US', {
            timeZone,
            calendar: 'gregory',
            numberingSystem: 'latn',
            hourCycle: 'h23',
            era: 'short',
            year: 'numeric',
            month: 'numeric',
            day: 'numeric',
            hour: 'numeric',
            minute: 'numeric',
            second: 'numeric'
        });
    }

    /** The number of seconds to add to UTC. */
    offsetAt(epochSeconds: number): number {
        const index = Math.floor(epochSeconds / DAY);
        let span = this.spans.get(index);
        if (!span) {
            if (this.spans.size >= MOST_SPANS) {
                this.spans.clear();
            }
            span = this.spanFrom(index * DAY);
            this.spans.set(index, span);
        }
        return epochSeconds < span.change ? span.before : span.after;
    }

    /** The span of a day; no zone has ever changed twice within a day. */
    private spanFrom(start: number): Span {
        const [before, after] = [this.readOffset(start), this.readOffset(start + DAY)];
        if (before === after) {
            return { before, change: Infinity, after };
        }
        let [low, high] = [start, start + DAY];
        while (high - low > 1) {
            const middle = Math.floor((low + high) / 2);
            [low, high] = this.readOffset(middle) === before ? [middle, high] : [low, middle];
        }
        return { before, change: high, after };
    }

    private readOffset(epochSeconds: number): number {
        const parts = new Map(this.format.formatToParts(epochSeconds * 1000).map(({ type, value }) => [type, value]));
        const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
        const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
        const local = new Date(0);
        local.setUTCFullYear(year, part('month') - 1, part('day'));
        local.setUTCHours(part('hour'), part('minute'), part('second'));
        return local.getTime() / 1000 - epochSeconds;
    }
}

/** The maximum number of cached days, which is enough for several years of one zone. */
const MOST_SPANS = 2_000;
