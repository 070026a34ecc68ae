/** Computes when the clock of the policy's time zone shows the time of `at mon 10:00` in a scenario. */
import type { Clock } from '../../model/policy/clock.js';
import { clockAt, hasClock, parseClockTime, parseDate, WEEKDAYS } from '../../model/policy/clock.js';
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';

type AtStep = ScenarioStep & { readonly kind: 'at' };

/** The date on which the clock of a scenario starts if the scenario names no date: Monday, 5 January 2026. */
const FIRST_DATE = '2026-01-05';

const DAY = 86_400;
const HOUR = 3_600;

/**
 * The number of seconds since 1970-01-01T00:00Z at which the clock next shows the time; the moment itself if the clock
 * already shows it. The first `at` of a scenario sets the clock, since it has nothing to wait from. Undefined if the
 * clock never shows the time again.
 */
export function nextShown(policy: Policy, now: number | undefined, step: AtStep): number | undefined {
    const zone = policy.timezone ?? 'UTC';
    const minute = parseClockTime(step.time);
    if (minute === undefined) {
        return undefined;
    }
    const from = now === undefined || !hasClock(now) ? undefined : clockAt(now, zone);
    if (now !== undefined && from && isOn(from, step) && Math.floor(from.second / 60) === minute) {
        return now;
    }
    const first = parseDate(step.date ?? from?.date ?? FIRST_DATE);
    // In a week and a day, every day of the week occurs at least once more, even if a clock change skips the time on
    // one of them.
    const days =
        first === undefined ? [] : Array.from({ length: step.date === undefined ? 15 : 1 }, (_, day) => first + day);
    for (const day of days) {
        const found = instantsOf(day, minute * 60, zone).find(
            (at) => isOn(clockAt(at, zone), step) && (now === undefined || at >= now)
        );
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

function isOn({ day, date }: Clock, step: AtStep): boolean {
    return (step.day === undefined || WEEKDAYS[day] === step.day) && (step.date === undefined || step.date === date);
}

/**
 * The instants at which the zone's clock shows this second of the day (days since 1970-01-01), earliest first. There
 * are two if the clock goes back over it, and none if the clock jumps over it.
 */
function instantsOf(day: number, second: number, zone: string): number[] {
    const wanted = day * DAY + second;
    const shownAt = (at: number): number => {
        if (!hasClock(at)) {
            return NaN;
        }
        const { date, second: shown } = clockAt(at, zone);
        return parseDate(date)! * DAY + shown;
    };
    // Offsets lie between -12 and +14 hours, so each relevant offset is in force at one of these instants.
    const offsets = [-15 * HOUR, 0, 15 * HOUR].map((hours) => shownAt(wanted + hours) - (wanted + hours));
    const instants = [...new Set(offsets)].map((offset) => wanted - offset);
    return instants.filter((at) => shownAt(at) === wanted).sort((a, b) => a - b);
}

/** The first instant at which the zone's clock shows this second of the day; undefined if the clock jumps over it. */
export function instantOf(day: number, second: number, zone: string): number | undefined {
    return instantsOf(day, second, zone)[0];
}
