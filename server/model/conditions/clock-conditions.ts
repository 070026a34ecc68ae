/** Evaluates conditions on the clock of the policy's time zone (M13). */
import type { Clock } from '../policy/clock.js';
import { clockAt, isDateIn, isDayIn, isTimeIn } from '../policy/clock.js';
import type { Condition } from '../policy/policy.js';
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

/** Undefined for a zone that the platform does not support, and outside of the years 1 to 9999. */
function readClock(epoch: number, timezone: string): Clock | undefined {
    try {
        return clockAt(epoch, timezone);
    } catch {
        return undefined;
    }
}
