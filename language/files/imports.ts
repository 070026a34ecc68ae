import { type AstNode, AstUtils, type LangiumDocument, type LangiumDocuments, URI, UriUtils } from 'langium';
import { BUILTIN_URI } from '../library/builtin.js';
import { STD_PATH, STD_URI } from '../library/std.js';
import { type Import, isImport, isPolicyFile, type PolicyFile } from '../generated/ast.js';
import { Gathered } from './gathered.js';

/** The reason in words why a package does not provide a file. */
export interface PackageProblem {
    readonly message: string;
    /** The code of the problem; GR236 reports an absent package. */
    readonly code?: string;
}

/** Packages are looked up while files are loaded, by `documents.ts`, because that needs the file system. */
const packages = new WeakMap<Import, URI | PackageProblem>();

/** True if the import had another target before. */
export function setPackageFile(node: Import, found: URI | PackageProblem): boolean {
    const before = packages.get(node);
    packages.set(node, found);
    return before !== undefined && JSON.stringify(before) !== JSON.stringify(found);
}

/**
 * The reason why the package of an import provides no file; undefined if it does, or if the import names no package.
 */
export function packageProblem(node: Import): PackageProblem | undefined {
    const found = packages.get(node);
    return found && !URI.isUri(found) ? found : undefined;
}

/** True if the path names a package, as in `import { X } from "@acme/guardrails"`. */
export function isPackagePath(path: string | undefined): path is string {
    const first = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?([a-z0-9~-][a-z0-9._~-]*)(?:\/|$)/.exec(path ?? '')?.[1];
    return first !== undefined && !first.endsWith('.guardrail');
}

/** The files that imports name by a relative path. They are looked up again after every change to any file. */
const relative = new WeakMap<Import, URI>();

/** The file that an import names; undefined if the path is neither relative nor a package that provides one. */
export function resolveImport(node: Import): URI | undefined {
    if (node.path === STD_PATH) {
        return URI.parse(STD_URI);
    }
    if (isPackagePath(node.path)) {
        const found = packages.get(node);
        return found && URI.isUri(found) ? found : undefined;
    }
    if (!/^\.\.?\//.test(node.path ?? '')) {
        return undefined;
    }
    let found = relative.get(node);
    if (!found) {
        found = UriUtils.resolvePath(UriUtils.dirname(AstUtils.getDocument(node).uri), node.path);
        relative.set(node, found);
    }
    return found;
}

const IMPORTS = new Gathered((statement) => (isImport(statement) ? [statement] : []));

export function importsOf(document: LangiumDocument): readonly Import[] {
    const root: AstNode = document.parseResult.value;
    return isPolicyFile(root) ? IMPORTS.in(root) : [];
}

/**
 * The document itself, its imports, their imports, and the built-in document: the possible sources of its names, in
 * this order.
 * @param follows decides which imports count
 */
export function visibleDocuments(
    document: LangiumDocument,
    documents: LangiumDocuments,
    follows: (node: Import) => boolean = () => true
): LangiumDocument<PolicyFile>[] {
    const found = [document as LangiumDocument<PolicyFile>];
    const seen = new Set([document.uri.toString()]);
    for (let i = 0; i < found.length; i++) {
        for (const uri of importedUris(found[i]!, follows)) {
            if (!seen.has(uri.toString())) {
                seen.add(uri.toString());
                const imported = documents.getDocument(uri);
                if (imported) {
                    found.push(imported as LangiumDocument<PolicyFile>);
                }
            }
        }
    }
    const builtin = documents.getDocument(URI.parse(BUILTIN_URI));
    if (builtin && !seen.has(BUILTIN_URI)) {
        found.push(builtin as LangiumDocument<PolicyFile>);
    }
    return found;
}

export function importedUris(document: LangiumDocument, follows: (node: Import) => boolean = () => true): URI[] {
    return importsOf(document)
        .filter(follows)
        .map(resolveImport)
        .filter((uri) => uri !== undefined);
}
