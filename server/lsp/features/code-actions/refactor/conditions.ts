/** Finds the names in a condition that depend on its context, so that the condition can be moved to another place. */
import { type AstNode, AstUtils, type CstNode, CstUtils, type MultiReference, type Reference } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { isOfDecidedCall } from '../../../../../language/types/terms.js';
import { nameOwner } from '../../../../../language/names/name-owner.js';

/** The plain names of a condition that refer to values at its place, in text order. */
export type FreeValues = ReadonlyMap<string, ast.Param>;

/**
 * Undefined if the condition has a meaning only at its place: it reads the result, the decided call as a whole, whether
 * an argument was given, or names of a definition or a use.
 */
export function freeValues(condition: ast.Condition): FreeValues | undefined {
    const owner = nameOwner(condition);
    const isArgument = AstUtils.hasContainerOfType(
        condition,
        (node) => ast.isUseArgument(node) || ast.isNamedArgument(node)
    );
    if (isArgument || (owner?.kind !== 'call' && owner?.kind !== 'definition')) {
        return undefined;
    }
    const free = new Map<string, ast.Param>();
    for (const node of AstUtils.streamAst(condition)) {
        if (isBound(node) || AstUtils.streamReferences(node).some(({ reference }) => isGivenByUse(reference))) {
            return undefined;
        }
        const name = valueNamed(node);
        const place = ast.isEventArgument(node) ? node.$container : node;
        if (!name || nameOwner(place)?.node !== owner.node) {
            continue;
        }
        const target = name.ref;
        if (ast.isItem(target) && !AstUtils.hasContainerOfType(target, (each) => each === condition)) {
            return undefined;
        }
        if (!ast.isParam(target) || ast.isPackParam(target)) {
            continue;
        }
        const known = free.get(name.$refText);
        const isGiven = target.type?.$cstNode && (!target.optional || target.default);
        if (!isGiven || (known && typeText(known) !== typeText(target))) {
            return undefined;
        }
        free.set(name.$refText, target);
    }
    return free;
}

/** The reference by which a node names a value at its place. */
function valueNamed(node: AstNode): { readonly $refText: string; readonly ref?: AstNode | undefined } | undefined {
    if (ast.isReference(node) || ast.isNameValue(node)) {
        return node.target;
    }
    // In `pay(account)`, the argument is the account of the call.
    return ast.isEventArgument(node) && !node.value ? node.param : undefined;
}

function isBound(node: AstNode): boolean {
    return (
        ast.isResultRoot(node) ||
        isOfDecidedCall(node) ||
        ast.isGiven(node) ||
        ast.isAnyArgument(node) ||
        ast.isSameCall(node) ||
        ast.isSameTool(node) ||
        (ast.isApprovedBy(node) && node.per.length > 0)
    );
}

/**
 * True for a parameter of a definition that is not a value; in a pack, for a condition, which may read other values.
 */
function isGivenByUse(reference: Reference | MultiReference): boolean {
    const target = 'ref' in reference ? reference.ref : undefined;
    return ast.isPackParam(target) && (ast.isDefinition(target.$container) || ast.isConditionParam(target));
}

export function typeText(param: ast.Param): string {
    return wordsOf(param.type.$cstNode!).join(' ');
}

/** The tokens of a node, which are equal if only white space and comments differ. */
export function wordsOf(node: CstNode): string[] {
    return CstUtils.flattenCst(node)
        .filter((leaf) => !leaf.hidden)
        .map((leaf) => leaf.text)
        .toArray();
}

/** The text of a node, on one line if it has no comments. */
export function lineOf(node: CstNode): string {
    return onOneLine(node, node.text);
}

/** A text that was derived from the node's text, on one line if the node has no comments. */
export function onOneLine(node: CstNode, text: string): string {
    const hasComments = CstUtils.flattenCst(node).some((leaf) => leaf.hidden);
    return hasComments ? text : text.replace(/\s*[\r\n]\s*/g, ' ');
}

/** True if a whole condition can be part of a larger one without parentheses. */
export function isAtomic(condition: ast.Condition): boolean {
    return (
        condition.$cstNode?.text.startsWith('(') === true ||
        !(
            ast.isBinaryCondition(condition) ||
            ast.isQuantified(condition) ||
            ast.isSince(condition) ||
            ast.isNegation(condition)
        )
    );
}

/** True if a scenario names a rule by its text, which may not change then. */
export function isNamedInScenario(rule: AstNode, file: AstNode): boolean {
    const words = wordsOf(rule.$cstNode!).join('');
    return AstUtils.streamAllContents(file).some(
        (node) => ast.isExpectation(node) && node.rule !== undefined && words.includes(node.rule.replace(/\s+/g, ''))
    );
}
