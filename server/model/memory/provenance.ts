/**
 * Tracks provenance (M14): the values that each source gave in this session. A value comes from a source only if it
 * equals one of them as a whole: a part of another text does not count.
 */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import type { Arguments, CanonicalForm, Condition, Policy, ProvenanceSource, Value } from '../policy/policy.js';
import { valuesInText } from '../values/request-text.js';
import type { Truth } from '../policy/truth.js';
import { and, FALSE, or, TRUE, UNKNOWN } from '../policy/truth.js';
import { canonicalText } from '../values/canonical-text.js';
import { canonicalForm } from '../values/values.js';
import { VersionedMap } from '../collections/versioned-map.js';

/** The values of one source. */
export interface GivenValues {
    /**
     * The values by key (`keyOf`), and by each form in which a condition compares entities with them (`textIn`). An
     * entry is unknown if only a hint assigns the call to the source.
     */
    readonly values: VersionedMap<Truth>;
    /** True if any other value may come from the source: unknown once the source gave something that cannot be read. */
    readonly others: Truth;
    /** The kind of lists and records among the values: none, only some with short keys, or some with digests. */
    readonly composites: 'none' | 'short' | 'digests';
}

export const NOTHING_GIVEN: GivenValues = { values: VersionedMap.empty(), others: FALSE, composites: 'none' };

/** The values of a source whose result is pending: every value may come from it. */
export const ANYTHING_GIVEN: GivenValues = { values: VersionedMap.empty(), others: TRUE, composites: 'none' };

/** The values that a source gives at one place of the history. */
export interface ValueSource {
    readonly source: number;
    readonly values: readonly string[];
    /** True if the value comes from the source. */
    readonly certainty: Truth;
    /** False if the source also gave something that cannot be read. */
    readonly isReadable: boolean;
}

export function give(
    policy: Policy,
    given: readonly GivenValues[],
    givings: readonly ValueSource[]
): readonly GivenValues[] {
    return givings.length === 0
        ? given
        : given.map((known, source) =>
              givings
                  .filter((giving) => giving.source === source)
                  .reduce((all, giving) => add(all, giving, formsOf(policy)[source]!), known)
          );
}

function add(known: GivenValues, { values, certainty, isReadable }: ValueSource, forms: readonly Forms[]): GivenValues {
    const others = isReadable ? known.others : or(known.others, and(certainty, UNKNOWN));
    let all = known.values;
    const put = (text: string): void => {
        const before = all.get(text) ?? FALSE;
        if (or(before, certainty) !== before) {
            all = all.with(text, or(before, certainty));
        }
    };
    for (const text of values) {
        put(text);
        if (text.startsWith('"')) {
            forms.forEach((canonical) => put(textIn(canonical, JSON.parse(text) as string)));
        }
    }
    if (all === known.values) {
        return others === known.others ? known : { ...known, others };
    }
    const composites = values.some((key) => key.startsWith('#'))
        ? 'digests'
        : known.composites === 'none' && values.some((key) => /^[[{]/.test(key))
          ? 'short'
          : known.composites;
    return { ...known, others, values: all, composites };
}

type Forms = readonly CanonicalForm[];

/** The text of an entity in a form. The key of a value never starts like this. */
function textIn(canonical: Forms, text: string): string {
    return `=${canonical.join()} ${canonicalForm({ canonical }, text)}`;
}

const formsByPolicy = new WeakMap<Policy, readonly (readonly Forms[])[]>();

/** For each source, the forms in which some condition compares entities with its values. */
function formsOf(policy: Policy): readonly (readonly Forms[])[] {
    let forms = formsByPolicy.get(policy);
    if (!forms) {
        const found = (policy.sources ?? []).map(() => new Map<string, Forms>());
        const look = (part: unknown): void => {
            if (typeof part !== 'object' || part === null) {
                return;
            }
            if ('op' in part && part.op === 'from') {
                const { source, canonical = [] } = part as Condition & { op: 'from' };
                if (canonical.length > 0) {
                    found[source]?.set(canonical.join(), canonical);
                }
            }
            Object.values(part).forEach(look);
        };
        look(policy);
        forms = found.map((of) => [...of.values()]);
        formsByPolicy.set(policy, forms);
    }
    return forms;
}

/**
 * For a list, one truth value for each element: true if the element comes from the source.
 * @param canonical the forms in which the value's kind is compared
 */
export function isFrom(value: Value, given: GivenValues, canonical: readonly CanonicalForm[] = []): Truth {
    if (Array.isArray(value)) {
        let all: Truth = TRUE;
        for (const element of value as readonly Value[]) {
            all = and(all, isFrom(element, given, canonical));
            if (all === FALSE) {
                break;
            }
        }
        return all;
    }
    const known = givenAs(value, given);
    if (canonical.length === 0 || typeof value !== 'string' || known === TRUE) {
        return or(known, given.others);
    }
    return or(or(known, given.others), given.values.get(textIn(canonical, value)) ?? FALSE);
}

/**
 * True if the value is one of the given ones. A long value is not hashed, or even serialized, if no similar value was
 * given.
 */
function givenAs(value: Value, { values, composites }: GivenValues): Truth {
    if (typeof value === 'object' && value !== null) {
        if (composites === 'none') {
            return FALSE;
        }
        const parts = composites === 'short' ? partsKey(value, undefined) : '';
        if (parts.length > LONGEST_KEY) {
            return FALSE;
        }
    }
    return values.get(keyOf(value)) ?? FALSE;
}

/**
 * The keys of the values that a source names in a result: all of them at any depth, or those at the end of its path.
 */
export function valuesOfResult(source: ProvenanceSource & { kind: 'result' }, result: Arguments): string[] {
    return source.fields.length === 0
        ? keysInside(result)
        : [...new Set(source.fields.reduce(fieldOf, [result]).map((value) => keyOf(value)))];
}

/** The keys of the values in what the user said: each field, and the tokens of its text. */
export function valuesOfRequest(request: Arguments): string[] {
    const { text } = request;
    const tokens = typeof text === 'string' ? valuesInText(text).map((value) => keyOf(value)) : [];
    return [...new Set([...keysInside(request), ...tokens])];
}

/** The keys of all contents of a list or record, at any depth. */
function keysInside(whole: Value): string[] {
    const keys = new Set<string>();
    for (const part of partsOf(whole)) {
        keyOf(part, keys);
    }
    return [...keys];
}

/**
 * The key of a value; equal values have equal keys. It is the canonical text of a text, number or constant, and for a
 * list or record the keys of all its parts, or their digest. All keys of a value together are therefore computed in
 * time linear in its size, regardless of nesting (R. C. Merkle, A Digital Signature Based on a Conventional Encryption
 * Function, 1987). The digest withstands attackers who look for two values with the same key.
 * @param all receives the keys of the value and its parts
 */
function keyOf(value: Value, all?: Set<string>): string {
    let key: string | undefined;
    if (typeof value !== 'object' || value === null) {
        key = canonicalText(value);
    } else if (all !== undefined || (key = keys.get(value)) === undefined) {
        const parts = partsKey(value, all);
        key = parts.length <= LONGEST_KEY ? parts : `#${bytesToHex(sha256(utf8ToBytes(parts)))}`;
        if (key !== parts) {
            keys.set(value, key);
        }
    }
    all?.add(key);
    return key;
}

function partsKey(value: readonly Value[] | Arguments, all: Set<string> | undefined): string {
    const inner = partsOf(value);
    if (inner.length >= WIDE && !inner.some((part) => typeof part === 'object' && part !== null)) {
        // The text is computed for the parts, because other conditions need it too, and its keys are sorted only once.
        inner.forEach((part) => all?.add(canonicalText(part)));
        return canonicalText(value);
    }
    let parts = '';
    if (Array.isArray(value)) {
        for (const element of value as readonly Value[]) {
            parts += `${keyOf(element, all)},`;
        }
        return `[${parts}]`;
    }
    for (const name of Object.keys(value).sort()) {
        parts += `${canonicalText(name)}:${keyOf((value as Arguments)[name]!, all)},`;
    }
    return `{${parts}}`;
}

/** The number of parts at which it becomes worthwhile to share a value's text with other conditions. */
const WIDE = 100;

/** The keys of large values, which several conditions may need. Values are immutable. */
const keys = new WeakMap<object, string>();

/**
 * The size in characters at which a list or record gets a digest: several times the size of a digest, because computing
 * one takes microseconds.
 */
const LONGEST_KEY = 256;

/**
 * The values of the field of each record: for a list, the field of each element; for a field that is a list, its
 * elements too.
 */
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
