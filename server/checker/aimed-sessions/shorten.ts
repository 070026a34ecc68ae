/** Removes the parts of a session that are not needed to show the same thing. */
import { look } from '../limits/budget.js';
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import { played, type PlayedSession } from './session.js';

/**
 * @param shows what must stay true of the session
 * @param isKept steps that stay
 */
export function shortened(
    policy: Policy,
    session: PlayedSession,
    shows: (session: PlayedSession) => boolean,
    isKept: (step: ScenarioStep) => boolean = () => false
): PlayedSession {
    let best = session;
    const keep = (steps: readonly ScenarioStep[]): boolean => {
        look();
        const tried = played(policy, steps);
        const isShorter = tried !== undefined && shows(tried);
        best = isShorter ? tried : best;
        return isShorter;
    };
    for (let isShorter = true; isShorter;) {
        isShorter = false;
        for (let at = best.steps.length - 1; at >= 0; at--) {
            const step = best.steps[at];
            if (!step || isKept(step)) {
                continue;
            }
            isShorter = keep(best.steps.filter((_, index) => index !== at)) || isShorter;
            const joined = best.steps[at] && endedAtOnce(best.steps, at);
            isShorter = (joined !== undefined && keep(joined)) || isShorter;
        }
    }
    for (let at = 0; at < best.steps.length; at++) {
        for (const plainer of plainerThan(best.steps[at]!)) {
            keep(best.steps.map((step, index) => (index === at ? plainer : step)));
        }
    }
    return best;
}

/** The steps, changed so that the call that `steps[at]` ends has already ended at once; undefined if it ends none. */
function endedAtOnce(steps: readonly ScenarioStep[], at: number): ScenarioStep[] | undefined {
    const end = steps[at]!;
    if (end.kind !== 'end') {
        return undefined;
    }
    const { tool, outcome, result } = end;
    const call = steps
        .slice(0, at)
        .map((step) => step.kind === 'call' && step.tool === tool)
        .lastIndexOf(true);
    return steps.flatMap((step, index) => {
        const isCall = index === call && step.kind === 'call';
        return index === at ? [] : isCall ? [{ ...step, outcome, ...(result && { result }) }] : [step];
    });
}

/** The steps that result from removing one of the remaining details. */
function plainerThan(step: ScenarioStep): ScenarioStep[] {
    const plainer: ScenarioStep[] = [];
    if ((step.kind === 'call' || step.kind === 'end') && (step.result || step.outcome !== 'success')) {
        const { result: _, ...unanswered } = step;
        plainer.push({ ...unanswered, outcome: 'success' });
    }
    if ('readings' in step && step.readings) {
        const { readings, ...unread } = step;
        plainer.push(
            unread,
            ...readings.map((_, left) => ({ ...step, readings: readings.filter((_other, at) => at !== left) }))
        );
    }
    return plainer;
}
