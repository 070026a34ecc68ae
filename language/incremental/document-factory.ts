import type {
    AstNode,
    Cancellation,
    LangiumDocument,
    LangiumDocumentFactory,
    LangiumSharedCoreServices,
    Mutable
} from 'langium';
import { DefaultLangiumDocumentFactory, DocumentState } from 'langium';
import type { Element } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { GuardrailLinker } from '../linker.js';
import { QuickParser } from '../quick-parser.js';
import { GuardrailLexer } from '../tokens.js';
import { reparse } from './reparse.js';

/** Updates a document after an edit: what the edit does not concern keeps its nodes and the meaning of its names. */
export class IncrementalDocumentFactory extends DefaultLangiumDocumentFactory implements LangiumDocumentFactory {
    private readonly registry: LangiumSharedCoreServices['ServiceRegistry'];

    constructor(services: LangiumSharedCoreServices) {
        super(services);
        this.registry = services.ServiceRegistry;
    }

    /** Like Langium's. */
    override async update<T extends AstNode = AstNode>(
        document: LangiumDocument<T>,
        cancelToken: Cancellation.CancellationToken
    ): Promise<LangiumDocument<T>> {
        const textDocument = this.textDocuments?.get(document.uri.toString());
        const text = await this.getUpdatedText(document, textDocument, cancelToken);
        if (textDocument) {
            Object.defineProperty(document, 'textDocument', { value: textDocument });
        } else {
            Object.defineProperty(document, 'textDocument', { get: this.createTextDocumentGetter(document.uri, text) });
        }
        if (document.parseResult.value.$cstNode?.root.fullText !== text && !this.updateStatements(document, text)) {
            this.registry.getServices(document.uri).references.Linker.unlink(document);
            document.parseResult = await this.parseAsync<T>(document.uri, text, cancelToken);
            own(document.parseResult.value, document);
        }
        document.state = DocumentState.Parsed;
        return document;
    }

    /** False if the text has to be read as a whole. */
    private updateStatements(document: LangiumDocument, text: string): boolean {
        const { parser, references } = this.registry.getServices(document.uri);
        const { LangiumParser, Lexer } = parser;
        const { Linker } = references;
        if (
            !(LangiumParser instanceof QuickParser) ||
            !(Lexer instanceof GuardrailLexer) ||
            !(Linker instanceof GuardrailLinker)
        ) {
            return false;
        }
        const read = reparse(document.parseResult, text, LangiumParser, Lexer);
        if (!read) {
            return false;
        }
        const { value, parserErrors, lexerErrors, removed, added } = read;
        if ([...removed, ...added].some(isDeclaration)) {
            Linker.unlink(document);
        } else {
            Linker.forget(document, removed);
        }
        document.parseResult = { value, parserErrors, lexerErrors, lexerReport: { diagnostics: [] } };
        own(value, document);
        return true;
    }
}

function own(root: Mutable<AstNode>, document: LangiumDocument): void {
    root.$document = document;
}

/** True if a name in another statement may mean it, or depend on it. One that is too broken to have a kind has no name. */
export function isDeclaration(element: Element): boolean {
    return !(
        ast.isRule(element) ||
        ast.isClaim(element) ||
        ast.isUse(element) ||
        ast.isAssumption(element) ||
        ast.isScenario(element) ||
        element.$type === ast.Annotated.$type
    );
}
