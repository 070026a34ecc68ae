/** The sessions of logs, as lists of events. */
import { resolve } from 'node:path';
import { GuardrailError } from '../../../gateway/errors.js';
import type { SessionRecord } from '../../../gateway/events.js';
import { CodedError } from '../../../workspace/errors.js';
import { formatOf, readerOf } from '../replay/formats/index.js';
import type { Emit, TraceReader } from '../replay/formats/format.js';
import { openInput } from '../replay/input.js';
import { readValues } from '../replay/values.js';

export interface LoggedSession {
    readonly records: readonly LoggedRecord[];
    /** True if the log contains the words of users. */
    readonly hasUsers: boolean;
}

export type LoggedRecord = SessionRecord & { readonly server?: string };

/** Throws a `CodedError` for a file that is not a log, that cannot be read completely, or that contains no call. */
export async function sessionsOf(logs: readonly string[], cwd: string): Promise<LoggedSession[]> {
    const sessions: LoggedSession[] = [];
    for (const log of logs) {
        sessions.push(...(await sessionsIn(log, cwd)));
    }
    return sessions;
}

async function sessionsIn(log: string, cwd: string): Promise<LoggedSession[]> {
    const sessions = new Map<string, LoggedRecord[]>();
    const emit: Emit = ({ session = '', record, server }) => {
        const events = sessions.get(session) ?? [];
        sessions.set(session, events);
        if (record.type !== 'end') {
            events.push(record.type === 'call' && server !== undefined ? { ...record, server } : record);
        }
    };
    let reader: TraceReader | undefined;
    const input = openInput(resolve(cwd, log), log, process.stdin);
    await readValues(input.chunks, log, {
        value(value, place) {
            reader ??= readerFor(value, log, place.line);
            try {
                reader.read(value, place, emit);
            } catch (error) {
                throw error instanceof GuardrailError ? unreadable(log, place.line, error.code, error.message) : error;
            }
        },
        unreadable(place, problem) {
            const { code, message } = problem();
            throw unreadable(log, place.line, code, message);
        },
        progress: () => undefined
    });
    reader?.finish(emit);
    const found = [...sessions.values()];
    if (!found.some((records) => records.some(({ type }) => type === 'call'))) {
        throw new CodedError('GR930', `${log} has no call`, 'Name a log of sessions.');
    }
    return found.map((records) => ({ records, hasUsers: reader?.hasUsers ?? false }));
}

function readerFor(value: unknown, log: string, line: number): TraceReader {
    const format = formatOf(value);
    if (!format) {
        throw new CodedError(
            'GR931',
            `${log}:${line}: this is not in any known log format`,
            'See docs/replay.md for the formats.'
        );
    }
    return readerOf(format, 'success');
}

function unreadable(log: string, line: number, code: string, message: string): CodedError {
    return new CodedError(code, `${log}:${line}: ${message}`, 'Correct the log, or leave this line out.');
}
