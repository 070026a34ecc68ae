/**
 * The snippets of this extension and those that packages bring: the file `guardrail.code-snippets` in the root of a package, in VS
 * Code's format. The manifest does not declare the former, because VS Code would offer them in the middle of a statement.
 */
import type { ParseError } from 'jsonc-parser';
import type { FileSystemProvider, URI } from 'langium';
import { UriUtils } from 'langium';
import { CompletionItemKind } from 'vscode-languageserver';
import type { Inventory } from '../../../../language/names/inventory.js';
import { assertShallow } from '../../../../language/text/json-text.js';
import { SORT, type Proposal } from './items.js';
import own from './snippets.json';
import { filled, namesOf } from './template-names.js';

export interface PackageSnippet {
    readonly prefix: string;
    readonly description: string;
    readonly body: string;
}

interface SnippetSource {
    /** The path by which the package is imported; undefined for this extension. */
    readonly path?: string;
    readonly snippets: readonly PackageSnippet[];
}

export const SNIPPETS_FILE = 'guardrail.code-snippets';

export const OWN_SNIPPETS: SnippetSource = {
    snippets: Object.entries(own).flatMap(([name, entry]) => snippetsIn(name, entry))
};

/**
 * The snippets of the package with this root; those for other languages, and entries without a prefix or a body, are left
 * out. Empty if the package has no such file, or one that cannot be read. Never rejects.
 */
export async function snippetsOf(root: URI, files: FileSystemProvider): Promise<readonly PackageSnippet[]> {
    try {
        const text = await files.readFile(UriUtils.joinPath(root, SNIPPETS_FILE));
        assertShallow(text);
        const { parse } = await import('jsonc-parser');
        const errors: ParseError[] = [];
        const entries: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
        return errors.length === 0 && isObject(entries)
            ? Object.entries(entries).flatMap(([name, entry]) => snippetsIn(name, entry))
            : [];
    } catch {
        return [];
    }
}

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

function snippetsIn(name: string, entry: unknown): PackageSnippet[] {
    if (!isObject(entry)) {
        return [];
    }
    const { scope, prefix, body, description = name } = entry;
    const scopes = typeof scope === 'string' ? scope.split(',').map((each) => each.trim()) : [];
    const text = lines(body);
    return text === '' || (scopes.some((each) => each !== '') && !scopes.includes('guardrail'))
        ? []
        : texts(prefix)
              .filter((each) => each !== '')
              .map((each) => ({ prefix: each, description: lines(description), body: text }));
}

/** VS Code allows a text or a list of lines. */
function lines(value: unknown): string {
    return texts(value).join('\n');
}

function texts(value: unknown): string[] {
    return [value].flat().filter((each) => typeof each === 'string');
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
