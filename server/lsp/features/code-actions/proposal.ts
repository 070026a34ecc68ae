/** A quick fix or a refactoring, before it is converted to a code action of the protocol. */
import type { CancellationToken, CodeActionKind, Command } from 'vscode-languageserver';
import type { Edit } from '../../../../language/edits/edit.js';
import type { Place } from './place.js';

/** A file that does not exist yet. */
export interface NewFile {
    readonly uri: string;
    readonly content: string;
}

export type Changes = readonly (Edit | NewFile)[];

export interface Proposal {
    /** A title in the imperative, with names in backquotes. */
    readonly title: string;
    /**
     * The changes. They are a function if computing them takes long: it is called when the author chooses the action,
     * and may find nothing to do.
     */
    readonly changes?: Changes | ((token: CancellationToken) => Promise<Changes | undefined>);
    /** True for the preferred proposal, which "fix this" applies without a choice; at most one for a diagnostic. */
    readonly isPreferred?: boolean;
    /** True if the proposal preserves the meaning, so that `source.fixAll` may apply it automatically. */
    readonly isSafe?: boolean;
    readonly command?: Command;
}

/** A refactoring, which `refactor/index.ts` lists. */
export interface Refactoring {
    readonly kind: CodeActionKind;
    /** The actions for the selection, or for the cursor, which is an empty selection. */
    propose(place: Place): readonly Proposal[] | Promise<readonly Proposal[]>;
}
