/** GR435: a name that hides another where either could be meant: an element of a list, a parameter, a definition. */
import { AstUtils } from 'langium';
import { type Fix } from '../edits/edit.js';
import { replaceNode } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import { renamedEverywhere } from '../edits/rename.js';
import * as ast from '../generated/ast.js';
import { paramInScope } from '../names/name-owner.js';
import { otherPlace, type Reporter, type ValidationRule } from './rule.js';
import { gatherReports, ofFile } from './file-checks.js';
import { nodesOfTypes } from '../text/contents.js';
import { perInventory } from '../names/inventory.js';
import { namedElements } from '../names/visible.js';

export const hiddenNames: ValidationRule = {
    codes: ['GR435'],
    checks: {
        Quantified: checkItems,
        PolicyFile: ofFile((view) => view.each(USES))
    }
};

function checkItems(node: ast.Quantified, report: Reporter): void {
    for (const item of itemsOf(node)) {
        checkItem(node, item, report);
    }
    const { value } = node;
    if (value?.name !== undefined && value.name === node.item?.name) {
        report.warning(
            'GR435',
            [value, 'name'],
            `"${value.name}" is the name of the key too, and refers to that one. Rename the value.`,
            (problem) => [renamedEverywhere(value, problem)]
        );
    }
}

function itemsOf({ item, value }: ast.Quantified): ast.Item[] {
    return [item, value].filter((each) => each?.name !== undefined) as ast.Item[];
}

function checkItem(node: ast.Quantified, item: ast.Item, report: Reporter): void {
    const outer = AstUtils.getContainerOfType(
        node.$container,
        (other): other is ast.Quantified =>
            ast.isQuantified(other) && itemsOf(other).some(({ name }) => name === item.name)
    );
    const param = paramInScope(node, item.name, report.inventory);
    const hidden = param
        ? 'a parameter too, and refers to that one'
        : outer && 'the element of the outer list too, which then cannot be named here';
    if (hidden !== undefined) {
        report.warning(
            'GR435',
            [item, 'name'],
            `"${item.name}" is the name of ${hidden}. Rename the element.`,
            (problem) => [renamedEverywhere(item, problem)],
            { related: otherPlace(param ?? outer!.item, 'The name is declared here.') }
        );
    }
}

/** A plain name of a parameter is the parameter; a definition or signal with that name cannot be used there. */
const USES = gatherReports(checkUses);

const declaredIn = perInventory((inventory) => {
    const declared = new Map<string, { readonly word: string; readonly element: ast.Definition | ast.Signal }>();
    for (const { name, element } of namedElements(inventory)) {
        if (ast.isDefinition(element) || ast.isSignal(element)) {
            const word = ast.isDefinition(element) ? 'definition' : 'signal';
            declared.set(name, { word, element });
        }
    }
    return declared;
});

function checkUses(statement: ast.Element, report: Reporter): void {
    const declared = declaredIn(report.inventory);
    if (declared.size === 0) {
        return;
    }
    for (const node of nodesOfTypes(statement, [ast.Reference.$type], ast.isReference)) {
        const target = node.target?.ref;
        const other = declared.get(node.target?.$refText);
        const isWhole = ast.isHolds(node.$container) || other?.word === 'signal';
        if (other && isWhole && ast.isParam(target) && !ast.isDefinition(target.$container)) {
            report.warning(
                'GR435',
                node,
                `"${target.name}" is a parameter here, and hides the ${other.word} of that name. Give the ${other.word} another name.`,
                (problem) => [renamedHidden(other.element, problem)],
                {
                    related: [
                        ...otherPlace(other.element, `The ${other.word} is declared here.`),
                        ...otherPlace(target, 'The parameter is declared here.')
                    ]
                }
            );
        }
    }
}

/** Renames the definition or signal of the file, and the uses that seem to have meant it. */
function renamedHidden(hidden: ast.Definition | ast.Signal, problem: Problem): Fix | undefined {
    if (AstUtils.getDocument(hidden) !== problem.document) {
        return undefined;
    }
    const uses = AstUtils.streamAllContents(problem.file)
        .filter(ast.isReference)
        .filter(
            (node) =>
                node.target.$refText === hidden.name &&
                node.target.ref !== hidden &&
                !node.called &&
                (ast.isHolds(node.$container) || ast.isSignal(hidden)) &&
                !AstUtils.getContainerOfType(node, ast.isDefinition)
        )
        .toArray();
    return renamedEverywhere(hidden, problem, [], (name) => uses.map((node) => replaceNode(node, name)));
}
