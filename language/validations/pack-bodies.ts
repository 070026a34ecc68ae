/**
 * Problems of a pack itself: GR237: a name that refers to both a parameter of the pack and one of the call, GR440: a
 * parameter that nothing uses, GR441: an empty pack.
 */
import { type AstNode, AstUtils } from 'langium';
import * as ast from '../generated/ast.js';
import { paramInScope } from '../names/name-owner.js';
import type { Reporter, ValidationRule } from './rule.js';
import { withoutParameter } from './unused.js';

export const packBodies: ValidationRule = {
    codes: ['GR237', 'GR440', 'GR441'],
    checks: {
        Pack: (pack, report) => {
            checkContent(pack, report);
            checkUnused(pack, report);
            checkShadowed(pack, report);
        }
    }
};

/** The tag of diagnostics that editors show faded. */
const UNNECESSARY = 1;

function checkContent(pack: ast.Pack, report: Reporter): void {
    const says = pack.elements.some(
        (element) =>
            ast.isRule(element) ||
            ast.isClaim(element) ||
            ast.isUse(element) ||
            ast.isModes(element) ||
            ast.isAssumption(element)
    );
    if (!says && pack.name && isWhole(pack)) {
        report.warning(
            'GR441',
            [pack, 'name'],
            `The pack "${pack.name}" has no rule and no claim, so a use of it does nothing.`
        );
    }
}

function checkUnused(pack: ast.Pack, report: Reporter): void {
    const used = new Set<AstNode | string | undefined>();
    for (const element of pack.elements) {
        for (const node of AstUtils.streamAst(element)) {
            for (const { reference } of AstUtils.streamReferences(node)) {
                used.add('ref' in reference ? reference.ref : undefined);
                // A parameter that is hidden by one of the call is reported as such (GR237).
                used.add(ast.isReference(node) ? reference.$refText : undefined);
            }
        }
    }
    for (const param of pack.params) {
        if (param.name && pack.elements.length > 0 && !used.has(param) && !used.has(param.name) && isWhole(pack)) {
            report.warning(
                'GR440',
                [param, 'name'],
                `"${param.name}" is not used in the pack, so its argument has no effect. Remove it.`,
                ({ file }) => [withoutParameter(param, file)],
                { tags: [UNNECESSARY] }
            );
        }
    }
}

/** In a comparison, the name would refer to the call's parameter, which a reader of the pack does not see. */
function checkShadowed(pack: ast.Pack, report: Reporter): void {
    const own = new Set(
        pack.params.filter((param) => ast.isValueParam(param) || ast.isConditionParam(param)).map((param) => param.name)
    );
    for (const node of pack.elements.flatMap((element) => AstUtils.streamAst(element).toArray())) {
        const name = ast.isReference(node) ? node.target?.$refText : undefined;
        if (name !== undefined && own.has(name) && paramInScope(node, name, report.inventory)) {
            report.error(
                'GR237',
                [node, 'target'],
                `"${name}" is a parameter of the pack and of the call. Rename the pack's parameter.`
            );
        }
    }
}

/** True if the text of the pack is complete, so that a missing part is not just still to be written. */
function isWhole(pack: ast.Pack): boolean {
    const { lexerErrors, parserErrors } = AstUtils.getDocument(pack).parseResult;
    return lexerErrors.length === 0 && parserErrors.length === 0;
}
