/**
 * Changes the text of a policy tentatively: the text is parsed again, linked, validated and lowered, including its
 * imports.
 */
import type { FileSystemProvider, Grammar, LangiumDocument } from 'langium';
import { URI } from 'langium';
import type * as ast from '../../language/generated/ast.js';
import { lower } from '../../language/lower/index.js';
import { createGuardrailServices } from '../../language/module.js';
import type { Policy } from '../model/policy/policy.js';
import type { EditedText, Replacement } from './change.js';
import { applied } from './change.js';

export class PolicyEditor {
    private constructor(
        private readonly services: ReturnType<typeof createGuardrailServices>,
        /** The current text with its syntax tree. */
        readonly original: EditedText,
        readonly uri: string
    ) {}

    /**
     * Opens the policy in a separate workspace, so that tentative changes are not visible elsewhere.
     *
     * @param files the source of imported files
     */
    static async open(uri: string, text: string, files: FileSystemProvider): Promise<PolicyEditor> {
        const services = createGuardrailServices({ fileSystemProvider: () => files });
        const document = await built(services, uri, text);
        return new PolicyEditor(services, { file: document.parseResult.value, text }, uri);
    }

    get grammar(): Grammar {
        return this.services.guardrail.Grammar;
    }

    /** A rule that is not in the policy, without links; undefined if the text is not a rule. */
    parsedRule(text: string): ast.Rule | undefined {
        const { value, parserErrors } = this.services.guardrail.parser.LangiumParser.parse<ast.Rule>(text, {
            rule: 'Rule'
        });
        return parserErrors.length === 0 ? value : undefined;
    }

    /** Undefined if the changed text is not a valid policy. */
    async policyWith(replacements: readonly Replacement[]): Promise<Policy | undefined> {
        return (await this.read(applied(this.original.text, replacements))).policy;
    }

    /** Replaces the original text. There is no policy if the text has errors, which are in its diagnostics. */
    async read(
        text: string
    ): Promise<{ readonly document: LangiumDocument<ast.PolicyFile>; readonly policy?: Policy }> {
        const document = await built(this.services, this.uri, text);
        const isWrong = document.diagnostics?.some(({ severity }) => severity === 1) ?? false;
        return isWrong
            ? { document }
            : { document, policy: lower(document.parseResult.value, this.services.guardrail) };
    }
}

async function built(
    { shared }: ReturnType<typeof createGuardrailServices>,
    at: string,
    text: string
): Promise<LangiumDocument<ast.PolicyFile>> {
    const { LangiumDocuments, LangiumDocumentFactory, DocumentBuilder } = shared.workspace;
    const uri = URI.parse(at);
    if (LangiumDocuments.hasDocument(uri)) {
        LangiumDocuments.deleteDocument(uri);
    }
    const document = LangiumDocumentFactory.fromString<ast.PolicyFile>(text, uri);
    LangiumDocuments.addDocument(document);
    await DocumentBuilder.build([document], { validation: true });
    return document;
}
