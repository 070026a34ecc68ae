/** The names of the report formats; `registry.ts` has the implementations for `guardrail check`. */

/** The names of the reports of `guardrail repair`. */
export const REPORT_FORMATS = ['pretty', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The names of the reports of `guardrail diff`. */
export const DIFF_FORMATS = ['pretty', 'json', 'markdown'] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** The names of the reports of `guardrail check`. */
export const CHECK_FORMATS = ['pretty', 'compact', 'json', 'sarif', 'junit', 'github', 'markdown', 'html'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** The names of the reports of `guardrail coverage`. */
export const COVERAGE_FORMATS = ['pretty', 'markdown', 'html', 'json'] as const;
export type CoverageFormat = (typeof COVERAGE_FORMATS)[number];

/** The conditions that can fail a run of `guardrail coverage`. */
export const FAILURES = ['unserved', 'unproved', 'unspoken'] as const;
export type Failure = (typeof FAILURES)[number];

export const EXPORT_FORMATS = ['promela', 'tla', 'itf', 'json', 'dot', 'mermaid', 'cedar', 'dogwood'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
