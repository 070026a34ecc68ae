import type { LangiumDocument } from 'langium';
import type { CompletionProvider, CompletionProviderOptions } from 'langium/lsp';
import type {
    ClientCapabilities,
    CompletionItem,
    CompletionOptions,
    CompletionParams,
    InsertReplaceEdit,
    TextEdit
} from 'vscode-languageserver';
import { CompletionItemKind, CompletionList } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LanguageServices } from '../../services.js';
import { controls } from './annotations.js';
import { cursorContext } from './cursor.js';
import { ExpectationFinder } from './expected.js';
import { packageExports } from '../../../../language/packs/package-exports.js';
import { OWN_SNIPPETS, packageSnippets } from './package-snippets.js';
import { importPaths } from './import-paths.js';
import type { Proposal } from './items.js';
import { isNameSort, SNIPPET_FORMAT } from './items.js';
import { ProposalBuilder } from './proposals.js';
import { statementAt } from './statement.js';

const PATH_KINDS = {
    file: CompletionItemKind.File,
    folder: CompletionItemKind.Folder,
    package: CompletionItemKind.Module
} as const;

/** Matches the text before the path. Without it, the lexer takes the `import` of names for a name. */
const IMPORT = /\bimport\s*(?:\{[^{}"]*\}\s*from\s*)?$/;

interface Span {
    /** The start of the text that an item replaces. */
    readonly start: number;
    readonly cursor: number;
    /** The end of the word at the cursor. */
    readonly end: number;
}

export const COMPLETION_OPTIONS: CompletionOptions = {
    triggerCharacters: ['.', '"', '/', '(', '@', ' '],
    resolveProvider: true
};

/**
 * Matches the text before a space after which a name has to follow. Only there a list appears by itself, because a list
 * at the end of a statement would take the next Enter.
 */
const NEEDS_NAME =
    /(?:\b(?:allow|deny|unless|when|requires?|once|carries|never|possible|then|after|before|since|order|limit|calls|for|by|and|or|not|within|claim)|^\s*(?:allow|claim)\b.*[:,]|->) $/;

/** The characters that end a name, so that typing one of them accepts the chosen name. */
const COMMIT_CHARACTERS = [',', ')'];

/** The index of the item in the latest list, the only list that a client can resolve. */
interface ItemData {
    readonly list: number;
    readonly index: number;
}

/** Proposes completions at the cursor, by the grammar, by the visible names, and by the types of values. */
export class GuardrailCompletionProvider implements CompletionProvider {
    readonly completionOptions: CompletionProviderOptions = {
        triggerCharacters: COMPLETION_OPTIONS.triggerCharacters!
    };
    private readonly expectations: ExpectationFinder;
    private readonly builder: ProposalBuilder;
    private snippets = false;
    private insertReplace = false;
    private commits = false;
    /** True if the client requests the documentation of an item when it shows the item. */
    private resolves = false;
    private list = 0;
    private documentation: CompletionItem['documentation'][] = [];

    constructor(private readonly services: LanguageServices) {
        this.expectations = new ExpectationFinder(services.Grammar);
        this.builder = new ProposalBuilder(services);
        services.shared.lsp.LanguageServer.onInitialize(({ capabilities }) => this.initialize(capabilities));
    }

    /** Stores the capabilities of the client. */
    initialize({ textDocument }: ClientCapabilities): void {
        const item = textDocument?.completion?.completionItem;
        this.snippets = item?.snippetSupport === true;
        this.insertReplace = item?.insertReplaceSupport === true;
        this.commits = item?.commitCharactersSupport === true;
        this.resolves = item?.resolveSupport?.properties.includes('documentation') === true;
    }

    async getCompletion(document: LangiumDocument, params: CompletionParams): Promise<CompletionList | undefined> {
        this.list++;
        this.documentation = [];
        const text = document.textDocument.getText();
        const offset = document.textDocument.offsetAt(params.position);
        const cursor = cursorContext(text, offset);
        const isAfterSpace = params.context?.triggerCharacter === ' ';
        const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
        if (cursor.kind === 'comment' || (isAfterSpace && (cursor.kind === 'string' || !NEEDS_NAME.test(line)))) {
            return undefined;
        }
        if (cursor.kind === 'string') {
            const span = { start: cursor.start + 1, cursor: offset, end: cursor.contentEnd };
            return this.inQuotes(document, text, cursor.start, span);
        }
        const statement = statementAt(text, cursor.start, this.services.parser.Lexer);
        const expected = this.expectations.after(statement.read);
        const isStart = statement.inFirstColumn && statement.tokens[0]?.image !== '@';
        if (isStart) {
            // The previous statement may not be finished; a new one can still be started.
            expected.push(...this.expectations.after([]));
        }
        const typed = text.slice(cursor.start, offset);
        const packages = await packageExports(document.uri, this.services);
        const { proposals, isIncomplete } = this.builder.build(
            document,
            statement,
            expected,
            cursor.qualifier,
            typed,
            packages
        );
        const isForSnippets = this.snippets && isStart && statement.around === undefined && !cursor.qualifier;
        const snippets = isForSnippets
            ? packageSnippets([OWN_SNIPPETS, ...packages], this.services.inventory.of(document), statement.atFileStart)
            : [];
        const span = { start: cursor.start, cursor: offset, end: cursor.end };
        return CompletionList.create(
            [...proposals, ...snippets].map((proposal) => this.item(proposal, span, document.textDocument)),
            isIncomplete
        );
    }

    /** Adds the documentation, if the item is in the latest list. */
    resolve(item: CompletionItem): CompletionItem {
        const data = item.data as ItemData | undefined;
        const documentation = data?.list === this.list ? this.documentation[data.index] : undefined;
        return documentation === undefined ? item : { ...item, documentation };
    }

    private async inQuotes(
        document: LangiumDocument,
        text: string,
        quote: number,
        span: Span
    ): Promise<CompletionList | undefined> {
        const statement = statementAt(text, quote, this.services.parser.Lexer);
        if (IMPORT.test(statement.text)) {
            const paths = await importPaths(document, text.slice(span.start, span.cursor), this.services);
            return this.quoted(
                document.textDocument,
                span,
                paths.map(({ path, kind }) => ({ label: path, kind: PATH_KINDS[kind] }))
            );
        }
        const texts = this.builder.texts(document, statement.text);
        return this.quoted(document.textDocument, span, [
            ...texts.map((label) => ({ label, kind: CompletionItemKind.Value })),
            ...controls(statement.tokens)
        ]);
    }

    private quoted(document: TextDocument, span: Span, items: readonly Proposal['item'][]): CompletionList {
        return CompletionList.create(
            items.map((item) => this.item({ text: JSON.stringify(item.label).slice(1, -1), item }, span, document))
        );
    }

    private item({ text, item, snippet }: Proposal, span: Span, document: TextDocument): CompletionItem {
        const useSnippet = snippet !== undefined && this.snippets;
        const isName = item.sortText !== undefined && isNameSort(item.sortText);
        return {
            filterText: text,
            ...this.withoutDocumentation(item),
            ...(this.commits && isName && !/\W$/.test(text) && { commitCharacters: COMMIT_CHARACTERS }),
            ...(useSnippet && SNIPPET_FORMAT),
            textEdit: this.edit(useSnippet ? snippet : text, span, document)
        };
    }

    private withoutDocumentation(item: Proposal['item']): Proposal['item'] {
        if (!this.resolves || item.documentation === undefined) {
            return item;
        }
        const { documentation, ...rest } = item;
        const data: ItemData = { list: this.list, index: this.documentation.push(documentation) - 1 };
        return { ...rest, data };
    }

    private edit(newText: string, span: Span, document: TextDocument): TextEdit | InsertReplaceEdit {
        const start = document.positionAt(span.start);
        const cursor = document.positionAt(span.cursor);
        return this.insertReplace
            ? { newText, insert: { start, end: cursor }, replace: { start, end: document.positionAt(span.end) } }
            : { newText, range: { start, end: cursor } };
    }
}
