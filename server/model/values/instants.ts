/** Reads texts that name an instant. The rules of the time zone come from the platform's `Intl` (`policy/clock.ts`). */
import { clockAt, hasClock, parseDate } from '../policy/clock.js';

/**
 * The instant in seconds since 1970-01-01T00:00Z, to the millisecond. The text is a date and time with an offset, as RFC 3339 and
 * JSON Schema's `date-time` write it, or a date, which is its start in the time zone. Undefined for any other text: a time
 * without an offset is read differently by different programs.
 */
export function instantOf(text: string, timezone: string): number | undefined {
    const days = parseDate(text);
    return days === undefined ? dateTimeOf(text) : startOfDay(text, days, timezone);
}

function dateTimeOf(text: string): number | undefined {
    const [, date = '', time = '', fraction = '', sign, hours, minutes] =
        /^(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d+)?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/.exec(
            text
        ) ?? [];
    if (parseDate(date) === undefined) {
        return undefined;
    }
    const offset = sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 3600 + Number(minutes) * 60);
    const seconds = Date.parse(`${date}T${time}Z`) / 1000 - offset;
    const milliseconds = Number(fraction.slice(1, 4).padEnd(3, '0'));
    return hasClock(seconds) ? (seconds * 1000 + milliseconds) / 1000 : undefined;
}

/** The first second of the date, which is not midnight where the clock jumps over it. */
function startOfDay(date: string, days: number, timezone: string): number | undefined {
    let [before, from] = [days * DAY - DAY, days * DAY + DAY];
    if (!hasClock(before) || !hasClock(from)) {
        return undefined;
    }
    while (from - before > 1) {
        const middle = Math.floor((before + from) / 2);
        if (clockAt(middle, timezone).date < date) {
            before = middle;
        } else {
            from = middle;
        }
    }
    return from;
}

const DAY = 86_400;
