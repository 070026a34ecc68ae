/** A quick fix or a refactoring, before it is converted to a code action of the protocol. */
import type { CancellationToken, CodeActionKind, Command } from 'vscode-languageserver';
import type { Edit } from '../../../text-edits/edit.js';
import type { Place } from './place.js';

/** A file that does not exist yet. */
export interface NewFile {
    readonly uri: string;
    readonly content: string;
}

export type Changes = readonly (Edit | NewFile)[];

export interface Proposal {
    /** An imperative title, with names in backquotes. */
    readonly title: string;
    /** A function if it takes long: it is called when the author chooses the action, and may find nothing to do. */
    readonly changes?: Changes | ((token: CancellationToken) => Promise<Changes | undefined>);
    /** The preferred one: applied by "fix this" without a choice. At most one for a diagnostic. */
    readonly isPreferred?: boolean;
    /** Preserves the meaning, so that `source.fixAll` may apply it automatically. */
    readonly isSafe?: boolean;
    readonly command?: Command;
}

/** Refactorings are registered in `refactor/index.ts`. */
export interface Refactoring {
    readonly kind: CodeActionKind;
    /** The actions for the selection, or for the cursor, which is an empty selection. */
    propose(place: Place): readonly Proposal[] | Promise<readonly Proposal[]>;
}
