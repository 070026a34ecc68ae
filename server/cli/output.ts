/** Where results go: standard output, whose reader may be gone, and files, which are complete or not there. */
import {
    type Stats,
    closeSync,
    fsyncSync,
    openSync,
    readFileSync,
    realpathSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CliError, EXIT, systemReason } from './errors.js';

/**
 * A closed pipe (`guardrail check | head`) ends the output, not the check: files are still written, and the exit code
 * is still the verdict. Any other failure to write is one of the run (GR910).
 */
export class Output {
    private isClosed = false;
    private failure: CliError | undefined;

    constructor(private readonly stream: NodeJS.WriteStream) {
        stream.on('error', (error: NodeJS.ErrnoException) => {
            this.isClosed = true;
            if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') {
                this.failure = cannotWrite('standard output', error);
            }
        });
    }

    write(text: string): void {
        if (!this.isClosed && text !== '') {
            this.stream.write(text);
        }
    }

    /** Resolves when all is written or the reader is gone; rejects if it could not be written. */
    async finished(): Promise<void> {
        if (!this.isClosed) {
            await new Promise<void>((resolve) => {
                this.stream.once('error', () => resolve());
                this.stream.write('', () => resolve());
            });
        }
        if (this.failure) {
            throw this.failure;
        }
    }
}

/** Fails early where a long run would fail at its end. */
export function assertWritable(path: string): void {
    const existing = statOf(path);
    if (existing?.isDirectory()) {
        throw new CliError('GR910', `${path} cannot be written: it is a folder`, 'Give the name of a file.');
    }
    if (!existing && !statOf(dirname(path))?.isDirectory()) {
        throw new CliError(
            'GR910',
            `${path} cannot be written: there is no folder ${dirname(path)}`,
            'Create the folder first, or check the path.'
        );
    }
}

/** Undefined: there is nothing, or no way there. */
function statOf(path: string): Stats | undefined {
    try {
        return statSync(path, { throwIfNoEntry: false });
    } catch {
        // Below a file, or in a folder that may not be looked into: whoever writes there says why that cannot be.
        return undefined;
    }
}

/** Writes beside the file and then renames, so that nobody ever reads a part of it. */
export function writeAtomically(path: string, text: string): void {
    try {
        const existing = statSync(path, { throwIfNoEntry: false });
        if (existing && !existing.isFile()) {
            // A device or a pipe: there is nothing that could be left half-written, and it must not be replaced.
            writeFileSync(path, text);
            return;
        }
        replaceFile(existing ? realpathSync(path) : path, text);
    } catch (error) {
        throw cannotWrite(path, error);
    }
}

const BYTE_ORDER_MARK = '\uFEFF';

/** The same of a policy: texts are read without a byte order mark, and a file that has it keeps it. */
export function writePolicyText(path: string, text: string): void {
    const hasMark = readFileSync(path).subarray(0, 3).equals(Buffer.from(BYTE_ORDER_MARK));
    writeAtomically(path, (hasMark ? BYTE_ORDER_MARK : '') + text);
}

function replaceFile(path: string, text: string): void {
    const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
        const file = openSync(temporary, 'w');
        try {
            writeFileSync(file, text);
            fsyncSync(file);
        } finally {
            closeSync(file);
        }
        renameSync(temporary, path);
    } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
    }
}

function cannotWrite(what: string, error: unknown): CliError {
    return new CliError(
        'GR910',
        `${what} cannot be written: ${systemReason(error)}`,
        'Check the place and its free space, and run again.',
        EXIT.failed
    );
}
