/** What the threads of a check are asked and report; the answer is the checked file. */
import type { Progress } from '../../../checker/check.js';
import type { FileOptions } from './checked-file.js';

export interface Order {
    /** Of the file, absolute. */
    readonly path: string;
    /** The same in every order of a run. */
    readonly options: FileOptions;
}

export type Report =
    | { readonly kind: 'text'; readonly uri: string; readonly text: string }
    | { readonly kind: 'progress'; readonly progress: Progress };
