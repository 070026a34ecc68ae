/** Recorded sessions of AgentDyn, a session a line (docs/replay.md). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { JsonValue } from '../../server/gateway/events.js';
import { argumentsOf } from '../../server/cli/commands/replay/formats/format.js';

export type Args = Readonly<Record<string, JsonValue>>;

/** The text that a tool returned, or its error. */
export type Answer = { readonly result: string } | { readonly error: string };

export interface RecordedCall {
    readonly tool: string;
    readonly args: Args;
    readonly answer: Answer;
}

export interface Recorded {
    readonly suite: string;
    readonly model: string;
    readonly task: string;
    /** Undefined: an honest session. */
    readonly attack: string | undefined;
    readonly utility: boolean;
    /** True: the attack succeeded. */
    readonly security: boolean;
    readonly injections: Readonly<Record<string, string>>;
    readonly prompt: string;
    /** In the order in which the benchmark made them. */
    readonly calls: readonly RecordedCall[];
    /** The last words of the model. */
    readonly output: string;
}

type Event = { readonly [field in 'user' | 'assistant' | 'call' | 'id' | 'result' | 'error']?: string } & {
    readonly args?: unknown;
};

export function sessionsIn(path: string): Recorded[] {
    const bytes = readFileSync(path);
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => sessionOf(JSON.parse(line) as Recorded & { readonly events: readonly Event[] }));
}

function sessionOf({ events, ...session }: Recorded & { readonly events: readonly Event[] }): Recorded {
    return {
        ...session,
        attack: session.attack ?? undefined,
        security: session.attack !== null && session.security,
        prompt: events.flatMap(({ user }) => (user === undefined ? [] : [user])).join('\n'),
        output: events.flatMap(({ assistant }) => (assistant === undefined ? [] : [assistant])).at(-1) ?? '',
        // A call without an answer was never made.
        calls: events.flatMap(({ id, result, error }): RecordedCall[] => {
            const call = events.find((one) => one.call !== undefined && one.id === id);
            if (!call || (result === undefined && error === undefined)) {
                return [];
            }
            const answer = error === undefined ? { result: result! } : { error };
            return [{ tool: call.call!, args: (argumentsOf(call.args) ?? {}) as Args, answer }];
        })
    };
}

/** The number of a task: 7 for `user_task_7`. */
export function numberOf(task: string): number {
    return Number(/\d+$/.exec(task)![0]);
}
