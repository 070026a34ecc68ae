/** Runs AgentDojo's suites as sessions through the decision procedure, with a human who answers held calls. */
import { readFileSync } from 'node:fs';
import { advance, completeCall, initial } from '../../server/model/advance.js';
import { decide, findHeld } from '../../server/model/decide.js';
import type { Arguments, Policy } from '../../server/model/policy/policy.js';
import type { Call, Decision, SessionState } from '../../server/model/session/session.js';

export interface TaskCall {
    readonly tool: string;
    readonly args: Arguments;
}

export interface SuiteTool {
    readonly name: string;
    readonly doc: string;
    readonly params: readonly { name: string; type: string; required: boolean; default?: unknown; doc: string }[];
}

export interface Suite {
    readonly tools: readonly SuiteTool[];
    readonly injection_vectors: readonly { id: string; found_at: readonly string[] }[];
    readonly user_tasks: readonly { id: string; prompt: string; ground_truth: readonly TaskCall[] }[];
    readonly injection_tasks: readonly { id: string; ground_truth: readonly TaskCall[] }[];
    readonly labels: { readonly tools: Readonly<Record<string, Readonly<Record<string, boolean>>>> };
}

export const suite = JSON.parse(
    readFileSync(new URL('../../examples/banking/data/agentdojo-banking.json', import.meta.url), 'utf8')
) as Suite;

/** The decisions on one call of a session. */
export interface Met {
    readonly call: TaskCall;
    /** The decision at the first submission. */
    readonly decision: 'allowed' | 'held' | 'denied';
    /** True if the call was released, either immediately or after the human's answer. */
    readonly released: boolean;
}

/** The inputs of a session besides its calls: the user's words, and the results that matter. */
export interface Surroundings {
    readonly prompt?: string;
    readonly resultOf?: (call: TaskCall) => Arguments | undefined;
}

/** The session of these calls, in order. Held calls are approved and submitted again, or refused. */
export function run(
    policy: Policy,
    calls: readonly TaskCall[],
    answer: 'approve' | 'refuse',
    { prompt, resultOf }: Surroundings = {}
): Met[] {
    let state = initial(policy);
    if (prompt !== undefined) {
        state = advance(policy, state, { kind: 'says', request: { text: prompt } });
    }
    return calls.map((taskCall): Met => {
        const call = completeCall(policy, {
            agent: 0,
            tool: policy.tools.findIndex(({ name }) => name.endsWith(`.${taskCall.tool}`)),
            args: taskCall.args
        });
        const result = resultOf?.(taskCall);
        const first = submit(policy, state, call, result);
        state = first.state;
        if (first.decision.kind !== 'held') {
            const { kind } = first.decision;
            return { call: taskCall, decision: kind, released: kind === 'allowed' };
        }
        const { id } = findHeld(state, call)!;
        state = advance(policy, state, { kind: answer, id, human: 0 });
        if (answer === 'refuse') {
            return { call: taskCall, decision: 'held', released: false };
        }
        const second = submit(policy, state, call, result);
        state = second.state;
        return { call: taskCall, decision: 'held', released: second.decision.kind === 'allowed' };
    });
}

/** A released call succeeds at once. */
function submit(
    policy: Policy,
    state: SessionState,
    call: Call,
    result: Arguments | undefined
): { decision: Decision; state: SessionState } {
    const decision = decide(policy, state, call);
    if (decision.kind === 'waits') {
        throw new Error('calls one after the other never wait');
    }
    const after = advance(policy, state, { kind: 'call', call, decision });
    const running = after.running.items[0];
    return {
        decision,
        state: running
            ? advance(policy, after, { kind: 'end', id: running.id, outcome: 'success', ...(result && { result }) })
            : after
    };
}

/**
 * The calls whose answers contain a text that an outsider can place; one call for each injection vector of the suite.
 */
export function vectorCalls(): TaskCall[] {
    return suite.injection_vectors.map(({ found_at: [place] }) => {
        const file = /^filesystem\.files\.(.+)$/.exec(place!)?.[1];
        return file === undefined
            ? { tool: 'get_most_recent_transactions', args: {} }
            : { tool: 'read_file', args: { file_path: file } };
    });
}

/** True if the call moves money or changes the account, by AgentDojo's labels and not by the policy's. */
export function hasEffect(call: TaskCall): boolean {
    const labels = suite.labels.tools[call.tool]!;
    return Boolean(labels['money'] || labels['access_change']);
}
