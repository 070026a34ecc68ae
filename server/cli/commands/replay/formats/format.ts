/** The events that a log format reads from the JSON values of a log. */
import { GuardrailError } from '../../../../gateway/errors.js';
import type { SessionRecord } from '../../../../gateway/events.js';
import { type Fields, isFields, parsed } from '../../../../gateway/json.js';
import type { TraceFormat } from '../options.js';

/** A place in a log. */
export interface Place {
    /** The line, counted from one. */
    readonly line: number;
    /** The place inside the JSON of that line, or of the document, such as `messages[3]`; empty for the whole value. */
    readonly path: string;
}

export interface TraceEvent {
    /** Undefined if the log has one session. */
    readonly session?: string;
    readonly record: SessionRecord;
    /** For a call, the server that has the tool, if the log names it separately. */
    readonly server?: string;
    readonly place: Place;
}

export type Emit = (event: TraceEvent) => void;

/** Thrown for a value that is not in the format; the message gives the reason. */
export class UnreadableValue extends GuardrailError {
    constructor(message: string) {
        super('GR934', message);
    }
}

/** Reads one log: there is one instance for each log, since it may keep state. */
export interface TraceReader {
    /** Throws `UnreadableValue` for a value that is not in the format. */
    read(value: unknown, place: Place, emit: Emit): void;
    /** Called at the end of the log. */
    finish(emit: Emit): void;
    /** Sentences about information that the log lacks, with the consequences for the decisions. */
    readonly notes: readonly string[];
    /** True if the format contains the words of users. */
    readonly hasUsers: boolean;
    /** The detected format of the log. */
    readonly format: TraceFormat;
}

/** The first of the fields that is a text or a number, as a text. */
export function textOf(fields: Fields, ...names: readonly string[]): string | undefined {
    for (const name of names) {
        const value = fields[name];
        if (typeof value === 'string' || typeof value === 'number') {
            return String(value);
        }
    }
    return undefined;
}

/** The time of a record in milliseconds, under any of the usual field names; numbers below 10^11 are seconds. */
export function timeOf(fields: Fields): { readonly time?: string | number } {
    for (const name of ['time', 'timestamp', 'ts', 'created_at', 'created', 'createdAt']) {
        const value = fields[name];
        if (typeof value === 'number') {
            return { time: value < 1e11 ? value * 1000 : value };
        }
        if (typeof value === 'string') {
            return { time: value };
        }
    }
    return {};
}

/** The arguments of a call, which may be JSON text; undefined if they cannot be read. */
export function argumentsOf(value: unknown): Fields | undefined {
    const read = typeof value === 'string' ? (value.trim() === '' ? {} : parsed(value)) : (value ?? {});
    return isFields(read) ? read : undefined;
}
