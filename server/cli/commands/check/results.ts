import type { CheckedFile } from './checked-file.js';

/** The results that already exist, and the store for those of this run. */
export interface Results {
    /** The result for a file, if a check would give it again. */
    find(path: string): KnownResult | undefined;
    /** True if some result of an earlier run was used. */
    readonly wasUsed: boolean;
    keep(path: string, checked: CheckedFile): void;
    /** Called after the run; `now` is in milliseconds. */
    prune?(now: number): void;
}

export interface KnownResult {
    readonly checked: CheckedFile;
    /** The texts of the files that a report can show. */
    readonly texts: ReadonlyMap<string, string>;
}
