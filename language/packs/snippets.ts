/** Reads the snippets that packages bring: the file `guardrail.code-snippets` in the root of a package, in VS Code's format. */
import type { ParseError } from 'jsonc-parser';
import { type FileSystemProvider, type URI, UriUtils } from 'langium';
import { assertShallow } from '../text/json-text.js';

export interface PackageSnippet {
    readonly prefix: string;
    readonly description: string;
    readonly body: string;
}

export const SNIPPETS_FILE = 'guardrail.code-snippets';

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

/** The snippets of an entry: one for each of its prefixes. */
export function snippetsIn(name: string, entry: unknown): PackageSnippet[] {
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
