/**
 * Writes guards against requests that do not fit the schema: a Dogwood engine does not validate requests, and a
 * `forbid` that cannot be evaluated does not forbid. A guard is false or fails if an argument is missing or of another
 * type, and a `permit` that fails permits nothing.
 */
import type { Param, Policy, Tool, Type } from '../../model/policy/policy.js';
import { joined } from '../cedar/conditions.js';
import { literal } from '../cedar/terms.js';
import { attribute, attributeName } from '../cedar/texts.js';
import { cedarType, isAlwaysThere } from '../cedar/types.js';

/** The guard for the arguments of a call and for the constants of the session. */
export function guardOf(tool: Tool, { sessionConstants = [] }: Policy): string {
    const constants = sessionConstants.map((constant) => ({ ...constant, optional: false }));
    return joined('&&', [...fieldsFit('context.input', tool.params), ...fieldsFit('context.session', constants)]);
}

function fieldsFit(of: string, fields: readonly Param[]): string[] {
    return fields
        .filter(({ type }) => cedarType(type) !== undefined)
        .flatMap((field) => {
            const fits = typeFits(attribute(of, field.name), field.type);
            return isAlwaysThere(field)
                ? fits
                : [`(if ${of} has ${attributeName(field.name)} then ${fits.join(' && ')} else true)`];
        });
}

/** Conditions that are all true if the value fits the type. */
function typeFits(text: string, type: Type): string[] {
    switch (type.kind) {
        case 'list':
            return [`${text}.containsAll(${text})`];
        case 'record': {
            const fits = fieldsFit(text, type.fields);
            // This expression fails on anything but a record.
            return fits.length > 0 ? fits : [`(${text} has x || true)`];
        }
        case 'literals':
            return [`[${type.values.map(literal).join(', ')}].contains(${text})`];
        case 'bool':
            return [`(${text} || true)`];
        case 'int':
            return numberFits(text, type);
        default:
            return [`${text} like "*"`];
    }
}

/** A number satisfies one of the two conditions in any case. */
function numberFits(text: string, { min, max }: { readonly min?: number; readonly max?: number }): string[] {
    return min === undefined && max === undefined
        ? [`(${text} <= 0 || ${text} > 0)`]
        : [
              ...(min === undefined ? [] : [`${text} >= ${Math.ceil(min)}`]),
              ...(max === undefined ? [] : [`${text} <= ${Math.floor(max)}`])
          ];
}
