/**
 * Finds names written without the backquotes that they need. They are recognized by the declarations that have them in
 * backquotes.
 */
import type { AstNode, LangiumDocument } from 'langium';
import type { Range } from 'vscode-languageserver-types';
import { nodesIn } from '../text/contents.js';
import { isPolicyFile } from '../generated/ast.js';
import { Gathered } from '../files/gathered.js';

export interface BareName {
    readonly name: string;
    readonly range: Range;
    readonly offset: number;
    readonly end: number;
}

/** The limits of the search for missing backquotes: this many names, in this many places. */
const MOST_NAMES = 1_000;
const MOST_PLACES = 1_000;

/** The places in the text where a name lacks backquotes although a declaration of the documents has them. */
export function bareNames(document: LangiumDocument, declaring: readonly LangiumDocument[]): BareName[] {
    const names = new Set<string>();
    for (const { parseResult } of declaring) {
        for (const name of quotedNamesIn(parseResult.value)) {
            if (names.size < MOST_NAMES) {
                names.add(name);
            }
        }
    }
    if (names.size === 0) {
        return [];
    }
    const text = document.textDocument.getText();
    const longestFirst = [...names].sort((a, b) => b.length - a.length).map(escaped);
    const pattern = new RegExp(`${SKIPPED}|(?<![\\p{L}\\p{N}_])(${longestFirst.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
    const found: BareName[] = [];
    for (const { 0: whole, 1: name, index } of text.matchAll(pattern)) {
        if (name !== undefined && found.length < MOST_PLACES) {
            const end = index + whole.length;
            const range = {
                start: document.textDocument.positionAt(index),
                end: document.textDocument.positionAt(end)
            };
            found.push({ name, range, offset: index, end });
        }
    }
    return found;
}

/** Matches texts, comments and names in backquotes. */
const SKIPPED = '"(?:[^"\\\\\\r\\n]|\\\\.)*"|//[^\\r\\n]*|/\\*[^]*?\\*/|`[^`\\r\\n]*`';

function quotedNamesIn(root: AstNode): readonly string[] {
    if (!isPolicyFile(root)) {
        return nodesIn(root).flatMap(quotedNames);
    }
    return [...(root.policy ? nodesIn(root.policy).flatMap(quotedNames) : []), ...QUOTED.in(root)];
}

const QUOTED = new Gathered((statement) => nodesIn(statement).flatMap(quotedNames));

/** The names of a declaration, or parts of a name, that are in backquotes. */
function quotedNames(node: AstNode): string[] {
    const name = (node as { readonly name?: unknown }).name;
    if (typeof name !== 'string' || !node.$cstNode?.text.includes('`')) {
        return [];
    }
    const { text } = node.$cstNode;
    return [name, ...name.split('.')].filter(
        (part) => /[\p{L}\p{N}]/u.test(part) && !/^[A-Za-z_]\w*$|^\s|\s$/.test(part) && text.includes(`\`${part}\``)
    );
}

function escaped(name: string): string {
    return name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
