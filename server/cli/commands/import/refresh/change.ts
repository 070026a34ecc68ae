/** The differences between a server's current tool and the inventory. */
import type { CstNode } from 'langium';

export const CHANGES = {
    added: 'GR960',
    gone: 'GR961',
    effect: 'GR962',
    parameter: 'GR963',
    description: 'GR964',
    contradiction: 'GR965',
    other: 'GR966',
    unpinned: 'GR967'
} as const;

export interface Change {
    readonly code: (typeof CHANGES)[keyof typeof CHANGES];
    /** The change in one sentence. */
    readonly message: string;
    /** The element that the change concerns. */
    readonly node: CstNode;
}

/** Replaces a part of the text; for an insertion the part is empty. */
export interface Edit {
    readonly start: number;
    readonly end: number;
    readonly text: string;
}

export interface RefreshResult {
    readonly changes: readonly Change[];
    /** The edits in any order, without overlaps. */
    readonly edits: readonly Edit[];
}

export function applied(text: string, edits: readonly Edit[]): string {
    return [...edits]
        .sort((a, b) => b.start - a.start || b.end - a.end)
        .reduce((result, { start, end, text: part }) => result.slice(0, start) + part + result.slice(end), text);
}
