/** The reports by name. */
export const REPORT_FORMATS = ['pretty', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Those of `guardrail check`. */
export const CHECK_FORMATS = ['pretty', 'compact', 'json'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];
