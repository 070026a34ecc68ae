/** Reads the text of a policy file, or gives the reason why it cannot be read. */
import { MAX_POLICY_BYTES } from './file-limits.js';
import { readRegularFile } from './regular-file.js';
import { CodedError, systemReason } from './errors.js';

/** Throws a `CodedError` that does not name the file, since the caller does. */
export function readPolicyText(path: string): string {
    return decodePolicyText(readBytes(path));
}

/** Throws a `CodedError` if the file is not valid UTF-8. */
export function decodePolicyText(bytes: Uint8Array): string {
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
        throw new CodedError('GR905', 'this is a text in UTF-16, and not in UTF-8', 'Save it as UTF-8.');
    }
    try {
        // Decoding also drops a byte order mark, as editors do.
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
        throw new CodedError(
            'GR905',
            'this is not a text in UTF-8',
            'Check that it is the right file, and save it as UTF-8.'
        );
    }
}

function readBytes(path: string): Uint8Array {
    try {
        return readRegularFile(path, MAX_POLICY_BYTES);
    } catch (error) {
        throw new CodedError(
            'GR904',
            `it cannot be read: ${systemReason(error)}`,
            'Check the path and its permissions.'
        );
    }
}
