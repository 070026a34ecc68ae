/** GR309: a definition used with the wrong arguments, and arguments for something that takes none. */
import { nameText } from '../../server/model/text/typed-text.js';
import { type Fix, obvious } from '../edits/edit.js';
import { partOf, removeItem, removeParts, replaceNode } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { argumentsOf, isValue, termIn } from '../packs/arguments.js';
import { couldBeEqual, isWholeData, isWholeLiteral, termText, termTypes } from '../types/terms.js';
import { fittingValues } from '../types/fitting.js';
import { dataValue, literalValue, misfit, typeOf, typeText } from '../types/types.js';
import { withArguments } from './missing-arguments.js';
import type { Reporter, ValidationRule } from './rule.js';

export const definitionUse: ValidationRule = {
    codes: ['GR309'],
    checks: {
        Reference: (node, report) => {
            const target = node.target?.ref;
            if (ast.isDefinition(target)) {
                checkUse(node, target, report);
            } else if ((ast.isParam(target) || ast.isConditionParam(target)) && node.called) {
                report.error(
                    'GR309',
                    node,
                    `\`${target.name}\` is a parameter and takes no arguments. Remove the parentheses.`,
                    () => [withoutParentheses(node)]
                );
            }
        },
        Definition: checkDefaults
    }
};

function checkUse(node: ast.Reference, definition: ast.Definition, report: Reporter): void {
    const { values, problems } = argumentsOf(node, definition);
    for (const problem of problems) {
        const isOfUse = problem.node === node;
        report.error('GR309', problem.node, problem.message, (place) =>
            isOfUse ? otherArguments(node, definition, place) : []
        );
    }
    for (const [param, value] of values) {
        const term = termIn(value);
        const problem = term && term !== param.default ? wrongArgument(term, param, report.inventory) : undefined;
        if (problem !== undefined) {
            report.error('GR309', term!, problem, () => fittingValues(term, [typeOf(param.type)]));
        }
    }
}

/** Adds the arguments that are missing, names those that need a name, and removes those that are too many. */
function otherArguments(use: ast.Reference, { params }: ast.Definition, problem: Problem): (Fix | undefined)[] {
    if (params.length === 0) {
        return [withoutParentheses(use)];
    }
    const given = new Set(use.named.map(({ param }) => param.$refText));
    const missing = params
        .filter(({ name }) => !given.has(name))
        .slice(use.args.length)
        .filter((param) => !(ast.isPackParam(param) ? param.initial : param.default));
    const named = params.map(
        ({ name }, index) => `${nameText(name, 'Name')}: ${use.args[index]?.$cstNode?.text ?? ''}`
    );
    const text = `${use.target.$refText}(${named.join(', ')})`;
    const [extra, ...others] = use.args.slice(params.length);
    return [
        missing.length > 0 ? withArguments(use, missing, problem) : undefined,
        use.args.length === params.length && !params.every(isValue)
            ? obvious(`Write \`${text}\``, replaceNode(use, text))
            : undefined,
        extra?.$cstNode && others.length === 0
            ? obvious(`Remove \`${extra.$cstNode.text}\``, removeItem(extra.$cstNode))
            : undefined
    ];
}

function withoutParentheses(use: ast.Reference): Fix | undefined {
    const open = partOf(use, 'called');
    return open && obvious('Remove the parentheses', removeParts(open, use.$cstNode));
}

/** Reports a default that does not fit, and a later positional parameter without one. */
function checkDefaults(definition: ast.Definition, report: Reporter): void {
    let optional: ast.Param | undefined;
    // Arguments that are not values are checked with the parameters of packs (GR231).
    for (const param of definition.params.filter(isValue)) {
        const problem =
            param.default && isWholeData(param.default)
                ? misfit(typeOf(param.type), dataValue(param.default))
                : undefined;
        if (problem !== undefined) {
            report.error('GR309', [param, 'default'], `"${param.name}" ${problem}.`, () =>
                fittingValues(param.default, [typeOf(param.type)])
            );
        }
        if (param.default) {
            optional = param;
        } else if (optional) {
            report.error(
                'GR309',
                [param, 'name'],
                `"${param.name}" has no default and comes after "${optional.name}", which has one: an argument without a name could belong to either. Put it first.`
            );
        }
    }
}

function wrongArgument(argument: ast.Term, param: ast.Param, inventory: Inventory): string | undefined {
    const type = typeOf(param.type);
    const types = termTypes(argument, inventory);
    if (!couldBeEqual(types, [type])) {
        const kind = types[0]!.kind === 'literals' ? '' : ` is ${typeText(types[0]!)} and`;
        return `\`${termText(argument)}\`${kind} does not fit "${param.name}", which is ${typeText(type)}.`;
    }
    const problem = isWholeLiteral(argument) ? misfit(type, literalValue(argument)) : undefined;
    return problem && `"${param.name}" ${problem}.`;
}
