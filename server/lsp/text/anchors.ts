/** Finds the claim or scenario of a document that a result belongs to, and the place of its name. */
import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils, GrammarUtils } from 'langium';
import type { Range } from 'vscode-languageserver';
import type { Claim, Scenario, Use } from '../../../language/generated/ast.js';
import { isClaim, isPolicyFile, isScenario, isUse } from '../../../language/generated/ast.js';
import { firstWordOf } from '../../../language/lower/context.js';
import type { Position, Source } from '../../model/policy/policy.js';

export function claimsOf(document: LangiumDocument): Claim[] {
    const root: AstNode = document.parseResult.value;
    return isPolicyFile(root) ? root.elements.filter(isClaim) : [];
}

export function scenariosOf(document: LangiumDocument): Scenario[] {
    const root: AstNode = document.parseResult.value;
    return isPolicyFile(root) ? root.elements.filter(isScenario) : [];
}

export function usesOf(document: LangiumDocument): Use[] {
    const root: AstNode = document.parseResult.value;
    return isPolicyFile(root) ? root.elements.filter(isUse) : [];
}

/** The results of the claims that a use of a pack brings. */
export function resultsOfUse<T extends { readonly usedAt?: Source }>(use: Use, results: readonly T[]): T[] {
    const range = use.$cstNode?.range;
    return range ? results.filter(({ usedAt }) => usedAt && contains(range, usedAt.start)) : [];
}

/** The result whose source starts inside the node. */
export function resultFor<T extends { readonly source: Source }>(node: AstNode, results: readonly T[]): T | undefined {
    const range = node.$cstNode?.range;
    const uri = AstUtils.getDocument(node).uri.toString();
    return range && results.find(({ source }) => source.uri === uri && contains(range, source.start));
}

/** The claim or scenario in which a source starts. */
export function nodeAt<T extends AstNode>(source: Source, nodes: readonly T[]): T | undefined {
    return nodes.find(
        (node) =>
            node.$cstNode &&
            AstUtils.getDocument(node).uri.toString() === source.uri &&
            contains(node.$cstNode.range, source.start)
    );
}

/** The name of a declaration, or else the first word after its annotations. */
export function nameRange(node: AstNode): Range | undefined {
    const name = GrammarUtils.findNodeForProperty(node.$cstNode, 'name');
    if (name) {
        return name.range;
    }
    const first = firstWordOf(node);
    const word = /^\w+/.exec(first?.text ?? '')?.[0].length ?? 0;
    const start = first?.range.start;
    return start && { start, end: { line: start.line, character: start.character + word } };
}

export function rangeOf(source: Source): Range {
    return { start: { ...source.start }, end: { ...source.end } };
}

export function contains(range: Range, position: Position): boolean {
    return !isBefore(position, range.start) && isBefore(position, range.end);
}

function isBefore(a: Position, b: Position): boolean {
    return a.line < b.line || (a.line === b.line && a.character < b.character);
}
