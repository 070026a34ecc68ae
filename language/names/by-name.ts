/** Looks up names in lists: a tool may have thousands of parameters, and a rule for each of them. */

interface Named {
    readonly name: string;
}

const indices = new WeakMap<readonly Named[], ReadonlyMap<string, readonly Named[]>>();

/** The elements with this name, in order. The list must not change afterwards. */
export function allNamed<T extends Named>(list: readonly T[], name: string | undefined): readonly T[] {
    let index = indices.get(list);
    if (!index) {
        const made = new Map<string, T[]>();
        for (const one of list) {
            const known = made.get(one.name);
            if (known) {
                known.push(one);
            } else {
                made.set(one.name, [one]);
            }
        }
        index = made;
        indices.set(list, index);
    }
    return (index.get(name ?? '') ?? NONE) as readonly T[];
}

const NONE: readonly Named[] = [];
