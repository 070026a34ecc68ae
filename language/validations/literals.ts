/** GR302: a literal that the compared parameter can never have. */
import { MIRRORED } from '../../server/model/policy/comparators.js';
import type { Type, Value } from '../../server/model/policy/policy.js';
import type { Comparison, Literal, Term } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { nearest } from '../text/spelling.js';
import { couldBeEqual, declarations, isWholeLiteral, termText, termTypes } from '../types/terms.js';
import { literalValue, misfit, shown, typeOf, whatIs } from '../types/types.js';
import { fittingValues } from '../types/fitting.js';
import { withoutValue } from './comparisons.js';
import type { Reporter, ValidationRule } from './rule.js';

export const literals: ValidationRule = {
    codes: ['GR302'],
    checks: {
        Comparison: (node, report) => {
            if (isWholeLiteral(node.right)) {
                checkComparison(node, node.left, node.right, node.operator, report);
            } else if (isWholeLiteral(node.left)) {
                checkComparison(node, node.right, node.left, MIRRORED[node.operator], report);
            }
        },
        Membership: (node, report) => {
            for (const value of node.values.filter(isWholeLiteral)) {
                checkValue(named(node.left, report.inventory), value, report);
            }
        },
        EventArgument: (node, report) => {
            if (isWholeLiteral(node.value)) {
                const param = node.param?.ref;
                const types = param ? declarations(node, param, report.inventory).map(({ type }) => typeOf(type)) : [];
                checkValue({ name: param?.name ?? '', types }, node.value, report);
            }
        }
    }
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

function checkComparison(node: Comparison, term: Term, literal: Literal, operator: Operator, report: Reporter): void {
    const compared = named(term, report.inventory);
    if (operator === '==' || operator === '!=') {
        checkValue(compared, literal, report);
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
        report.warning(
            'GR302',
            node,
            `\`${name}\` is ${rangeText(types[0]!)}, so this is ${result ? 'always' : 'never'} true.${ast.isReference(term) && ast.isParam(term.target?.ref) ? ' Arguments outside of its type are denied before any rule.' : ''}`
        );
    }
}

/**
 * Reports equality with an impossible value, but only if the value is impossible for every tool that has the parameter.
 */
function checkValue({ name, types }: ComparedTerm, literal: Literal, report: Reporter): void {
    const value = literalValue(literal);
    if (
        types.length === 0 ||
        !couldBeEqual(types, termTypes(literal, report.inventory)) ||
        types.some((type) => fits(type, value))
    ) {
        return;
    }
    const known = types.flatMap((type) => (type.kind === 'literals' ? type.values : []));
    const texts = known.filter((other) => typeof other === 'string');
    const suggestion = typeof value === 'string' ? nearest(value, texts) : undefined;
    const can = known.length > 0 ? `can be ${[...new Set(known)].map(shown).join(', ')}` : `is ${rangeText(types[0]!)}`;
    report.error(
        'GR302',
        literal,
        `\`${name}\` ${can}, and never ${shown(value)}.${suggestion === undefined ? '' : ` Did you mean ${shown(suggestion)}?`}`,
        () => [
            ...fittingValues(literal, types),
            ...(ast.isMembership(literal.$container) ? withoutValue(literal.$container, literal) : [])
        ]
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
