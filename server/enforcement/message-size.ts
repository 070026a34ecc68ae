/** The maximum size in bytes of a message from a server, and of one over standard input; it is far more than a model reads. */
export const MOST_BYTES = 64 * 1024 * 1024;

export function tooLarge(): Error {
    return new Error(`the message is larger than ${MOST_BYTES} bytes`);
}
