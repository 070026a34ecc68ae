/** Annotations are free; offered are those that reports and verdicts know. */
import type { IToken } from 'chevrotain';
import { CompletionItemKind } from 'vscode-languageserver';
import { ANNOTATION_DOCS } from '../keyword-docs.js';
import type { Proposal } from './items.js';
import { nameProposal } from './items.js';

const VALUES: { readonly [name: string]: readonly string[] } = {
    expected: ['vacuous'],
    severity: ['critical', 'high', 'medium', 'low']
};

/** The names that fit after `@`. */
export function annotationNames(): Proposal[] {
    return Object.entries(ANNOTATION_DOCS).map(([name, documentation]) =>
        nameProposal(name, CompletionItemKind.Keyword, { documentation, snippet: `${name}(${valueSnippet(name)})` })
    );
}

function valueSnippet(name: string): string {
    const values = VALUES[name];
    return values === undefined ? '"$1"' : values.length === 1 ? values[0]! : `\${1|${values.join(',')}|}`;
}

/** The values of the annotation that the tokens start. */
export function annotationValues(tokens: readonly IToken[]): Proposal[] {
    const name = tokens[0]?.image === '@' ? tokens[1]?.image : undefined;
    return (VALUES[name ?? ''] ?? []).map((value) => nameProposal(value, CompletionItemKind.EnumMember));
}
