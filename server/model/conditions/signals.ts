/** Reads the values of signals: values from outside that are read once for each decision and arguments. */
import type { Policy, Reading, Value } from '../policy/policy.js';
import { misfit, sameValue } from '../values/values.js';

/** The readings without those that are not of the signal's type, which cannot be read (M3). */
export function readableReadings(policy: Policy, readings: readonly Reading[]): readonly Reading[] {
    if (readings.length === 0) {
        return readings;
    }
    return readings.map((reading) => {
        const { value, ...unread } = reading;
        const type = policy.signals?.[reading.signal]?.type;
        return type && value !== undefined && misfit(type, value) === undefined ? reading : unread;
    });
}

/**
 * The reading for these arguments, or else the reading for all arguments; undefined if the signal has no readable
 * value.
 *
 * @param isOfResult true if the query is about a result, so that only readings that came with the answer count
 */
export function readSignal(
    signal: number,
    args: readonly Value[],
    readings: readonly Reading[] = [],
    isOfResult = false
): Value | undefined {
    const own = readings.filter((reading) => reading.signal === signal && (isOfResult || reading.ofResult !== true));
    const reading =
        own.find(({ args: of }) => of?.every((value, position) => sameValue(value, args[position]))) ??
        own.find(({ args: of }) => of === undefined);
    return reading?.value;
}
