/** Builds completion items before the replaced range is known. */
import type { AstNode } from 'langium';
import { type CompletionItem, CompletionItemKind, InsertTextFormat, type TextEdit } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import { textOf } from '../../text/source-text.js';
import { keywordDoc } from '../../text/keyword-docs.js';
import type { StatementSnippet } from './templates.js';

export interface Proposal {
    /** The inserted text, which the client also compares with the typed text. */
    readonly text: string;
    readonly item: Omit<CompletionItem, 'textEdit' | 'insertText'>;
    /** The text that is inserted instead for a client that supports snippets. */
    readonly snippet?: string;
}

/** Sort keys: names of the policy come before keywords, and keywords before templates. */
export const SORT = { value: '0', name: '1', keyword: '2', snippet: '3', imported: '4' } as const;
/** The key of the words with which most conditions start: after the parameters and before the tools. */
const CONDITION = '1b';

/** True if an item with this sort order is a name. */
export function isNameSort(sortText: string): boolean {
    return (sortText.startsWith(SORT.name) && !sortText.startsWith(CONDITION)) || sortText.startsWith(SORT.imported);
}

/** The proposal for the start of a condition, where the most common words come before the names of tools. */
export function inCondition(proposal: Proposal): Proposal {
    const { text, item } = proposal;
    const place = COMMON.indexOf(item.label);
    return place < 0 ? proposal : { ...proposal, item: { ...item, sortText: `${CONDITION}${place} ${text}` } };
}

const COMMON: readonly string[] = ['carries', 'once', 'count', 'total', 'not', 'caller is', 'approved by'];

export function nameProposal(
    text: string,
    kind: CompletionItemKind,
    options: {
        readonly detail?: string;
        readonly documentation?: string | undefined;
        readonly snippet?: string;
        /** A key that precedes the name in the sort key, so that closer names come first. */
        readonly order?: string;
    } = {}
): Proposal {
    return {
        text,
        item: {
            label: text,
            kind,
            sortText: SORT.name + (options.order ?? 'm') + text,
            ...(options.detail !== undefined && { detail: options.detail }),
            ...(options.documentation !== undefined && {
                documentation: { kind: 'markdown', value: options.documentation }
            })
        },
        ...(options.snippet !== undefined && { snippet: options.snippet })
    };
}

/** A name from another file: its source is shown next to it, and `edits` import it. */
export function importProposal(
    named: {
        readonly text: string;
        readonly kind: CompletionItemKind;
        readonly detail: string;
        readonly documentation: string | undefined;
    },
    path: string,
    edits: TextEdit[]
): Proposal {
    const { text, item } = nameProposal(named.text, named.kind, named);
    return {
        text,
        item: {
            ...item,
            labelDetails: { description: path },
            detail: `import from "${path}": ${named.detail}`,
            sortText: SORT.imported + text,
            additionalTextEdits: edits
        }
    };
}

/** @param rule the rule of the grammar that contains the word */
export function keywordProposal(phrase: string, word: string, rule?: string): Proposal {
    const doc = keywordDoc(word, rule);
    return {
        text: phrase,
        item: {
            label: phrase,
            kind: CompletionItemKind.Keyword,
            sortText: SORT.keyword + phrase,
            ...(doc !== undefined && { documentation: { kind: 'markdown', value: doc } })
        }
    };
}

/** If the client does not support snippets, only the first words of the template are inserted. */
export function snippetProposal(snippet: StatementSnippet): Proposal {
    const doc = keywordDoc(snippet.keyword);
    const plain = /^[a-z ]*[a-z]/.exec(snippet.body)?.[0] ?? snippet.label;
    return {
        text: plain,
        snippet: snippet.body,
        item: {
            label: snippet.label,
            kind: CompletionItemKind.Snippet,
            detail: snippet.detail,
            filterText: snippet.label,
            sortText: SORT.snippet + snippet.label,
            ...(doc !== undefined && { documentation: { kind: 'markdown', value: doc } })
        }
    };
}

/** A value in source syntax. */
export function valueProposal(value: string | number | boolean): Proposal {
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return { text, item: { label: text, kind: CompletionItemKind.Value, sortText: SORT.value + text } };
}

export function typeText(param: ast.Param): string {
    return `${param.optional ? '?' : ''}: ${textOf(param.type)}`;
}

export function toolDetail(tool: ast.Tool): string {
    return `(${tool.params.map((param) => textOf(param)).join(', ')})`;
}

/** Inserts `folder: "…"` with the cursor at the value. */
export function argumentSnippet(name: string, param: AstNode | undefined): string {
    const isText = ast.isParam(param) && ast.isPrimitiveType(param.type) && param.type.name === 'string';
    return `${escapeSnippet(name)}: ${isText ? '"$1"' : '$1'}`;
}

export function escapeSnippet(text: string): string {
    return text.replace(/[\\$}]/g, '\\$&');
}

export const SNIPPET_FORMAT = { insertTextFormat: InsertTextFormat.Snippet } as const;
