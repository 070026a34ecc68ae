/** GR309 a definition used with the wrong arguments, and arguments given to what takes none. */
import type { ValidationAcceptor } from 'langium';
import type { Definition, Param, Reference } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import { couldBeEqual, isWholeLiteral, termText, termTypes } from '../terms.js';
import { literalValue, misfit, typeOf, typeText } from '../types.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf } from './rule.js';

export const definitionUse: ValidationRule = {
    codes: ['GR309'],
    checks: (services) => ({
        Reference: (node, accept) => {
            const target = node.target?.ref;
            if (ast.isDefinition(target)) {
                checkUse(node, target, inventoryOf(node, services), accept);
            } else if ((ast.isParam(target) || ast.isConditionParam(target)) && node.called) {
                accept('error', `\`${target.name}\` is a parameter and takes no arguments. Remove the parentheses.`, {
                    node,
                    code: 'GR309'
                });
            }
        },
        Definition: (definition, accept) => {
            for (const param of definition.params.filter(ast.isParam).filter((other) => other.default)) {
                accept(
                    'error',
                    `A definition's parameter has no default in this version of the language: every use gives all arguments.`,
                    { node: param, property: 'default', code: 'GR309' }
                );
            }
        }
    })
};

function checkUse(node: Reference, definition: Definition, inventory: Inventory, accept: ValidationAcceptor): void {
    const params = definition.params.filter(ast.isParam);
    if (node.args.length !== params.length) {
        accept('error', wrongNumber(node, definition), { node, code: 'GR309' });
        return;
    }
    node.args.forEach((argument, index) => {
        const problem = wrongArgument(argument, params[index]!, inventory);
        if (problem !== undefined) {
            accept('error', problem, { node, property: 'args', index, code: 'GR309' });
        }
    });
}

function wrongNumber(node: Reference, { name, params }: Definition): string {
    if (params.length === 0) {
        return `The definition "${name}" takes no arguments. Write \`${name}\` alone.`;
    }
    const use = `\`${name}(${params.map((param) => param.name).join(', ')})\``;
    return node.called
        ? `The definition "${name}" takes ${params.length}, not ${node.args.length}: write ${use}.`
        : `The definition "${name}" needs arguments: write ${use}.`;
}

function wrongArgument(argument: ast.Term, param: Param, inventory: Inventory): string | undefined {
    const type = typeOf(param.type);
    const types = termTypes(argument, inventory);
    if (!couldBeEqual(types, [type])) {
        const kind = types[0]!.kind === 'literals' ? '' : ` is ${typeText(types[0]!)} and`;
        return `\`${termText(argument)}\`${kind} does not fit "${param.name}", which is ${typeText(type)}.`;
    }
    const problem = isWholeLiteral(argument) ? misfit(type, literalValue(argument)) : undefined;
    return problem && `"${param.name}" ${problem}.`;
}
