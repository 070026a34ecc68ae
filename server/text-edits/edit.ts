import type { Range } from 'vscode-languageserver-types';

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
