/** The reports by name; `registry.ts` has those of a check. */

/** Those of `guardrail repair`. */
export const REPORT_FORMATS = ['pretty', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Those of `guardrail diff`. */
export const DIFF_FORMATS = ['pretty', 'json', 'markdown'] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** Those of `guardrail check`. */
export const CHECK_FORMATS = ['pretty', 'compact', 'json', 'sarif', 'junit', 'github', 'markdown'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];
