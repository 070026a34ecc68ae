import type { Range } from 'vscode-languageserver-types';

/** A change of a file. Lines end in `\n`; the file's own line ends are put in later. */
export interface Edit {
    readonly uri: string;
    /** Empty where something is inserted. */
    readonly range: Range;
    /**
     * The new text. What stands as `${1:text}` is a place to fill in, for clients that understand snippets in edits; others
     * get `text` alone. Another `$` is written `\$`, but only in a text that has such places: see `hasPlaces`.
     */
    readonly text: string;
    readonly hasPlaces?: boolean;
    /** The author is to see and confirm it before it is done. */
    readonly confirmation?: Confirmation;
}

export interface Confirmation {
    /** What the change is. */
    readonly label: string;
    /** What else it does. */
    readonly description: string;
    /** Of a change that no title has told: a client that cannot ask the author must not do it. */
    readonly isRequired: boolean;
}
