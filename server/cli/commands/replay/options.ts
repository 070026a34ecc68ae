/** The options of `guardrail replay`. The definition of the command loads this file, and no code of the command. */

/** The formats of logs that `guardrail replay` reads. */
export const TRACE_FORMATS = ['jsonl', 'mcp', 'openai', 'anthropic', 'agentdojo', 'otel'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/**
 * The outcomes that fail a replay: a call that the policy does not allow or a broken claim; broken claims only;
 * nothing.
 */
export const FAIL_ON = ['stopped', 'broken', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

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
