/** Replaces a use of a pack by the pack's contents, with the arguments of the use. */
import { type AstNode, AstUtils, type Reference } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { BUILTIN_URI } from '../../../../../language/library/builtin.js';
import { bindingsOf } from '../../../../../language/packs/values.js';
import { removeStatement, replaceNode, startWithComments } from '../../../../../language/edits/edits.js';
import type { Place, Refactoring } from '../place.js';
import type { Fix } from '../../../../../language/edits/edit.js';
import { isAtomic, lineOf } from './conditions.js';
import { type Replacement, substituted } from './substitute.js';

export const inlinePack: Refactoring = {
    kind: 'refactor.inline.pack',
    propose(place) {
        const use = place.at(ast.isUse);
        const pack = use?.pack?.ref;
        const text = use && pack && ast.isPolicyFile(use.$container) ? inlined(use, pack, place) : undefined;
        if (!use || !pack || text === undefined) {
            return [];
        }
        const here = replaceNode(use, text);
        const proposals: Fix[] = [{ title: `Inline \`${pack.name}\``, changes: [here] }];
        if (pack.$container === place.file && usesOf(pack, place) === 1) {
            proposals.push({
                title: `Inline \`${pack.name}\` and remove it`,
                changes: [here, removeStatement(pack)]
            });
        }
        return proposals;
    }
};

function usesOf(pack: ast.Pack, { services }: Place): number {
    return services.references.References.findReferences(pack, { includeDeclaration: false }).count();
}

/** Undefined if the text could have another meaning in the file of the use, or cannot be expressed without the pack. */
function inlined(use: ast.Use, pack: ast.Pack, place: Place): string | undefined {
    const bindings = bindingsOf(use, pack);
    const { elements } = pack;
    const [first, last] = [elements[0], elements.at(-1)];
    if (!bindings || !first?.$cstNode || !last?.$cstNode || use.annotations.length > 0) {
        return undefined;
    }
    if (elements.some((element) => isLocal(element) || hasTakenName(element, place))) {
        return undefined;
    }
    const replacements: Replacement[] = [];
    for (const node of [...elements, ...defaultsIn(bindings, use)].flatMap((each) =>
        AstUtils.streamAst(each).toArray()
    )) {
        for (const { reference } of AstUtils.streamReferences(node)) {
            const target = 'ref' in reference ? reference.ref : undefined;
            if (!('ref' in reference) || !target) {
                return undefined;
            }
            const value = ast.isPackParam(target) ? bindings.get(target) : undefined;
            const replacement = value && replacementFor(node, reference, target as ast.PackParam, value);
            if (replacement) {
                replacements.push(replacement);
            } else if (value || !isVisible(reference, target, pack, place)) {
                return undefined;
            }
        }
    }
    const { root } = first.$cstNode;
    const start = startWithComments(first, root.fullText);
    const behind = /^[ \t]*\/\/[^\r\n]*/.exec(root.fullText.slice(last.$cstNode.end))?.[0].length ?? 0;
    const indentation = root.fullText.slice(root.fullText.lastIndexOf('\n', start - 1) + 1, start);
    const text = substituted(root.fullText, start, last.$cstNode.end + behind, replacements).replaceAll('\r\n', '\n');
    return /^[ \t]+$/.test(indentation) ? text.replaceAll(`\n${indentation}`, '\n') : text;
}

/** Declarations inside a pack are only visible there. */
function isLocal(element: ast.PackElement): boolean {
    return ast.isGroup(element) || ast.isDefinition(element) || ast.isModes(element);
}

function hasTakenName(element: ast.PackElement, { file }: Place): boolean {
    return (
        ast.isClaim(element) &&
        element.name !== undefined &&
        file.elements.some((other) => ast.isClaim(other) && other.name === element.name)
    );
}

/** The pack's own default values, which may refer to anything visible in its file. */
function defaultsIn(bindings: ReadonlyMap<ast.PackParam, ast.PackValue>, use: ast.Use): ast.PackValue[] {
    return [...bindings.values()].filter((value) => !AstUtils.hasContainerOfType(value, (node) => node === use));
}

function replacementFor(
    node: AstNode,
    reference: Reference,
    param: ast.PackParam,
    value: ast.PackValue
): Replacement | undefined {
    const at = reference.$refNode;
    const text = value.$cstNode && lineOf(value.$cstNode);
    if (!at || text === undefined) {
        return undefined;
    }
    if (ast.isToolSelector(node) && !ast.isNameValue(value)) {
        return replacedEvent(node, value);
    }
    if (ast.isConditionParam(param)) {
        const holds = node.$container;
        if (!ast.isHolds(holds)) {
            return undefined;
        }
        const isPart = ast.isCondition(holds.$container) || holds.$containerProperty === 'where';
        const isWhole = !isPart || !ast.isConditionValue(value) || isAtomic(value.condition);
        return { at, text: isWhole ? text : `(${text})` };
    }
    return { at, text };
}

/** The text for tools or an event where the pack names its parameter. */
function replacedEvent(selector: ast.ToolSelector, value: ast.PackValue): Replacement | undefined {
    const event = selector.$container as AstNode;
    const isPart = ast.isToolsExcept(event);
    const isBare = ast.isEvent(event) && !event.status && !event.listed && !event.by && !event.approver && !event.where;
    const isHead = ast.isSubjectRule(event.$container) && event.$containerProperty === 'subjects';
    if (ast.isToolsValue(value)) {
        const given = value.selector;
        const nests = isPart && (ast.isToolsExcept(given) || ast.isToolList(given));
        const parts = ast.isToolList(given) && isBare && isHead ? given.members : [given];
        const text = parts.map(({ $cstNode }) => lineOf($cstNode!)).join(', ');
        return nests ? undefined : { at: selector.$cstNode!, text };
    }
    return ast.isEventValue(value) && isBare && !isHead
        ? { at: event.$cstNode!, text: lineOf(value.$cstNode!) }
        : undefined;
}

/** True if the name has the same meaning in the file of the use. */
function isVisible({ $refText }: Reference, target: AstNode, pack: ast.Pack, { inventory, file }: Place): boolean {
    const root = AstUtils.getDocument(target);
    const isInside = AstUtils.hasContainerOfType(target, (node) => node === pack);
    // The parameters of a call are those of its tools.
    if (isInside || ast.isParam(target) || pack.$container === file || root.uri.toString() === BUILTIN_URI) {
        return true;
    }
    const statement = AstUtils.getContainerOfType(target, (node): node is ast.Element =>
        ast.isPolicyFile(node.$container)
    );
    return (
        statement !== undefined &&
        inventory.elements.includes(statement) &&
        !inventory.hidden.has(statement) &&
        !inventory.ambiguous.has($refText)
    );
}
