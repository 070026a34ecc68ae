import type { AstNode, Cancellation } from 'langium';
import type { Diagnostic, Range } from 'vscode-languageserver-types';
import type { Problem } from './place.js';

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

/** A file that does not exist yet. */
export interface NewFile {
    readonly uri: string;
    readonly content: string;
}

export type Changes = readonly (Edit | NewFile)[];

/** A repair of a problem. */
export interface Fix {
    /** A title in the imperative, with names in backquotes. */
    readonly title: string;
    /**
     * The changes. They are a function if computing them takes long: it is called when the author chooses the action,
     * and may find nothing to do.
     */
    readonly changes?: Changes | ((token: Cancellation.CancellationToken) => Promise<Changes | undefined>);
    /** Renames a declaration wherever it is named, in addition to the changes. */
    readonly rename?: { readonly node: AstNode; readonly to: string };
    /** True for a fix that "fix this" applies without a choice; of several, the first one. */
    readonly isPreferred?: boolean;
    /** True if the fix preserves the meaning, so that `--fix` and `source.fixAll` may apply it automatically. */
    readonly isSafe?: boolean;
}

/** A fix with one change, which is preferred. */
export function obvious(title: string, ...changes: Edit[]): Fix & { readonly changes: Edit[] } {
    return { title, changes, isPreferred: true };
}

/** The maximum number of names or values that are offered one by one. */
export const MOST_OFFERED = 3;

/** Computes the fixes of a problem, the likeliest first, when they are asked for. */
export type Fixes = (problem: Problem) => FoundFixes | Promise<FoundFixes>;

type FoundFixes = readonly (Fix | undefined)[];

interface FixData {
    readonly fixes: Fixes;
}

/**
 * The part of a diagnostic that contains its fixes. They are computed from the tree when somebody asks for them: most
 * diagnostics are gone before.
 */
export function withFixes(fixes: Fixes): { readonly data: FixData } {
    return { data: { fixes } };
}

/** True if the diagnostic contains its fixes. */
export function hasFixes({ data }: Diagnostic): boolean {
    return isFixData(data);
}

/** The fixes that the diagnostic contains. */
export async function fixesOf(problem: Problem): Promise<Fix[]> {
    const data: unknown = problem.diagnostic.data;
    const found = isFixData(data) ? await data.fixes(problem) : [];
    return found.filter((fix) => fix !== undefined);
}

function isFixData(data: unknown): data is FixData {
    return typeof data === 'object' && data !== null && 'fixes' in data;
}
