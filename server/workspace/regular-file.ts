/**
 * Reads regular files only. A pipe or a device may never end, and a link to one can be committed to a repository. So
 * all code that reads a file named by a policy, a configuration or a person uses this module.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/** A refusal whose message completes "… cannot be read: ". */
export class FileRefusal extends Error {
    override readonly name = 'FileRefusal';
}

/**
 * The bytes of a regular file.
 *
 * @param maxBytes the size above which a file is refused; no more than this is ever held in memory
 * @throws FileRefusal for anything that is not a regular file, before it is opened, and for a file that is too large;
 * the system's error if there is no file or it may not be read
 */
export function readRegularFile(path: string, maxBytes: number): Buffer {
    assertRegular(statSync(path), maxBytes);
    // The file may have been replaced in the meantime, and without O_NONBLOCK, opening a pipe would wait for a writer.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
        assertRegular(fstatSync(file), maxBytes);
        return readAll(file, maxBytes);
    } finally {
        closeSync(file);
    }
}

/** Throws a `FileRefusal` for anything but a regular file within the size limit. */
export function assertRegular(stats: Stats, maxBytes = Infinity): void {
    if (!stats.isFile()) {
        throw new FileRefusal(`it is ${kindOf(stats)}, not a regular file`);
    }
    if (stats.size > maxBytes) {
        throw tooLarge(maxBytes);
    }
}

const CHUNK = 1 << 16;

/** Files in `/proc` and growing files report a size that is too small, so reading only stops at the end of the data. */
function readAll(file: number, maxBytes: number): Buffer {
    let buffer = Buffer.allocUnsafe(Math.min(fstatSync(file).size, maxBytes) + 1);
    let length = 0;
    for (;;) {
        const read = readSync(file, buffer, length, buffer.length - length, null);
        length += read;
        if (length > maxBytes) {
            throw tooLarge(maxBytes);
        }
        if (read === 0) {
            return buffer.subarray(0, length);
        }
        if (length === buffer.length) {
            buffer = Buffer.concat([buffer], Math.max(buffer.length * 2, CHUNK));
        }
    }
}

function tooLarge(maxBytes: number): FileRefusal {
    return new FileRefusal(`it is larger than ${Math.floor(maxBytes / (1024 * 1024))} MB, the most that is read`);
}

function kindOf(stats: Stats): string {
    if (stats.isDirectory()) {
        return 'a directory';
    }
    if (stats.isFIFO()) {
        return 'a named pipe';
    }
    if (stats.isSocket()) {
        return 'a socket';
    }
    return 'a device';
}
