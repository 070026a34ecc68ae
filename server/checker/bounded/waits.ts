/** How long it is worth waiting: until something that a window reads is just young, or just old. */
import type { Place } from './key.js';

/** More instants than this are not tried from one state. */
const MAX_WAITS = 24;
/** With more windows than this their differences are not tried. */
const MAX_DIFFERENCES = 4;

/** Instants after `now`, the earliest first; `isCut` if there were more. */
export function waitsFrom(
    places: readonly Place[],
    windows: readonly number[],
    now: number
): { readonly instants: readonly number[]; readonly isCut: boolean } {
    const found = new Set<number>();
    const add = (instant: number): void => {
        if (instant > now) {
            found.add(instant);
        }
    };
    const differences = windows.length <= MAX_DIFFERENCES ? differencesOf(windows) : [];
    for (const { at, windows: own } of places) {
        own.forEach((window) => {
            add(at + window);
            add(at + window + 1);
        });
        differences.forEach((difference) => add(at + difference));
    }
    const instants = [...found].sort((a, b) => a - b);
    return { instants: instants.slice(0, MAX_WAITS), isCut: instants.length > MAX_WAITS };
}

/** So that of two windows the one can still be open when the other has just ended. */
function differencesOf(windows: readonly number[]): number[] {
    return windows.flatMap((longer) => windows.flatMap((shorter) => (longer > shorter ? [longer + 1 - shorter] : [])));
}
