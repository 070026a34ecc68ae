import type { AstNode, LangiumDocument } from 'langium';
import { applied, DEFAULT_FORMAT, formatDocument, type FormatOptions } from '../../../language/format/index.js';
import { build, parse } from '../support.js';

const { services } = await build('');

export function formatted(text: string, options?: FormatOptions): string {
    return formattedDocument(parse(text), options);
}

/** The text of a parsed document, formatted. */
export function formattedDocument(document: LangiumDocument, options: FormatOptions = DEFAULT_FORMAT): string {
    return applied(document.textDocument.getText(), formatDocument(document, services.parser.Lexer, options));
}

/** A syntax tree without places. */
export function plainTree({ parseResult }: LangiumDocument): unknown {
    return plain(parseResult.value);
}

function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    if ('$refText' in value) {
        return value.$refText;
    }
    const entries = Object.entries(value as AstNode).filter(([key]) => key === '$type' || !key.startsWith('$'));
    return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
}
