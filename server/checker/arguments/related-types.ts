/**
 * Values that conditions compare with each other may have different types. It then matters which values both types
 * allow: a text equals a literal only if it is that literal, and equals a text with a pattern only if the pattern
 * matches it.
 */
import type { Type, Value } from '../../model/policy/policy.js';
import { canonicalForm } from '../../model/values/values.js';
import type { TextCondition } from './languages.js';
import type { Mentions } from './mentions.js';
import { Undecidable } from '../limits/undecidable.js';

/**
 * The values that the conditions mention, and the facts that their types add. Throws `Undecidable`.
 *
 * @param types the types of all values that the conditions read
 */
export function withTypes(mentions: Mentions, types: readonly Type[]): Mentions {
    const parts = distinct(types.flatMap(partsOf));
    if (!mentions.isCompared || parts.length < 2) {
        return mentions;
    }
    const lists = parts.filter(({ kind }) => kind === 'list');
    const isMap = parts.some(({ kind }) => kind === 'map') && parts.filter((type) => !isSimple(type)).length > 1;
    const isOpen = parts.some(({ kind }) => kind === 'any') && parts.some((type) => !isSimple(type));
    if (lists.length > 1 || isMap || isOpen) {
        throw new Undecidable('are compared with each other, and may be lists or records of different types');
    }
    const simple = parts.filter(isSimple);
    const texts = simple.flatMap((type): TextCondition[] =>
        type.kind === 'string' && type.pattern ? [{ kind: 'matches', pattern: type.pattern }] : []
    );
    return {
        ...mentions,
        related: simple.length > 1 ? simple : [],
        texts: simple.length > 1 ? [...mentions.texts, ...texts] : mentions.texts,
        constants: [...mentions.constants, ...simple.flatMap((type) => namedBy(type, mentions.width))]
    };
}

/** Values of the type at which membership in other types may change. */
function namedBy(type: Type, width: number): Value[] {
    switch (type.kind) {
        case 'literals':
            return [...type.values];
        case 'int':
        case 'number':
        case 'decimal':
            return [type.min, type.max].filter((bound) => bound !== undefined);
        case 'entity':
            // The canonical form of digits is always the digits themselves.
            return Array.from({ length: width }, (_, i) => [`${i + 1}`, canonicalForm(type, `x${i + 1}`)]).flat();
        default:
            return [];
    }
}

/** The type itself, and the types of its elements and fields. */
function partsOf(type: Type): Type[] {
    switch (type.kind) {
        case 'list':
            return [type, ...partsOf(type.element)];
        case 'map':
            return [type, ...partsOf(type.value)];
        case 'record':
            return [type, ...type.fields.flatMap((field) => partsOf(field.type))];
        default:
            return [type];
    }
}

function isSimple({ kind }: Type): boolean {
    return kind !== 'list' && kind !== 'record' && kind !== 'map';
}

function distinct(types: readonly Type[]): Type[] {
    return [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
}
