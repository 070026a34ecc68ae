/** Finds the principals that a call is decided for (M16). */
import { visible, type View } from './view.js';

export interface Delegated {
    readonly from: number;
    readonly to: number;
}

/** The open delegations at the place of a view, in the order of the policy's agents. */
export function open(view: View): Delegated[] {
    const all: Delegated[] = [];
    for (const entry of visible({ ...view, own: -2 })) {
        const to = view.policy.tools[entry.call.tool]?.delegatesTo;
        const is = (one: Delegated, from: unknown, whom: unknown): boolean => one.from === from && one.to === whom;
        if (entry.kind === 'release' && to !== undefined && !all.some((one) => is(one, entry.call.agent, to))) {
            all.push({ from: entry.call.agent, to });
        } else if (entry.kind === 'return') {
            all.splice(0, all.length, ...all.filter((one) => !is(one, entry.to, entry.from)));
        }
    }
    return all;
}

/** The caller, and everyone whose work it does, unless it does the work on its own rights. */
export function principals(view: View): number[] {
    const chain = [view.call.agent];
    for (const agent of chain) {
        for (const { from, to } of open(view)) {
            const declared = view.policy.delegations?.find((one) => one.from === from && one.to === to);
            if (to === agent && declared?.ownRights !== true && !chain.includes(from)) {
                chain.push(from);
            }
        }
    }
    return chain;
}
