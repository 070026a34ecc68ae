/** `at mon 10:00` in a scenario: when the clock of the policy's time zone shows this. */
import type { Clock } from '../model/clock.js';
import { clockAt, parseClockTime, parseDate, WEEKDAYS } from '../model/clock.js';
import type { Policy, ScenarioStep } from '../model/policy.js';

type AtStep = ScenarioStep & { readonly kind: 'at' };

/** Where a scenario names no date its clock starts in this week: Monday, 5 January 2026. */
const FIRST_DATE = '2026-01-05';

const DAY = 86_400;
const HOUR = 3_600;

/**
 * Seconds since 1970-01-01T00:00Z at which the clock next shows it; the moment itself if it shows that already. The
 * first `at` of a scenario has nothing to wait from: it sets the clock. Undefined if the clock never shows it again.
 */
export function nextShown(policy: Policy, now: number | undefined, step: AtStep): number | undefined {
    const zone = policy.timezone ?? 'UTC';
    const minute = parseClockTime(step.time);
    if (minute === undefined) {
        return undefined;
    }
    const from = now === undefined ? undefined : clockAt(now, zone);
    if (now !== undefined && from && isOn(from, step) && Math.floor(from.second / 60) === minute) {
        return now;
    }
    const first = parseDate(step.date ?? from?.date ?? FIRST_DATE);
    // A week and a day holds every day of the week twice, so that one may lack the time when the clocks change.
    const days =
        first === undefined ? [] : Array.from({ length: step.date === undefined ? 15 : 1 }, (_, day) => first + day);
    for (const day of days) {
        const found = instantOf(day, minute * 60, zone);
        // When the clocks go back an hour is shown twice.
        for (const at of found === undefined ? [] : [found - HOUR, found]) {
            const shown = clockAt(at, zone);
            const isMeant = Math.floor(shown.second / 60) === minute && isOn(shown, step);
            if (isMeant && (now === undefined || at >= now)) {
                return at;
            }
        }
    }
    return undefined;
}

function isOn({ day, date }: Clock, step: AtStep): boolean {
    return (step.day === undefined || WEEKDAYS[day] === step.day) && (step.date === undefined || step.date === date);
}

/** The instant at which the zone's clock shows this second of the day (days since 1970-01-01); undefined where it jumps over it. */
export function instantOf(day: number, second: number, zone: string): number | undefined {
    const wanted = day * DAY + second;
    // The offset of a zone a day away may differ, so that the first guess may be off by one change of the clocks.
    let at = wanted;
    for (let attempt = 0; attempt < 3; attempt++) {
        const shown = clockAt(at, zone);
        const difference = wanted - (parseDate(shown.date)! * DAY + shown.second);
        if (difference === 0) {
            return at;
        }
        at += difference;
    }
    return undefined;
}
