/**
 * Generates programs for the library: random sessions of random policies with events that no host would send, and what
 * must never happen.
 */
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import type { Param, Policy, Type } from '../../server/model/policy/policy.js';
import { EVENT_TYPES } from '../../server/gateway/event-shape.js';
import { replayed } from '../cli/commands/replay/replaying.js';
import { changedJson, jsonChanges, type JsonChange } from './changes.js';
import type { Finding } from './run-command.js';

export interface Step {
    readonly session: string;
    readonly asks: boolean;
    readonly value: unknown;
    /** The number of milliseconds since the previous step. */
    readonly wait: number;
}

export interface Program {
    readonly policy: string;
    readonly steps: readonly Step[];
}

interface StepOutcome {
    readonly answer?: { readonly kind: string; readonly by: string };
    readonly error?: string;
    readonly message?: string;
    readonly ms: number;
    readonly line?: string;
}

/** Names of the values in library-worker.mjs. */
const ODD = [
    'undefined',
    'NaN',
    'infinite',
    'negative zero',
    'bigint',
    'symbol',
    'function',
    'date',
    'map',
    'proxy',
    'getter',
    'cyclic',
    'deep 300',
    'deep 20,000',
    'own __proto__',
    'without a prototype',
    'surrogate',
    'sparse list'
];
const LARGE = [
    'large text',
    'large text of spaces',
    'large path',
    'large address',
    'large mail address',
    'large shell line',
    'large open shell line',
    'large list',
    'large record',
    'large number'
];

/** A value that usually has the type. */
function valueOf(type: Type): fc.Arbitrary<unknown> {
    const odd = fc.constantFrom(...LARGE, ...ODD).map((name) => ({ odd: name }));
    return fc.oneof({ weight: 12, arbitrary: fitting(type) }, { weight: 1, arbitrary: odd });
}

const TEXTS = [
    'a',
    'b',
    'k1',
    ' A ',
    '',
    'rm -rf / && git push',
    '/srv/a',
    '../x',
    'https://a.example/b',
    'x@a.example',
    '10.0.0.1'
];

function fitting(type: Type): fc.Arbitrary<unknown> {
    switch (type.kind) {
        case 'bool':
            return fc.boolean();
        case 'any':
            return fc.jsonValue({ maxDepth: 2 });
        case 'string':
        case 'entity':
            return fc.constantFrom(...TEXTS);
        case 'int':
            return fc.integer({ min: type.min ?? -1, max: type.max ?? 12 });
        case 'number':
        case 'decimal':
            return fc.integer({ min: type.min ?? -1, max: type.max ?? 20 });
        case 'literals':
            return fc.constantFrom(...type.values);
        case 'list':
            return fc.array(fitting(type.element), { maxLength: 3 });
        case 'map':
            return fc.dictionary(fc.constantFrom(...TEXTS), fitting(type.value), { maxKeys: 3 });
        case 'record':
            return fields(type.fields);
    }
}

function fields(params: readonly Pick<Param, 'name' | 'type' | 'optional'>[]): fc.Arbitrary<object> {
    return fc.record(Object.fromEntries(params.map(({ name, type }) => [name, valueOf(type)])), {
        requiredKeys: params.filter(({ optional }) => !optional).map(({ name }) => name)
    });
}

const TIMES = [
    undefined,
    undefined,
    undefined,
    0,
    -1,
    8.64e15,
    'now',
    '2026-03-01T09:00:30Z',
    '2027-01-01T00:00:00Z',
    '2026-03-01T10:00:00'
];

/** Sessions of the policy. */
export function programs(text: string, policy: Policy): fc.Arbitrary<Program> {
    const agents = policy.agents.map(({ name }) => name);
    const id = fc.constantFrom('1', '2', '3', undefined);
    const signals = fc.record(
        Object.fromEntries((policy.signals ?? []).map(({ name, type }) => [name, valueOf(type)])),
        { requiredKeys: [] }
    );
    const tools = policy.tools.filter(({ delegatesTo }) => delegatesTo === undefined);
    const call = fc.constantFrom(...tools).chain((tool) =>
        fc.record(
            {
                type: fc.constant('call'),
                id,
                agent: fc.constantFrom(...agents),
                tool: fc.constant(tool.name),
                args: fields(tool.params),
                signals,
                decision: fc.constantFrom(undefined, 'allowed', 'held', 'denied'),
                outcome: fc.constantFrom(undefined, undefined, 'success', 'error', 'lost'),
                result: tool.returns ? fields(tool.returns) : fc.constantFrom<unknown>('done', { text: 'x' }, 5)
            },
            { requiredKeys: ['type', 'tool', 'args', 'agent'] }
        )
    );
    const other = fc.record(
        {
            type: fc.constantFrom(...EVENT_TYPES.filter((type) => type !== 'call')),
            id,
            agent: fc.constantFrom(...agents),
            to: fc.constantFrom(...agents),
            human: fc.constantFrom(...policy.humans.map(({ name }) => name), 'nobody'),
            name: fc.constantFrom(...policy.outsideEvents.map(({ name }) => name), 'nothing'),
            text: fc.constantFrom(...TEXTS),
            request: fields((policy.request ?? []).map((field) => ({ ...field, optional: true }))),
            constants: fields((policy.sessionConstants ?? []).map((one) => ({ ...one, optional: true }))),
            signals,
            result: fc.constantFrom<unknown>('x', { text: 'y' }, 5)
        },
        { requiredKeys: ['type', 'human', 'name', 'agent', 'to'] }
    );
    const time = fc.constantFrom<unknown>(...TIMES);
    const event = fc
        .tuple(fc.oneof({ weight: 2, arbitrary: call }, { weight: 1, arbitrary: other }), time, jsonChangesSometimes)
        .map(([value, at, changes]) => changedEvent({ ...value, ...(at !== undefined && { time: at }) }, changes));
    const step = fc.record({
        session: fc.constantFrom('s', 's', 't'),
        asks: fc.boolean(),
        value: event,
        wait: fc.constantFrom(0, 0, 1000, 10_000, 3_600_000, -1000, -90_000)
    });
    return fc.array(step, { minLength: 1, maxLength: 14 }).map((steps) => ({ policy: text, steps }));
}

const jsonChangesSometimes: fc.Arbitrary<readonly JsonChange[]> = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: jsonChanges }
);

/** The marks of odd values in JSON become those of the library. */
function changedEvent(event: object, changes: readonly JsonChange[]): unknown {
    const marks = (value: unknown): unknown => {
        if (typeof value === 'string' && value.startsWith('\u0001odd ')) {
            return { odd: [...ODD, ...LARGE][value.length % (ODD.length + LARGE.length)]! };
        }
        if (typeof value !== 'object' || value === null) {
            return value;
        }
        return Array.isArray(value)
            ? value.map(marks)
            : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, marks(inner)]));
    };
    return marks(
        changedJson(
            event,
            changes.filter(({ kind }) => kind !== 'repeat')
        )
    );
}

const HANGS_MS = 120_000;
/** The limit of processor time for one event or decision, in milliseconds. */
const SLOW_MS = 1500;

/** The library in a separate thread. */
export class Library {
    private worker: Worker | undefined;
    private runs = 0;

    async judge(program: Program, policy: Policy): Promise<Finding> {
        const first = await this.played({ ...program, isLowered: false });
        if (typeof first === 'string') {
            return first;
        }
        const { steps } = program;
        for (const [index, outcome] of first.entries()) {
            const finding = whatIsWrong(outcome, steps[index]!, policy);
            if (finding !== undefined) {
                return `step ${index + 1}: ${finding}`;
            }
        }
        // An error must have no effect: without the failed steps, all others give the same results.
        const worked = steps.filter((_, index) => first[index]!.error === undefined);
        const waits = new Map<Step, number>();
        let waited = 0;
        steps.forEach((step, index) => {
            waited += step.wait;
            if (first[index]!.error === undefined) {
                waits.set(step, waited);
                waited = 0;
            }
        });
        const second = await this.played({
            ...program,
            steps: worked.map((step) => ({ ...step, wait: waits.get(step)! })),
            isLowered: true
        });
        const answers = (outcomes: readonly StepOutcome[]): string =>
            JSON.stringify(outcomes.filter(({ error }) => error === undefined).map(({ answer }) => answer ?? null));
        if (typeof second === 'string' || answers(first) !== answers(second)) {
            return `without the steps that failed it is ${typeof second === 'string' ? second : answers(second)}, and was ${answers(first)}`;
        }
        const lines = first.flatMap(({ line }) => (line === undefined ? [] : [line]));
        const { unreadable, unfit } = await replayed(policy, lines.map((line) => `${line}\n`).join(''));
        return unreadable.count + unfit.count > 0
            ? `replay does not read what was recorded: ${JSON.stringify([unreadable.first, unfit.first])} in\n${lines.join('\n').slice(0, 3000)}`
            : undefined;
    }

    async close(): Promise<void> {
        await this.worker?.terminate();
        this.worker = undefined;
    }

    /** The result of each step, or the problem. An abandoned run may still answer, so answers carry its number. */
    private async played(program: Program & { readonly isLowered: boolean }): Promise<readonly StepOutcome[] | string> {
        const worker = (this.worker ??= new Worker(new URL('library-worker.mjs', import.meta.url)));
        const number = ++this.runs;
        const answer = await new Promise<Answer>((resolve) => {
            const done = (result: Answer): void => {
                if (result.number === number) {
                    clearTimeout(timer);
                    worker.off('message', done).off('error', onError);
                    resolve(result);
                }
            };
            const timer = setTimeout(() => done({ number, failure: 'the library hangs' }), HANGS_MS);
            const onError = (error: unknown): void => done({ number, failure: `the thread ends: ${String(error)}` });
            worker.on('message', done).on('error', onError);
            worker.postMessage({ ...program, number });
        });
        if (answer.outcomes) {
            return answer.outcomes;
        }
        await this.close();
        return answer.failure ?? 'the policy cannot be read';
    }
}

interface Answer {
    readonly number: number;
    readonly outcomes?: readonly StepOutcome[];
    readonly failure?: string;
}

function whatIsWrong({ answer, error, message = '', ms }: StepOutcome, { asks, value }: Step, policy: Policy): Finding {
    if (error !== undefined && (!/^GR\d{3}$/.test(error) || error === 'GR901')) {
        return `it throws ${error} ${message}`;
    }
    if (ms > SLOW_MS) {
        return `it takes ${ms} ms of processor time`;
    }
    if (message.length > 1000) {
        return `the message has ${message.length} characters`;
    }
    return asks && answer?.kind !== 'denied' && answer && !isFit(value, policy)
        ? `${answer.kind}, though the call does not fit the inventory`
        : undefined;
}

/** True if a call fits the inventory. Marks for values that JSON cannot represent are left to the library. */
function isFit(value: unknown, { tools, agents }: Policy): boolean {
    const { tool: name, agent, args = {}, to } = value as Record<string, unknown>;
    const isNamed = agent === undefined || agents.some((one) => one.name === agent);
    if (name === undefined && to !== undefined) {
        return isNamed;
    }
    const tool = tools.find((one) => one.name === name);
    // Other spellings have no dot, and do not matter here.
    return isNamed && (tool ? fits({ kind: 'record', fields: tool.params }, args) : !String(name).includes('.'));
}

function fits(type: Type, value: unknown): boolean {
    if (isOdd(value)) {
        return (
            value.odd.startsWith('large') ||
            value.odd === 'undefined' ||
            ['any', 'number', 'string', 'entity'].includes(type.kind)
        );
    }
    switch (type.kind) {
        case 'any':
            return true;
        case 'bool':
            return typeof value === 'boolean';
        case 'string':
        case 'entity':
            return typeof value === 'string';
        case 'int':
        case 'number':
        case 'decimal':
            return (
                typeof value === 'number' &&
                value >= (type.min ?? -Infinity) &&
                value <= (type.max ?? Infinity) &&
                (type.kind !== 'int' || Number.isSafeInteger(value))
            );
        case 'literals':
            return type.values.includes(value as string);
        case 'list':
            return Array.isArray(value) && value.every((one) => fits(type.element, one));
        case 'map':
            return (
                typeof value === 'object' &&
                value !== null &&
                !Array.isArray(value) &&
                Object.values(value).every((one) => fits(type.value, one))
            );
        case 'record': {
            if (typeof value !== 'object' || value === null || Array.isArray(value)) {
                return false;
            }
            const given = value as Record<string, unknown>;
            return (
                Object.keys(given).every(
                    (name) => isOdd(given[name]) || type.fields.some((field) => field.name === name)
                ) &&
                type.fields.every(({ name, type: inner, optional }) =>
                    given[name] === undefined || given[name] === null ? optional : fits(inner, given[name])
                )
            );
        }
    }
}

function isOdd(value: unknown): value is { readonly odd: string } {
    return typeof value === 'object' && value !== null && typeof (value as { odd?: unknown }).odd === 'string';
}
