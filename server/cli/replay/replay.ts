/** Decides the sessions of a log with a policy, in memory that does not grow with the log. */
import type { SessionRecord } from '../../gateway/events.js';
import { Names } from '../../gateway/names.js';
import type { Policy } from '../../model/policy.js';
import { CliError } from '../errors.js';
import { RecordedClaims } from '../../model/judge.js';
import { formatOf, readerOf } from './formats/index.js';
import { type Emit, type Place, type TraceFormat, type TraceReader, UnreadableValue } from './formats/format.js';
import type { Input } from './input.js';
import { Recording, type RecordingContext } from './recording.js';
import { type ReplayedPart, resultOf } from './part.js';
import type { ReplayResult } from './result.js';
import { SessionTable } from './session-table.js';
import { isOfShare, type Share, WHOLE } from './share.js';
import { Tally } from './tally.js';
import { withoutTimes } from './timeless.js';
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
    readonly onProgress?: (progress: ReplayProgress) => void;
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
    const part = await replayShare(policy, input, options, WHOLE);
    return resultOf(policy, options, [part], performance.now() - started);
}

/** The sessions of one share. Throws a `CliError` for a log that is none. */
export async function replayShare(
    policy: Policy,
    input: Input,
    options: ReplayOptions,
    share: Share
): Promise<ReplayedPart> {
    const run = new Replay(policy, input, options, share);
    await readValues(input.chunks, options.traceName, run);
    return run.part();
}

class Replay {
    private readonly tally: Tally;
    private readonly tools: ToolNames;
    private readonly table: SessionTable<Recording>;
    private reader: TraceReader | undefined;
    private format: TraceFormat | undefined;
    private lines = 0;
    private isOver = false;
    /** The line that is read is of a session of this share, as its start says. */
    private isOwn = false;
    /** The last event of the log. */
    private readTo = 0;
    private timelessSessions = 0;
    private timesBack = 0;
    private readonly contexts: Readonly<Record<'timed' | 'timeless', RecordingContext>>;

    constructor(
        policy: Policy,
        private readonly input: Input,
        private readonly options: ReplayOptions,
        private readonly share: Share
    ) {
        this.tally = new Tally(policy);
        this.tools = new ToolNames(policy, options.map);
        this.contexts = { timed: this.contextOf(policy), timeless: this.contextOf(withoutTimes(policy)) };
        this.table = new SessionTable((recording) => {
            if (this.isOver) {
                // What is found last is told in the order of the sessions, in whatever thread that is.
                this.tally.at = this.readTo + recording.began;
            }
            recording.finish();
            this.timesBack += recording.timesBack;
        });
    }

    isOthers(line: string): boolean {
        const session = this.share.of === 1 ? undefined : this.reader?.sessionOf?.(line);
        this.isOwn = session !== undefined && isOfShare(this.share, session);
        const isOthers = session !== undefined && !this.isOwn;
        this.tally.at += isOthers ? 1 : 0;
        return isOthers;
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
        this.isOwn = false;
    }

    /** What is of no session, as far as its start says, the first share tells. */
    unreadable(place: Place, column: number, message: string): void {
        this.lines = Math.max(this.lines, place.line);
        this.tally.at++;
        if (this.share.index === 0 || this.isOwn) {
            this.tellUnreadable(place, column, message);
        }
        this.isOwn = false;
    }

    progress(lines: number): void {
        this.lines = lines;
        const { events, calls } = this.tally;
        const size = this.input.size === undefined ? {} : { size: this.input.size };
        this.options.onProgress?.({ bytes: this.input.bytesRead(), ...size, events, calls });
    }

    part(): ReplayedPart {
        this.reader?.finish(this.emit);
        this.isOver = true;
        this.readTo = this.tally.at;
        this.table.closeAll();
        const { closedEarly, goingOn } = this.table;
        return {
            ...(this.format && { traceFormat: this.format }),
            bytes: this.input.bytesRead(),
            lines: this.lines,
            told: this.tally.told(),
            timelessSessions: this.timelessSessions,
            timesBack: this.timesBack,
            closedEarly,
            goingOn,
            notes: this.reader?.notes ?? []
        };
    }

    private tellUnreadable({ line, path }: Place, column: number, message: string): void {
        this.tally.tell('unreadable', () => ({
            line,
            column,
            message: path === '' ? message : `${path}: ${message}`
        }));
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
        this.tally.at++;
        if (!isOfShare(this.share, session)) {
            return;
        }
        if (record.type === 'end') {
            this.table.close(session);
            return;
        }
        this.tally.events++;
        const milliseconds = record.time === undefined ? undefined : millisecondsOf(record.time);
        if (Number.isNaN(milliseconds)) {
            this.tellUnreadable(place, 1, `the time ${JSON.stringify(record.time)} cannot be read`);
            return;
        }
        const recording = this.table.get(session, () => this.begin(session, milliseconds !== undefined));
        recording.read(this.byPolicyNames(record, server), place, milliseconds);
    };

    private begin(session: string, isTimed: boolean): Recording {
        this.tally.sessions++;
        this.timelessSessions += isTimed ? 0 : 1;
        const context = this.contexts[isTimed ? 'timed' : 'timeless'];
        return new Recording(context, session, this.reader?.hasUsers ?? true, this.tally.at);
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
}

/** Milliseconds since 1970; not a number if it cannot be read. */
function millisecondsOf(time: string | number): number {
    return typeof time === 'number' ? time : Date.parse(time);
}
