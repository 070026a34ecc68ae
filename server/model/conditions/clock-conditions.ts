/** Evaluates conditions on the clock of the policy's time zone (M13). */
import type { Clock } from '../policy/clock.js';
import { clockAt, isDateIn, isDayIn, isTimeIn, periodAt } from '../policy/clock.js';
import type { Condition, Term } from '../policy/policy.js';
import type { Truth } from '../policy/truth.js';
import { truth, UNKNOWN } from '../policy/truth.js';

export type ClockCondition = Extract<Condition, { op: 'time in' | 'day in' | 'date in' }>;

/**
 * The value of the condition; unknown if the clock cannot be read.
 * @param epoch the number of seconds since 1970-01-01T00:00Z
 */
export function asksClock(condition: ClockCondition, timezone: string | undefined, epoch: number | undefined): Truth {
    const clock = timezone === undefined || epoch === undefined ? undefined : readClock(epoch, timezone);
    if (!clock) {
        return UNKNOWN;
    }
    switch (condition.op) {
        case 'time in':
            return truth(isTimeIn(clock, condition.from, condition.to));
        case 'day in':
            return truth(isDayIn(clock, condition.from, condition.to));
        case 'date in':
            return truth(isDateIn(clock, condition.from, condition.to));
    }
}

/**
 * The name of the period of the calendar; undefined if the clock cannot be read.
 * @param epoch the number of seconds since 1970-01-01T00:00Z
 */
export function readPeriod(
    { unit, timezone }: Term & { term: 'period' },
    epoch: number | undefined
): string | undefined {
    return epoch === undefined || !readClock(epoch, timezone) ? undefined : periodAt(epoch, timezone, unit);
}

/** Undefined for a zone that the platform does not support, and outside of the years 1 to 9999. */
function readClock(epoch: number, timezone: string): Clock | undefined {
    try {
        return clockAt(epoch, timezone);
    } catch {
        return undefined;
    }
}
