/** A form that other languages have and this one does not. */
export interface Form {
    /**
     * Matches the form within a line, with enough text around it to include every place where it causes an error. The
     * group `mark`, if there is one, is the part that is wrong.
     */
    readonly written: RegExp;
    /** True if the form can be parsed and only names in it are unknown; false if it only explains a syntax error. */
    readonly isAboutNames?: true;
    /** The advice on what to write instead, in one or two sentences; `$1` refers to a group of `written`. */
    readonly says: string;
    /**
     * The text to write in place of the wrong part; undefined if it depends on the author's intention. A function
     * returns the empty text if the form is not a mistake after all.
     */
    readonly instead?: string | ((groups: readonly string[], names: Names) => string | undefined);
}

/** The names that a suggestion may need, such as the only human of a policy. */
export interface Names {
    readonly humans: readonly string[];
    readonly agents: readonly string[];
    readonly labels: readonly string[];
    /** The constants of the session. */
    readonly constants: readonly string[];
    /** The parameters of all tools. */
    readonly parameters: readonly string[];
    /** True for a word of the language. */
    readonly isWord: (word: string) => boolean;
}
