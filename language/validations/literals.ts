/** GR302: a literal that the compared parameter can never have. */
import { withFixes } from '../edits/edit.js';
import { MIRRORED } from '../../server/model/policy/comparators.js';
import type { ValidationAcceptor } from 'langium';
import type { Type, Value } from '../../server/model/policy/policy.js';
import type { Comparison, Literal, Term } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { nearest } from '../text/spelling.js';
import { couldBeEqual, declarations, isWholeLiteral, termText, termTypes } from '../types/terms.js';
import { literalValue, misfit, shown, typeOf, whatIs } from '../types/types.js';
import { fittingValues } from '../types/fitting.js';
import { withoutValue } from './comparisons.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf } from './rule.js';

export const literals: ValidationRule = {
    codes: ['GR302'],
    checks: (services) => ({
        Comparison: (node, accept) => {
            const inventory = inventoryOf(node, services);
            if (isWholeLiteral(node.right)) {
                checkComparison(node, node.left, node.right, node.operator, inventory, accept);
            } else if (isWholeLiteral(node.left)) {
                checkComparison(node, node.right, node.left, MIRRORED[node.operator], inventory, accept);
            }
        },
        Membership: (node, accept) => {
            const inventory = inventoryOf(node, services);
            for (const value of node.values.filter(isWholeLiteral)) {
                checkValue(named(node.left, inventory), value, inventory, accept);
            }
        },
        EventArgument: (node, accept) => {
            if (isWholeLiteral(node.value)) {
                const inventory = inventoryOf(node, services);
                const param = node.param?.ref;
                const types = param ? declarations(node, param, inventory).map(({ type }) => typeOf(type)) : [];
                checkValue({ name: param?.name ?? '', types }, node.value, inventory, accept);
            }
        }
    })
};

/** The compared term, with its possible types. */
interface ComparedTerm {
    readonly name: string;
    readonly types: readonly Type[];
}

function named(term: Term | undefined, inventory: Inventory): ComparedTerm {
    const declared = ast.isReference(term) || ast.isFieldAccess(term) || ast.isLatest(term);
    return { name: termText(term), types: declared ? termTypes(term, inventory) : [] };
}

type Operator = Comparison['operator'];

function checkComparison(
    node: Comparison,
    term: Term,
    literal: Literal,
    operator: Operator,
    inventory: Inventory,
    accept: ValidationAcceptor
): void {
    const compared = named(term, inventory);
    if (operator === '==' || operator === '!=') {
        checkValue(compared, literal, inventory, accept);
        return;
    }
    const value = literalValue(literal);
    if (typeof value !== 'number') {
        return;
    }
    const { name, types } = compared;
    const results = new Set(types.map((type) => constantOrder(type, operator, value)));
    const [result] = results;
    if (results.size === 1 && result !== undefined) {
        accept(
            'warning',
            `\`${name}\` is ${rangeText(types[0]!)}, so this is ${result ? 'always' : 'never'} true.${ast.isReference(term) && ast.isParam(term.target?.ref) ? ' Arguments outside of its type are denied before any rule.' : ''}`,
            { node, code: 'GR302' }
        );
    }
}

/**
 * Reports equality with an impossible value, but only if the value is impossible for every tool that has the parameter.
 */
function checkValue(
    { name, types }: ComparedTerm,
    literal: Literal,
    inventory: Inventory,
    accept: ValidationAcceptor
): void {
    const value = literalValue(literal);
    if (
        types.length === 0 ||
        !couldBeEqual(types, termTypes(literal, inventory)) ||
        types.some((type) => fits(type, value))
    ) {
        return;
    }
    const known = types.flatMap((type) => (type.kind === 'literals' ? type.values : []));
    const texts = known.filter((other) => typeof other === 'string');
    const suggestion = typeof value === 'string' ? nearest(value, texts) : undefined;
    const can = known.length > 0 ? `can be ${[...new Set(known)].map(shown).join(', ')}` : `is ${rangeText(types[0]!)}`;
    accept(
        'error',
        `\`${name}\` ${can}, and never ${shown(value)}.${suggestion === undefined ? '' : ` Did you mean ${shown(suggestion)}?`}`,
        {
            node: literal,
            code: 'GR302',
            ...withFixes(() => [
                ...fittingValues(literal, types),
                ...(ast.isMembership(literal.$container) ? withoutValue(literal.$container, literal) : [])
            ])
        }
    );
}

function fits(type: Type, value: Value): boolean {
    return misfit(type, value) === undefined;
}

/**
 * The result of the comparison with the number for every value of the type, or undefined if it depends on the value.
 */
function constantOrder(type: Type, operator: Operator, value: number): boolean | undefined {
    if (type.kind !== 'int' && type.kind !== 'number' && type.kind !== 'decimal') {
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
    if (type.kind !== 'int' && type.kind !== 'number' && type.kind !== 'decimal') {
        return whatIs(type).replace(/^(?=[a-z]+$)/, 'a ');
    }
    const { min, max } = type;
    const digits = type.kind === 'decimal' ? ` with at most ${type.scale} digits after the point` : '';
    const word = type.kind === 'int' ? 'a whole number' : `a number${digits}`;
    if (min !== undefined && max !== undefined) {
        return `${word} from ${min} to ${max}`;
    }
    return min !== undefined ? `${word} of at least ${min}` : max !== undefined ? `${word} of at most ${max}` : word;
}
