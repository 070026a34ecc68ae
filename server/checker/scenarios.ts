/** Scenarios: concrete sessions, run through the decision procedure, with the decisions they expect. */
import { advance, initial } from '../model/advance.js';
import { auditedBy, decide, surroundings } from '../model/decide.js';
import { delegationBetween, isOpenDelegation } from '../model/delegation.js';
import { matchesCall } from '../model/evaluate.js';
import type { Policy, Scenario, ScenarioStep } from '../model/policy.js';
import type { HeldCall, SessionState } from '../model/session.js';
import { readableReadings } from '../model/signals.js';
import { mayBe } from '../model/truth.js';
import type { ReplayedStep } from './replay.js';
import { happen, returnTo, say, submitCall } from './replay.js';
import type { ScenarioResult, ScenarioStepResult } from './result.js';
import { nextShown } from './scenario-clock.js';
import { decisionText, lineOf, ruleReference, rulesBehind, traceOf } from './trace.js';

export function runScenario(policy: Policy, scenario: Scenario): ScenarioResult {
    const results: ScenarioStepResult[] = [];
    const replayed: ReplayedStep[] = [];
    let state = initial(policy);
    for (const step of scenario.steps) {
        const run = runStep(policy, state, step);
        results.push(run.result);
        if (run.replayed) {
            replayed.push(run.replayed);
        }
        state = run.after;
    }
    const passed = results.every((result) => result.passed);
    const failed = results.filter((result) => !result.passed).length;
    const summary = passed
        ? 'Every step was decided as expected.'
        : `${failed} of ${results.length} steps went otherwise.`;
    return {
        name: scenario.name,
        source: scenario.source,
        passed,
        steps: results,
        trace: traceOf(policy, replayed, { shown: new Set(policy.monitors), judgesLast: false, summary })
    };
}

interface Run {
    readonly result: ScenarioStepResult;
    readonly replayed?: ReplayedStep;
    readonly after: SessionState;
}

function runStep(policy: Policy, state: SessionState, step: ScenarioStep): Run {
    switch (step.kind) {
        case 'wait': {
            const after = advance(policy, state, { kind: 'time', to: state.time + step.seconds });
            return { result: passed(step, `${step.seconds} seconds pass.`), after };
        }
        case 'approve':
        case 'refuse':
            return answer(policy, state, step);
        case 'call':
            return submit(policy, state, step);
        case 'event': {
            const replayed = happen(policy, state, step.event, step.args);
            const name = policy.outsideEvents[step.event]!.name;
            return { result: passed(step, `${name} happens.`), replayed, after: replayed.after };
        }
        case 'delegate':
            return submit(policy, state, { ...step, kind: 'call', tool: delegationTo(policy, step.to), args: {} });
        case 'return':
            return giveBack(policy, state, step);
        case 'says': {
            const replayed = say(policy, state, step.request);
            return { result: passed(step, 'The user says it.'), replayed, after: replayed.after };
        }
        case 'at':
            return waitUntil(policy, state, step);
        default:
            throw new Error(`a step ${step.kind} cannot be run`);
    }
}

function submit(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'call' }): Run {
    const tool = policy.tools.findIndex((candidate) => candidate.name === step.tool);
    const call = { agent: step.agent, tool, args: step.args };
    const decision = decide(policy, state, call, step.readings);
    if (decision.kind === 'waits') {
        throw new Error('the calls of a scenario end one by one, so no decision waits');
    }
    const replayed = submitCall(policy, state, call, decision, {
        outcome: step.outcome ?? 'success',
        ...(step.result && { result: step.result }),
        ...(step.readings && { readings: step.readings })
    });
    const happened = decisionText(policy, decision);
    const ok = decision.kind === step.expected;
    const audited = auditedBy(policy, {
        call: replayed.call,
        memory: state.settled,
        time: state.time,
        approvals: [],
        ...(step.readings && { readings: readableReadings(policy, step.readings) }),
        ...surroundings(state)
    });
    const withheld = (replayed.withheldBy ?? []).map(
        (rule) => ` Its result is withheld by line ${lineOf(policy.rules[rule]!)}.`
    );
    const audit = audited.map((rule) => ` Line ${lineOf(policy.rules[rule]!)} is audited: it would deny.`);
    const because = rulesBehind(policy, decision).find((rule) => rule.because !== undefined)?.because;
    return {
        result: {
            source: step.source,
            text: step.text,
            passed: ok,
            message: ok
                ? `${capital(happened)}.${[...audit, ...withheld].join('')}`
                : `Expected ${step.expected}, but it is ${happened}${because === undefined ? '' : ` ("${because}")`}.`,
            rules: rulesBehind(policy, decision),
            ...(audited.length > 0 && { audited: audited.map((rule) => ruleReference(policy.rules[rule]!)) })
        },
        replayed,
        after: replayed.after
    };
}

function delegationTo(policy: Policy, delegate: number): string {
    return policy.tools.find((tool) => tool.delegatesTo === delegate)?.name ?? '';
}

function giveBack(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'return' }): Run {
    const [delegate, delegator] = [policy.agents[step.agent]!.name, policy.agents[step.to]!.name];
    const delegation = delegationBetween(policy, step.to, step.agent);
    if (delegation < 0 || !isOpenDelegation(policy, state, delegation)) {
        const message = `${capital(delegator)} has delegated nothing to ${delegate} that is still open, so there is nothing to return.`;
        return {
            result: { source: step.source, text: step.text, passed: false, message, rules: [] },
            after: state
        };
    }
    const replayed = returnTo(policy, state, step.agent, step.to);
    return { result: passed(step, `${capital(delegate)} returns to ${delegator}.`), replayed, after: replayed.after };
}

/** The first `at` sets the clock, all others wait. */
function waitUntil(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'at' }): Run {
    const now = state.epoch === undefined ? undefined : state.epoch + state.time;
    const at = nextShown(policy, now, step);
    if (at === undefined) {
        const message = now === undefined ? 'The clock never shows this.' : 'The clock does not show this any more.';
        return { result: { ...passed(step, message), passed: false }, after: state };
    }
    const after =
        now === undefined
            ? advance(policy, state, { kind: 'clock', epoch: at })
            : advance(policy, state, { kind: 'time', to: state.time + at - now });
    return { result: passed(step, `The clock of ${policy.timezone ?? 'UTC'} shows it.`), after };
}

/** A human answers the latest held call of the kind that waits for this human. */
function answer(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'approve' | 'refuse' }): Run {
    const human = policy.humans[step.human]!.name;
    const asks = (held: HeldCall): boolean =>
        held.requirements.some((rule) => {
            const requirement = policy.rules[rule]!;
            return requirement.kind === 'approval' && requirement.humans.includes(step.human);
        });
    const matching = state.held.filter((held) => mayBe(matchesCall(step.subject, held.call)));
    const held = matching.filter(asks).at(-1);
    if (!held) {
        const why =
            matching.length > 0
                ? `the held call does not wait for ${human}`
                : `no call of ${step.subject.text} is held at this point`;
        return {
            result: { source: step.source, text: step.text, passed: false, message: `${capital(why)}.`, rules: [] },
            after: state
        };
    }
    const after = advance(policy, state, { kind: step.kind, id: held.id, human: step.human });
    return {
        result: passed(step, `${human} ${step.kind === 'approve' ? 'approves' : 'refuses'} it.`),
        replayed: { kind: step.kind, call: held.call, human: step.human, before: state, after },
        after
    };
}

function passed(step: ScenarioStep, message: string): ScenarioStepResult {
    return { source: step.source, text: step.text, passed: true, message, rules: [] };
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
