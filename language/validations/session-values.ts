/** GR493: a constant that the session cannot have: another type, an attribute, a duplicate name. */
import type { Data, FieldData, Param, SessionValue } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { dataValue, misfit, typeOf } from '../types/types.js';
import { fittingValues } from '../types/fitting.js';
import { unknownName, withoutSecond } from './given-values.js';
import type { Reporter, ValidationRule } from './rule.js';
import { list } from './rule.js';
import { repeated } from '../text/repeated.js';

export const sessionValues: ValidationRule = {
    codes: ['GR493'],
    checks: {
        SessionStep: ({ values }, report) => {
            const nameOf = (value: SessionValue): string => value.constant?.$refText ?? '';
            for (const value of repeated(values, nameOf)) {
                report.error(
                    'GR493',
                    [value, 'constant'],
                    `"${nameOf(value)}" is given twice. Remove one of the two.`,
                    () => [withoutSecond(value, nameOf(value))]
                );
            }
            values.forEach((value) => checkValue(value, report));
        }
    }
};

function checkValue(value: SessionValue, report: Reporter): void {
    const constant = value.constant?.ref;
    if (!constant) {
        return;
    }
    const problem = isLiteral(value.value) ? misfit(typeOf(constant.type), dataValue(value.value)) : undefined;
    if (problem !== undefined) {
        report.error('GR493', [value, 'value'], `"${constant.name}" ${problem}.`, () =>
            fittingValues(value.value, [typeOf(constant.type)])
        );
    }
    value.attributes?.fields.forEach((field) => checkAttribute(field, constant.name, constant.attributes, report));
}

function checkAttribute(field: FieldData, constant: string, attributes: readonly Param[], report: Reporter): void {
    const attribute = attributes.find(({ name }) => name === field.name);
    const has =
        attributes.length === 0 ? 'it has no attributes' : `it has ${list(attributes.map(({ name }) => `"${name}"`))}`;
    const problem = !attribute
        ? `"${constant}" has no attribute "${field.name}"; ${has}.`
        : isLiteral(field.value) && misfit(typeOf(attribute.type), dataValue(field.value));
    if (problem) {
        report.error('GR493', field, attribute ? `"${constant}.${field.name}" ${problem}.` : problem, () =>
            attribute
                ? fittingValues(field.value, [typeOf(attribute.type)])
                : unknownName(
                      field,
                      'name',
                      field.name,
                      attributes.map(({ name }) => name)
                  )
        );
    }
}

/** True for a complete value; an incomplete one, in a broken text, is ignored. */
function isLiteral(data: Data | undefined): data is Data {
    return (
        (ast.isStringLiteral(data) || ast.isNumberLiteral(data) || ast.isBooleanLiteral(data)) &&
        (data.value as unknown) !== undefined
    );
}
