export const EXPORT_FORMATS = ['promela', 'tla', 'itf', 'dot', 'mermaid'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
