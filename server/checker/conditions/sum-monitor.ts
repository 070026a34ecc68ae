/**
 * A total in the search: a monitor that stores nothing itself. It determines which events are summed (`effectOf`). In a
 * part of a state its cells hold a value that represents all possible sums there (`system/summing.ts`), so that the
 * decision procedure compares it like a count.
 */
import type { Monitor } from '../../model/policy/policy.js';

export interface Sum {
    /** The index of the recorder in the policy. */
    readonly recorder: number;
    /** The parameter that is summed; undefined if each event counts one. */
    readonly param?: string;
    /** True if the amount of the decided call is added to the sum before the comparison. */
    readonly withCall: boolean;
    /** The digits after the decimal point of the amounts: sums are whole numbers of such units. */
    readonly digits: number;
    /** The greatest number of units that the sum is compared with. */
    readonly most: number;
    /**
     * The window in seconds. Summed amounts may leave the sum at any moment, which over-approximates the window: their
     * exact times are not tracked.
     */
    readonly window?: number;
    /**
     * For each tool, true if its parameter is an amount, so that its events are summed or compared together with the
     * sum.
     */
    readonly tools: readonly boolean[];
}

export type SumMonitor = Monitor & { readonly sum: Sum };

export function isSum(monitor: Monitor): monitor is SumMonitor {
    return 'sum' in monitor;
}

/** The parameters of a tool whose amounts are summed. */
export function amountParams(monitors: readonly Monitor[], tool: number): ReadonlySet<string> {
    return new Set(
        monitors
            .filter(isSum)
            .flatMap(({ sum: { param, tools } }) => (param !== undefined && tools[tool] === true ? [param] : []))
    );
}
