/** The meaning of a policy as a text: policies with the same text have the same decisions and claims. */
import type { Policy } from '../../../../model/policy/policy.js';

/** The properties for how and where a part is written, which do not affect decisions. */
const WRITING: ReadonlySet<string> = new Set(['source', 'usedAt', 'text', 'doc', 'scenarios']);
/** The lists in which order and repetition do not matter: numbers of labels and of humans. */
const SETS: ReadonlySet<string> = new Set(['reads', 'clears', 'labels', 'humans']);
/** The properties that contain the index of an element in a list of the policy. */
const NUMBERS = { monitor: 'monitors', recorder: 'recorders' } as const;

/** Of several equivalent rules or claims, only one counts. Names of claims only distinguish uses of packs. */
export function meaningOf(policy: Policy): string {
    const canonical = canonicalOf(policy);
    const { rules, claims, monitors: _, recorders: _recorders, ...rest } = policy;
    const each = (all: readonly object[]): string[] => [...new Set(all.map(canonical))].sort();
    return JSON.stringify([
        each(rules),
        each(claims.map((claim) => ({ ...claim, name: '' }))),
        canonical(rest),
        policy.scenarios.map(({ name, steps }) => canonical({ name, steps }))
    ]);
}

function canonicalOf(policy: Policy): (value: unknown) => string {
    const known = new Map<object, string>();
    const canonical = (value: unknown): string => {
        if (typeof value !== 'object' || value === null) {
            return JSON.stringify(value) ?? 'undefined';
        }
        let text = known.get(value);
        if (text === undefined) {
            text = Array.isArray(value) ? `[${value.map(canonical).join()}]` : `{${partsOf(value).join()}}`;
            known.set(value, text);
        }
        return text;
    };
    const partsOf = (value: object): string[] =>
        Object.entries(value)
            .filter(([key, part]) => !WRITING.has(key) && part !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, part]) => {
                const all = isSet(value, key, part) ? [...new Set(part.map(canonical))].sort() : undefined;
                return `${JSON.stringify(key)}:${all ? `{${all.join()}}` : canonical(meant(key, part))}`;
            });
    /** Numbers are replaced by the elements that they refer to, because the numbers change when other elements do. */
    const meant = (key: string, part: unknown): unknown => {
        const list = key === 'monitor' || key === 'recorder' ? policy[NUMBERS[key]] : undefined;
        return typeof part === 'number' && list ? list[part] : part;
    };
    return canonical;
}

/** True if a property of `owner` is a list whose order is irrelevant, including the parts of `and` and `or`. */
function isSet(owner: object, key: string, part: unknown): part is readonly unknown[] {
    if (!Array.isArray(part)) {
        return false;
    }
    const isJunction = key === 'args' && 'op' in owner && (owner.op === 'and' || owner.op === 'or');
    return isJunction || (SETS.has(key) && part.every((one) => typeof one === 'number'));
}
