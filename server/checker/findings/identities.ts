/**
 * Finds parameters of two tools that mean the same thing. The language does the same on the text (GR428) before a model
 * exists, using only the types.
 */
import type { Param } from '../../model/policy/policy.js';

export interface CommonKey {
    /** The names of the parameter of the earlier call and of the parameter of the decided call. */
    readonly past: string;
    readonly call: string;
}

type Identifying = Pick<Param, 'name' | 'type' | 'optional'>;

/**
 * Pairs of identifiers of one kind that each tool has exactly once; nothing else indicates that they mean the same
 * thing.
 */
export function commonKeys(
    past: readonly (readonly Identifying[])[],
    called: readonly (readonly Identifying[])[]
): CommonKey[] {
    const [first] = past;
    const [other] = called;
    if (!first || !other) {
        return [];
    }
    return keysOf(first).flatMap(({ identity, name }) => {
        const isOnlyOne = (params: readonly Identifying[]): boolean =>
            keysOf(params).filter((key) => key.identity === identity).length === 1;
        const call = keysOf(other).find((key) => key.identity === identity)?.name;
        const isCommon =
            [...past, ...called].every(isOnlyOne) &&
            past.every((params) => keysOf(params).some((key) => key.name === name)) &&
            called.every((params) => keysOf(params).some((key) => key.name === call));
        return call !== undefined && isCommon ? [{ past: name, call }] : [];
    });
}

/**
 * The parameters that are identifiers, grouped by name: those of an entity type, and those of a text or whole number
 * type whose name denotes an identifier.
 */
function keysOf(params: readonly Identifying[]): { readonly name: string; readonly identity: string }[] {
    return params.flatMap(({ name, type, optional }) => {
        if (optional || !name) {
            return [];
        }
        if (type.kind === 'entity') {
            return [{ name, identity: `entity ${type.entity}` }];
        }
        const isNamedAsOne = (type.kind === 'string' || type.kind === 'int') && /(^|_)id$|[a-z]Id$/.test(name);
        return isNamedAsOne ? [{ name, identity: `${type.kind} ${name}` }] : [];
    });
}
