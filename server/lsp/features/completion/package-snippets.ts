/**
 * Proposes the snippets of this extension and those that packages bring. The manifest does not declare the former, because VS
 * Code would offer them in the middle of a statement.
 */
import { CompletionItemKind } from 'vscode-languageserver';
import type { Inventory } from '../../../../language/names/inventory.js';
import { type PackageSnippet, snippetsIn } from '../../../../language/packs/snippets.js';
import { SORT, type Proposal } from './items.js';
import own from './snippets.json';
import { filled, namesOf } from './template-names.js';

interface SnippetSource {
    /** The path by which the package is imported; undefined for this extension. */
    readonly path?: string;
    readonly snippets: readonly PackageSnippet[];
}

export const OWN_SNIPPETS: SnippetSource = {
    snippets: Object.entries(own).flatMap(([name, entry]) => snippetsIn(name, entry))
};

/** The proposals for the start of a statement, with names of the policy in the places of the examples in templates. */
export function packageSnippets(
    packages: readonly SnippetSource[],
    inventory: Inventory,
    isInEmptyFile: boolean
): Proposal[] {
    const names = packages.some(({ snippets }) => snippets.length > 0) ? namesOf(inventory) : undefined;
    return packages.flatMap(({ path, snippets }) =>
        snippets.flatMap(({ prefix, description, body }) => {
            // A whole policy is for an empty file.
            const fits = isInEmptyFile || !/^policy\b/m.test(body);
            const snippet = fits && names && filled({ label: prefix, detail: description, keyword: '', body }, names);
            return snippet ? [proposal(path, prefix, description, snippet.body)] : [];
        })
    );
}

function proposal(path: string | undefined, prefix: string, detail: string, snippet: string): Proposal {
    return {
        text: prefix,
        snippet,
        item: {
            label: prefix,
            ...(path !== undefined && { labelDetails: { description: path } }),
            kind: CompletionItemKind.Snippet,
            detail,
            sortText: SORT.snippet + prefix
        }
    };
}
