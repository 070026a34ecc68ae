/** Immutable lists. A list without changes stays the same object, so that an event costs only its actual changes. */

/** The list with some of its items replaced; the same list if nothing changes. */
export function replaced<T>(
    list: readonly T[],
    isMeant: (index: number) => boolean,
    next: (item: T, index: number) => T
): readonly T[] {
    let copy: T[] | undefined;
    for (let index = 0; index < list.length; index++) {
        const item = isMeant(index) ? next(list[index]!, index) : list[index]!;
        if (item !== list[index]) {
            copy ??= list.slice();
            copy[index] = item;
        }
    }
    return copy ?? list;
}

export function always(): boolean {
    return true;
}
