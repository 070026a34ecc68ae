/** GR302 a literal that the parameter it is compared with can never have. */
import type { AstNode, ValidationAcceptor } from 'langium';
import type { Type, Value } from '../../server/model/policy.js';
import type { Comparison, Literal, Param } from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import { nearest } from '../spelling.js';
import { couldBeEqual, declarations, isWholeLiteral, paramOfTerm, termTypes } from '../terms.js';
import { literalValue, misfit, shown, typeOf } from '../types.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf } from './rule.js';

export const literals: ValidationRule = {
    codes: ['GR302'],
    checks: (services) => ({
        Comparison: (node, accept) => {
            const inventory = inventoryOf(node, services);
            if (isWholeLiteral(node.right)) {
                checkComparison(node, paramOfTerm(node.left), node.right, node.operator, inventory, accept);
            } else if (isWholeLiteral(node.left)) {
                checkComparison(node, paramOfTerm(node.right), node.left, MIRRORED[node.operator], inventory, accept);
            }
        },
        Membership: (node, accept) => {
            const param = paramOfTerm(node.left);
            for (const value of node.values.filter(isWholeLiteral)) {
                checkValue(node, param, value, inventoryOf(node, services), accept);
            }
        },
        EventArgument: (node, accept) => {
            if (isWholeLiteral(node.value)) {
                checkValue(node, node.param?.ref, node.value, inventoryOf(node, services), accept);
            }
        }
    })
};

type Operator = Comparison['operator'];

const MIRRORED: { readonly [operator in Operator]: Operator } = {
    '==': '==',
    '!=': '!=',
    '<': '>',
    '<=': '>=',
    '>': '<',
    '>=': '<='
};

function checkComparison(
    node: Comparison,
    param: Param | undefined,
    literal: Literal,
    operator: Operator,
    inventory: Inventory,
    accept: ValidationAcceptor
): void {
    if (operator === '==' || operator === '!=') {
        checkValue(node, param, literal, inventory, accept);
        return;
    }
    const value = literalValue(literal);
    if (!param || typeof value !== 'number') {
        return;
    }
    const types = declarations(node, param, inventory).map((declared) => typeOf(declared.type));
    const results = new Set(types.map((type) => constantOrder(type, operator, value)));
    const [result] = results;
    if (results.size === 1 && result !== undefined) {
        accept(
            'warning',
            `\`${param.name}\` is ${rangeText(types[0]!)}, so this is ${result ? 'always' : 'never'} true. Arguments outside of its type are denied before any rule.`,
            { node, code: 'GR302' }
        );
    }
}

/** Equal to what it cannot be: said only where that is so in every tool that has the parameter. */
function checkValue(
    node: AstNode,
    param: Param | undefined,
    literal: Literal,
    inventory: Inventory,
    accept: ValidationAcceptor
): void {
    if (!param) {
        return;
    }
    const value = literalValue(literal);
    const types = declarations(node, param, inventory).map((declared) => typeOf(declared.type));
    if (!couldBeEqual(types, termTypes(literal, inventory)) || types.some((type) => fits(type, value))) {
        return;
    }
    const known = types.flatMap((type) => (type.kind === 'literals' ? type.values : []));
    const texts = known.filter((other) => typeof other === 'string');
    const suggestion = typeof value === 'string' ? nearest(value, texts) : undefined;
    const can = known.length > 0 ? `can be ${[...new Set(known)].map(shown).join(', ')}` : `is ${rangeText(types[0]!)}`;
    accept(
        'error',
        `\`${param.name}\` ${can}, and never ${shown(value)}.${suggestion === undefined ? '' : ` Did you mean ${shown(suggestion)}?`}`,
        { node: literal, code: 'GR302' }
    );
}

function fits(type: Type, value: Value): boolean {
    return misfit(type, value) === undefined;
}

/** What the comparison with the number is for every value of the type, or undefined if that depends on the value. */
function constantOrder(type: Type, operator: Operator, value: number): boolean | undefined {
    if (type.kind !== 'int' && type.kind !== 'number') {
        return undefined;
    }
    const { min = -Infinity, max = Infinity } = type;
    switch (operator) {
        case '<':
            return max < value ? true : min >= value ? false : undefined;
        case '<=':
            return max < value ? true : min > value ? false : undefined;
        case '>':
            return min > value ? true : max <= value ? false : undefined;
        case '>=':
            return min > value ? true : max < value ? false : undefined;
        default:
            return undefined;
    }
}

function rangeText(type: Type): string {
    if (type.kind !== 'int' && type.kind !== 'number') {
        return `a ${type.kind}`;
    }
    const { min, max } = type;
    const word = type.kind === 'int' ? 'a whole number' : 'a number';
    if (min !== undefined && max !== undefined) {
        return `${word} from ${min} to ${max}`;
    }
    return min !== undefined ? `${word} of at least ${min}` : max !== undefined ? `${word} of at most ${max}` : word;
}
