/** JSON files with the places of their values. */
import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import { assertShallow } from '../../language/text/json-text.js';
import type { Place, SettingsFile } from './settings.js';

export interface JsonFile {
    /** Undefined for a text that is no JSON object. */
    readonly root: Node | undefined;
    /** Why, as a clause. */
    readonly error: string;
    readonly placeOfError: Place;
    placeOf(node: Node): Place;
}

export interface Property {
    readonly key: Node;
    readonly value: Node;
}

/** @param withComments true for a client that reads comments and trailing commas */
export function jsonFile({ path, text }: SettingsFile, withComments = false): JsonFile {
    const errors: ParseError[] = [];
    const placeOf = ({ offset, length }: { offset: number; length: number }): Place => ({
        path,
        start: offset,
        end: offset + length
    });
    let root: Node | undefined;
    let error = 'it is not an object of JSON';
    try {
        assertShallow(text);
        root = parseTree(text.replace(/^\uFEFF/, ' '), errors, {
            disallowComments: !withComments,
            allowTrailingComma: withComments
        });
    } catch (thrown) {
        error = (thrown as Error).message;
    }
    const [first] = errors;
    if (first) {
        error = 'it is not valid JSON';
    }
    const isObject = root?.type === 'object' && !first;
    return {
        root: isObject ? root : undefined,
        error,
        placeOfError: placeOf(first ?? { offset: 0, length: Math.min(1, text.length) }),
        placeOf
    };
}

/** The properties of an object; of a key that stands twice, the last. Empty for another value. */
export function propertiesOf(node: Node): ReadonlyMap<string, Property> {
    const properties = node.type === 'object' ? (node.children ?? []) : [];
    return new Map(
        properties.flatMap(({ children }) => {
            const [key, value] = children ?? [];
            return key && value ? [[String(key.value), { key, value }] as const] : [];
        })
    );
}
