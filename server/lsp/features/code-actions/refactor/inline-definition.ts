/** Replaces the name of a definition by its body: at one use, or at all uses, removing the definition. */
import { type AstNode, AstUtils } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { nameOwner } from '../../../../../language/names/name-owner.js';
import { argumentsOf, isValue, termIn } from '../../../../../language/packs/arguments.js';
import { removeStatement, replaceNode } from '../../../../../language/edits/edits.js';
import type { Place, Refactoring } from '../place.js';
import type { Edit, Fix } from '../../../../../language/edits/edit.js';
import { isAtomic, lineOf, onOneLine } from './conditions.js';
import { type Replacement, substituted } from './substitute.js';

export const inlineDefinition: Refactoring = {
    kind: 'refactor.inline.definition',
    propose(place) {
        const use = usedAt(place);
        const definition = use ? use.target.ref : declaredAt(place);
        // Names in the body may refer to something else in another file.
        if (!ast.isDefinition(definition) || AstUtils.getDocument(definition) !== place.document) {
            return [];
        }
        const { name } = definition;
        const proposals: Fix[] = [];
        const here = use && inlined(use, definition);
        if (here) {
            proposals.push({ title: `Inline \`${name}\``, changes: [here] });
        }
        const uses = usesOf(definition, place);
        const edits = uses?.map((each) => inlined(each, definition));
        if (edits && edits.length > 0 && edits.every((edit) => edit !== undefined)) {
            proposals.push({
                title: `Inline all uses of \`${name}\` and remove it`,
                changes: [...edits, removeStatement(definition)]
            });
        }
        return proposals;
    }
};

function usedAt(place: Place): ast.Reference | undefined {
    const reference = place.at(ast.isReference);
    return ast.isDefinition(reference?.target.ref) ? reference : undefined;
}

/** The definition whose name the cursor is at. */
function declaredAt(place: Place): ast.Definition | undefined {
    const definition = place.at(ast.isDefinition);
    return definition === place.node ? definition : undefined;
}

/** Undefined if some uses are not conditions, are in another file, or are inside another definition's arguments. */
function usesOf(definition: ast.Definition, { services, document }: Place): ast.Reference[] | undefined {
    const uses: ast.Reference[] = [];
    for (const { sourceUri, sourcePath } of services.references.References.findReferences(definition, {
        includeDeclaration: false
    })) {
        const node =
            sourceUri.toString() === document.uri.toString()
                ? services.workspace.AstNodeLocator.getAstNode(document.parseResult.value, sourcePath)
                : undefined;
        if (!ast.isReference(node)) {
            return undefined;
        }
        uses.push(node);
    }
    return uses;
}

function inlined(use: ast.Reference, definition: ast.Definition): Edit | undefined {
    const { $container: holds } = use;
    if (!ast.isHolds(holds) || AstUtils.hasContainerOfType(use, (node) => node === definition)) {
        return undefined;
    }
    const body = bodyAt(use, definition);
    if (body === undefined) {
        return undefined;
    }
    const container: AstNode | undefined = holds.$container;
    const isOperand = ast.isCondition(container) || holds.$containerProperty === 'where';
    const isWhole = !isOperand || isAtomic(definition.condition);
    const isPlain = isWhole && (holds.$containerProperty !== 'where' || isComparison(definition.condition));
    // A condition in parentheses contains one of these signs.
    return replaceNode(holds, isPlain && !holds.$cstNode!.text.startsWith('(') ? body : `(${body})`);
}

/** True for the conditions that may follow `where` without parentheses. */
function isComparison(condition: ast.Condition): boolean {
    return ast.isComparison(condition) || ast.isMembership(condition) || ast.isMatches(condition);
}

/** The condition with the arguments in place of the parameters; undefined if that could change its meaning. */
function bodyAt(use: ast.Reference, definition: ast.Definition): string | undefined {
    const { values, problems } = argumentsOf(use, definition);
    if (problems.length > 0 || !definition.params.every(isValue)) {
        return undefined;
    }
    const replacements: Replacement[] = [];
    for (const node of AstUtils.streamAst(definition.condition)) {
        const name = ast.isEventArgument(node) && !node.value ? node.param : undefined;
        const target = ast.isReference(node) || ast.isNameValue(node) || ast.isGiven(node) ? targetOf(node) : name?.ref;
        const param = definition.params.find(
            (each): each is ast.Param =>
                isValue(each) && (each === target || (name !== undefined && each.name === name.$refText))
        );
        if (!param) {
            continue;
        }
        const value = values.get(param);
        const term = value && (ast.isNameValue(value) ? value : termIn(value));
        const text = term?.$cstNode && lineOf(term.$cstNode);
        const place = ast.isEventArgument(node) ? node.$container : node;
        const isSimple = ast.isLiteral(term) || ast.isNameValue(term) || (ast.isReference(term) && !term.called);
        // A name of the call next to an earlier event would refer to that event.
        const isCaptured = nameOwner(place)?.node !== definition && !ast.isLiteral(term);
        if (text === undefined || isCaptured || (!isSimple && !ast.isComparison(node.$container))) {
            return undefined;
        }
        if (ast.isEventArgument(node)) {
            replacements.push({
                at: node.$cstNode!,
                text: text === name!.$refText ? text : `${name!.$refText}: ${text}`
            });
        } else if (ast.isReference(node) || ast.isNameValue(node)) {
            const { $container: argument } = node;
            const isSame = ast.isEventArgument(argument) && argument.param.$refText === text;
            replacements.push({ at: (isSame ? argument : node).$cstNode!, text });
        } else {
            return undefined;
        }
    }
    const { root, offset, end } = definition.condition.$cstNode!;
    return onOneLine(definition.condition.$cstNode!, substituted(root.fullText, offset, end, replacements));
}

function targetOf(node: ast.Reference | ast.NameValue | ast.Given): AstNode | undefined {
    return ast.isGiven(node) ? node.param.ref : node.target?.ref;
}
