/** Sessions as a search returns them, before the decision procedure has confirmed them. */
import type { Monitor, Policy } from '../../model/policy/policy.js';
import type { Act } from './steps.js';
import type { Reach } from '../reductions/cone.js';
import type { SessionStart } from './replay.js';

export interface TimedAct {
    readonly act: Act;
    /** The second at which the act happens. */
    readonly time: number;
}
/** A session that a search found. */

export interface FoundSession extends SessionOptions {
    readonly acts: readonly TimedAct[];
}
export interface SessionOptions {
    /** The monitors that are worth showing. */
    readonly shown: ReadonlySet<Monitor>;
    /** The second at which an `always` is judged, which may be some time after the last step. */
    readonly end: number;
    readonly start?: SessionStart;
    /** If set, the causes of the steps (M24) are not computed. */
    readonly withoutCauses?: true;
}
/** The monitors that are worth showing: those that the claim, or a rule around it, reads. */

export function shownMonitors({ monitors }: Policy, reach: Pick<Reach, 'monitors'>): ReadonlySet<Monitor> {
    return new Set([...reach.monitors].map((index) => monitors[index]!));
}
