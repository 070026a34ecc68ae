/** Finds values near a wrong one that fit a type. */
import { nearby } from '../../../../language/text/spelling.js';
import { misfit } from '../../../../language/types/types.js';
import type { Type, Value } from '../../../model/policy/policy.js';

/** The values in source syntax, the likeliest first. */
export function fitting(types: readonly Type[], value: Value): string[] {
    const found = types.flatMap((type) =>
        candidates(type, value).filter((candidate) => misfit(type, candidate) === undefined)
    );
    return [...new Set(found.map((candidate) => JSON.stringify(candidate)))];
}

/** The maximum number of values that are offered one by one. */
const MOST = 5;

function candidates(type: Type, value: Value): Value[] {
    switch (type.kind) {
        case 'literals': {
            const texts = type.values.filter((one) => typeof one === 'string');
            const near = typeof value === 'string' ? nearby(value, texts) : [];
            const same = type.values.filter((one) => typeof value !== 'object' && String(one) === String(value));
            return [...same, ...near, ...(type.values.length <= MOST ? type.values : [])];
        }
        case 'string':
        case 'entity':
            return typeof value === 'object' ? [] : [String(value)];
        case 'int':
        case 'number':
        case 'decimal':
            return numbers(type, value);
        case 'bool':
            return truth(value);
        case 'list':
            return Array.isArray(value) ? [] : [[value]];
        default:
            return [];
    }
}

function numbers(type: Type & { kind: 'int' | 'number' | 'decimal' }, value: Value): number[] {
    const number = typeof value === 'string' && /^\s*-?\d/.test(value) ? parseFloat(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) {
        return [];
    }
    const scale = type.kind === 'decimal' ? 10 ** type.scale : 1;
    const rounded = type.kind === 'number' ? number : Math.round(number * scale) / scale;
    return [number, rounded, Math.min(Math.max(rounded, type.min ?? -Infinity), type.max ?? Infinity)];
}

function truth(value: Value): boolean[] {
    const text = typeof value === 'object' ? 'none' : String(value).toLowerCase();
    return ['true', 'yes', '1', 'on'].includes(text)
        ? [true]
        : ['false', 'no', '0', 'off', ''].includes(text)
          ? [false]
          : [];
}
