/** GR353: a source that cannot give the value; GR354: one whose values an outsider may have written (M14). */
import type { AstNode } from 'langium';
import * as ast from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import { selectedTools } from '../names/selectors.js';
import { nearest } from '../text/spelling.js';
import { couldBeEqual, termText, termTypes } from '../types/terms.js';
import { typeOf } from '../types/types.js';
import { inList, sourceFields } from '../types/written-fields.js';
import { otherNames } from './given-values.js';
import { list, type Reporter, type ValidationRule } from './rule.js';

/** The name of the label, because nothing else shows what it means (docs/decisions, 5). */
const UNTRUSTED = 'untrusted';

export const provenance: ValidationRule = {
    codes: ['GR353', 'GR354'],
    checks: {
        From: (node, report) => {
            const { source } = node;
            if (!source?.selector) {
                return;
            }
            if (isNoTool(source)) {
                report.error(
                    'GR353',
                    source,
                    `\`${termText(source.selector)}\` gives no values: only results of tools, and \`user\`, do.`
                );
                return;
            }
            const tools = [...selectedTools(source.selector, report.inventory).keys()];
            checkField(node, source, tools, report);
            checkTrust(node, source, tools, report);
        }
    }
};

function isNoTool({ selector }: ast.ProvenanceSource): boolean {
    return (
        ast.isToolSelector(selector) &&
        (ast.isOutsideEvent(selector.target?.ref) || ast.isEventParam(selector.target?.ref))
    );
}

function checkField(node: ast.From, source: ast.ProvenanceSource, tools: readonly ast.Tool[], report: Reporter): void {
    const { inventory } = report;
    if (source.fields.length === 0 || tools.length === 0) {
        return;
    }
    let types: ast.Type[] = [];
    for (const [index, name] of source.fields.entries()) {
        const fields = sourceFields(source, index, inventory);
        types = fields.filter((field) => field.name === name).map(({ type }) => type);
        if (types.length === 0 && (name !== 'text' || index > 0)) {
            const known = fields.map((field) => field.name);
            const meant = nearest(name, known);
            report.error(
                'GR353',
                source,
                `No result here has a field "${name}", so no value ever comes from it. ${meant === undefined ? (known.length > 0 ? `There is ${list([...new Set(known)].map((one) => `"${one}"`))}.` : 'Declare it: `returns (…)`.') : `Did you mean "${meant}"?`}`,
                () => (index === 0 ? otherNames(source, 'fields', name, [...new Set(known)]) : [])
            );
            return;
        }
    }
    const left = termTypes(node.left, inventory).map((type) => (type.kind === 'list' ? type.element : type));
    const right = types.map((type) => typeOf(inList(type)));
    if (!couldBeEqual(left, right)) {
        report.error(
            'GR353',
            node,
            `\`${termText(node.left)}\` never equals a value of \`${termText(source)}\`: their types differ.`
        );
    }
}

/** Reports a source only if a value from it lets a call through: denying values from it is right. */
function checkTrust(node: ast.From, source: ast.ProvenanceSource, tools: readonly ast.Tool[], report: Reporter): void {
    const readers = tools.filter((tool) => tool.reads.some((label) => label.$refText === UNTRUSTED));
    if (readers.length > 0 && letsThrough(node)) {
        report.warning(
            'GR354',
            source,
            `${list(readers.map(toolName))} ${readers.length === 1 ? 'reads' : 'read'} \`${UNTRUSTED}\`: whoever writes that text also chooses this value. Name a source that outsiders cannot write, or \`user\`.`
        );
    }
}

/** True if the condition, when true, helps a call to be allowed; false if this cannot be determined. */
function letsThrough(node: ast.From): boolean {
    let helps = true;
    for (let current: AstNode = node; current.$container; current = current.$container) {
        const { $container: container, $containerProperty: property } = current;
        if (
            ast.isNegation(container) ||
            (ast.isBinaryCondition(container) && container.operator === 'implies' && property === 'left')
        ) {
            helps = !helps;
        }
        if (ast.isSubjectRule(container) || ast.isLimit(container)) {
            const grants = ast.isAllow(container) || (ast.isRequire(container) && property === 'condition');
            const isGuard = property === 'when' || property === 'condition';
            return grants === isGuard ? helps : !helps;
        }
    }
    return false;
}
