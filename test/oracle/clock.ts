/** The clock of a policy (M13), by the platform's own formatting. */
export interface Shown {
    /** The time, such as `13:05`. */
    readonly time: string;
    /** The day, such as `mon`. */
    readonly day: string;
    /** The date, such as `2026-01-31`. */
    readonly date: string;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function shown(epoch: number, timezone: string): Shown {
    const parts = new Intl.DateTimeFormat('en-US', {
        timeZone: timezone,
        hourCycle: 'h23',
        weekday: 'short',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit'
    }).formatToParts(new Date(epoch * 1000));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '';
    return {
        time: `${part('hour')}:${part('minute')}`,
        day: part('weekday').toLowerCase(),
        date: `${part('year')}-${part('month')}-${part('day')}`
    };
}

/** The first date of the day, week or month: weeks begin on Monday. */
export function firstDate(unit: 'day' | 'week' | 'month', { date }: Shown): string {
    const [year, month, day] = date.split('-').map(Number) as [number, number, number];
    let first = new Date(Date.UTC(year, month - 1, unit === 'month' ? 1 : day));
    while (unit === 'week' && first.getUTCDay() !== 1) {
        first = new Date(first.getTime() - 86_400_000);
    }
    return first.toISOString().slice(0, 10);
}

/**
 * True if the text is in the range. The start is included, the end is excluded, and the range may wrap. Texts of this
 * form sort in time order.
 */
export function isTimeIn(time: string, from: string, to: string): boolean {
    return from <= to ? from <= time && time < to : from <= time || time < to;
}

/** True if the day is in the range. Both ends are included, and the range may wrap. */
export function isDayIn(day: string, from: string, to: string): boolean {
    for (let at = DAYS.indexOf(from); ; at = (at + 1) % DAYS.length) {
        if (DAYS[at] === day) {
            return true;
        }
        if (DAYS[at] === to) {
            return false;
        }
    }
}

export function isDateIn(date: string, from: string, to: string): boolean {
    return from <= date && date < to;
}

/** The second that a text names, by the platform's own reading of dates; a date is its first second in the time zone. */
export function instant(text: string, timezone: string): number | undefined {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) {
        const noon = Date.parse(`${text}T12:00:00Z`) / 1000;
        if (Number.isNaN(noon) || !new Date(noon * 1000).toISOString().startsWith(text)) {
            return undefined;
        }
        const quarters = [...Array(4 * 60).keys()].map((index) => noon - 30 * 3600 + 900 * index);
        return quarters.find((second) => shown(second, timezone).date === text);
    }
    const [, day = '', hour = '', zone = ''] =
        /^(\d{4}-\d\d-\d\d)T(\d\d):\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
    const isDay =
        new Date(`${day}T00:00:00Z`).getTime() > -Infinity &&
        new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
    const millisecond = Date.parse(text);
    return isDay && Number(hour) < 24 && zone !== '' && !Number.isNaN(millisecond) ? millisecond / 1000 : undefined;
}
