/** Reads recorded sessions of AgentDyn: each line is a session or a result of the benchmark (docs/replay.md). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
    /** Undefined for an honest session. */
    readonly attack: string | undefined;
    readonly utility: boolean;
    /** True if the attack succeeded. */
    readonly security: boolean;
    readonly injections: Readonly<Record<string, string>>;
    readonly prompt: string;
    /** The calls, in the order in which the benchmark made them. */
    readonly calls: readonly RecordedCall[];
    /** The final words of the model. */
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
        .map((line) => JSON.parse(line) as WithEvents | Result)
        .map((value) => sessionOf('events' in value ? value : withEvents(value)));
}

/** The models that were recorded without a defence. */
const MODELS = [
    'google_gemini-2.5-flash',
    'google_gemini-2.5-pro',
    'gpt-4o-2024-08-06',
    'gpt-4o-mini-2024-07-18',
    'gpt-5-mini-2025-08-07',
    'gpt-5.1-2025-11-13',
    'meta-llama_llama-3.3-70b-instruct',
    'qwen_qwen3-235b-a22b-2507'
];

/** The recorded sessions of a suite in a checkout of the benchmark: RUN/SUITE/TASK/KIND/RESULT.json for each run. */
export function recordedIn(checkout: string, suite: string, runs: readonly string[] = MODELS): Recorded[] {
    const folders = runs.map((run) => join(checkout, 'runs', run, suite)).filter((folder) => existsSync(folder));
    return folders.flatMap((folder) => {
        return readdirSync(folder, { recursive: true, encoding: 'utf8' })
            .filter((path) => /^user_task_[^/]*\/[^/]*\/[^/]*\.json$/.test(path.replaceAll('\\', '/')))
            .sort()
            .map((path) => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Result)
            .map((result) => sessionOf(withEvents(result)));
    });
}

type WithEvents = Omit<Recorded, 'attack'> & { readonly attack: string | null; readonly events: readonly Event[] };

/** A result as the benchmark writes it. */
interface Result {
    readonly suite_name: string;
    readonly pipeline_name: string;
    readonly user_task_id: string;
    readonly injection_task_id: string | null;
    readonly utility: boolean;
    readonly security: boolean;
    readonly injections: Readonly<Record<string, string>>;
    readonly messages: readonly Message[];
}

interface Message {
    readonly role: 'system' | 'user' | 'assistant' | 'tool';
    readonly content: readonly { readonly content: string }[] | string | null;
    readonly tool_call?: { readonly function: string; readonly args: unknown };
    readonly error?: string | null;
}

/** An answer repeats its call, so only calls with answers are listed. */
function withEvents(result: Result): WithEvents {
    const { suite_name: suite, pipeline_name: model, user_task_id: task, injection_task_id: attack } = result;
    const events = result.messages.flatMap(({ role, content, tool_call: call, error }, at): Event[] => {
        const text = typeof content === 'string' ? content : (content ?? []).map((block) => block.content).join('\n');
        if (role === 'tool') {
            const id = String(at);
            const answer = typeof error === 'string' ? { error } : { result: text };
            return [
                { call: call!.function, id, args: call!.args },
                { id, ...answer }
            ];
        }
        return role === 'system' || text === '' ? [] : [{ [role]: text }];
    });
    const { utility, security, injections } = result;
    return { suite, model, task, attack, utility, security, injections, prompt: '', calls: [], output: '', events };
}

function sessionOf({ events, ...session }: WithEvents): Recorded {
    const callOf = new Map(events.flatMap((one) => (one.call === undefined ? [] : [[one.id, one] as const])));
    return {
        ...session,
        attack: session.attack ?? undefined,
        security: session.attack !== null && session.security,
        prompt: events.flatMap(({ user }) => (user === undefined ? [] : [user])).join('\n'),
        output: events.flatMap(({ assistant }) => (assistant === undefined ? [] : [assistant])).at(-1) ?? '',
        // A call without an answer was never made.
        calls: events.flatMap(({ id, result, error }): RecordedCall[] => {
            const call = callOf.get(id);
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
