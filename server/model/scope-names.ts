/**
 * What a search may have tried only a part of, by the names under which an author accepts it (docs/language/claims.md,
 * "In scope").
 */
export const SCOPE_NAMES = ['values', 'counts', 'times', 'holds', 'overlaps', 'sessions'] as const;

export type ScopeName = (typeof SCOPE_NAMES)[number];
