/** Data written to a server that stores is read back with its labels, by any agent in any session (M15). */
import type { Policy, Tool } from '../policy/policy.js';
import { TRUE } from '../policy/truth.js';

const byPolicy = new WeakMap<Policy, readonly string[]>();

/** The servers that store, in the order of their tools. */
export function storesOf(policy: Policy): readonly string[] {
    let stores = byPolicy.get(policy);
    if (!stores) {
        stores = [...new Set(policy.tools.flatMap(({ stores: server }) => (server === undefined ? [] : [server])))];
        byPolicy.set(policy, stores);
    }
    return stores;
}

/**
 * The effect of a released call on a store: every call reads, and a call that is not known to be `readonly` also
 * writes.
 */
export interface StoreUse {
    readonly store: number;
    readonly writes: boolean;
    /** A withheld result returns nothing. */
    readonly withheld?: true;
}

export function storeUseOf(policy: Policy, tool: Tool): StoreUse | undefined {
    return tool.stores === undefined
        ? undefined
        : { store: storesOf(policy).indexOf(tool.stores), writes: tool.traits['readonly'] !== TRUE };
}
