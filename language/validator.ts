import type { AstNode, LangiumDocument, ParseResult, ValidationOptions } from 'langium';
import { AstUtils, DefaultDocumentValidator, DocumentValidator } from 'langium';
import type { Diagnostic } from 'vscode-languageserver-types';
import * as ast from './generated/ast.js';
import { nameOwner } from './scopes.js';

/** Gives Langium's own diagnostics the codes and words of the language. */
export class GuardrailDocumentValidator extends DefaultDocumentValidator {
    protected override processLexingErrors(
        parseResult: ParseResult,
        diagnostics: Diagnostic[],
        options: ValidationOptions
    ): void {
        const from = diagnostics.length;
        super.processLexingErrors(parseResult, diagnostics, options);
        for (const diagnostic of diagnostics.slice(from)) {
            diagnostic.code = 'GR101';
            const unexpected = /unexpected character: ->(.)<-/su.exec(messageOf(diagnostic));
            if (unexpected) {
                diagnostic.message =
                    unexpected[1] === '"'
                        ? 'This text has no closing quote on its line.'
                        : `The character ${JSON.stringify(unexpected[1])} has no meaning here.`;
            }
        }
    }

    protected override processParsingErrors(
        parseResult: ParseResult,
        diagnostics: Diagnostic[],
        options: ValidationOptions
    ): void {
        const from = diagnostics.length;
        super.processParsingErrors(parseResult, diagnostics, options);
        // The parser reports one place again when it tries to go on from there; the first message knows more.
        const places = new Set<string>();
        for (const diagnostic of diagnostics.splice(from)) {
            const place = JSON.stringify(diagnostic.range.start);
            if (!places.has(place)) {
                places.add(place);
                diagnostics.push({ ...diagnostic, code: 'GR102' });
            }
        }
    }

    /**
     * Names that a broken text left empty are not reported: the syntax error says enough.
     */
    protected override processLinkingErrors(
        document: LangiumDocument,
        diagnostics: Diagnostic[],
        _options: ValidationOptions
    ): void {
        for (const reference of document.references) {
            const error = reference.error;
            if (error?.info.reference.$refText && !isCascade(error.info.container)) {
                const type = this.referenceType(error.info.container, error.info.property);
                const diagnostic = this.toDiagnostic('error', error.message, {
                    node: error.info.container,
                    ...(reference.$refNode && { range: reference.$refNode.range }),
                    property: error.info.property,
                    ...(error.info.index !== undefined && { index: error.info.index }),
                    data: {
                        code: DocumentValidator.LinkingError,
                        containerType: error.info.container.$type,
                        property: error.info.property,
                        refText: error.info.reference.$refText
                    }
                });
                diagnostic.code = LINK_CODES[type] ?? 'GR200';
                diagnostics.push(diagnostic);
            }
        }
    }

    private referenceType(container: AstNode, property: string): string {
        return new ast.GuardrailAstReflection().getReferenceType({
            container,
            property,
            reference: { $refText: '', ref: undefined }
        });
    }
}

/**
 * A parameter of a tool that is not known itself; and an argument of a scenario's call, which may try one that the
 * tool does not have (GR306).
 */
function isCascade(container: AstNode): boolean {
    if (ast.isCallArgument(container)) {
        return true;
    }
    const namesParameter = ast.isReference(container) || ast.isGiven(container) || ast.isEventArgument(container);
    const owner = namesParameter ? nameOwner(container) : undefined;
    return (
        owner?.kind === 'call' &&
        owner.events.some(
            ({ selector }) =>
                selector && AstUtils.streamAst(selector).some((node) => ast.isToolSelector(node) && node.target.error)
        )
    );
}

function messageOf(diagnostic: Diagnostic): string {
    return typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
}

const LINK_CODES: { readonly [type: string]: string } = {
    [ast.Tool.$type]: 'GR201',
    [ast.ToolOrGroup.$type]: 'GR201',
    [ast.Param.$type]: 'GR202',
    [ast.Referable.$type]: 'GR202',
    [ast.Label.$type]: 'GR203',
    [ast.Agent.$type]: 'GR204',
    [ast.Human.$type]: 'GR205',
    [ast.Trait.$type]: 'GR206'
};
