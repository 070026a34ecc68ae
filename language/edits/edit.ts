import type { Diagnostic, Range } from 'vscode-languageserver-types';

/** A change of a file. Lines end in `\n`; the file's own line endings are restored later. */
export interface Edit {
    readonly uri: string;
    /** The range; empty for an insertion. */
    readonly range: Range;
    /**
     * The new text. `${1:text}` is a placeholder, for clients that support snippets in edits; others get only `text`. A
     * literal `$` is written `\$`, but only in a text with placeholders: see `hasPlaces`.
     */
    readonly text: string;
    readonly hasPlaces?: boolean;
    /** Set if the author has to review and confirm the change before it is made. */
    readonly confirmation?: Confirmation;
}

export interface Confirmation {
    /** A label for the change. */
    readonly label: string;
    /** A description of what else it does. */
    readonly description: string;
    /** The confirmation of a change that no title announced: a client that cannot ask the author must not apply it. */
    readonly isRequired: boolean;
}

/** A repair of a problem, which the validation that finds the problem adds to its diagnostic. */
export interface DiagnosticFix {
    /** A title in the imperative, with names in backquotes. */
    readonly title: string;
    readonly edits: readonly Edit[];
    /** True for the preferred fix of the diagnostic; at most one. */
    readonly isPreferred: boolean;
}

interface FixData {
    readonly fixes: readonly DiagnosticFix[];
}

/** The part of a diagnostic that contains its only fix. */
export function withFix(title: string, ...edits: readonly Edit[]): { readonly data: FixData } {
    return withFixes({ title, edits, isPreferred: true });
}

export function withFixes(...fixes: readonly DiagnosticFix[]): { readonly data: FixData } {
    return { data: { fixes } };
}

/** The fixes of a diagnostic; undefined if its validation adds none. */
export function fixesIn({ data }: Diagnostic): readonly DiagnosticFix[] | undefined {
    return typeof data === 'object' && data !== null && 'fixes' in data ? (data as FixData).fixes : undefined;
}
