/** Describes places and problems in the editor, with more information than their text. */
import type { LangiumDocument } from 'langium';
import type { CodeActionKind, Diagnostic } from 'vscode-languageserver';
import type { Fix } from '../../../../language/edits/edit.js';
import * as fixes from '../../../../language/edits/place.js';
import type { PolicyKnowledge } from '../../check/policy-knowledge.js';
import type { CheckingServices } from '../../check/services.js';
import type { RepairServices } from '../../repair/service.js';
import type { LanguageServices } from '../../services.js';

/** The services that fixes and refactorings use. */
export type CodeActionServices = LanguageServices & CheckingServices & RepairServices;

export class Place extends fixes.Place<LanguageServices> {}

export class Problem extends fixes.Problem<CodeActionServices> {
    constructor(
        document: LangiumDocument,
        diagnostic: Diagnostic,
        services: CodeActionServices,
        /** The state of the policy at the time of a diagnostic that reports a result of the checker. */
        readonly known?: PolicyKnowledge
    ) {
        super(document, diagnostic, services);
    }
}

/** A refactoring, which `refactor/index.ts` lists. */
export interface Refactoring {
    readonly kind: CodeActionKind;
    /** The actions for the selection, or for the cursor, which is an empty selection. */
    propose(place: Place): readonly Fix[] | Promise<readonly Fix[]>;
}
