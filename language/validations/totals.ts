/**
 * GR490: a total of something that is not a number, GR491: a sum of such a value, GR492: a total of a value that a call
 * may omit.
 */
import { MOST_OFFERED, type Fix } from '../edits/edit.js';
import { replaceMarked } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { eventTools } from '../names/selectors.js';
import { isOfTime, isSpan, isTextSum, termText, termTypes } from '../types/terms.js';
import { kindsOf, typeOf, typeText } from '../types/types.js';
import { isOptional, withDefault } from './optional.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { Reporter, ValidationRule } from './rule.js';

export const totals: ValidationRule = {
    codes: ['GR490', 'GR491', 'GR492'],
    checks: {
        Total: checkTotal,
        Sum: checkSum
    }
};

function checkTotal(total: ast.Total, report: Reporter): void {
    const { inventory } = report;
    const fields = fieldsOf(total, inventory);
    const wrong = fields.map((field) => typeOf(field.type)).find((type) => !isNumber(kindsOf(type)));
    if (wrong) {
        report.error(
            'GR490',
            [total, 'field'],
            `\`${total.field.$refText}\` is ${typeText(wrong)}, and only numbers can be added up.`,
            (problem) => numbersOf(total, problem)
        );
        return;
    }
    if (!total.result && fields.some(isOptional)) {
        report.error(
            'GR492',
            [total, 'field'],
            `A call may leave \`${total.field.$refText}\` out, and then the total could be any number. Give it a default: \`${total.field.$refText}: … = 0\`.`,
            () => [withDefault(fieldsOf(total, inventory).filter(isOptional))]
        );
    }
    if (ast.isLimit(total.$container) && total.distinct) {
        report.error(
            'GR490',
            [total, 'distinct'],
            `\`limit\` adds the call's own value, which \`total(distinct …)\` may have counted already. Write \`deny … when total(distinct …) + … > …\`.`
        );
    }
    if (ast.isLimit(total.$container) && total.result) {
        report.error(
            'GR490',
            [total, 'field'],
            `The result of a call is known only after the call, so \`limit\` cannot include it. Write \`deny … when total(…) >= …\`.`
        );
    }
}

function fieldsOf({ event, result, field }: ast.Total, inventory: Inventory): ast.Param[] {
    return event && field
        ? eventTools([event], inventory)
              .flatMap((tool) => (result ? tool.returns : tool.params))
              .filter(({ name }) => name === field.$refText)
        : [];
}

function checkSum(sum: ast.Sum, report: Reporter): void {
    const { inventory } = report;
    if (isOfTime(sum)) {
        checkTimes(sum, report);
        return;
    }
    if (isTextSum(sum, inventory)) {
        return;
    }
    const check = (term: ast.Term | undefined): void => {
        const wrong = termTypes(term, inventory).find((type) => !isNumber(kindsOf(type)));
        if (term && wrong) {
            report.error(
                'GR491',
                term,
                `\`${termText(term)}\` is ${typeText(wrong)}: \`${sum.operator}\` ${sum.operator === '+' ? 'adds two numbers, or puts two texts together' : 'subtracts a number from a number'}.`
            );
        }
    };
    check(sum.left);
    check(sum.right);
}

/** An instant and a span make an instant; two instants have a difference, and two spans a sum. */
function checkTimes(sum: ast.Sum, report: Reporter): void {
    const { left, operator, right } = sum;
    const isWrong = !isOfTime(left) || !isOfTime(right) || (!isSpan(right) && (operator === '+' || isSpan(left)));
    if (left && right && isWrong) {
        report.error(
            'GR491',
            sum,
            `\`${termText(sum)}\` is neither an instant nor a span of time. Write \`time of due - now\`, \`now + 2h\` or \`now - 2h\`.`
        );
    }
}

function isNumber(kinds: ReadonlySet<string>): boolean {
    return kinds.has('number') || kinds.has('any');
}

/** Adds up a parameter that is a number. */
function numbersOf(total: ast.Total, problem: Problem): Fix[] {
    const names = eventTools(total.result ? [] : [total.event], problem.inventory)
        .flatMap((tool) => tool.params)
        .filter(({ type }) => kindsOf(typeOf(type)).has('number'))
        .map(({ name }) => nameText(name));
    return [...new Set(names)].slice(0, MOST_OFFERED).map((name, index) => ({
        title: `Change to \`${name}\``,
        changes: [replaceMarked(problem, name)],
        isPreferred: index === 0
    }));
}
