/** Whether arguments fit a tool's declaration: what does not is denied before any rule (M4). */
import type { Arguments, Param, Tool, Type, Value } from '../../server/model/policy.js';

export function fits(tool: Tool, args: Arguments): boolean {
    return fieldsFit(tool.params, args);
}

/** The arguments with the defaults of those left out, if they then fit; else as they are. */
export function completed(tool: Tool, args: Arguments): Arguments {
    const defaults = tool.params.flatMap((param) => (param.default === undefined ? [] : [[param.name, param.default]]));
    const full = { ...(Object.fromEntries(defaults) as Arguments), ...args };
    return fits(tool, full) ? full : args;
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
                (type.kind !== 'int' || Number.isInteger(value)) &&
                (type.min === undefined || type.min <= value) &&
                (type.max === undefined || value <= type.max)
            );
        case 'literals':
            return type.values.some((literal) => literal === value);
        case 'list':
            return Array.isArray(value) && value.every((element: Value) => valueFits(type.element, element));
        case 'record':
            return (
                typeof value === 'object' &&
                value !== null &&
                !Array.isArray(value) &&
                fieldsFit(type.fields, value as { readonly [field: string]: Value })
            );
    }
}
