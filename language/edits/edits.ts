/** Makes small changes to a text as edits: parts of statements, lists, whole statements, declarations. */
import { type AstNode, AstUtils, type CstNode, CstUtils, GrammarUtils, type LangiumDocument } from 'langium';
import type { Range } from 'vscode-languageserver-types';
import type * as ast from '../generated/ast.js';
import type { Place } from './place.js';
import type { Edit } from './edit.js';

/** The tokens of comments, which precede what they describe. */
const COMMENTS = ['ML_COMMENT', 'SL_COMMENT'];

export function replaceRange(place: Place, from: number, to: number, text: string): Edit {
    const { textDocument } = place.document;
    return { uri: place.uri, range: { start: textDocument.positionAt(from), end: textDocument.positionAt(to) }, text };
}

export function insertAt(place: Place, offset: number, text: string): Edit {
    return replaceRange(place, offset, offset, text);
}

/** Replaces what the diagnostic marks. */
export function replaceMarked(place: Place, text: string): Edit {
    return { uri: place.uri, range: place.range, text };
}

export function replaceNode(node: AstNode, text: string): Edit {
    return { uri: uriOf(node), range: node.$cstNode!.range, text };
}

/** Replaces a part of a statement. */
export function replacePart({ astNode, range }: CstNode, text: string): Edit {
    return { uri: uriOf(astNode), range, text };
}

export function insertBefore(node: AstNode, text: string): Edit {
    const { start } = node.$cstNode!.range;
    return { uri: uriOf(node), range: { start, end: start }, text };
}

export function insertAfter(node: AstNode, text: string): Edit {
    const { end } = node.$cstNode!.range;
    return { uri: uriOf(node), range: { start: end, end }, text };
}

/** The place of a property in the text. */
export function partOf(node: AstNode, property: string, index?: number): CstNode | undefined {
    return GrammarUtils.findNodeForProperty(node.$cstNode, property, index);
}

export function keywordOf(node: AstNode, keyword: string): CstNode | undefined {
    return GrammarUtils.findNodeForKeyword(node.$cstNode, keyword);
}

/** Removes the text from one part to another, with the blanks before it. */
export function removeParts(first: CstNode, last: CstNode = first): Edit {
    const document = AstUtils.getDocument(first.astNode);
    const before = /[ \t\r\n]*$/.exec(document.textDocument.getText().slice(0, first.offset))![0].length;
    return cut(document, first.offset - before, last.end);
}

/** The same, with the blanks after it, for the start of a statement. */
export function removeLeading(first: CstNode, last: CstNode = first): Edit {
    const document = AstUtils.getDocument(first.astNode);
    const after = /^[ \t\r\n]*/.exec(document.textDocument.getText().slice(last.end))![0].length;
    return cut(document, first.offset, last.end + after);
}

/** Removes an item of a list with its comma, or with the preceding comma if there is one. */
export function removeItem(item: CstNode): Edit {
    const before = CstUtils.getPreviousNode(item, false);
    if (before?.text === ',') {
        return cut(AstUtils.getDocument(item.astNode), endBefore(before), item.end);
    }
    const after = CstUtils.getNextNode(item, false);
    if (after?.text === ',') {
        return removeLeading(item, after);
    }
    return replacePart(item, '');
}

function cut({ textDocument, uri }: LangiumDocument, from: number, to: number): Edit {
    return {
        uri: uri.toString(),
        range: { start: textDocument.positionAt(from), end: textDocument.positionAt(to) },
        text: ''
    };
}

function endBefore(node: CstNode): number {
    return CstUtils.getPreviousNode(node, false)?.end ?? node.offset;
}

/**
 * Removes a whole statement, with the comments directly above it, and its line or lines if nothing else is on them. One
 * of the blank lines around it is kept.
 */
export function removeStatement(node: AstNode): Edit {
    const document = AstUtils.getDocument(node);
    const text = document.textDocument.getText();
    const { end } = node.$cstNode!;
    const start = startWithComments(node, text);
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end));
    const comment = /^[ \t]*\/\/[^\r\n]*(?:\r?\n|$)/.exec(text.slice(end));
    const rest = lineEnd ?? comment;
    if (text.slice(lineStart, start).trim() !== '' || !rest) {
        return cut(document, start, end + (/^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0));
    }
    const stop = end + rest[0].length;
    const blankBefore = lineStart === 0 || /\n[ \t]*\r?\n$/.test(text.slice(0, lineStart));
    const blankAfter = blankBefore ? (/^(?:[ \t]*\r?\n)+/.exec(text.slice(stop))?.[0].length ?? 0) : 0;
    return cut(document, lineStart, stop + blankAfter);
}

/** The start of a statement, including the comments above it that no blank line separates from it. */
export function startWithComments(node: AstNode, text: string): number {
    let start = node.$cstNode!.offset;
    let first: CstNode | undefined = node.$cstNode;
    for (;;) {
        const before: CstNode | undefined = first && CstUtils.getPreviousNode(first, true);
        const isComment = before && 'tokenType' in before && COMMENTS.includes((before.tokenType as NamedEntry).name);
        const isHidden = before && (before as CstNode & { hidden?: boolean }).hidden === true;
        if (!before || !isHidden) {
            return start;
        }
        if (isComment) {
            const between = text.slice(before.end, start);
            const lineStart = text.lastIndexOf('\n', before.offset - 1) + 1;
            const isOwnLine = text.slice(lineStart, before.offset).trim() === '';
            if (!isOwnLine || /\n[ \t]*\r?\n/.test(between)) {
                return start;
            }
            start = before.offset;
        }
        first = before;
    }
}

interface NamedEntry {
    readonly name: string;
}

/** The types of declarations and statements in the usual order of policies. */
const ORDER: readonly string[] = [
    'Import',
    'Timezone',
    'PathRoot',
    'Label',
    'Trait',
    'Entity',
    'Server',
    'Agent',
    'Human',
    'Role',
    'OutsideEvent',
    'SessionConstant',
    'Request',
    'Signal',
    'Group',
    'Definition',
    'Pack',
    'Allow',
    'Deny',
    'Withhold',
    'Require',
    'RequireApproval',
    'Limit',
    'Order',
    'LeaveOthers',
    'Modes',
    'Use',
    'ApprovalAssumption',
    'Claim',
    'Scenario'
];

/** The types of rules: a new rule goes with the other rules, regardless of their kinds. */
const RULES = ['Allow', 'Deny', 'Withhold', 'Require', 'RequireApproval', 'Limit', 'Order'];

/**
 * Adds a new statement in the place for such statements: after the last one of its kind, or else where it belongs in
 * the usual order of a policy.
 * @param type the type in the tree, such as `Label`
 */
export function addStatement(place: Place, type: ast.Element['$type'], text: string): Edit {
    const { elements, policy } = place.file;
    const isAlike = (element: AstNode): boolean =>
        element.$type === type || (RULES.includes(type) && RULES.includes(element.$type));
    const same = elements.filter((element) => element.$cstNode && isAlike(element)).at(-1);
    if (same) {
        // A statement with several lines gets a blank line before it.
        const gap = text.includes('\n') && type !== 'Server' ? '\n\n' : '\n';
        return insertAt(place, endOfLine(place.text, same.$cstNode!.end), gap + text);
    }
    const rank = ORDER.indexOf(type);
    const next = elements.find((element) => element.$cstNode && ORDER.indexOf(element.$type) > rank);
    const before = next ? elements[elements.indexOf(next) - 1] : elements.filter((element) => element.$cstNode).at(-1);
    const previous = before ?? policy;
    if (!previous?.$cstNode) {
        const at = next ? startWithComments(next, place.text) : place.text.length;
        return insertAt(place, at, next ? `${text}\n\n` : `${text}\n`);
    }
    // A blank line separates it from the others, unless these are close together too.
    const between = next?.$cstNode && place.text.slice(previous.$cstNode.end, startWithComments(next, place.text));
    const isClose = between !== undefined && !/\n[ \t]*\r?\n/.test(between);
    const gap = isClose ? '\n' : '\n\n';
    return insertAt(place, endOfLine(place.text, previous.$cstNode.end), gap + text);
}

/** The end of the line, unless another statement starts on it. */
function endOfLine(text: string, offset: number): number {
    const rest = /^[ \t]*(?:\/\/[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(offset))?.[0];
    return offset + (rest?.length ?? 0);
}

function uriOf(node: AstNode): string {
    return AstUtils.getDocument(node).uri.toString();
}

export function isEmptyRange({ start, end }: Range): boolean {
    return start.line === end.line && start.character === end.character;
}
