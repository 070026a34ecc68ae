/**
 * An append-only file of JSON objects, one per line, each with the hash of the previous line. A line that was flushed
 * survives if the process is killed.
 */
import { constants, fstatSync, readFileSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError, EXIT, systemReason } from '../workspace/errors.js';
import { acquire, type Lock } from './lock.js';
import { hashOf } from '../workspace/hash.js';

export type Line = { readonly [field: string]: unknown };

interface Waiting {
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
}

export class Log {
    private readonly queue: string[] = [];
    private waiting: Waiting[] = [];
    private isWriting = false;
    private failure: CodedError | undefined;

    private constructor(
        private readonly path: string,
        private readonly file: FileHandle,
        private readonly lock: Lock,
        private size: number,
        private last: string
    ) {}

    /**
     * The log and its existing lines. Throws GR990 if another process uses the log, GR991 if a line was altered,
     * dropped or moved, and GR992 if the log cannot be written. An incomplete last line is removed, because nothing
     * depended on it yet.
     */
    static async open(path: string): Promise<{ readonly log: Log; readonly lines: readonly Line[] }> {
        const lock = acquire(`${path}.lock`);
        try {
            const { O_APPEND, O_CREAT, O_RDWR } = constants;
            const file = await open(path, O_APPEND | O_CREAT | O_RDWR, 0o600);
            const content = await file.readFile();
            const whole = content.lastIndexOf(10) + 1;
            const { lines, last } = read(content.subarray(0, whole).toString('utf8'), path);
            if (whole < content.length) {
                await file.truncate(whole);
            }
            await file.sync();
            await syncFolder(path);
            return { log: new Log(path, file, lock, whole, last), lines };
        } catch (error) {
            lock.release();
            throw error instanceof CodedError ? error : unwritable(path, error);
        }
    }

    /**
     * Adds a line, which is on disk when `flushed` resolves. Throws GR992 if this or an earlier line could not be
     * written.
     */
    append(fields: Line): void {
        this.assertWorks();
        const line = JSON.stringify({ ...fields, previous: this.last });
        this.last = hashOf(line);
        this.queue.push(`${line}\n`);
    }

    /**
     * Resolves when all lines so far are on disk. If one cannot be written, this and all later calls reject with GR992.
     */
    async flushed(): Promise<void> {
        this.assertWorks();
        const done = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
        if (!this.isWriting) {
            void this.write();
        }
        return done;
    }

    /**
     * All lines. Undefined while some are not on disk yet, in which case wait for `flushed`. Throws GR991 like `open`.
     */
    lines(): readonly Line[] | undefined {
        this.assertWorks();
        return this.queue.length > 0 || this.isWriting
            ? undefined
            : read(readFileSync(this.path, 'utf8'), this.path).lines;
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
            this.failure ??= unwritable(this.path, 'it is closed');
            await this.file.close();
            this.lock.release();
        }
    }

    /** Lines that are added while others are being written share the next flush. */
    private async write(): Promise<void> {
        this.isWriting = true;
        while (this.waiting.length > 0) {
            const { waiting } = this;
            this.waiting = [];
            try {
                await this.writeAll(Buffer.from(this.queue.splice(0).join('')));
                waiting.forEach(({ resolve }) => resolve());
            } catch (error) {
                const failure = error instanceof CodedError ? error : unwritable(this.path, error);
                this.failure = failure;
                [...waiting, ...this.waiting.splice(0)].forEach(({ reject }) => reject(failure));
            }
        }
        this.isWriting = false;
    }

    private async writeAll(bytes: Buffer): Promise<void> {
        if (bytes.length === 0) {
            return;
        }
        // Only the flush takes long enough to be done asynchronously.
        const { fd } = this.file;
        const { size, nlink } = fstatSync(fd);
        if (size !== this.size || nlink === 0) {
            throw new CodedError(
                'GR991',
                `${this.path} was changed by another program while the gateway was writing it`,
                'No more calls are decided. Keep the file for an investigation, and start with another one.',
                EXIT.failed
            );
        }
        for (let written = 0; written < bytes.length;) {
            written += writeSync(fd, bytes, written);
        }
        await this.file.datasync();
        this.size += bytes.length;
    }
}

/**
 * The lines of a log, and the hash of the last one. Throws GR991 at the first line that does not follow from the
 * previous one.
 */
function read(text: string, path: string): { readonly lines: Line[]; readonly last: string } {
    let last = '';
    const lines = text.split('\n').slice(0, -1);
    return {
        lines: lines.map((line, index) => {
            const value = lineOf(line);
            if (value?.['previous'] !== last) {
                throw new CodedError(
                    'GR991',
                    `${path}:${index + 1} does not follow the line before it: a line was altered, dropped or moved`,
                    'Keep the file for an investigation, and start with another one.'
                );
            }
            last = hashOf(line);
            return value;
        }),
        last
    };
}

function lineOf(text: string): Line | undefined {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null ? (value as Line) : undefined;
    } catch {
        return undefined;
    }
}

/** A power failure can lose a new file if its folder was not flushed. */
async function syncFolder(path: string): Promise<void> {
    if (process.platform === 'win32') {
        return;
    }
    const folder = await open(dirname(path), constants.O_RDONLY);
    try {
        await folder.sync();
    } finally {
        await folder.close();
    }
}

function unwritable(path: string, error: unknown): CodedError {
    return new CodedError(
        'GR992',
        `${path} cannot be written: ${typeof error === 'string' ? error : systemReason(error)}`,
        'No call is let through without its record. Check the folder, its permissions and the space on its disk, and start again.',
        EXIT.failed
    );
}
