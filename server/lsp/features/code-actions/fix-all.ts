/** Applies all safe fixes of a file in one change. */
import type { Range } from 'vscode-languageserver';
import type { Problem } from './place.js';
import type { Edit } from '../../../../language/edits/edit.js';
import type { Proposal } from './proposal.js';
import { isNewFile } from './workspace-edit.js';

/**
 * The first meaning-preserving fix of each diagnostic; of two fixes that touch the same text, only the first. The
 * others are applied the next time.
 */
export async function safeFixes(
    problems: readonly Problem[],
    fixesOf: (problem: Problem) => Promise<readonly Proposal[]>
): Promise<Proposal | undefined> {
    const edits: Edit[] = [];
    for (const problem of problems) {
        const safe = (await fixesOf(problem)).find(({ isSafe }) => isSafe);
        const changes = safe && typeof safe.changes !== 'function' ? (safe.changes ?? []) : [];
        const own = changes.filter((change): change is Edit => !isNewFile(change));
        if (own.length > 0 && own.every((edit) => !edits.some((other) => overlap(edit, other)))) {
            edits.push(...own);
        }
    }
    return edits.length > 0 ? { title: 'Apply all fixes that do not change the meaning', changes: edits } : undefined;
}

function overlap(a: Edit, b: Edit): boolean {
    return a.uri === b.uri && !isBefore(a.range, b.range) && !isBefore(b.range, a.range);
}

function isBefore({ end }: Range, { start }: Range): boolean {
    return end.line < start.line || (end.line === start.line && end.character < start.character);
}
