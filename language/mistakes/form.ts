/** A form that the language does not have. */
export interface Form {
    /**
     * Matches the form where it stands in a line, with enough text around it to include every place where it causes an
     * error. The group `mark`, if there is one, is the part that is wrong.
     */
    readonly written: RegExp;
    /** True if the form can be read, and only names in it are unknown; otherwise it only explains a syntax error. */
    readonly isAboutNames?: true;
    /** The form to write instead, in one or two sentences; `$1` stands for a group of `written`. */
    readonly says: string;
    /**
     * The text to write in place of the wrong part; undefined if it depends on what was meant. A function returns the
     * empty text if the form is not a mistake after all.
     */
    readonly instead?: string | ((groups: readonly string[], names: Names) => string | undefined);
}

/** The names that a form may need, such as the only human of a policy. */
export interface Names {
    readonly humans: readonly string[];
    readonly agents: readonly string[];
    /** The constants of the session. */
    readonly constants: readonly string[];
    /** The parameters of all tools. */
    readonly parameters: readonly string[];
    /** True for a word of the language. */
    readonly isWord: (word: string) => boolean;
}
