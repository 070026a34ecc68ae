/** Formats documents, selections, and typed text in the style of the language (`language/format/`). */
import type { LangiumDocument, MaybePromise } from 'langium';
import type { Formatter } from 'langium/lsp';
import type {
    DocumentFormattingParams,
    DocumentOnTypeFormattingOptions,
    DocumentOnTypeFormattingParams,
    DocumentRangeFormattingParams,
    FormattingOptions,
    TextEdit
} from 'vscode-languageserver';
import type { Change, Span } from '../../../language/format/index.js';
import {
    DEFAULT_FORMAT,
    formatDocument,
    statementEndingAt,
    statementsTouching
} from '../../../language/format/index.js';
import type { LanguageServices } from '../services.js';

export class GuardrailFormatter implements Formatter {
    constructor(private readonly services: LanguageServices) {}

    get formatOnTypeOptions(): DocumentOnTypeFormattingOptions {
        return { firstTriggerCharacter: '}', moreTriggerCharacter: ['\n'] };
    }

    formatDocument(document: LangiumDocument, { options }: DocumentFormattingParams): MaybePromise<TextEdit[]> {
        return this.edits(document, options);
    }

    formatDocumentRange(document: LangiumDocument, params: DocumentRangeFormattingParams): MaybePromise<TextEdit[]> {
        const { textDocument } = document;
        const [start, end] = [textDocument.offsetAt(params.range.start), textDocument.offsetAt(params.range.end)];
        return this.editsWithin(document, params.options, statementsTouching(document, { start, end }));
    }

    /** Formats the statement that a typed brace ends, or that ends before a typed line break. */
    formatDocumentOnType(document: LangiumDocument, params: DocumentOnTypeFormattingParams): MaybePromise<TextEdit[]> {
        const typed = document.textDocument.getText().slice(0, document.textDocument.offsetAt(params.position));
        const line = params.ch === '\n' ? typed.replace(/(\r\n|\r|\n)[ \t]*$/, '') : typed;
        const code = line.replace(/[ \t]*(\/\/[^\r\n]*)?$/, '');
        return this.editsWithin(document, params.options, statementEndingAt(document, code.length));
    }

    private editsWithin(document: LangiumDocument, options: FormattingOptions, span: Span | undefined): TextEdit[] {
        return span ? this.edits(document, options, span) : [];
    }

    private edits(document: LangiumDocument, options: FormattingOptions, span?: Span): TextEdit[] {
        const format = { ...DEFAULT_FORMAT, indentation: options.tabSize, tabs: !options.insertSpaces };
        const { textDocument } = document;
        const text = textDocument.getText();
        const { Lexer } = this.services.parser;
        return formatDocument(document, Lexer, format, span)
            .map((change) => asAsked(change, text, options))
            .filter((change) => text.slice(change.start, change.end) !== change.text)
            .map(({ start, end, text: newText }) => ({
                range: { start: textDocument.positionAt(start), end: textDocument.positionAt(end) },
                newText
            }));
    }
}

/** The change, except where the editor's settings keep white space at the end of lines and of the file. */
function asAsked(change: Change, text: string, options: FormattingOptions): Change {
    const old = text.slice(change.start, change.end);
    if (change.end === text.length) {
        const isKept = /[\r\n]/.test(old) ? options.trimFinalNewlines === false : options.insertFinalNewline === false;
        return isKept ? { ...change, text: old } : change;
    }
    const trailing = /^[ \t]+(?=[\r\n])/.exec(old)?.[0];
    return options.trimTrailingWhitespace === false && trailing && /^[\r\n]/.test(change.text)
        ? { ...change, text: trailing + change.text }
        : change;
}
