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

/** The words that most authors want where a rule of the grammar starts, in this order, before what has a greater key. */
const WANTED: readonly { readonly rule: string; readonly key: string; readonly words: readonly string[] }[] = [
    { rule: 'PolicyHeader', key: '0', words: ['policy'] },
    { rule: 'NeverClaim', key: '0', words: ['never', 'possible', 'no flow from', 'at most', 'always'] },
    { rule: 'Claim', key: '0', words: ['never', 'requires', 'possible', 'no flow', 'at most'] },
    { rule: 'Restriction', key: '0', words: ['approval by'] },
    {
        rule: 'Once',
        key: CONDITION,
        words: ['carries', 'once', 'count', 'total', 'not', 'caller is', 'approved by']
    }
];

/** True if an item with this sort order is a name. */
export function isNameSort(sortText: string): boolean {
    return (sortText.startsWith(SORT.name) && !sortText.startsWith(CONDITION)) || sortText.startsWith(SORT.imported);
}

/** The proposal in a place where these rules of the grammar start: the words that most authors want come first. */
export function wantedFirst(proposal: Proposal, rules: ReadonlySet<string>): Proposal {
    const { text, item } = proposal;
    const wanted = WANTED.find(({ rule, words }) => rules.has(rule) && words.includes(item.label));
    return wanted
        ? { ...proposal, item: { ...item, sortText: `${wanted.key}${wanted.words.indexOf(item.label)} ${text}` } }
        : proposal;
}

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

/** Usual durations, the shortest first. */
export function durationProposals(): Proposal[] {
    return ['5m', '15m', '1h', '24h'].map((text, place) => ({
        text,
        item: { label: text, kind: CompletionItemKind.Value, sortText: `${SORT.value}${place}` }
    }));
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
