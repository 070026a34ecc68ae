/** A `fetch` whose responses cannot fill the memory: the size of each message from a server is limited. */
import type { FetchLike } from '@modelcontextprotocol/client';

/** The maximum size of a message from a server, in bytes; it is far more than a model reads. */
const MOST_BYTES = 64 * 1024 * 1024;
const LINE_FEED = 10;

export const boundedFetch: FetchLike = async (url, init) => {
    const response = await fetch(url, init);
    if (!response.body) {
        return response;
    }
    return new Response(response.body.pipeThrough(bounded()), response);
};

/** Fails once a message is too large. A stream of events may continue forever; each event in it is one line of data. */
function bounded(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
    let size = 0;
    return new TransformStream({
        transform(chunk, controller) {
            const end = chunk.lastIndexOf(LINE_FEED);
            size = end < 0 ? size + chunk.length : chunk.length - end;
            if (size > MOST_BYTES) {
                controller.error(new Error(`the message is larger than ${MOST_BYTES} bytes`));
            } else {
                controller.enqueue(chunk);
            }
        }
    });
}
