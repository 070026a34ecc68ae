/** Opens the bytes of a log: a plain or compressed file, or standard input. */
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { assertRegular, FileRefusal } from '../../../workspace/regular-file.js';
import { CodedError, systemReason } from '../../../workspace/errors.js';

const CHUNK = 1 << 18;

export interface Input {
    readonly chunks: AsyncIterable<Buffer>;
    /** The size of the stored file; undefined if it is unknown. */
    readonly size?: number;
    /** The number of these bytes that were read. */
    bytesRead(): number;
}

/** Opens a log; `-` is standard input. Throws a `CodedError` if there is no such file. */
export function openInput(path: string, name: string, stdin: NodeJS.ReadStream): Input {
    if (name === '-') {
        let read = 0;
        stdin.on('data', (chunk: Buffer) => (read += chunk.length));
        return { chunks: guarded(stdin, name), bytesRead: () => read };
    }
    const size = sizeOf(path, name);
    const file = createReadStream(path, { highWaterMark: CHUNK });
    const chunks = name.endsWith('.gz') ? pipeline(file, createGunzip({ chunkSize: CHUNK }), () => undefined) : file;
    return { chunks: guarded(chunks, name), size, bytesRead: () => file.bytesRead };
}

/**
 * The size in bytes. Throws a `CodedError` for anything but a regular file: a pipe must be passed as standard input.
 */
function sizeOf(path: string, name: string): number {
    try {
        const stat = statSync(path);
        assertRegular(stat);
        return stat.size;
    } catch (error) {
        throw error instanceof FileRefusal
            ? new CodedError(
                  'GR904',
                  `${name} cannot be read: ${error.message}`,
                  'Name one log, or `-` and pipe it in.'
              )
            : unreadable(name, error);
    }
}

async function* guarded(chunks: AsyncIterable<Buffer>, name: string): AsyncIterable<Buffer> {
    try {
        yield* chunks;
    } catch (error) {
        throw unreadable(name, error);
    }
}

function unreadable(name: string, error: unknown): CodedError {
    const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
    return code.startsWith('Z_')
        ? new CodedError(
              'GR930',
              `${name} is not a complete gzip file`,
              'Compress the log again, or name it without .gz if it is not compressed.'
          )
        : new CodedError(
              'GR904',
              `${name} cannot be read: ${systemReason(error)}`,
              'Check the path and its permissions.'
          );
}
