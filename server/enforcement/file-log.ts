/** A log in a file. */
import { constants, fstatSync, writeSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError, EXIT } from '../workspace/errors.js';
import { acquire, type Lock } from './lock.js';
import { type Content, contentOf, type Line, Log, unwritable } from './log.js';

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
     * The log and its existing lines. Rejects with GR990 if another process uses the log, GR991 if a line was altered,
     * dropped or moved, and GR992 if the log cannot be written. An incomplete last line is removed, because nothing
     * depended on it yet.
     */
    static async open(path: string): Promise<{ readonly log: Log; readonly lines: readonly Line[] }> {
        const lock = acquire(`${path}.lock`);
        let file: FileHandle | undefined;
        try {
            const { O_APPEND, O_CREAT, O_RDWR } = constants;
            file = await open(path, O_APPEND | O_CREAT | O_RDWR, 0o600);
            const bytes = await file.readFile();
            const whole = bytes.lastIndexOf(10) + 1;
            const content = read(bytes.subarray(0, whole).toString('utf8'), path);
            if (whole < bytes.length) {
                await file.truncate(whole);
            }
            await file.sync();
            await syncFolder(path);
            return { log: new FileLog(path, content, file, lock, whole), lines: content.lines };
        } catch (error) {
            await file?.close();
            lock.release();
            throw error instanceof CodedError ? error : unwritable(path, error);
        }
    }

    async lines(): Promise<readonly Line[]> {
        return read(await readFile(this.path, 'utf8'), this.path).lines;
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

function read(text: string, path: string): Content {
    return contentOf(text.split('\n').slice(0, -1), path);
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
