/** The changes to imports when files or folders move. */
import { GrammarUtils, type LangiumDocument, type LangiumDocuments, URI, UriUtils } from 'langium';
import type { TextEdit } from 'vscode-languageserver';
import type { Import } from '../../../../language/generated/ast.js';
import { importsOf, isPackagePath, resolveImport } from '../../../../language/files/imports.js';
import { STD_PATH } from '../../../../language/library/std.js';
import { relativePath } from '../../../../language/files/relative-path.js';

/** The move of a file or a folder, by its URI. */
export interface Move {
    readonly oldUri: string;
    readonly newUri: string;
}

export interface ImportEdits {
    readonly document: LangiumDocument;
    readonly edits: TextEdit[];
}

/**
 * The edits, in the files before the move, that make each import lead to the same file as now. Unchanged are imports
 * without a target, of a package, or of a file that is not a policy after the move.
 */
export function importEdits(moves: readonly Move[], documents: LangiumDocuments): ImportEdits[] {
    const moved = (uri: URI): URI => moves.reduce(moveUri, uri);
    return documents.all
        .filter(({ uri }) => uri.scheme === 'file')
        .map((document) => ({
            document,
            edits: importsOf(document).flatMap((node) => importEdit(node, document.uri, moved, documents))
        }))
        .filter(({ edits }) => edits.length > 0)
        .toArray();
}

function importEdit(node: Import, from: URI, moved: (uri: URI) => URI, documents: LangiumDocuments): TextEdit[] {
    const target = resolveImport(node);
    const path = GrammarUtils.findNodeForProperty(node.$cstNode, 'path');
    if (!target || !path || node.path === STD_PATH || isPackagePath(node.path) || !documents.hasDocument(target)) {
        return [];
    }
    const newFrom = moved(from);
    const newTarget = moved(target);
    const still = UriUtils.resolvePath(UriUtils.dirname(newFrom), node.path);
    if (UriUtils.equals(still, newTarget) || !newTarget.path.endsWith('.guardrail')) {
        return [];
    }
    return [{ range: path.range, newText: JSON.stringify(relativePath(newFrom, newTarget)) }];
}

/** The URI after one move, which may move a parent folder. */
function moveUri(uri: URI, { oldUri, newUri }: Move): URI {
    const [before, after, is] = [URI.parse(oldUri), URI.parse(newUri), uri].map((each) =>
        each.path.replace(/\/$/, '')
    ) as [string, string, string];
    const isInside = is === before || is.startsWith(`${before}/`);
    return isInside ? uri.with({ path: after + is.slice(before.length) }) : uri;
}
