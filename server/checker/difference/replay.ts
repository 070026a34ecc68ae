/** A session in which two policies differ, confirmed by the decision procedure of each as it was written. */
import { advance, completeCall } from '../../model/advance.js';
import { decide, findHeld } from '../../model/decide.js';
import type { Policy, Reading } from '../../model/policy/policy.js';
import type { Call, Decision, SessionState } from '../../model/session/session.js';
import type { Act } from '../traces/steps.js';
import type { ReplayedStep } from '../traces/replay.js';
import { begin, ReplayMismatch, stepOf } from '../traces/replay.js';
import type { FoundSession } from '../traces/found-session.js';

export interface ReplayedSide {
    readonly steps: readonly ReplayedStep[];
    /** The decision on the last call. */
    readonly decision: Decision;
}

/**
 * @param merged the policy that declares the session's tools, agents and humans
 * @throws `ReplayMismatch` unless the policies agree on all decisions but the last, and differ on the last
 */
export function replayInBoth(
    merged: Policy,
    old: Policy,
    young: Policy,
    session: FoundSession
): { readonly old: ReplayedSide; readonly new: ReplayedSide } {
    const sides = { old: replaySide(merged, old, session), new: replaySide(merged, young, session) };
    const [before, after] = [sides.old, sides.new].map(decisionsOf);
    const last = before!.length - 1;
    const agree = before!.slice(0, last).every((kind, index) => kind === after![index]);
    if (before!.length !== after!.length || !agree || before![last] === after![last]) {
        throw new ReplayMismatch(`the policies decide ${before!.join(', ')} and ${after!.join(', ')}`);
    }
    return sides;
}

function decisionsOf({ steps }: ReplayedSide): string[] {
    return steps.flatMap((step) => (step.kind === 'call' || step.kind === 'release' ? [step.decision!.kind] : []));
}

/**
 * Each step for the decision procedure of one policy; steps with elements that the policy does not have are left out.
 */
export function replaySide(merged: Policy, policy: Policy, { acts, start = {} }: FoundSession): ReplayedSide {
    const steps: ReplayedStep[] = [];
    let state = begin(policy, knownConstants(policy, start));
    let decision: Decision | undefined;
    for (const { act: named, time } of acts) {
        const act = actIn(merged, policy, named);
        if (time > state.time) {
            state = advance(policy, state, { kind: 'time', to: time });
        }
        if (!act) {
            continue;
        }
        if (act.kind === 'approve' || act.kind === 'refuse') {
            if (!findHeld(state, completeCall(policy, act.call))) {
                // Only the other policy still holds the call, so this answer has no effect here.
                steps.push({ kind: act.kind, call: act.call, human: act.human, before: state, after: state });
                continue;
            }
        }
        if (act.kind === 'submit') {
            decision = decisionOf(policy, state, act);
        }
        const step = stepOf(policy, state, act.kind === 'submit' ? { ...act, decision: decision! } : act);
        steps.push(step);
        state = step.after;
    }
    if (!decision) {
        throw new ReplayMismatch('no call is decided');
    }
    return { steps, decision };
}

function decisionOf(policy: Policy, state: SessionState, { call, readings }: Act & { kind: 'submit' }): Decision {
    const decision = decide(policy, state, call, readings);
    if (decision.kind === 'waits') {
        throw new ReplayMismatch('a call waits for another that has ended');
    }
    return decision;
}

function knownConstants(policy: Policy, { constants, ...start }: FoundSession['start'] & object): typeof start {
    const names = (policy.sessionConstants ?? []).map(({ name }) => name);
    return {
        ...start,
        ...(constants && {
            constants: Object.fromEntries(Object.entries(constants).filter(([name]) => names.includes(name)))
        })
    };
}

/** The step with elements looked up by name; undefined if the policy does not have one of them. */
function actIn(merged: Policy, policy: Policy, act: Act): Act | undefined {
    switch (act.kind) {
        case 'submit':
            return {
                ...act,
                call: callIn(merged, policy, act.call),
                ...readingsIn(merged, policy, act)
            };
        case 'approve':
        case 'refuse': {
            const human = indexOf(policy.humans, merged.humans[act.human]!.name);
            return human < 0 ? undefined : { ...act, human, call: callIn(merged, policy, act.call) };
        }
        case 'happen': {
            const { name } = merged.outsideEvents[act.event]!;
            const event = policy.outsideEvents.findIndex((one) => one.name === name && one.special === undefined);
            return event < 0 ? undefined : { ...act, event, ...readingsIn(merged, policy, act) };
        }
        case 'say':
            return { ...act, ...readingsIn(merged, policy, act) };
        case 'new session':
            return act;
        case 'end': {
            const tool = toolIn(merged, policy, act.tool);
            return tool < 0 ? undefined : { ...act, tool };
        }
        case 'return':
            return { ...act, agent: agentIn(merged, policy, act.agent), to: agentIn(merged, policy, act.to) };
    }
}

function readingsIn(
    merged: Policy,
    policy: Policy,
    { readings }: { readonly readings?: readonly Reading[] }
): { readonly readings?: readonly Reading[] } {
    return readings
        ? {
              readings: readings.flatMap((reading) => {
                  const signal = indexOf(policy.signals ?? [], merged.signals![reading.signal]!.name);
                  return signal < 0 ? [] : [{ ...reading, signal }];
              })
          }
        : {};
}

function callIn(merged: Policy, policy: Policy, call: Call): Call {
    return { ...call, agent: agentIn(merged, policy, call.agent), tool: toolIn(merged, policy, call.tool) };
}

function toolIn(merged: Policy, policy: Policy, tool: number): number {
    return indexOf(policy.tools, merged.tools[tool]!.name);
}

function agentIn(merged: Policy, policy: Policy, agent: number): number {
    return indexOf(policy.agents, merged.agents[agent]!.name);
}

function indexOf(all: readonly { readonly name: string }[], name: string): number {
    return all.findIndex((one) => one.name === name);
}
