/**
 * Writes results to their destinations: standard output, whose reader may be gone, and files, which are either complete
 * or absent.
 */
import { randomUUID } from 'node:crypto';
import {
    type Stats,
    closeSync,
    existsSync,
    fsyncSync,
    mkdirSync,
    openSync,
    realpathSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { MAX_POLICY_BYTES } from '../../workspace/file-limits.js';
import { readRegularFile } from '../../workspace/regular-file.js';
import { CodedError, EXIT, systemReason } from '../../workspace/errors.js';

/**
 * If the reader closes the pipe (`guardrail check | head`), the output ends, but not the check: files are still
 * written, and the exit code is still the verdict. Any other write failure is a failure of the run (GR910).
 */
export class Output {
    private isClosed = false;
    private failure: CodedError | undefined;

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

    /** Resolves when everything is written or the reader is gone; rejects if something could not be written. */
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

/**
 * Throws early, if a long run would otherwise fail at its end. Missing folders are created when the file is written.
 *
 * @throws CodedError GR910 if the file is a folder, lies below a file, or leads outside the repository through a link
 */
export function assertWritable(path: string): void {
    if (statOf(path)?.isDirectory()) {
        throw new CodedError('GR910', `${path} cannot be written: it is a folder`, 'Give the name of a file.');
    }
    const above = nearestExisting(dirname(path));
    if (!statOf(above)?.isDirectory()) {
        throw new CodedError('GR910', `${path} cannot be written: ${above} is not a folder`, 'Check the path.');
    }
    assertStaysInside(path);
}

/**
 * Links can be committed, so a write to a path inside a repository must also end up inside the repository, and not in
 * `.git`, whose files can be programs. A path outside every repository was chosen by the person who runs the command.
 *
 * @throws CodedError GR910
 */
export function assertStaysInside(path: string): void {
    const root = repositoryOf(path);
    if (root !== undefined && !isInside(root, path)) {
        throw new CodedError(
            'GR910',
            `${path} cannot be written: a link leads out of the repository`,
            'Remove the link, or give another path.'
        );
    }
}

/**
 * Checks a path that a configuration names: the path has to lie in the repository of the configuration, or in its
 * folder.
 */
export function assertInRepository(path: string, folder: string, what: string): void {
    const root = repositoryOf(join(folder, 'any')) ?? folder;
    if (!isInside(root, path)) {
        throw new CodedError(
            'GR912',
            `${what} of the configuration is ${path}, which is not in ${root}`,
            'A configuration writes only into its own repository. Give other paths on the command line.'
        );
    }
}

/**
 * Throws a `CodedError` (GR910) for a file that the run reads, and for any policy. A link does not hide the identity of
 * a file.
 */
export function assertNotAnInput(path: string, inputs: Iterable<string>): void {
    const target = statOf(path);
    if (!target) {
        return;
    }
    for (const input of [...inputs, ...(realpathSync(path).endsWith('.guardrail') ? [path] : [])]) {
        const stats = statOf(input);
        if (stats?.dev === target.dev && stats.ino === target.ino) {
            throw new CodedError(
                'GR910',
                `${path} cannot be written: it is not a report but something that this command reads`,
                'Give the output another name.'
            );
        }
    }
}

/** The folder above a path that has `.git`, judged by the path as written; undefined outside every repository. */
function repositoryOf(path: string): string | undefined {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
        if (existsSync(join(folder, '.git'))) {
            return folder;
        }
        if (dirname(folder) === folder) {
            return undefined;
        }
    }
}

/** True if a file written at this path ends up in the folder, and not in its `.git`. */
function isInside(folder: string, path: string): boolean {
    const existing = nearestExisting(path);
    const real = resolve(realpathSync(existing), relative(existing, path));
    const inside = relative(realpathSync(folder), real);
    return inside.split(sep)[0] !== '..' && !isAbsolute(inside) && !inside.split(sep).includes('.git');
}

function nearestExisting(path: string): string {
    let existing = path;
    while (!existsSync(existing) && dirname(existing) !== existing) {
        existing = dirname(existing);
    }
    return existing;
}

/** Undefined if nothing is there, or if it cannot be accessed. */
function statOf(path: string): Stats | undefined {
    try {
        return statSync(path, { throwIfNoEntry: false });
    } catch {
        // The path is below a file, or in a folder that may not be searched: the attempt to write reports why it fails.
        return undefined;
    }
}

/**
 * Creates folders one by one: with `recursive`, Node's `mkdir` never ends where the system cannot create any (`/proc`).
 */
export function makeFolder(path: string): void {
    if (!existsSync(path)) {
        makeFolder(dirname(path));
        try {
            mkdirSync(path);
        } catch (error) {
            // Another run may have created the folder first.
            if (!existsSync(path)) {
                throw error;
            }
        }
    }
}

/**
 * Writes a temporary file next to the target and then renames it, so that nobody ever reads a partial file. Creates
 * missing folders.
 */
export function writeAtomically(path: string, text: string): void {
    assertStaysInside(path);
    try {
        const existing = statSync(path, { throwIfNoEntry: false });
        if (existing && !existing.isFile()) {
            // The target is a device or a pipe: it cannot be left half-written, and it must not be replaced.
            writeFileSync(path, text);
            return;
        }
        makeFolder(dirname(path));
        replaceFile(existing ? realpathSync(path) : path, text);
    } catch (error) {
        throw cannotWrite(path, error);
    }
}

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes a policy like any other text. Texts are read without a byte order mark, and a file with such a mark keeps it.
 */
export function writePolicyText(path: string, text: string): void {
    const hasMark = readRegularFile(path, MAX_POLICY_BYTES).subarray(0, 3).equals(Buffer.from(BYTE_ORDER_MARK));
    writeAtomically(path, (hasMark ? BYTE_ORDER_MARK : '') + text);
}

function replaceFile(path: string, text: string): void {
    const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
    try {
        const file = openSync(temporary, 'wx');
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

function cannotWrite(what: string, error: unknown): CodedError {
    return new CodedError(
        'GR910',
        `${what} cannot be written: ${systemReason(error)}`,
        'Check the place and its free space, and run again.',
        EXIT.failed
    );
}
