/**
 * The limits at which work is cut off. Each is in a table, with what it bounds and its consequence for a verdict, and
 * is read through the table. Tests can therefore lower each limit and check that cut-off work never claims more than it
 * may (`test/checker/cut-off.test.ts`, `test/repair/cut-off.test.ts`, docs/work-limits.md).
 */

/** The consequence of reaching a limit. A verdict never claims more than it would without the limit. */
export type Consequence =
    /** The search left something out, and the verdict names it. */
    | 'in scope'
    /** A search was skipped or cut short: another search answers, or none does. */
    | 'undecided'
    /**
     * The search covered more sessions than really exist: a claim that holds is proved, but a session that it finds may
     * be impossible.
     */
    | 'proves only'
    /**
     * The decision itself becomes unknown and fails closed, so fewer calls are allowed: this is part of the meaning of
     * a policy.
     */
    | 'stricter'
    /** The session shown may not be the shortest. */
    | 'not the shortest'
    /** Fewer findings, repairs, causes or words; every verdict stays the same. */
    | 'shows less'
    /** The result is the same, but takes more time or memory. */
    | 'slower';

export interface Limit {
    readonly most: number;
    /** A noun phrase for the quantity that is bounded. */
    readonly of: string;
    readonly then: Consequence;
}

/** Reads the limits of a table by name. A hot loop reads its limits before it starts. */
export function limitsOf<Name extends string>(table: Readonly<Record<Name, Limit>>): (name: Name) => number {
    return (name) => {
        if (lowering === undefined) {
            return table[name].most;
        }
        lowering.onRead?.(name);
        return lowering.limits[name] ?? table[name].most;
    };
}

/** The limits of this package; those of the checker and of repair are in their folders. */
export const MODEL_LIMITS = {
    endsOfCalls: {
        most: 3 ** 6,
        of: 'possible ends of the running calls, each with a decision of its own; beyond them, decisions wait',
        then: 'stricter'
    },
    patternNodes: {
        most: 30_000,
        of: 'nodes of the automaton of a pattern; beyond them, a match is unknown',
        then: 'stricter'
    },
    patternSteps: {
        most: 2 ** 17,
        of: 'different steps of that automaton for one text; beyond them, a match is unknown',
        then: 'stricter'
    }
} as const satisfies Readonly<Record<string, Limit>>;

export const modelLimit = limitsOf(MODEL_LIMITS);

interface Lowering {
    readonly limits: Readonly<Record<string, number>>;
    readonly onRead?: ((name: string) => void) | undefined;
}

let lowering: Lowering | undefined;

/**
 * Runs a piece of work with other limits, for tests: until its promise is settled, and only in this thread.
 *
 * @param onRead receives the name of each limit that is read
 */
export function withLimits<T>(
    limits: Readonly<Record<string, number>>,
    work: () => T,
    onRead?: (name: string) => void
): T {
    const before = lowering;
    const restore = (): void => {
        lowering = before;
    };
    lowering = { limits, onRead };
    let result: T;
    try {
        result = work();
    } catch (error) {
        restore();
        throw error;
    }
    if (result instanceof Promise) {
        return result.finally(restore) as T;
    }
    restore();
    return result;
}

/**
 * A value that depends on limits, computed once for each setting of them, because a value for one setting must not be
 * used under another.
 */
export function oncePerLimits<T>(make: () => T): () => T {
    const usual = make();
    const others = new WeakMap<Lowering, { readonly value: T }>();
    return () => {
        if (lowering === undefined) {
            return usual;
        }
        const known = others.get(lowering) ?? { value: make() };
        others.set(lowering, known);
        return known.value;
    };
}
