/** What the threads of a check say to each other. */
import type { Progress } from '../../checker/check.js';
import type { CheckedFile } from './checked-file.js';

/** A file to check, by its absolute path. */
export interface Order {
    readonly path: string;
}

export type Reply =
    | { readonly kind: 'text'; readonly uri: string; readonly text: string }
    | { readonly kind: 'progress'; readonly progress: Progress }
    /** Of the order; the last that is said of it. */
    | { readonly kind: 'checked'; readonly checked: CheckedFile };
