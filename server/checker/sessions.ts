/** A session that was found, confirmed by the decision procedure of the whole policy, with its causes. */
import type { Claim, Monitor, Policy } from '../model/policy.js';
import type { Act } from './acts.js';
import { causesOf } from './cause.js';
import { violationSummary, witnessSummary } from './explain.js';
import type { SessionStart } from './replay.js';
import { replay } from './replay.js';
import type { Trace } from './result.js';
import { traceOf } from './trace.js';

export interface TimedAct {
    readonly act: Act;
    /** The second at which it happens. */
    readonly time: number;
}

/** A session that a search found. */
export interface FoundSession extends SessionOptions {
    readonly acts: readonly TimedAct[];
}

export interface SessionOptions {
    /** The monitors worth showing. */
    readonly shown: ReadonlySet<Monitor>;
    /** The second at which an `always` is judged: it may be some time after the last step. */
    readonly end: number;
    readonly start?: SessionStart;
}

/** Throws `ReplayMismatch` where the decision procedure decides otherwise than the search. */
export function sessionOf(policy: Policy, claim: Claim, acts: readonly TimedAct[], options: SessionOptions): Trace {
    const { shown, end, start } = options;
    const steps = replay(
        policy,
        acts.map(({ act }) => act),
        acts.map(({ time }) => time),
        start
    );
    if (claim.kind === 'possible') {
        return traceOf(policy, steps, { shown, judgesLast: false, summary: witnessSummary(policy, steps) });
    }
    const causes = causesOf(policy, claim, steps, end);
    const summary = violationSummary(policy, claim, steps, causes);
    return traceOf(policy, steps, { shown, causes, judgesLast: true, summary });
}
