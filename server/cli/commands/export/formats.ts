export const EXPORT_FORMATS = ['promela', 'tla', 'itf', 'json', 'dot', 'mermaid', 'cedar', 'dogwood'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
