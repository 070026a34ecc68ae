/** Copies data of the policy model with some of its conditions and terms replaced. */
import type { Condition, Term } from '../../model/policy/policy.js';
import { poll } from '../limits/budget.js';

export type Part = Condition | Term;

export function isPart(data: unknown): data is Part {
    return (
        typeof data === 'object' &&
        data !== null &&
        (('op' in data && typeof data.op === 'string') || ('term' in data && typeof data.term === 'string'))
    );
}

/**
 * A constant in a condition or term may have any shape, so its fields are not visited; neither are source locations.
 */
function isInside(data: object, field: string): boolean {
    return isPart(data) ? field !== 'value' && field !== 'values' : !NO_PARTS.has(field);
}

const NO_PARTS: ReadonlySet<string> = new Set(['source', 'usedAt', 'default', 'annotations', 'type', 'scenarios']);

/** True if the data contains a condition or term of this kind, at any depth. */
export function hasPart(data: unknown, isMeant: (part: Part) => boolean): boolean {
    poll();
    if (typeof data !== 'object' || data === null) {
        return false;
    }
    if (Array.isArray(data)) {
        return data.some((one) => hasPart(one, isMeant));
    }
    return (
        (isPart(data) && isMeant(data)) ||
        Object.entries(data).some(([field, inner]) => isInside(data, field) && hasPart(inner, isMeant))
    );
}

function replacedItems(items: readonly unknown[], walk: (item: unknown) => unknown): readonly unknown[] {
    const others = items.map(walk);
    return others.some((item, index) => item !== items[index]) ? others : items;
}

/**
 * A copy of the data with every condition and term replaced for which `replace` returns another. If `replace` returns
 * undefined, the parts of the condition or term are visited. Data without a replacement stays the same object.
 */
export function rewritten<T>(data: T, replace: (part: Part) => Part | undefined): T {
    const walk = (value: unknown): unknown => {
        if (typeof value !== 'object' || value === null) {
            return value;
        }
        if (Array.isArray(value)) {
            return replacedItems(value, walk);
        }
        const other = isPart(value) ? replace(value) : undefined;
        if (other) {
            return other;
        }
        let changed: Record<string, unknown> | undefined;
        for (const [field, inner] of Object.entries(value as { readonly [field: string]: unknown })) {
            const next = isInside(value, field) ? walk(inner) : inner;
            if (next !== inner) {
                changed = { ...value, ...changed, [field]: next };
            }
        }
        return changed ?? value;
    };
    return walk(data) as T;
}
