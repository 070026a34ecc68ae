import type { CheckedFile } from './checked-file.js';

/** Results that are there already, and where those of this run are kept for others. */
export interface Results {
    /** What was found for a file, if it would be found again. */
    find(path: string): KnownResult | undefined;
    /** Whether some result of an earlier run was used. */
    readonly wasUsed: boolean;
    keep(path: string, checked: CheckedFile): void;
    /** After the run; `now` is in milliseconds. */
    prune?(now: number): void;
}

export interface KnownResult {
    readonly checked: CheckedFile;
    /** Of the files that a report can show. */
    readonly texts: ReadonlyMap<string, string>;
}
