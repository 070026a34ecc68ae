/** Finds the waits that matter: until something that a window reads is just inside the window, or just outside. */
import type { Place } from './key.js';
import { limitOf } from '../limits/limits.js';

/** The instants after `now` that matter, earliest first; `isCut` is true if there are more. */
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
    const differences = windows.length <= limitOf('windowDifferences') ? differencesOf(windows) : [];
    for (const { at, windows: own } of places) {
        own.forEach((window) => {
            add(at + window);
            add(at + window + 1);
        });
        differences.forEach((difference) => add(at + difference));
    }
    const instants = [...found].sort((a, b) => a - b);
    const most = limitOf('waits');
    return { instants: instants.slice(0, most), isCut: instants.length > most };
}

/** Waiting for a difference allows one of two windows to be still open when the other has just ended. */
function differencesOf(windows: readonly number[]): number[] {
    return windows.flatMap((longer) => windows.flatMap((shorter) => (longer > shorter ? [longer + 1 - shorter] : [])));
}
