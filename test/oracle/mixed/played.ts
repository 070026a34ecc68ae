/** Plays a session that the product shows with only the decision procedure. */
import { readLasting } from '../../../server/model/policy/lasting.js';
import { completeCall } from '../../../server/model/advance.js';
import type { Trace, TraceStep } from '../../../server/checker/results/result.js';
import type { Policy } from '../../../server/model/policy/policy.js';
import { sameValue } from '../../../server/model/values/values.js';
import { Session, type Step } from './session.js';
import { WAITS } from './hunt.js';

/** The hours of one week: the clock conditions of the random policies change at full hours. */
const HOURS = Array.from({ length: 7 * 24 }, () => 3600);

/** The problem with the session, in words; undefined if its last step breaks the claim, or completes its steps. */
export function unconfirmed(policy: Policy, claim: number, { start, steps }: Trace): string | undefined {
    const session = new Session(policy, { constants: start?.constants ?? {}, epoch: start?.epoch ?? 0 });
    for (const [index, step] of steps.entries()) {
        const waits = step.time - session.state.time;
        const taken = stepOf(policy, session, step);
        if ((waits > 0 && !session.take({ kind: 'wait', seconds: waits })) || !taken || !session.take(taken)) {
            return `step ${index + 1} cannot be taken`;
        }
        const held = session.state.held.length;
        if (step.decision === 'held' ? held === 0 : false) {
            return `step ${index + 1} is not held`;
        }
    }
    if (session.seen[claim]!.steps === steps.length) {
        return undefined;
    }
    // Time alone may lead to a state that breaks an `always`.
    const passes =
        'condition' in policy.claims[claim]! &&
        [...WAITS, ...(policy.timezone === undefined ? [] : HOURS)].some((seconds) => {
            session.take({ kind: 'wait', seconds });
            return session.seen[claim]!.steps === steps.length;
        });
    return passes
        ? undefined
        : `the claim is broken after ${session.seen[claim]!.steps ?? 'no'} steps of ${steps.length}`;
}

function stepOf(policy: Policy, { state }: Session, step: TraceStep): Step | undefined {
    const agent = policy.agents.findIndex(({ name }) => name === step.actor);
    const tool = policy.tools.findIndex(({ name }) => name === step.tool);
    const { input } = step;
    switch (step.kind) {
        case 'call':
        case 'release': {
            const signals = input?.kind === 'call' ? (input.signals ?? []) : [];
            const confirmed = input?.kind === 'call' && input.confirmed === true;
            return {
                kind: 'call',
                call: { agent, tool, args: step.args },
                answer: {
                    outcome: step.outcome ?? 'success',
                    ...(step.result && { result: step.result }),
                    ...(confirmed && { confirmed })
                },
                readings: signals.map(({ signal, args, value }) => ({
                    signal: policy.signals!.findIndex(({ name }) => name === signal),
                    ...(args && { args }),
                    ...(value !== undefined && { value })
                }))
            };
        }
        case 'approve':
        case 'refuse': {
            const held = state.held.items.find(
                ({ call }) =>
                    call.tool === tool && sameValue(call.args, completeCall(policy, { ...call, args: step.args }).args)
            );
            const human = policy.humans.findIndex(({ name }) => name === step.actor);
            const lasts = readLasting(step.valid ?? '');
            return held && { kind: step.kind, call: held.call, human, ...(lasts !== undefined && { lasts }) };
        }
        case 'event':
            if (input?.kind === 'session') {
                return { kind: 'session' };
            }
            if (input?.kind === 'says') {
                return { kind: 'says', request: step.args };
            }
            if (input?.kind === 'return') {
                return { kind: 'return', agent, to: policy.agents.findIndex(({ name }) => name === input.to) };
            }
            return {
                kind: 'outside',
                event: policy.outsideEvents.findIndex(({ name }) => name === step.tool),
                ...(Object.keys(step.args).length > 0 && { args: step.args })
            };
    }
}
