/** GR406: a selector that selects no tool, GR407: an `except` that leaves no tool. */
import { type AstNode, AstUtils } from 'langium';
import { type Fix } from '../edits/edit.js';
import { keywordOf, removeItem, removeLeading } from '../edits/edits.js';
import type { Truth } from '../../server/model/policy/truth.js';
import * as ast from '../generated/ast.js';
import { perInventory } from '../names/inventory.js';
import { groupsIn, partsOf, selectedTools } from '../names/selectors.js';
import { termText } from '../types/terms.js';
import { endlessGroups } from './cycles.js';
import type { Reporter, ValidationRule } from './rule.js';
import { gatherReports, ofWholePolicy } from './file-checks.js';
import { nodesOfTypes } from '../text/contents.js';

export const emptySelectors: ValidationRule = {
    codes: ['GR406', 'GR407'],
    checks: {
        // Only in a policy: an inventory may describe tools that are declared in another file.
        PolicyFile: ofWholePolicy((view) => view.each(EMPTY))
    }
};

/** Groups are declarations, so facts about them are valid for the whole inventory. */
const knownGroups = perInventory(() => new Map<ast.Group, boolean>());

const EMPTY = gatherReports((statement, report) => {
    const selectors = nodesOfTypes(statement, SELECTORS, isSelector);
    const endless = endlessGroups(selectors.flatMap(groupsIn), knownGroups(report.inventory));
    selectors
        .filter((selector) => endless.size === 0 || !groupsIn(selector).some((group) => endless.has(group)))
        .forEach((selector) => check(selector, report));
});

function check(selector: ast.Selector, report: Reporter): void {
    const { inventory } = report;
    const needed: Truth = isAllowed(selector) ? 2 : 1;
    const tools = selectedTools(selector, inventory);
    for (const value of tools.values()) {
        if (value >= needed) {
            return;
        }
    }
    if (isForPack(selector) || isAboutEvents(selector)) {
        return;
    }
    const text = termText(selector);
    const warn = (code: string, message: string): void =>
        report.warning(code, selector, message, ({ file }) =>
            ast.isTraitSelector(selector)
                ? [confirming(selector, file)]
                : ast.isToolsExcept(selector) && selector.except.length > 1
                  ? selector.except.map(({ $cstNode: cst }) => ({
                        title: `Do not except \`${cst!.text}\``,
                        changes: [removeItem(cst!)]
                    }))
                  : []
        );
    if (inventory.tools.length === 0) {
        warn('GR406', `\`${text}\` selects no tool: none is declared here or imported.`);
    } else if (tools.size > 0) {
        warn(
            'GR406',
            `\`${text}\` allows nothing: it matches only by hints, and an \`allow\` needs traits that a person has confirmed. Write the trait without \`hint\` in the tool, or name the tool.`
        );
    } else if (ast.isToolsExcept(selector)) {
        if (selectedTools(selector.of, inventory).size === 0) {
            // The selector before `except` gets its own warning.
            return;
        }
        warn('GR407', `\`${text}\` leaves no tool: the exceptions cover all of them.`);
    } else if (ast.isTraitSelector(selector)) {
        warn('GR406', `\`${text}\` selects no tool: none is declared \`${selector.trait?.$refText}\`.`);
    } else if (ast.isReadsSelector(selector)) {
        warn('GR406', `\`${text}\` selects no tool: none reads \`${selector.label?.$refText}\`.`);
    } else if (ast.isGlobSelector(selector)) {
        warn(
            'GR406',
            `\`${text}\` matches no tool. A pattern with a dot is matched with \`server.tool\`, any other with the tool's own name.`
        );
    } else if (ast.isToolSelector(selector) && isImportedGroup(selector)) {
        warn('GR406', `The group \`${text}\` selects no tool here.`);
    }
}

/**
 * True for an outside event, or a parameter of a pack or a definition that takes an event, neither of which is a tool.
 */
function isAboutEvents(selector: ast.Selector): boolean {
    return partsOf(selector).some((part) => {
        const target = ast.isToolSelector(part) ? part.target?.ref : undefined;
        return ast.isEventParam(target) || ast.isToolsParam(target) || ast.isOutsideEvent(target);
    });
}

/**
 * True for the default of a pack's parameter, and for an argument that selects nothing, which GR442 reports with its
 * consequences.
 */
function isForPack({ $container: value, $containerProperty: property }: ast.Selector): boolean {
    if (ast.isToolsExcept(value) && property === 'of') {
        return isForPack(value);
    }
    // The parts of a list are reported unless they are a default.
    const isPart = ast.isToolList(value);
    const around = isPart ? value.$container : value;
    return ast.isToolsValue(around) && (!isPart || ast.isPackParam(around.$container));
}

/** A group of this file is reported where it is declared. */
function isImportedGroup(selector: ast.ToolSelector): boolean {
    const target = selector.target?.ref;
    return ast.isGroup(target) && AstUtils.getDocument(target) !== AstUtils.getDocument(selector);
}

/** True for the selector of an `allow`, which a hint does not satisfy (M17). */
function isAllowed(selector: ast.Selector): boolean {
    const { $container: event } = selector;
    if (ast.isToolList(event)) {
        return isAllowed(event);
    }
    return ast.isEvent(event) && event.$containerProperty === 'subjects' && ast.isAllow(event.$container);
}

const SELECTORS = [
    ast.AnyTool,
    ast.ToolsExcept,
    ast.TraitSelector,
    ast.ReadsSelector,
    ast.GlobSelector,
    ast.ToolSelector
].map(({ $type }) => $type);

function isSelector(node: AstNode): node is ast.Selector {
    return (
        ast.isAnyTool(node) ||
        ast.isToolsExcept(node) ||
        ast.isTraitSelector(node) ||
        ast.isReadsSelector(node) ||
        ast.isGlobSelector(node) ||
        ast.isToolSelector(node)
    );
}

/** Confirms a trait that is only a hint, which grants nothing. */
function confirming({ trait: { $refText: name } }: ast.TraitSelector, file: ast.PolicyFile): Fix | undefined {
    const changes = file.elements
        .filter(ast.isServer)
        .flatMap(({ tools }) => tools.flatMap(({ traits }) => traits))
        .filter((use) => use.hint && use.trait.$refText === name)
        .map((use) => removeLeading(keywordOf(use, 'hint')!));
    return changes.length > 0 ? { title: `Confirm \`${name}\` where it is a hint`, changes } : undefined;
}
