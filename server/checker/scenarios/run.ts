/** The result of running one step of a scenario. */
import type { ScenarioStep } from '../../model/policy/policy.js';
import type { SessionState } from '../../model/session/session.js';
import type { ReplayedStep } from '../traces/replay.js';
import type { Note } from '../traces/trace.js';
import type { ScenarioStepResult } from '../results/result.js';

export interface Run {
    readonly result: ScenarioStepResult;
    /** The event to show; undefined if nothing happened that a trace shows. */
    readonly replayed?: ReplayedStep | Note;
    readonly after: SessionState;
}

export function passed(step: ScenarioStep, message: string): ScenarioStepResult {
    return { source: step.source, text: step.text, passed: true, message, rules: [] };
}

/** The result of a step that is not possible; the session continues without it. */
export function failed(step: ScenarioStep, state: SessionState, message: string): Run {
    return { result: { ...passed(step, message), passed: false }, after: state };
}

export function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
