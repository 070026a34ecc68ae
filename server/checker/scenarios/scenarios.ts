/** Scenarios: concrete sessions with expected decisions, run through the decision procedure. */
import { advance, initial } from '../../model/advance.js';
import type { Policy, Scenario, ScenarioStep } from '../../model/policy/policy.js';
import type { SessionState } from '../../model/session/session.js';
import { poll } from '../limits/budget.js';
import { happen, say } from '../traces/replay.js';
import type { ReplayedStep } from '../traces/replay.js';
import type { ScenarioResult, ScenarioStepResult, TraceStep } from '../results/result.js';
import { answer } from './answers.js';
import { submitStep } from './calls.js';
import { waitUntil } from './clock.js';
import { callOfDelegation, giveBack } from './delegations.js';
import { endCall } from './ends.js';
import type { Run } from './run.js';
import { passed } from './run.js';
import type { Note } from '../traces/trace.js';
import { eventName } from '../conditions/names.js';
import { newSession, traceOf } from '../traces/trace.js';

export function runScenario(policy: Policy, scenario: Scenario): ScenarioResult {
    const { results, replayed } = run(policy, scenario);
    const passed = results.every((result) => result.passed);
    const failed = results.filter((result) => !result.passed).length;
    const summary = passed
        ? 'Every step was decided as expected.'
        : `${failed} of ${results.length} steps went differently.`;
    return {
        name: scenario.name,
        source: scenario.source,
        passed,
        steps: results,
        trace: traceOf(policy, replayed, { shown: new Set(policy.monitors), judgesLast: false, summary })
    };
}

/** The session of a scenario, and its final state, which may include a wait. */
export interface PlayedScenario {
    readonly replayed: readonly (ReplayedStep | Note)[];
    readonly last: SessionState;
}

export function playedScenario(policy: Policy, scenario: Scenario): PlayedScenario {
    const { replayed, last } = run(policy, scenario);
    return { replayed, last };
}

/** The outcome of one step of a scenario. */
export interface RanStep {
    readonly result: ScenarioStepResult;
    /** The index in the trace of the session; undefined if the step is not part of it. */
    readonly traced?: TraceStep;
    /** The same step in the form that a replay returns. */
    readonly replayed?: ReplayedStep | Note;
    readonly after: SessionState;
}

/** Each step with its next state, regardless of the expected decision. */
export function stepsOfScenario(policy: Policy, scenario: Scenario): readonly RanStep[] {
    const shown = new Set(policy.monitors);
    let before = initial(policy);
    return scenario.steps.map((step) => {
        const { result, replayed, after } = runStep(policy, before, step, scenario);
        before = after;
        const [traced] = replayed ? traceOf(policy, [replayed], { shown, judgesLast: false, summary: '' }).steps : [];
        return { result, ...(traced && { traced }), ...(replayed && { replayed }), after };
    });
}

interface RunOfAll extends PlayedScenario {
    readonly results: readonly ScenarioStepResult[];
}

function run(policy: Policy, scenario: Scenario): RunOfAll {
    const results: ScenarioStepResult[] = [];
    const replayed: (ReplayedStep | Note)[] = [];
    let state = initial(policy);
    for (const step of scenario.steps) {
        poll();
        const taken = runStep(policy, state, step, scenario);
        results.push(taken.result);
        if (taken.replayed) {
            replayed.push(taken.replayed);
        }
        state = taken.after;
    }
    return { results, replayed, last: state };
}

/** Runs one step from a state, regardless of the earlier steps of its scenario. */
export function runStep(policy: Policy, state: SessionState, step: ScenarioStep, scenario: Scenario): Run {
    switch (step.kind) {
        case 'wait': {
            const after = advance(policy, state, { kind: 'time', to: state.time + step.seconds });
            return { result: passed(step, `${step.seconds} seconds pass.`), after };
        }
        case 'approve':
        case 'refuse':
            return answer(policy, state, step);
        case 'call':
            return submitStep(policy, state, step, scenario);
        case 'event': {
            const replayed = happen(policy, state, step);
            const name = eventName(policy, step.event);
            return { result: passed(step, `${name} happens.`), replayed, after: replayed.after };
        }
        case 'delegate':
            return submitStep(policy, state, callOfDelegation(policy, step), scenario);
        case 'return':
            return giveBack(policy, state, step);
        case 'says': {
            const replayed = say(policy, state, step);
            return { result: passed(step, 'The user says it.'), replayed, after: replayed.after };
        }
        case 'at':
            return waitUntil(policy, state, step);
        case 'end':
            return endCall(policy, state, step);
        case 'session': {
            const after = advance(policy, state, { kind: 'session', constants: step.constants });
            const replayed: Note = { kind: 'note', ...newSession(step.constants), before: state, after };
            return { result: passed(step, 'A session begins.'), replayed, after };
        }
    }
}
