/** The maximum size of a message from a server, in bytes; it is far more than a model reads. */
export const MOST_BYTES = 64 * 1024 * 1024;

export function tooLarge(): Error {
    return new Error(`the message is larger than ${MOST_BYTES} bytes`);
}
