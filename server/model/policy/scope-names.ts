/** The scopes of a search, by the names under which an author accepts them (docs/language/claims.md, "In scope"). */
export const SCOPE_NAMES = ['values', 'counts', 'times', 'holds', 'overlaps', 'sessions'] as const;

export type ScopeName = (typeof SCOPE_NAMES)[number];
