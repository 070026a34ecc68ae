/** Tests that no answer of a server fills the memory, however it is cut, while a stream of events may go on for ever. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, createGzip } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { boundedFetch } from '../../server/enforcement/http/bounded-fetch.js';
import { MOST_BYTES } from '../../server/enforcement/message-size.js';

const EVENTS = 'text/event-stream';
const JSON_TYPE = 'application/json';

interface Flood {
    readonly type: string;
    /** Sent again and again, in parts of a megabyte. */
    readonly text: string;
    readonly isCompressed?: true;
    /** True if the client may read on. */
    readonly goesOn?: true;
}

const FLOODS: Record<string, Flood> = {
    'a message without an end': { type: JSON_TYPE, text: 'x' },
    'lines without an end': { type: JSON_TYPE, text: '{}\n\n' },
    'a compressed message': { type: JSON_TYPE, text: ' ', isCompressed: true },
    'a line of an event': { type: EVENTS, text: 'data: x' },
    'lines of an event': { type: EVENTS, text: 'data: x\n' },
    'lines with another end': { type: EVENTS, text: 'data: x\r\n' },
    'lines with an old end': { type: EVENTS, text: 'data: x\r' },
    'fields of no event': { type: EVENTS, text: 'x: y\n' },
    comments: { type: EVENTS, text: ': x\n' },
    'lines of a compressed event': { type: EVENTS, text: 'data: x\n', isCompressed: true },
    events: { type: EVENTS, text: 'data: x\n\n', goesOn: true },
    'events with another end': { type: EVENTS, text: 'data: x\r\n\r\n', goesOn: true },
    'events with an old end': { type: EVENTS, text: 'data: x\r\r', goesOn: true },
    'compressed events': { type: EVENTS, text: 'data: x\n\n', goesOn: true, isCompressed: true }
};

test.each(Object.entries(FLOODS))('a server that sends %s', async (_, { type, text, isCompressed, goesOn }) => {
    const part = text.repeat((1024 * 1024) / text.length);
    const server = createServer((_request, response) => {
        response.writeHead(200, { 'content-type': type, ...(isCompressed && { 'content-encoding': 'gzip' }) });
        const gzip = createGzip({ level: constants.Z_BEST_SPEED });
        const to = isCompressed ? gzip : response;
        if (isCompressed) {
            gzip.pipe(response);
        }
        const more = (): void => {
            while (!response.destroyed && to.write(part)) {
                // The reader is fast.
            }
        };
        to.on('drain', more);
        more();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
        server.close();
        server.closeAllConnections();
    });
    const gone = new AbortController();
    onTestFinished(() => gone.abort());
    const { port } = server.address() as AddressInfo;
    let read = 0;
    const reading = async (): Promise<void> => {
        const response = await boundedFetch(new URL(`http://127.0.0.1:${port}/`), { signal: gone.signal });
        for await (const chunk of response.body! as AsyncIterable<Uint8Array>) {
            read += chunk.length;
            if (read > MOST_BYTES * 1.25) {
                return;
            }
        }
    };
    await (goesOn ? reading() : expect(reading()).rejects.toThrow());
    expect(read > MOST_BYTES).toBe(goesOn ?? false);
});
