import type { TraceFormat } from './formats/names.js';

export interface ReplayOptions {
    /** The names of the policy and the log. */
    readonly policyName: string;
    readonly traceName: string;
    /** Undefined if it is detected from the first value. */
    readonly traceFormat?: TraceFormat;
    /** The calling agent of calls for which the log does not name one. */
    readonly agent?: string;
    /** Maps tool names in the log to those of the policy. */
    readonly map: ReadonlyMap<string, string>;
    readonly unmarked: 'success' | 'unknown';
    readonly onProgress?: (progress: ReplayProgress) => void;
}

export interface ReplayProgress {
    readonly bytes: number;
    readonly size?: number;
    readonly events: number;
    readonly calls: number;
}
