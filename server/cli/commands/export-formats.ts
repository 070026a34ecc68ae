export const EXPORT_FORMATS = ['promela', 'tla', 'itf', 'json', 'dot', 'mermaid', 'cedar'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
