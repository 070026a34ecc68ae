/** The formats of logs that `guardrail replay` reads. */
export const TRACE_FORMATS = ['jsonl', 'mcp', 'openai', 'anthropic', 'agentdojo', 'otel'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];
