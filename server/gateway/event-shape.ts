/**
 * The shape of events: the required and optional fields of each type of event, and their types. Whether an event can
 * happen at that point is checked by the session.
 */
import { GuardrailError } from './errors.js';
import type { CallRequest, DelegationRequest, JsonObject, JsonValue, SessionRecord, Timestamp } from './events.js';
import { jsonCopy } from './json.js';

/** The required and the optional text fields of each type of event. */
const TEXTS: Readonly<
    Record<SessionRecord['type'], { readonly must: readonly string[]; readonly may: readonly string[] }>
> = {
    call: { must: ['tool'], may: ['id', 'agent', 'decision', 'outcome', 'server'] },
    result: { must: [], may: ['id'] },
    error: { must: [], may: ['id'] },
    lost: { must: [], may: ['id'] },
    approve: { must: ['human'], may: ['id', 'valid'] },
    refuse: { must: ['human'], may: ['id'] },
    delegate: { must: ['to'], may: ['id', 'agent', 'decision'] },
    return: { must: ['agent', 'to'], may: [] },
    event: { must: ['name'], may: [] },
    says: { must: [], may: ['text'] },
    session: { must: [], may: [] },
    end: { must: [], may: [] }
};

export const EVENT_TYPES = Object.keys(TEXTS) as readonly SessionRecord['type'][];

const RECORDS = ['args', 'signals', 'request', 'constants'] as const;
const CHOICES: Readonly<Record<string, readonly string[]>> = {
    decision: ['allowed', 'denied', 'held', 'left'],
    outcome: ['success', 'error', 'lost']
};

/** A copy of the event. Throws a `GuardrailError` GR934 that describes what is wrong with it. */
export function readEvent(value: unknown): SessionRecord {
    const fields = fieldsOf(value, 'the event');
    // The object has no prototype, so that `__proto__` is an ordinary field.
    const copy = Object.create(null) as { [field: string]: unknown };
    for (const [name, inner] of Object.entries(fields)) {
        if (inner !== undefined) {
            copy[name] = name === 'args' && isNotMade(fields) ? readableArguments(inner) : named(name, inner);
        }
    }
    assertEvent(copy);
    return copy as unknown as SessionRecord;
}

/** A call to be decided, before its arguments are read. */
export type UnreadRequest = { readonly time?: Timestamp } & (UnreadCall | DelegationRequest);
type UnreadCall = Omit<CallRequest, 'args'> & { args: unknown };

/** Reads a call to be decided, except its arguments, which `readArguments` reads. Throws like `readEvent`. */
export function readRequest(value: unknown): UnreadRequest {
    if (!isObject(value)) {
        throw new GuardrailError('GR934', 'the call is not a JSON object');
    }
    const fields = requestOf(value);
    const { agent, to, signals, time } = fields;
    const isDelegation = fields['tool'] === undefined && to !== undefined;
    assertTexts(fields, isDelegation ? TO : TOOL, CALLERS);
    if (signals !== undefined && !isObject(signals)) {
        throw new GuardrailError('GR934', `\`signals\` is ${shown(signals)}, not a JSON object`);
    }
    return (isDelegation ? { agent, to, time } : fields) as UnreadRequest;
}

/** Each field is read only once, because a getter could return a different value the next time. */
function requestOf(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
    try {
        const { agent, tool, server, to, args, signals, time } = value;
        return { agent, tool, server, to, args, signals: signals && named('signals', signals), time };
    } catch (error) {
        throw error instanceof GuardrailError
            ? error
            : new GuardrailError('GR934', 'the call cannot be read', { cause: error });
    }
}

const TO = ['to'];
const TOOL = ['tool'];
const CALLERS = ['agent', 'server'];

/** A copy of the arguments of a call. Throws a `GuardrailError` GR934 if they are not a JSON object. */
export function readArguments(value: unknown): JsonObject {
    const args = value === undefined ? {} : named('args', value);
    if (!isObject(args)) {
        throw new GuardrailError('GR934', `\`args\` is ${shown(args)}, not a JSON object`);
    }
    return args;
}

/** Throws a `GuardrailError` GR934 for JSON that is not an event. */
export function assertEvent(value: Readonly<Record<string, unknown>>): void {
    const { type } = value;
    const texts =
        typeof type === 'string' && Object.hasOwn(TEXTS, type) ? TEXTS[type as SessionRecord['type']] : undefined;
    if (!texts) {
        throw new GuardrailError('GR934', `\`type\` is ${shown(type)}, not one of ${EVENT_TYPES.join(', ')}`);
    }
    assertTexts(value, texts.must, texts.may);
    assertRecords(value);
    const { decision, outcome, result } = value;
    if (decision === 'left' && (type !== 'call' || outcome !== undefined || result !== undefined)) {
        throw new GuardrailError('GR934', 'only a call can be left to the client, and its end is not recorded');
    }
    if ((decision === 'denied' || decision === 'held') && (outcome !== undefined || result !== undefined)) {
        throw new GuardrailError('GR934', `a call that was ${decision} was not made, and cannot have ended`);
    }
}

function assertTexts(value: Readonly<Record<string, unknown>>, must: readonly string[], may: readonly string[]): void {
    for (const name of must) {
        if (typeof value[name] !== 'string') {
            throw new GuardrailError('GR934', `\`${name}\` is ${shown(value[name])}, not a text`);
        }
    }
    for (const name of may) {
        const text = value[name];
        if (text !== undefined && (typeof text !== 'string' || CHOICES[name]?.includes(text) === false)) {
            const wanted = CHOICES[name] ? `one of ${CHOICES[name].join(', ')}` : 'a text';
            throw new GuardrailError('GR934', `\`${name}\` is ${shown(text)}, not ${wanted}`);
        }
    }
}

function assertRecords(value: Readonly<Record<string, unknown>>): void {
    for (const name of RECORDS) {
        if (value[name] !== undefined && !isObject(value[name])) {
            throw new GuardrailError('GR934', `\`${name}\` is ${shown(value[name])}, not a JSON object`);
        }
    }
}

function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
    try {
        if (isObject(value)) {
            // The field is read only once, because a getter could return a different value the next time.
            return { ...(value as object) };
        }
    } catch (error) {
        throw new GuardrailError('GR934', `${what} cannot be read`, { cause: error });
    }
    throw new GuardrailError('GR934', `${what} is not a JSON object`);
}

function named(name: string, value: unknown): JsonValue {
    try {
        return jsonCopy(value);
    } catch (error) {
        const { message, cause } = error as GuardrailError;
        throw new GuardrailError('GR934', `\`${name}\` ${message}`, { cause });
    }
}

/** A call that is not made here is recorded regardless of its arguments: those that JSON cannot represent are unknown. */
function readableArguments(value: unknown): JsonObject {
    try {
        return readArguments(value);
    } catch {
        return {};
    }
}

function isNotMade({ type, decision }: Readonly<Record<string, unknown>>): boolean {
    return type === 'call' && (decision === 'denied' || decision === 'left');
}

function isObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function shown(value: unknown): string {
    if (value === undefined) {
        return 'missing';
    }
    let text: string;
    try {
        text = JSON.stringify(jsonCopy(value));
    } catch {
        // The value is not JSON, so its type describes it sufficiently.
        text = typeof value;
    }
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
