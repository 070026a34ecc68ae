/** Places and problems of the editor, which knows more than their text. */
import type { LangiumDocument } from 'langium';
import type { Diagnostic } from 'vscode-languageserver';
import * as fixes from '../../../text-edits/place.js';
import type { PolicyKnowledge } from '../../check/policy-knowledge.js';
import type { GuardrailLspServices } from '../../module.js';

export class Place extends fixes.Place<GuardrailLspServices> {}

export class Problem extends fixes.Problem<GuardrailLspServices> {
    constructor(
        document: LangiumDocument,
        diagnostic: Diagnostic,
        services: GuardrailLspServices,
        /** The state of the policy at the time of a diagnostic that reports a result of the checker. */
        readonly known?: PolicyKnowledge
    ) {
        super(document, diagnostic, services);
    }
}
