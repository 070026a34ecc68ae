/** The text of a policy file, or why it has none. */
import { readFileSync } from 'node:fs';
import { CliError, systemReason } from './errors.js';

/** Far above the largest policy that the language accepts; the rest is not even read. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Throws a `CliError` that does not name the file: whoever reports it knows which. */
export function readPolicyText(path: string): string {
    return decodePolicyText(readBytes(path));
}

/** Throws a `CliError` for anything but UTF-8. */
export function decodePolicyText(bytes: Uint8Array): string {
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
        throw new CliError('GR905', 'this is a text in UTF-16, and not in UTF-8', 'Save it as UTF-8.');
    }
    try {
        // Also drops a byte order mark, as editors do.
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
        throw new CliError(
            'GR905',
            'this is not a text in UTF-8',
            'Check that it is the right file, and save it as UTF-8.'
        );
    }
}

function readBytes(path: string): Uint8Array {
    let bytes: Uint8Array;
    try {
        bytes = readFileSync(path);
    } catch (error) {
        throw new CliError('GR904', `it cannot be read: ${systemReason(error)}`, 'Check the path and its permissions.');
    }
    if (bytes.byteLength > MAX_BYTES) {
        throw new CliError(
            'GR905',
            `this file has ${Math.round(bytes.byteLength / 1e6)} MB, too many for a policy`,
            'Check that it is the right file.'
        );
    }
    return bytes;
}
