/** Decides the sessions of a log with a policy, in memory that does not grow with the log. */
import type { SessionRecord } from '../../gateway/events.js';
import { Names } from '../../gateway/names.js';
import type { Policy } from '../../model/policy.js';
import { CliError } from '../errors.js';
import { RecordedClaims } from './claims.js';
import { formatOf, readerOf } from './formats/index.js';
import { type Emit, type Place, type TraceFormat, type TraceReader, UnreadableValue } from './formats/format.js';
import type { Input } from './input.js';
import { Recording, type RecordingContext } from './recording.js';
import type { ReplayResult } from './result.js';
import { SessionTable } from './session-table.js';
import { Tally } from './tally.js';
import { asksTime, withoutTimes } from './timeless.js';
import { ToolNames } from './tool-names.js';
import { readValues } from './values.js';

export interface ReplayOptions {
    /** What the policy and the log are called. */
    readonly policyName: string;
    readonly traceName: string;
    /** Absent: it is told from the first value. */
    readonly traceFormat?: TraceFormat;
    /** Who calls, where the log does not say. */
    readonly agent?: string;
    /** From names of tools in the log to those of the policy. */
    readonly map: ReadonlyMap<string, string>;
    readonly unmarked: 'success' | 'unknown';
    onProgress?(progress: ReplayProgress): void;
}

export interface ReplayProgress {
    readonly bytes: number;
    readonly size?: number;
    readonly events: number;
    readonly calls: number;
}

/** Throws a `CliError` for a log that is none. */
export async function replay(policy: Policy, input: Input, options: ReplayOptions): Promise<ReplayResult> {
    const started = performance.now();
    const run = new Replay(policy, input, options);
    await readValues(input.chunks, options.traceName, run);
    return run.result(performance.now() - started);
}

class Replay {
    private readonly tally: Tally;
    private readonly tools: ToolNames;
    private readonly table: SessionTable<Recording>;
    private reader: TraceReader | undefined;
    private format: TraceFormat | undefined;
    private lines = 0;
    private timedSessions = 0;
    private timelessSessions = 0;
    private timesBack = 0;
    private readonly contexts: Readonly<Record<'timed' | 'timeless', RecordingContext>>;

    constructor(
        private readonly policy: Policy,
        private readonly input: Input,
        private readonly options: ReplayOptions
    ) {
        this.tally = new Tally(policy);
        this.tools = new ToolNames(policy, options.map);
        this.contexts = { timed: this.contextOf(policy), timeless: this.contextOf(withoutTimes(policy)) };
        this.table = new SessionTable((recording) => {
            recording.finish();
            this.timesBack += recording.timesBack;
        });
    }

    value(value: unknown, place: Place): void {
        this.lines = Math.max(this.lines, place.line);
        const reader = (this.reader ??= this.readerFor(value, place));
        try {
            reader.read(value, place, this.emit);
        } catch (error) {
            if (!(error instanceof UnreadableValue)) {
                throw error;
            }
            this.unreadable(place, 1, error.message);
        }
    }

    unreadable({ line, path }: Place, column: number, message: string): void {
        this.lines = Math.max(this.lines, line);
        this.tally.unreadable.add(() => ({ line, column, message: path === '' ? message : `${path}: ${message}` }));
    }

    progress(lines: number): void {
        this.lines = lines;
        const { events, calls } = this.tally;
        const size = this.input.size === undefined ? {} : { size: this.input.size };
        this.options.onProgress?.({ bytes: this.input.bytesRead(), ...size, events, calls });
    }

    result(milliseconds: number): ReplayResult {
        this.reader?.finish(this.emit);
        this.table.closeAll();
        const { policyName, traceName } = this.options;
        return {
            policy: policyName,
            trace: traceName,
            ...(this.format && { traceFormat: this.format }),
            bytes: this.input.bytesRead(),
            lines: this.lines,
            ...this.tally.counts(),
            notes: this.notes(),
            milliseconds
        };
    }

    private readerFor(value: unknown, place: Place): TraceReader {
        const { traceFormat, traceName, unmarked } = this.options;
        this.format = traceFormat ?? formatOf(value);
        if (!this.format) {
            throw new CliError(
                'GR931',
                `${traceName}:${place.line}: this is like no log that is known`,
                'Say which it is with --trace-format; docs/replay.md shows each.'
            );
        }
        return readerOf(this.format, unmarked);
    }

    private readonly emit: Emit = ({ session = '', record, server, place }) => {
        if (record.type === 'end') {
            this.table.close(session);
            return;
        }
        this.tally.events++;
        const milliseconds = record.time === undefined ? undefined : millisecondsOf(record.time);
        if (Number.isNaN(milliseconds)) {
            this.unreadable(place, 1, `the time ${JSON.stringify(record.time)} cannot be read`);
            return;
        }
        const recording = this.table.get(session, () => this.begin(session, milliseconds !== undefined));
        recording.read(this.byPolicyNames(record, server), place, milliseconds);
    };

    private begin(session: string, isTimed: boolean): Recording {
        this.tally.sessions++;
        if (isTimed) {
            this.timedSessions++;
        } else {
            this.timelessSessions++;
        }
        const context = this.contexts[isTimed ? 'timed' : 'timeless'];
        return new Recording(context, session, this.reader?.hasUsers ?? true);
    }

    private byPolicyNames(record: SessionRecord, server: string | undefined): SessionRecord {
        if (record.type !== 'call') {
            return record;
        }
        const tool = this.tools.nameOf(record.tool, server);
        return tool === record.tool ? record : { ...record, tool };
    }

    private contextOf(policy: Policy): RecordingContext {
        return {
            names: new Names(policy, this.options.agent),
            claims: new RecordedClaims(policy),
            tally: this.tally,
            audits: policy.rules.some(({ audit }) => audit === true)
        };
    }

    private notes(): string[] {
        const { table, policy } = this;
        const sessions = (count: number): string => (count === 1 ? '1 session has' : `${count} sessions have`);
        return [
            ...(this.reader?.notes ?? []),
            ...(this.timelessSessions > 0 && asksTime(policy)
                ? [
                      `${sessions(this.timelessSessions)} no times: how long ago something happened is unknown there, and approvals, holds and modes do not run out.`
                  ]
                : []),
            ...(this.timesBack > 0
                ? [
                      `${this.timesBack} times are before those of earlier events of their session: time stood still there.`
                  ]
                : []),
            ...(readsAcross(policy)
                ? [
                      'The policy reads across sessions: each session of the log is decided as if none had been before it.'
                  ]
                : []),
            ...table.notes()
        ];
    }
}

/** Milliseconds since 1970; not a number if it cannot be read. */
function millisecondsOf(time: string | number): number {
    return typeof time === 'number' ? time : Date.parse(time);
}

function readsAcross({ monitors, recorders = [], tools }: Policy): boolean {
    return [...monitors, ...recorders].some(({ across }) => across) || tools.some(({ stores }) => stores !== undefined);
}
