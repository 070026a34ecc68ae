import type {
    AstNode,
    Cancellation,
    LangiumDocument,
    LangiumDocumentFactory,
    LangiumSharedCoreServices,
    Mutable
} from 'langium';
import { DefaultLangiumDocumentFactory, DocumentState } from 'langium';
import type { PolicyFile } from '../generated/ast.js';
import { GuardrailLinker } from '../linking/linker.js';
import { QuickParser } from '../parser/quick-parser.js';
import { GuardrailLexer } from '../parser/tokens.js';
import { isDeclaration } from '../names/visible.js';
import { keepGathered } from '../files/gathered.js';
import { reparse } from './reparse.js';

/**
 * Updates a document after an edit: the parts that the edit does not concern keep their nodes and the meaning of their
 * names.
 */
export class IncrementalDocumentFactory extends DefaultLangiumDocumentFactory implements LangiumDocumentFactory {
    private readonly registry: LangiumSharedCoreServices['ServiceRegistry'];

    constructor(services: LangiumSharedCoreServices) {
        super(services);
        this.registry = services.ServiceRegistry;
    }

    /** Updates the document like Langium's factory, but keeps its unchanged statements where possible. */
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
        const isSame = document.parseResult.value.$cstNode?.root.fullText === text;
        const isKept = !isSame && this.updateStatements(document, text);
        if (!isKept) {
            // The same text is built again because of a change elsewhere, such as in a package.
            this.registry.getServices(document.uri).references.Linker.unlink(document);
        }
        if (!isSame && !isKept) {
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
        const before = document.parseResult.value;
        const read = reparse(document.parseResult, text, LangiumParser, Lexer);
        if (!read) {
            return false;
        }
        const { value, parserErrors, lexerErrors, removed, added } = read;
        if ([...removed, ...added].some(isDeclaration)) {
            Linker.unlink(document);
        } else {
            Linker.forget(document, removed);
            keepGathered(before as PolicyFile, value, removed, added);
        }
        document.parseResult = { value, parserErrors, lexerErrors, lexerReport: { diagnostics: [] } };
        own(value, document);
        return true;
    }
}

function own(root: Mutable<AstNode>, document: LangiumDocument): void {
    root.$document = document;
}
