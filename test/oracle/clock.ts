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
