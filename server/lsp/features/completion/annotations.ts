/** Proposes annotations: they are free-form, but those that reports and verdicts use are offered. */
import type { IToken } from 'chevrotain';
import { CompletionItemKind } from 'vscode-languageserver';
import { SCOPE_WORDS, isScopeName } from '../../../../language/text/scope-words.js';
import { controlsOf } from '../../text/controls.js';
import { ANNOTATION_DOCS } from '../../text/keyword-docs.js';
import { nameProposal, type Proposal } from './items.js';

const VALUES: { readonly [name: string]: readonly string[] } = {
    accept: Object.keys(SCOPE_WORDS),
    expected: ['violated', 'impossible', 'vacuous'],
    severity: ['critical', 'high', 'medium', 'low']
};

/** The names that fit after `@`. */
export function annotationNames(): Proposal[] {
    return Object.entries(ANNOTATION_DOCS).map(([name, documentation]) =>
        nameProposal(name, CompletionItemKind.Keyword, {
            documentation,
            snippet: name === 'private' ? name : `${name}(${valueSnippet(name)})`
        })
    );
}

function valueSnippet(name: string): string {
    const values = VALUES[name];
    return values === undefined ? '"$1"' : values.length === 1 ? values[0]! : `\${1|${values.join(',')}|}`;
}

/** The values of the annotation that the tokens start. */
export function annotationValues(tokens: readonly IToken[]): Proposal[] {
    return (VALUES[nameIn(tokens) ?? ''] ?? [])
        .map((value) =>
            nameProposal(
                value,
                CompletionItemKind.EnumMember,
                isScopeName(value) ? { documentation: SCOPE_WORDS[value] } : {}
            )
        )
        .concat(controls(tokens).map(({ label, ...rest }) => nameProposal(JSON.stringify(label), rest.kind, rest)));
}

/** The controls that the annotation can name, except those that it already names. */
export function controls(tokens: readonly IToken[]): { label: string; kind: CompletionItemKind; detail: string }[] {
    const given = new Set(tokens.map(({ image }) => image));
    return controlsOf(nameIn(tokens))
        .filter(({ id }) => !given.has(JSON.stringify(id)))
        .map(({ id, title }) => ({ label: id, kind: CompletionItemKind.EnumMember, detail: title }));
}

function nameIn(tokens: readonly IToken[]): string | undefined {
    return tokens[0]?.image === '@' ? tokens[1]?.image : undefined;
}
