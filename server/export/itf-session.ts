/**
 * Reads a session from the Informal Trace Format: one that was exported with its steps, or one that is derived from the
 * states of another trace.
 */
import type { Arguments, Value } from '../model/policy/policy.js';
import type { Trace, TraceStart, TraceStep } from '../checker/results/result.js';

export interface ItfSession {
    readonly trace: Trace;
    /** The metadata written with the session; undefined if the trace comes from another program, or lacks metadata. */
    readonly metadata?: { readonly [name: string]: unknown };
    readonly source: string;
    readonly description: string;
}

/** Thrown if the text does not contain a session; the message gives the reason in a sentence. */
export class NoSession extends Error {}

type Fields = { readonly [name: string]: unknown };

/** Throws `NoSession`. */
export function sessionOfItf(text: string): ItfSession {
    const file = parsed(text);
    const { states } = file;
    const meta = isFields(file['#meta']) ? file['#meta'] : {};
    if (!Array.isArray(states) || states.length === 0 || !states.every(isFields)) {
        throw new NoSession('The file has no list of states, so it is not a trace in the Informal Trace Format.');
    }
    const metadata = isFields(meta['guardrail']) ? meta['guardrail'] : undefined;
    const description = textIn(meta, 'description');
    const isOurs = metadata !== undefined || states.every((state) => typeof state['action'] === 'string');
    const steps = states
        .slice(1)
        .map((state, index) => (metadata ? writtenStep(state, index + 1) : readStep(state, isOurs, index + 1)));
    const facts = states.map((state) => (isOurs ? factsOf(state) : variablesOf(state)));
    const withChanges = metadata ? steps : steps.map((step, index) => ({ ...step, ...changed(facts, index) }));
    const start = metadata && isFields(metadata['start']) ? startOf(metadata['start']) : undefined;
    return {
        trace: { steps: withChanges, facts, summary: description, ...(start && { start }) },
        ...(metadata && { metadata }),
        source: textIn(meta, 'source'),
        description
    };
}

function parsed(text: string): Fields {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        throw new NoSession(`The file is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`);
    }
    if (!isFields(value)) {
        throw new NoSession('The file is not a JSON object, so it is not a trace in the Informal Trace Format.');
    }
    return value;
}

const KINDS: readonly string[] = ['call', 'release', 'approve', 'refuse', 'event'] satisfies TraceStep['kind'][];

/** Reads a step as written by `itfOf`. */
function writtenStep(state: Fields, number: number): TraceStep {
    const step = isFields(state['#meta']) ? state['#meta']['step'] : undefined;
    const isWhole =
        isFields(step) &&
        KINDS.includes(textIn(step, 'kind')) &&
        ['actor', 'tool', 'text'].every((name) => typeof step[name] === 'string') &&
        typeof step['time'] === 'number' &&
        isFields(step['args']) &&
        isListOf(
            step['rules'],
            (rule) => isFields(rule) && typeof rule['text'] === 'string' && isSource(rule['source'])
        ) &&
        isListOf(step['changes'], (change) => isFields(change) && typeof change['what'] === 'string') &&
        isListOf(step['readings'] ?? [], (reading) => typeof reading === 'string') &&
        isFields(step['input'] ?? {});
    if (!isWhole) {
        throw new NoSession(`Step ${number} of the file is damaged: what happened in it cannot be read.`);
    }
    return step as unknown as TraceStep;
}

/** Reads the values of a state's variables as `itfOf` writes them, or as any program does. */
function readStep(state: Fields, isOurs: boolean, number: number): TraceStep {
    const text = isOurs ? textIn(state, 'action') : actionOf(state, number);
    const decision = textIn(state, 'decision');
    const outcome = textIn(state, 'outcome');
    const [tool, actor] = isOurs ? [textIn(state, 'tool'), textIn(state, 'actor')] : ['', ''];
    const time = isOurs && typeof state['time'] === 'number' ? state['time'] : 0;
    return {
        kind: isOurs && tool !== '' && decision !== '' ? 'call' : 'event',
        actor,
        ...((tool === '' || decision === '') && {
            act: actor !== '' && text.startsWith(`${actor} `) ? text.slice(actor.length + 1) : text
        }),
        tool,
        args: isOurs && isFields(state['args']) ? (plainValue(state['args']) as Arguments) : {},
        time,
        ...(isOneOf(decision, ['allowed', 'denied', 'held']) && { decision }),
        rules: [],
        ...(isOneOf(outcome, ['success', 'error', 'lost']) && { outcome }),
        changes: [],
        breaks: false,
        letsThrough: false,
        judged: false,
        text
    };
}

/** The name of the action; tools that name the action of a step put the name here. */
function actionOf(state: Fields, number: number): string {
    const name = state['mbt::actionTaken'] ?? state['action_taken'];
    return typeof name === 'string' && name !== '' ? name : `step ${number}`;
}

function factsOf(state: Fields): string[] {
    const { facts } = state;
    const set = isFields(facts) ? facts['#set'] : facts;
    return Array.isArray(set) ? set.filter((fact): fact is string => typeof fact === 'string') : [];
}

function variablesOf(state: Fields): string[] {
    return Object.entries(state)
        .filter(([name]) => !name.startsWith('#'))
        .map(([name, value]) => `${name} = ${JSON.stringify(plainValue(value))}`);
}

function changed(facts: readonly (readonly string[])[], index: number): Pick<TraceStep, 'changes'> {
    const [before, after] = [facts[index]!, facts[index + 1]!];
    return {
        changes: [
            ...after.filter((what) => !before.includes(what)).map((what) => ({ kind: 'added' as const, what })),
            ...before.filter((what) => !after.includes(what)).map((what) => ({ kind: 'removed' as const, what }))
        ]
    };
}

/** Unwraps the values that the format wraps. */
function plainValue(value: unknown): Value {
    if (Array.isArray(value)) {
        return value.map(plainValue);
    }
    if (!isFields(value)) {
        return value as Value;
    }
    for (const wrapped of ['#bigint', '#tup', '#set', '#map', '#unserializable']) {
        if (wrapped in value) {
            return plainValue(value[wrapped]);
        }
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainValue(inner)]));
}

function isSource(value: unknown): boolean {
    return (
        isFields(value) && typeof value['uri'] === 'string' && isPosition(value['start']) && isPosition(value['end'])
    );
}

function isPosition(value: unknown): boolean {
    return isFields(value) && typeof value['line'] === 'number' && typeof value['character'] === 'number';
}

function isListOf(value: unknown, is: (element: unknown) => boolean): boolean {
    return Array.isArray(value) && value.every(is);
}

function isFields(value: unknown): value is Fields {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textIn(fields: Fields, name: string): string {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
}

function isOneOf<T extends string>(text: string, words: readonly T[]): text is T {
    return (words as readonly string[]).includes(text);
}

/** The start of the session; a trace of another program may have no text for it. */
function startOf(fields: Fields): TraceStart {
    const { text } = fields;
    return { ...fields, text: typeof text === 'string' ? text : '' };
}
