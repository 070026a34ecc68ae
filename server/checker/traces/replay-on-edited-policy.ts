/**
 * Decides a session again by an edited version of its policy: the same calls, answers and events, in the same order and
 * at the same times, through the decision procedure. Names are looked up again, since the policy may have changed in
 * any way.
 */
import { advance, completeCall } from '../../model/advance.js';
import { decide } from '../../model/decide.js';
import { delegationBetween, isOpenDelegation } from '../../model/events/delegation.js';
import { readLasting } from '../../model/policy/lasting.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Answer, SessionState } from '../../model/session/session.js';
import { sameValue } from '../../model/values/values.js';
import type { ReplayedStep } from './replay.js';
import { begin, happen, returnTo, say, startAnew, submitCall } from './replay.js';
import type { StepInput, Trace, TraceStep } from '../results/result.js';
import type { Note } from './trace.js';
import { endNote, readingsIn, traceOf } from './trace.js';
import { nameText, toolText } from '../../model/text/typed-text.js';

/** The new outcome of one step. */
export interface StepAgain {
    /** Undefined if the step cannot be taken; `impossible` then gives the reason in a sentence. */
    readonly step?: TraceStep;
    readonly impossible?: string;
    /** True if the step is decided differently, or cannot be taken. */
    readonly differs: boolean;
}

export interface SessionAgain {
    readonly policy: string;
    /** The new outcome of each step of the session. */
    readonly steps: readonly StepAgain[];
    /** The facts after step i are `facts[i + 1]`, as in `Trace`. */
    readonly facts: readonly (readonly string[])[];
}

/**
 * In a session that a person wrote, the prerequisites of a step may be missing; such a step is reported as impossible.
 */
export function decideAgain(policy: Policy, session: Pick<Trace, 'steps' | 'start'>): SessionAgain {
    const { steps } = session;
    const { taken, places: results } = replayOn(policy, session);
    const trace = traceOf(policy, taken, { shown: new Set(policy.monitors), judgesLast: false, summary: '' });
    let done = 0;
    const again = results.map((result, index): StepAgain & { readonly facts: readonly string[] } => {
        if (typeof result === 'string') {
            return { impossible: result, differs: true, facts: trace.facts[done]! };
        }
        done = result + 1;
        const now = trace.steps[result]!;
        return { step: now, differs: now.decision !== steps[index]!.decision, facts: trace.facts[done]! };
    });
    return {
        policy: policy.name,
        steps: again.map(({ facts: _facts, ...step }) => step),
        facts: [trace.facts[0]!, ...again.map(({ facts }) => facts)]
    };
}

/** A session that was taken again. */
interface TakenAgain {
    readonly taken: readonly (ReplayedStep | Note)[];
    /** For each step of the session, its place among those taken, or the reason why it is not possible. */
    readonly places: readonly (number | string)[];
}

export function replayOn(policy: Policy, { steps, start }: Pick<Trace, 'steps' | 'start'>): TakenAgain {
    const taken: (ReplayedStep | Note)[] = [];
    const places: (number | string)[] = [];
    let state = begin(policy, start ?? {});
    for (const step of steps) {
        if (step.time > state.time) {
            state = advance(policy, state, { kind: 'time', to: step.time });
        }
        const one = take(policy, state, step);
        if (typeof one === 'string') {
            places.push(one);
        } else {
            places.push(taken.push(one) - 1);
            state = one.after;
        }
    }
    return { taken, places };
}

/** The step as taken now, or the reason why it cannot be. */
function take(policy: Policy, state: SessionState, step: TraceStep): ReplayedStep | Note | string {
    switch (step.kind) {
        case 'call':
        case 'release':
            return submit(policy, state, step);
        case 'approve':
        case 'refuse':
            return answer(policy, state, step, step.kind);
        case 'event':
            return step.input?.kind === 'says' && !hears(policy)
                ? noted(
                      state,
                      step,
                      advance(policy, state, { kind: 'says', request: step.args, ...readingsIn(policy, step.input) })
                  )
                : step.tool === ''
                  ? repeat(policy, state, step)
                  : occur(policy, state, step);
    }
}

/** True if some rule reads what the user said; otherwise it is not an event. */
function hears({ outsideEvents }: Policy): boolean {
    return outsideEvents.some(({ special }) => special === 'user says');
}

function submit(policy: Policy, state: SessionState, step: TraceStep): ReplayedStep | string {
    const agent = policy.agents.findIndex(({ name }) => name === step.actor);
    if (agent < 0) {
        return `The policy has no agent ${nameText(step.actor, 'StrictName')} any more.`;
    }
    const call = { agent, tool: policy.tools.findIndex(({ name }) => name === step.tool), args: step.args };
    const input = step.input?.kind === 'call' ? step.input : undefined;
    const { readings } = readingsIn(policy, step.input);
    const decision = decide(policy, state, call, readings);
    if (decision.kind === 'waits') {
        return 'Its decision would wait for a call that is still running.';
    }
    return submitCall(policy, state, call, decision, answerOf(step, input), readings);
}

/** A call that was not let through has no answer; if it is let through now, it succeeds. */
function answerOf(step: TraceStep, input: (StepInput & { kind: 'call' }) | undefined): Answer | undefined {
    const outcome = step.outcome ?? (step.decision === 'allowed' ? undefined : 'success');
    const { result } = step;
    const { confirmed } = input ?? {};
    return outcome && { outcome, ...(result && { result }), ...(confirmed && { confirmed }) };
}

function answer(
    policy: Policy,
    state: SessionState,
    step: TraceStep,
    kind: 'approve' | 'refuse'
): ReplayedStep | string {
    const human = policy.humans.findIndex(({ name }) => name === step.actor);
    if (human < 0) {
        return `The policy has no human ${nameText(step.actor, 'StrictName')} any more.`;
    }
    const matching = state.held.items.filter(
        ({ call }) =>
            policy.tools[call.tool]?.name === step.tool &&
            sameValue(call.args, completeCall(policy, { ...call, args: step.args }).args)
    );
    if (matching.length === 0) {
        return 'This call is not held at this point, so there is nothing to answer.';
    }
    const held = matching
        .filter(({ requirements }) =>
            requirements.some((index) => {
                const rule = policy.rules[index]!;
                return rule.kind === 'approval' && rule.humans.includes(human);
            })
        )
        .at(-1);
    if (!held) {
        return `The held call does not wait for ${nameText(step.actor, 'StrictName')}.`;
    }
    const lasts = step.valid === undefined ? undefined : readLasting(step.valid);
    const after = advance(policy, state, { kind, id: held.id, human, lasts });
    return { kind, call: held.call, human, ...(lasts !== undefined && { lasts }), before: state, after };
}

/** Repeats an event that the policy declares, a request of the user, or the end of a delegation. */
function occur(policy: Policy, state: SessionState, step: TraceStep): ReplayedStep | string {
    const event = policy.outsideEvents.findIndex(({ name }) => name === step.tool);
    const declared = policy.outsideEvents[event];
    if (!declared) {
        return `The policy has no event ${nameText(step.tool, 'EventName')} any more.`;
    }
    if (declared.special === 'user says') {
        return say(policy, state, { request: step.args, ...readingsIn(policy, step.input) });
    }
    if (declared.special !== 'end of delegation') {
        const args = Object.keys(step.args).length > 0 ? { args: step.args } : {};
        return happen(policy, state, { event, ...args, ...readingsIn(policy, step.input) });
    }
    const [from, to] = [step.input?.kind === 'return' ? step.input.to : '', step.actor].map((agent) =>
        policy.agents.findIndex(({ name }) => name === agent)
    );
    const delegation = delegationBetween(policy, from!, to!);
    return delegation >= 0 && isOpenDelegation(policy, state, delegation)
        ? returnTo(policy, state, to!, from!)
        : 'No delegation is open at this point, so there is nothing to return.';
}

/** Repeats a step that is neither a call nor an event: another session, the clock, or the end of a running call. */
function repeat(policy: Policy, state: SessionState, step: TraceStep): ReplayedStep | Note | string {
    const { input } = step;
    const note = (after: SessionState): Note => noted(state, step, after);
    switch (input?.kind) {
        case 'session':
            return input.constants
                ? note(advance(policy, state, { kind: 'session', constants: input.constants }))
                : { kind: 'new session', before: state, after: startAnew(policy, state) };
        case 'clock':
            return note(advance(policy, state, { kind: 'clock', epoch: input.epoch + state.time }));
        case 'end': {
            const { tool, outcome, result, confirmed } = input;
            const running = state.running.items.find(({ call }) => policy.tools[call.tool]?.name === tool);
            const answer: Answer = {
                outcome,
                ...(result && { result }),
                ...(confirmed && { confirmed }),
                ...readingsIn(policy, step.input)
            };
            return running
                ? endNote(policy, state, running, answer)
                : `No call of ${toolText(tool)} is running at this point.`;
        }
        default:
            return note(state);
    }
}

function noted(before: SessionState, { actor, act = '', input }: TraceStep, after: SessionState): Note {
    return { kind: 'note', actor, act, ...(input && { input }), before, after };
}
