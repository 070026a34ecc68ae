/**
 * An append-only log of JSON objects, one per line, each with the hash of the previous line. A line that was flushed
 * survives if the process is killed. `file-log.ts` keeps the lines in a file, `postgres-log.ts` in a database.
 */
import { CodedError, EXIT, systemReason } from '../workspace/errors.js';
import { hashOf } from '../workspace/hash.js';

export type Line = { readonly [field: string]: unknown };

interface WaitingWrite {
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
}

/** A place between lines of a log: the number of lines before it, and the hash of the last of them. */
export interface Place {
    readonly length: number;
    readonly last: string;
}

export const START: Place = { length: 0, last: '' };

/** The lines that a log has when it is opened, from a checkpoint on if there is one. */
export interface Content {
    readonly from: Place;
    readonly lines: readonly Line[];
    readonly end: Place;
}

export interface OpenedLog {
    readonly log: Log;
    readonly content: Content;
}

/** The place of a stored checkpoint; undefined if the checkpoint does not count. */
export type ReadPlace = (checkpoint: Buffer) => Place | undefined;

export abstract class Log {
    private readonly queue: string[] = [];
    private waiting: WaitingWrite[] = [];
    private isWriting = false;
    private failure: CodedError | undefined;
    private readonly onFailure = new AbortController();
    private last: string;
    private size: number;
    /** The number of lines before the checkpoint that the log was opened with. */
    readonly start: number;

    /** @param name the name of the log in messages */
    protected constructor(
        protected readonly name: string,
        { from, end }: Content
    ) {
        this.start = from.length;
        this.size = end.length;
        this.last = end.last;
    }

    /** The place after all lines, including those that are not stored yet. */
    get end(): Place {
        return { length: this.size, last: this.last };
    }

    /**
     * Adds a line, which is stored when `flushed` resolves. Throws GR992 if this or an earlier line could not be
     * written.
     */
    append(fields: Line): void {
        this.assertWorks();
        const line = JSON.stringify({ ...fields, previous: this.last });
        this.last = hashOf(line);
        this.size++;
        this.queue.push(line);
    }

    /**
     * Resolves when all lines so far are stored. If one cannot be written, this and all later calls reject with GR992.
     */
    async flushed(): Promise<void> {
        this.assertWorks();
        const done = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
        if (!this.isWriting) {
            void this.write();
        }
        return done;
    }

    /** The lines that are stored. Rejects with GR991 if one does not follow the line before it. */
    abstract lines(): Promise<readonly Line[]>;

    /** Aborted, with the error as its reason, once nothing can be written any more. */
    get failed(): AbortSignal {
        return this.onFailure.signal;
    }

    assertWorks(): void {
        if (this.failure) {
            throw this.failure;
        }
    }

    async close(): Promise<void> {
        try {
            await this.flushed();
        } finally {
            this.failure ??= unwritable(this.name, 'it is closed');
            await this.release();
        }
    }

    /** Stores a checkpoint in place of the previous one. It may reject: a log needs none. */
    abstract keep(checkpoint: Buffer): Promise<void>;

    /** Stores lines after those that are stored. Nothing is written after a call that rejects. */
    protected abstract store(lines: readonly string[]): Promise<void>;

    /** Lets other processes open the log. */
    protected abstract release(): Promise<void>;

    /** From now on nothing is written. */
    protected fail(error: unknown): void {
        this.failure ??= error instanceof CodedError ? error : unwritable(this.name, error);
        this.onFailure.abort(this.failure);
    }

    /** Lines that are added while others are being written share the next flush. */
    private async write(): Promise<void> {
        this.isWriting = true;
        while (this.waiting.length > 0) {
            const { waiting } = this;
            this.waiting = [];
            try {
                this.assertWorks();
                const lines = this.queue.splice(0);
                if (lines.length > 0) {
                    await this.store(lines);
                }
                waiting.forEach(({ resolve }) => resolve());
            } catch (error) {
                this.fail(error);
                [...waiting, ...this.waiting.splice(0)].forEach(({ reject }) => reject(this.failure));
            }
        }
        this.isWriting = false;
    }
}

/** Reads the stored lines after a place. Throws GR991 for the first line that does not follow the line before it. */
export function contentOf(lines: readonly string[], name: string, from: Place = START): Content {
    let { last } = from;
    const read = lines.map((line, index) => {
        const value = lineOf(line);
        if (value?.['previous'] !== last) {
            throw new CodedError(
                'GR991',
                `${name}:${from.length + index + 1} does not follow the line before it: a line was altered, dropped or moved`,
                'Keep the log for an investigation, and start with another one.'
            );
        }
        last = hashOf(line);
        return value;
    });
    return { from, lines: read, end: { length: from.length + lines.length, last } };
}

function lineOf(text: string): Line | undefined {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null ? (value as Line) : undefined;
    } catch {
        return undefined;
    }
}

export function unwritable(name: string, error: unknown): CodedError {
    return new CodedError(
        'GR992',
        `${name} cannot be written: ${typeof error === 'string' ? error : systemReason(error)}`,
        'No call is let through without its record. Check the folder, its permissions and the space on its disk, or the database, and start again.',
        EXIT.failed
    );
}
