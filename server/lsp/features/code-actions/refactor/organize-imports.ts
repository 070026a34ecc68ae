/**
 * Sorts adjacent imports: packages before files, files from further away before nearer ones, and the names in braces.
 * Imports of names from one file are merged, and duplicates are removed. Comments move with their import.
 */
import * as ast from '../../../../../language/generated/ast.js';
import { replaceRange, startWithComments } from '../../../../../language/edits/edits.js';
import type { Place, Refactoring } from '../place.js';
import type { Edit } from '../../../../../language/edits/edit.js';

export const organizeImports: Refactoring = {
    kind: 'source.organizeImports',
    propose(place) {
        const changes = runsIn(place).flatMap((run) => organized(run, place));
        return changes.length === 0 ? [] : [{ title: 'Organize imports', changes }];
    }
};

/** Imports with nothing but comments between them. An incomplete import ends a run. */
function runsIn({ file }: Place): ast.Import[][] {
    const runs: ast.Import[][] = [[]];
    for (const element of file.elements) {
        const isWhole = ast.isImport(element) && /"$/.test(element.$cstNode?.text ?? '');
        if (isWhole && element.names.every(({ target }) => target?.$refText)) {
            runs.at(-1)!.push(element);
        } else {
            runs.push([]);
        }
    }
    return runs.filter((run) => run.length > 0);
}

interface Entry {
    readonly path: string;
    /** The imported names; undefined if all names are imported. */
    readonly names: readonly string[] | undefined;
    readonly before: string;
    readonly after: string;
}

function organized(run: readonly ast.Import[], place: Place): Edit[] {
    const { text } = place;
    const start = startWithComments(run[0]!, text);
    const end = lineEnd(run.at(-1)!, text);
    const entries: Entry[] = [];
    for (const node of run) {
        const entry = entryOf(node, text);
        const isRenaming = entry.names?.some((name) => /\sas\s/.test(name)) ?? false;
        const same = entries.findIndex(({ path, names }) => path === entry.path && (names ? entry.names : !isRenaming));
        const known = entries[same];
        if (!known) {
            entries.push(entry);
        } else {
            entries[same] = {
                ...known,
                names: known.names && [...known.names, ...(entry.names ?? [])],
                before: known.before + entry.before,
                after: known.after + entry.after
            };
        }
    }
    const sorted = [...entries].sort((a, b) => rank(a.path) - rank(b.path) || compared(a.path, b.path));
    const written = sorted.map(
        ({ path, names, before, after }) => `${before}import ${names ? `${namesText(names)} from ` : ''}${path}${after}`
    );
    const result = written.join('\n');
    return result === text.slice(start, end).replaceAll('\r\n', '\n') ? [] : [replaceRange(place, start, end, result)];
}

function entryOf(node: ast.Import, text: string): Entry {
    const { offset, end, text: own } = node.$cstNode!;
    return {
        path: /"[^"]*"$/.exec(own)![0],
        names: node.named ? node.names.map(({ $cstNode }) => $cstNode!.text) : undefined,
        before: text.slice(startWithComments(node, text), offset).replaceAll('\r\n', '\n'),
        after: text.slice(end, lineEnd(node, text)).trimEnd()
    };
}

/** The end of the line of an import, including a trailing comment. */
function lineEnd(node: ast.Import, text: string): number {
    const { end } = node.$cstNode!;
    return end + (/^[ \t]*\/\/[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0);
}

function namesText(names: readonly string[]): string {
    const sorted = [...new Set(names)].sort(compared);
    return sorted.length === 0 ? '{}' : `{ ${sorted.join(', ')} }`;
}

/** The order of paths: packages, then `../../x`, `../x`, `./x`. */
function rank(path: string): number {
    const up = path.match(/\.\.\//g)?.length ?? 0;
    return /^"\.{1,2}\//.test(path) ? 1000 - up : 0;
}

function compared(a: string, b: string): number {
    const [left, right] = [a.toLowerCase(), b.toLowerCase()];
    return left < right ? -1 : left > right ? 1 : a < b ? -1 : a > b ? 1 : 0;
}
