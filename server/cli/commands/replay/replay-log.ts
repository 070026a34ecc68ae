/** Decides the sessions of a log with a policy, in memory that does not grow with the log. */
import { getHeapStatistics } from 'node:v8';
import { GuardrailError } from '../../../gateway/errors.js';
import { History } from '../../../gateway/history.js';
import { Names } from '../../../gateway/names.js';
import { millisecondsOf } from '../../../gateway/times.js';
import type { Policy } from '../../../model/policy/policy.js';
import { counted } from '../../../model/text/plural.js';
import { RecordedClaims } from '../../../model/judge.js';
import { sharesSessions } from '../../../model/memory/across-sessions.js';
import { CodedError, EXIT } from '../../../workspace/errors.js';
import { formatOf, readerOf } from './formats/index.js';
import type { Emit, Place, TraceReader } from './formats/format.js';
import type { Input } from './input.js';
import { Recording, type RecordingContext } from './recording.js';
import type { ReplayOptions } from './options.js';
import type { ReplayResult } from './result.js';
import { Tally } from './tally.js';
import { asksTime, withoutTimes } from './timeless.js';
import { type Problem, readValues } from './values.js';
import { createHash } from 'node:crypto';

/** Throws a `CodedError` for an input that is not a log. */
export async function replay(policy: Policy, input: Input, options: ReplayOptions): Promise<ReplayResult> {
    const started = performance.now();
    const run = new Replay(policy, input, options);
    await readValues(input.chunks, options.traceName, run);
    return { ...run.result(), milliseconds: performance.now() - started };
}

class Replay {
    private readonly tally: Tally;
    private readonly open = new Map<string, Recording>();
    /** The sessions that are over, by name: nothing more can happen in them. */
    private readonly ended = new Map<string, EndedSession>();
    private reader: TraceReader | undefined;
    private lines = 0;
    /** The number of values that were read, but contain no call, answer or user message. */
    private silent = 0;
    private isSilent = false;
    private readonly chain = new Chain();
    private timelessSessions = 0;
    private timesBack = 0;
    private readonly isShared: boolean;
    /** The state of all sessions, if they share it. */
    private shared: SharedHistory | undefined;
    private readonly contexts: Readonly<Record<'timed' | 'timeless', RecordingContext>>;

    constructor(
        private readonly policy: Policy,
        private readonly input: Input,
        private readonly options: ReplayOptions
    ) {
        this.tally = new Tally(policy);
        this.isShared = sharesSessions(policy);
        this.contexts = { timed: this.contextOf(policy), timeless: this.contextOf(withoutTimes(policy)) };
    }

    line(text: string, place: Place): void {
        const problem = this.chain.problemOf(text);
        if (problem !== undefined) {
            this.tellUnreadable(place, () => ({ code: 'GR991', column: 1, message: problem }));
        }
    }

    value(value: unknown, place: Place): void {
        this.lines = Math.max(this.lines, place.line);
        const reader = (this.reader ??= this.readerFor(value, place));
        this.isSilent = true;
        try {
            reader.read(value, place, this.emit);
            // Spans are silent at first, because they wait to be sorted.
            this.silent += this.isSilent && reader.format !== 'otel' ? 1 : 0;
        } catch (error) {
            this.unreadable(place, () => problemOf(error));
        }
    }

    /** Called for a part that cannot be read. */
    unreadable(place: Place, problem: () => Problem): void {
        this.lines = Math.max(this.lines, place.line);
        this.tellUnreadable(place, problem);
    }

    /** Throws a `CodedError` before Node would run out of memory. */
    progress(lines: number): void {
        this.lines = lines;
        const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics();
        if (used > most * FULL) {
            throw new CodedError(
                'GR913',
                `${this.options.traceName}:${lines}: the ${this.open.size} sessions that have not ended fill the memory`,
                'Give Node more of it (NODE_OPTIONS=--max-old-space-size=8192), or replay fewer sessions at a time.',
                EXIT.failed
            );
        }
        const { events, calls } = this.tally;
        const size = this.input.size === undefined ? {} : { size: this.input.size };
        this.options.onProgress?.({ bytes: this.input.bytesRead(), ...size, events, calls });
    }

    result(): Omit<ReplayResult, 'milliseconds'> {
        this.reader?.finish(this.emit);
        this.open.forEach((recording) => this.close(recording));
        const { policyName, traceName, traceFormat = this.reader?.format } = this.options;
        return {
            policy: policyName,
            trace: traceName,
            ...(traceFormat && { traceFormat }),
            bytes: this.input.bytesRead(),
            lines: this.lines,
            ...this.tally.counts(),
            notes: this.notes()
        };
    }

    private notes(): string[] {
        const { timelessSessions: timeless, timesBack, silent } = this;
        return [
            ...(this.reader?.notes ?? []),
            ...(timeless > 0 && asksTime(this.policy)
                ? [
                      `${counted(timeless, 'session has', 'sessions have')} no times: how long ago something happened is unknown there, and approvals, holds and modes do not expire.`
                  ]
                : []),
            ...(timesBack > 0
                ? [
                      `${timesBack} times are before those of earlier events of their session; no time was assumed to pass there.`
                  ]
                : []),
            ...(silent > 0
                ? [
                      `${counted(silent, 'value of the log has', 'values of the log have')} no call, no answer and nothing that a user says.`
                  ]
                : [])
        ];
    }

    private tellUnreadable({ line, path }: Place, problem: () => Problem): void {
        this.tally.tell('unreadable', () => {
            const { code, column, message } = problem();
            return { line, column, code, message: path === '' ? message : `${path}: ${message}` };
        });
    }

    private readerFor(value: unknown, place: Place): TraceReader {
        const { traceFormat, traceName, unmarked } = this.options;
        const format = traceFormat ?? formatOf(value);
        if (!format) {
            throw new CodedError(
                'GR931',
                `${traceName}:${place.line}: this is not in any known log format`,
                'Say which it is with --trace-format; docs/replay.md shows each.'
            );
        }
        return readerOf(format, unmarked);
    }

    private readonly emit: Emit = ({ session = '', record, server, place }) => {
        this.isSilent = false;
        const ended = this.ended.get(session);
        if (ended) {
            ended.steps++;
            this.tally.tell('unfit', () => ({
                line: place.line,
                ...(place.path !== '' && { path: place.path }),
                session,
                step: ended.steps,
                ...AFTER_END
            }));
            return;
        }
        if (record.type === 'end') {
            const recording = this.open.get(session);
            this.ended.set(session, { steps: (recording?.steps ?? 0) + 1 });
            if (recording) {
                recording.end();
                this.open.delete(session);
                this.close(recording);
            }
            return;
        }
        this.tally.events++;
        let milliseconds: number | undefined;
        try {
            milliseconds = record.time === undefined ? undefined : millisecondsOf(record.time);
        } catch (error) {
            this.tellUnreadable(place, () => problemOf(error));
            return;
        }
        let recording = this.open.get(session);
        if (!recording) {
            recording = this.begin(session, milliseconds !== undefined);
            this.open.set(session, recording);
        }
        recording.read(
            server === undefined || record.type !== 'call' ? record : { ...record, server },
            place,
            milliseconds
        );
    };

    private close(recording: Recording): void {
        recording.finish();
        this.timesBack += recording.timesBack;
    }

    private begin(session: string, isTimed: boolean): Recording {
        this.tally.sessions++;
        this.timelessSessions += isTimed ? 0 : 1;
        // One policy decides all sessions that share a history: the policy without times, if the first of them has no
        // times.
        const { context, history } = this.shared ?? this.newHistory(isTimed);
        return new Recording(context, session, history);
    }

    private newHistory(isTimed: boolean): SharedHistory {
        const context = this.contexts[isTimed ? 'timed' : 'timeless'];
        const one = { context, history: new History(context.names.policy, this.reader?.hasUsers) };
        this.shared = this.isShared ? one : undefined;
        return one;
    }

    private contextOf(policy: Policy): RecordingContext {
        return {
            names: new Names(policy, this.options),
            claims: new RecordedClaims(policy),
            tally: this.tally,
            audits: policy.rules.some(({ audit }) => audit === true)
        };
    }
}

interface SharedHistory {
    readonly context: RecordingContext;
    readonly history: History;
}

interface EndedSession {
    /** The number of the session's events, including those after its end. */
    steps: number;
}

const AFTER_END = { code: 'GR933', message: 'the session is over, and nothing can happen in it any more' } as const;

/** The share of the memory that Node may use; the rest is for the report. */
const FULL = 0.95;

/** Rethrows errors that are not about the log. */
function problemOf(error: unknown): Problem {
    if (!(error instanceof GuardrailError)) {
        throw error;
    }
    return { code: error.code, column: 1, message: error.message };
}

/** Checks the chain of lines in a gateway's log: each line has the hash of the previous one. */
const PREVIOUS = /,"previous":"([0-9a-f]{64})?"\}$/;

export class Chain {
    /** The hash of the previous line; undefined if no line of the log has been read. */
    private last: string | undefined;
    private isChained = false;

    /**
     * The problem with the next line; undefined if the line follows the previous one, or if the log was not written by
     * a gateway.
     */
    problemOf(line: string): string | undefined {
        const isFirst = this.last === undefined;
        const match = PREVIOUS.exec(line);
        this.isChained = isFirst ? match !== null : this.isChained;
        if (!this.isChained) {
            this.last = '';
            return undefined;
        }
        const { last = '' } = this;
        this.last = createHash('sha256').update(line).digest('hex');
        return match && (match[1] ?? '') === last
            ? undefined
            : 'the line does not continue the previous line: one of them was altered, or lines were dropped, added or moved';
    }
}
