/** A quick fix or a refactoring, before it is converted to a code action of the protocol. */
import type { CodeActionKind, Command } from 'vscode-languageserver';
import type { Fix } from '../../../../language/edits/edit.js';
import type { Place } from './place.js';

export interface Proposal extends Fix {
    readonly command?: Command;
}

/** A refactoring, which `refactor/index.ts` lists. */
export interface Refactoring {
    readonly kind: CodeActionKind;
    /** The actions for the selection, or for the cursor, which is an empty selection. */
    propose(place: Place): readonly Proposal[] | Promise<readonly Proposal[]>;
}
