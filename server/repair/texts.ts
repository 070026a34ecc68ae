/** Writes parts of statements as texts for other statements. */
import type { AstNode } from 'langium';
import * as ast from '../../language/generated/ast.js';
import { textOf } from '../../language/lower/context.js';

/** The subjects of a rule, and the conditions that a rule has to spell out. */
export interface Subject {
    readonly text: string;
    readonly conditions: readonly string[];
}

/** Arguments with a value and `where` become conditions of a rule; arguments without a value have no meaning there. */
export function subjectOf(event: ast.Event): Subject {
    const values = event.args.flatMap(({ param, value }) => (value ? [`${param.$refText} == ${textOf(value)}`] : []));
    const by = event.by && !event.by.any ? ` by ${textOf(event.by)}` : '';
    return {
        text: `${textOf(event.selector)}${by}`,
        conditions: [...values, ...(event.where ? [grouped(event.where)] : [])]
    };
}

/** The text of the condition, in parentheses if `and` and `not` would otherwise bind only to a part of it. */
export function grouped(condition: ast.Condition): string {
    const text = textOf(condition);
    return ast.isBinaryCondition(condition) ? `(${text})` : text;
}

/** The parts of a condition that a word joins. */
export function partsOf(condition: ast.Condition, operator: 'and' | 'or'): ast.Condition[] {
    return ast.isBinaryCondition(condition) && condition.operator === operator
        ? [...partsOf(condition.left, operator), ...partsOf(condition.right, operator)]
        : [condition];
}

export function guards(when: readonly string[], unless: readonly string[]): string {
    const on = when.length > 0 ? ` when ${when.join(' and ')}` : '';
    const off =
        unless.length > 0 ? ` unless ${unless.length > 1 ? unless.map(enclosed).join(' or ') : unless[0]!}` : '';
    return on + off;
}

/** The text in parentheses if it may contain several conditions. */
function enclosed(text: string): string {
    return / (and|or|implies) /.test(text) && !text.startsWith('(') ? `(${text})` : text;
}

/** Every duration and number that a text names. */
export function durationsIn(node: AstNode): string[] {
    return [...new Set(textOf(node).match(/(?<=\bwithin )\d+[smhdw]\b/g))];
}

export function numbersIn(node: AstNode): string[] {
    return [...new Set(textOf(node).match(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])/g))];
}
