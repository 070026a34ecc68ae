/** Checks if arguments fit a tool's declaration: arguments that do not fit are denied before any rule applies (M4). */
import type { Arguments, Param, Tool, Type, Value } from '../../server/model/policy/policy.js';

export function fits(tool: Tool, args: Arguments): boolean {
    return fieldsFit(tool.params, args);
}

/** The arguments with defaults filled in and entities in canonical form, if they fit; otherwise unchanged. */
export function completed(tool: Tool, args: Arguments): Arguments {
    const defaults = tool.params.flatMap((param) => (param.default === undefined ? [] : [[param.name, param.default]]));
    const full = { ...(Object.fromEntries(defaults) as Arguments), ...args };
    return fits(tool, full) ? canonicalFields(tool.params, full) : args;
}

/** What the history has of the arguments of a refused call: those that fit their types, and defaults for those that are absent (M4). */
export function readable(tool: Tool, args: Arguments): Arguments {
    const fields = tool.params.flatMap(({ name, type, optional, default: usual }): [string, Value][] => {
        const given = Object.entries(args).find(([one]) => one === name)?.[1];
        const value = given === undefined || (given === null && optional) ? usual : given;
        return value !== undefined && valueFits(type, value) ? [[name, canonicalValue(type, value)]] : [];
    });
    return Object.fromEntries(fields);
}

/** The fields with every entity in canonical form. */
export function canonicalFields(params: readonly Param[], fields: Arguments): Arguments {
    return Object.fromEntries(
        Object.entries(fields).map(([name, value]) => {
            const param = params.find((one) => one.name === name);
            return [name, param === undefined ? value : canonicalValue(param.type, value)];
        })
    );
}

function canonicalValue(type: Type, value: Value): Value {
    if (type.kind === 'entity' && typeof value === 'string') {
        return type.canonical.reduce(
            (text, form) =>
                form === 'lower' ? text.toLowerCase() : form === 'upper' ? text.toUpperCase() : text.trim(),
            value
        );
    }
    if (type.kind === 'list' && Array.isArray(value)) {
        return value.map((element: Value) => canonicalValue(type.element, element));
    }
    if (type.kind === 'record' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return canonicalFields(type.fields, value as Arguments);
    }
    return value;
}

function fieldsFit(params: readonly Param[], fields: { readonly [name: string]: Value }): boolean {
    const names = params.map((param) => param.name);
    if (Object.keys(fields).some((name) => !names.includes(name))) {
        return false;
    }
    return params.every((param) => {
        const value = fields[param.name];
        return value === undefined ? param.optional : valueFits(param.type, value);
    });
}

function valueFits(type: Type, value: Value): boolean {
    switch (type.kind) {
        case 'any':
            return true;
        case 'string':
            return typeof value === 'string';
        case 'bool':
            return typeof value === 'boolean';
        case 'entity':
            return typeof value === 'string';
        case 'decimal':
        case 'int':
        case 'number':
            return (
                typeof value === 'number' &&
                Math.abs(value) <= 9007199254740991 &&
                (type.kind !== 'int' || Number.isInteger(value)) &&
                (type.kind !== 'decimal' || digitsAfterPoint(value) <= type.scale) &&
                (type.min === undefined || type.min <= value) &&
                (type.max === undefined || value <= type.max)
            );
        case 'literals':
            return type.values.some((literal) => literal === value);
        case 'list':
            return Array.isArray(value) && value.every((element: Value) => valueFits(type.element, element));
        case 'map':
            return (
                typeof value === 'object' &&
                value !== null &&
                !Array.isArray(value) &&
                Object.values(value).every((one: Value) => valueFits(type.value, one))
            );
        case 'record':
            return (
                typeof value === 'object' &&
                value !== null &&
                !Array.isArray(value) &&
                fieldsFit(type.fields, value as { readonly [field: string]: Value })
            );
    }
}

function digitsAfterPoint(number: number): number {
    return (String(number).split('.')[1] ?? '').length;
}
