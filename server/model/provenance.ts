/**
 * Where values come from (M14): for each source the values that it gave in this session. A value is from a source if it
 * is one of these as a whole: nothing is found inside another text.
 */
import type { Arguments, CanonicalForm, ProvenanceSource, Value } from './policy.js';
import { valuesInText } from './request-text.js';
import type { Truth } from './truth.js';
import { and, FALSE, or, TRUE, UNKNOWN } from './truth.js';
import { canonicalForm, canonicalText } from './values.js';

/** What one source gave. */
export interface Given {
    /** By canonical text; unknown is what a call gave that only a hint puts under the source. */
    readonly values: ReadonlyMap<string, Truth>;
    /** Whether any other value may be from it: unknown once it gave something that cannot be read. */
    readonly others: Truth;
}

export const NOTHING_GIVEN: Given = { values: new Map(), others: FALSE };

/** Every value may be from it, since its result is still out. */
export const ANYTHING_GIVEN: Given = { values: new Map(), others: TRUE };

/** What a source gives at one place of the history. */
export interface Giving {
    readonly source: number;
    readonly values: readonly string[];
    /** Whether it is the source's. */
    readonly certainty: Truth;
    readonly isReadable: boolean;
}

export function give(given: readonly Given[], givings: readonly Giving[]): readonly Given[] {
    return givings.length === 0
        ? given
        : given.map((known, source) =>
              givings.filter((giving) => giving.source === source).reduce((all, giving) => add(all, giving), known)
          );
}

function add(known: Given, { values, certainty, isReadable }: Giving): Given {
    if (!isReadable) {
        return { ...known, others: or(known.others, and(certainty, UNKNOWN)) };
    }
    const all = new Map(known.values);
    values.forEach((text) => all.set(text, or(all.get(text) ?? FALSE, certainty)));
    return { ...known, values: all };
}

/** Of a list, whether each element is from the source. `canonical`: the forms in which the value's kind is compared. */
export function isFrom(value: Value, given: Given, canonical: readonly CanonicalForm[] = []): Truth {
    if (Array.isArray(value)) {
        return (value as readonly Value[]).map((element) => isFrom(element, given, canonical)).reduce(and, TRUE);
    }
    const known = given.values.get(canonicalText(value)) ?? FALSE;
    if (canonical.length === 0 || typeof value !== 'string' || known === TRUE) {
        return or(known, given.others);
    }
    const wanted = canonicalForm({ canonical }, value);
    return [...given.values].reduce<Truth>(
        (found, [text, certainty]) =>
            text.startsWith('"') && canonicalForm({ canonical }, JSON.parse(text) as string) === wanted
                ? or(found, certainty)
                : found,
        or(known, given.others)
    );
}

/** The values of a result that a source names: all of them at any depth, or those at the end of its path. */
export function valuesOfResult(source: ProvenanceSource & { kind: 'result' }, result: Arguments): string[] {
    return source.fields.length === 0 ? texts(inside(result)) : texts(source.fields.reduce(fieldOf, [result]));
}

/** The values of what the user said: of each field, and the tokens of its text. */
export function valuesOfRequest(request: Arguments): string[] {
    const { text } = request;
    return texts([...inside(request), ...(typeof text === 'string' ? valuesInText(text) : [])]);
}

function texts(values: readonly Value[]): string[] {
    return [...new Set(values.map(canonicalText))];
}

/** Everything in a list or record, at any depth. */
function inside(whole: Value): Value[] {
    return partsOf(whole).flatMap((part) => [part, ...inside(part)]);
}

/** The field of each record; of a list, that of each element, and of a field that is a list, its elements too. */
function fieldOf(values: readonly Value[], field: string): Value[] {
    return values.flatMap((value) => {
        if (Array.isArray(value) || typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) {
            return [];
        }
        const found = (value as Arguments)[field]!;
        return [found, ...elementsOf(found)];
    });
}

function elementsOf(value: Value): Value[] {
    return Array.isArray(value)
        ? (value as readonly Value[]).flatMap((element) => [element, ...elementsOf(element)])
        : [];
}

function partsOf(value: Value): readonly Value[] {
    return Array.isArray(value)
        ? (value as readonly Value[])
        : typeof value === 'object' && value !== null
          ? Object.values(value as Arguments)
          : [];
}
