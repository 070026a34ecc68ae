/** The requests to the threads of a check, and their reports; the answer is the checked file. */
import type { Progress } from '../../../checker/check.js';
import type { FileOptions } from './checked-file.js';

export interface Order {
    /** The absolute path of the file. */
    readonly path: string;
    /** The options, which are the same in every order of a run. */
    readonly options: FileOptions;
}

export type Report =
    | { readonly kind: 'text'; readonly uri: string; readonly text: string }
    | { readonly kind: 'progress'; readonly progress: Progress };
