/**
 * A total in the search: a monitor that keeps nothing itself. It says which events are added up (`effectOf`), and in a
 * part of a state its cells hold a value that stands for all that its sum can be there (`system/summing.ts`), so that the
 * decision procedure compares it as it compares a count.
 */
import type { Monitor } from '../../model/policy/policy.js';

export interface Sum {
    /** The recorder of the policy. */
    readonly recorder: number;
    /** The parameter that is added up; absent: each event counts one. */
    readonly param?: string;
    /** The amount of the decided call is added to what is compared. */
    readonly withCall: boolean;
    /** The digits after the point of the amounts: sums are whole numbers of such units. */
    readonly digits: number;
    /** The greatest number of units that it is compared with. */
    readonly most: number;
    /**
     * Seconds. What is added up may leave the sum at any moment, which is more than what the window does: nothing is known
     * of when.
     */
    readonly window?: number;
    /** For each tool whether its parameter is an amount: its events are added up, or compared together with the sum. */
    readonly tools: readonly boolean[];
}

export type SumMonitor = Monitor & { readonly sum: Sum };

export function isSum(monitor: Monitor): monitor is SumMonitor {
    return 'sum' in monitor;
}

/** The parameters of a tool whose amounts the sums are of. */
export function amountParams(monitors: readonly Monitor[], tool: number): ReadonlySet<string> {
    return new Set(
        monitors
            .filter(isSum)
            .flatMap(({ sum: { param, tools } }) => (param !== undefined && tools[tool] === true ? [param] : []))
    );
}
