/**
 * Computes the labels of agents and stores after an event (M15): which labels are added and cleared. Data written to a
 * server that stores is read back with its labels, by any agent in any session.
 */
import type { Handover } from './delegation.js';
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
    /** True if the result is withheld, so that nothing is returned. */
    readonly withheld?: true;
}

export function storeUseOf(policy: Policy, tool: Tool): StoreUse | undefined {
    return tool.stores === undefined
        ? undefined
        : { store: storesOf(policy).indexOf(tool.stores), writes: tool.traits['readonly'] !== TRUE };
}

/** The part of an event's effect that labels depend on. */
export interface LabelEffect {
    /** The agent; undefined for an outside event. */
    readonly agent?: number;
    /** The bits of the labels that the agent carries from now on, and of those that it loses first. */
    readonly adds: number;
    readonly clears: number;
    readonly handover?: Handover;
    /** The use of a store; undefined if the server does not store, or if the event is not a release. */
    readonly store?: StoreUse;
}

export function bitsOf(labels: readonly number[]): number {
    return labels.reduce((bits, label) => bits | (1 << label), 0);
}

/**
 * The label bits of each agent after an event: first the labels that a delegation passes on, then those that the caller
 * loses and gets.
 */
export function labelsAfter(
    labels: readonly number[],
    { agent, adds, clears, handover }: LabelEffect
): readonly number[] {
    return adds === 0 && clears === 0 && !handover
        ? labels
        : labels.map(
              (bits, of) =>
                  (of === agent ? (bits & ~clears) | adds : bits) | (of === handover?.to ? labels[handover.from]! : 0)
          );
}

/** The effect, including the labels that a server returns. */
export function withStored<E extends LabelEffect>(effect: E, stored: readonly number[] | undefined): E {
    const back = effect.store && !effect.store.withheld ? (stored?.[effect.store.store] ?? 0) : 0;
    return back === 0 ? effect : { ...effect, adds: effect.adds | back };
}

export function storedAfter(
    stored: readonly number[],
    { store: use, agent }: LabelEffect,
    labels: readonly number[]
): readonly number[] {
    const carried = agent === undefined ? 0 : (labels[agent] ?? 0);
    return !use?.writes || (stored[use.store]! | carried) === stored[use.store]
        ? stored
        : stored.map((bits, store) => (store === use.store ? bits | carried : bits));
}
