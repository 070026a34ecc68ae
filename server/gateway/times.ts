/** Reads the times that events give. */
import { GuardrailError } from './errors.js';
import { shown } from './event-shape.js';

/** The number of seconds by which a time may be before the latest one of its session; the latest one then counts. */
export const TOLERANCE = 60;

/** One day from either end of the years 1 to 9999, so that every local date is within them too. */
const [FIRST, LAST] = [Date.parse('0001-01-02T00:00:00Z'), Date.parse('9999-12-31T00:00:00Z')];

/** A time zone is required: without one, a text would mean a different time on each machine. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)$/i;

/** Milliseconds since 1970. Throws a `GuardrailError` GR936 for a value that is not a time in the years 1 to 9999. */
export function millisecondsOf(time: unknown): number {
    const milliseconds =
        typeof time === 'number' ? time : typeof time === 'string' && ISO.test(time) ? parsed(time) : NaN;
    if (!(milliseconds >= FIRST && milliseconds <= LAST)) {
        throw new GuardrailError('GR936', `the time ${typeof time === 'number' ? time : shown(time)} cannot be read`);
    }
    return milliseconds;
}

/** Throws a `GuardrailError` GR936 for a value that is not a number of seconds. */
export function assertSeconds(name: string, value: unknown): void {
    if (typeof value !== 'number' || !(value >= 0 && value < Infinity)) {
        throw new GuardrailError('GR936', `\`${name}\` is not a number of seconds`);
    }
}

function parsed(text: string): number {
    // `+01` and `+0100` are valid ISO 8601 too, but `Date.parse` need not support them.
    return Date.parse(
        text
            .replace(',', '.')
            .replace(/([+-]\d\d):?(\d\d)?$/, (_, hours: string, minutes = '00') => `${hours}:${minutes}`)
    );
}
