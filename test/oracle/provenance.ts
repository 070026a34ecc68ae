/** Checks if a value came from a source in this session (M14). */
import type { ProvenanceSource, Value } from '../../server/model/policy/policy.js';
import { every, known, some, type Answer } from './answer.js';
import { same } from './compare.js';
import { isOne } from './events.js';
import { isWithheld } from './labels.js';
import { endingOf, requestsAt, visible, type View } from './view.js';

/** The whole tokens in each of the texts that the generator lets a user say. */
export const TOKENS: ReadonlyMap<string, readonly Value[]> = new Map<string, readonly Value[]>([
    ['pay "v1" to bob@a.example', ['v1', 'bob@a.example']],
    ['give 3 or 4.50, not 12x', [3, 4.5]],
    ['see https://a.example/x and /srv/app', ['https://a.example/x', '/srv/app']],
    ['v1 and xv2', []]
]);

export function cameFrom(value: Value | undefined, source: ProvenanceSource, view: View): Answer {
    if (value === undefined) {
        return 'unknown';
    }
    return Array.isArray(value)
        ? every(value.map((element: Value) => cameFrom(element, source, view)))
        : some(given(source, view).map((one) => (one === undefined ? 'unknown' : known(same(one, value)))));
}

/** The values that a source gave, one by one; `undefined` represents an unreadable value. */
function given(source: ProvenanceSource, view: View): (Value | undefined)[] {
    if (source.kind === 'user') {
        return requestsAt(view).flatMap(({ text, ...fields }) => [
            ...values(fields),
            ...(typeof text === 'string' ? [text, ...(TOKENS.get(text) ?? [])] : [])
        ]);
    }
    return visible(view)
        .filter((entry) => entry.kind === 'release')
        .flatMap((entry) => {
            const is = isOne(view.policy, source.event, entry.call, view.call.agent);
            const ending = endingOf(entry.id, view);
            if (is === 'no' || ending.outcome !== 'success' || isWithheld(entry, view)) {
                return [];
            }
            const field = ending.result && inside(ending.result, source.fields);
            return is === 'unknown' || field === undefined ? [undefined] : values(field);
        });
}

function inside(value: Value, fields: readonly string[]): Value | undefined {
    return fields.reduce<Value | undefined>(
        (of, field) =>
            typeof of === 'object' && of !== null && !Array.isArray(of)
                ? (of as { readonly [name: string]: Value })[field]
                : undefined,
        value
    );
}

/** A value and its contents. */
function values(value: Value): Value[] {
    return typeof value === 'object' && value !== null
        ? Object.values(value).flatMap((inner: Value) => values(inner))
        : [value];
}
