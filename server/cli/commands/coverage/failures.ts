/** The conditions that can fail a run of `guardrail coverage`. */
export const FAILURES = ['unserved', 'unproved', 'unspoken'] as const;
export type Failure = (typeof FAILURES)[number];
