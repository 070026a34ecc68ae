/** A log in a file. */
import { constants, fstatSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError, EXIT } from '../workspace/errors.js';
import { acquire, type Lock } from './lock.js';
import {
    type Content,
    contentOf,
    type Line,
    Log,
    type OpenedLog,
    type Place,
    type ReadPlace,
    START,
    unwritable
} from './log.js';

export class FileLog extends Log {
    private constructor(
        private readonly path: string,
        content: Content,
        private readonly file: FileHandle,
        private readonly lock: Lock,
        private bytes: number
    ) {
        super(path, content);
    }

    /**
     * The log and its existing lines, from its checkpoint on. Rejects with GR990 if another process uses the log, GR991 if a line was altered,
     * dropped or moved, and GR992 if the log cannot be written. An incomplete last line is removed, because nothing
     * depended on it yet.
     */
    static async open(path: string, read: ReadPlace): Promise<OpenedLog> {
        const lock = acquire(`${path}.lock`);
        let file: FileHandle | undefined;
        try {
            const { O_APPEND, O_CREAT, O_RDWR } = constants;
            file = await open(path, O_APPEND | O_CREAT | O_RDWR, 0o600);
            const bytes = await file.readFile();
            const whole = bytes.lastIndexOf(10) + 1;
            const content = contentIn(bytes.subarray(0, whole), path, await placeOfCheckpoint(path, read));
            if (whole < bytes.length) {
                await file.truncate(whole);
            }
            await file.sync();
            await syncFolder(path);
            return { log: new FileLog(path, content, file, lock, whole), content };
        } catch (error) {
            await file?.close();
            lock.release();
            throw error instanceof CodedError ? error : unwritable(path, error);
        }
    }

    async lines(): Promise<readonly Line[]> {
        return contentIn(await readFile(this.path), this.path).lines;
    }

    async keep(checkpoint: Buffer): Promise<void> {
        const path = checkpointOf(this.path);
        await writeFile(`${path}.new`, checkpoint, { mode: 0o600 });
        await rename(`${path}.new`, path);
    }

    protected async store(lines: readonly string[]): Promise<void> {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        // Only the flush is slow enough to run in another thread.
        const { fd } = this.file;
        const { size, nlink } = fstatSync(fd);
        if (size !== this.bytes || nlink === 0) {
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
        this.bytes += bytes.length;
    }

    protected async release(): Promise<void> {
        await this.file.close();
        this.lock.release();
    }
}

function checkpointOf(path: string): string {
    return `${path}.checkpoint`;
}

async function placeOfCheckpoint(path: string, read: ReadPlace): Promise<Place | undefined> {
    const bytes = await readFile(checkpointOf(path)).catch(() => undefined);
    return bytes && read(bytes);
}

/** The lines after the place, if the lines before it are those of the checkpoint; otherwise all lines. */
function contentIn(bytes: Buffer, path: string, from: Place = START): Content {
    const start = from.length === 0 ? 0 : endOf(bytes, from);
    const lines = bytes.toString('utf8', start).split('\n').slice(0, -1);
    return contentOf(lines, path, start === 0 ? START : from);
}

/** The number of bytes of the lines before the place, each of which follows the one before it; 0 for other lines. */
function endOf(bytes: Buffer, { length, last }: Place): number {
    let [start, previous] = [0, ''];
    for (let line = 0; line < length; line++) {
        const end = bytes.indexOf(10, start);
        const text = bytes.subarray(start, Math.max(start, end));
        const follows = `"previous":"${previous}"}`;
        if (text.subarray(-follows.length).toString('latin1') !== follows) {
            return 0;
        }
        previous = createHash('sha256').update(text).digest('hex');
        start = end + 1;
    }
    return previous === last ? start : 0;
}

/** A new file can be lost in a power failure unless its folder is flushed. */
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
