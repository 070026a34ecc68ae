/** The bounds of a number in old and new JSON Schema drafts, converted to those of the language. */
import type { Type } from '../../model/policy/policy.js';
import { decimal } from './values.js';

export interface ImportedNumber {
    readonly type: Type;
    readonly notes: readonly string[];
}

type Bounds = { readonly [keyword: string]: unknown };

/** `lost` contains the notes about keywords that were dropped earlier. */
export function numberType(name: 'integer' | 'number', schema: Bounds, lost: readonly string[]): ImportedNumber {
    const kind = name === 'integer' ? 'int' : 'number';
    const notes = [...lost];
    const bound = (inclusive: string, exclusive: string, direction: 1 | -1): number | undefined => {
        const candidates: number[] = [];
        const plain = schema[inclusive];
        const strict = schema[exclusive];
        if (typeof plain === 'number') {
            candidates.push(kind === 'int' ? inward(plain, direction) : plain);
        }
        const above = strict === true && typeof plain === 'number' ? plain : strict;
        if (typeof above === 'number') {
            candidates.push(
                kind === 'int' ? inward(above + direction * Number(Number.isInteger(above)), direction) : above
            );
            if (kind === 'number') {
                notes.push(`${above} itself is excluded by the schema`);
            }
        }
        const tightest =
            candidates.length === 0 ? undefined : direction * Math.max(...candidates.map((c) => direction * c));
        // Libraries write the largest exact integer automatically if the author gave no bound.
        if (kind === 'int' && Math.abs(tightest ?? 0) >= Number.MAX_SAFE_INTEGER) {
            return undefined;
        }
        if (tightest !== undefined && decimal(tightest) === undefined) {
            notes.push(`${inclusive} ${tightest} is not kept`);
            return undefined;
        }
        return tightest;
    };
    const min = bound('minimum', 'exclusiveMinimum', 1);
    const max = bound('maximum', 'exclusiveMaximum', -1);
    if (min !== undefined && max !== undefined && min > max) {
        return { type: { kind }, notes: [...notes, `no number is at least ${min} and at most ${max}`] };
    }
    return { type: { kind, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }, notes };
}

/** The nearest whole number inside a bound. */
function inward(bound: number, direction: 1 | -1): number {
    return direction === 1 ? Math.ceil(bound) : Math.floor(bound);
}
