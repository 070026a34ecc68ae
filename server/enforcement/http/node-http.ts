/**
 * Requests and responses of Node's HTTP server, for handlers that have those of the web. A whole `Request` takes as much
 * time as several decisions, so a request has only what handlers read of it.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type HttpRequest = Pick<Request, 'method' | 'url' | 'headers' | 'signal' | 'text'>;

/** The rejection of `text()`. */
export class TooLarge extends Error {}

/** The bodies that are being read. Together they cannot fill the memory, however many clients send slowly. */
export class OpenBodies {
    private readonly sizes = new Map<IncomingMessage, number>();
    private total = 0;

    constructor(
        private readonly mostBytes: number,
        private readonly mostTogether: number
    ) {}

    /**
     * Rejects with `TooLarge` for a body of more than `mostBytes`. If all together exceed their bound, the largest one
     * loses its connection, so that ordinary calls go on.
     */
    async read(incoming: IncomingMessage): Promise<string> {
        const chunks: Buffer[] = [];
        try {
            for await (const chunk of incoming as AsyncIterable<Buffer>) {
                chunks.push(chunk);
                this.grow(incoming, chunk.length);
            }
        } finally {
            this.total -= this.sizes.get(incoming) ?? 0;
            this.sizes.delete(incoming);
        }
        // A byte order mark is not part of the text.
        return new TextDecoder().decode(Buffer.concat(chunks));
    }

    private grow(incoming: IncomingMessage, bytes: number): void {
        const size = (this.sizes.get(incoming) ?? 0) + bytes;
        this.sizes.set(incoming, size);
        this.total += bytes;
        if (size > this.mostBytes) {
            throw new TooLarge(`the message is larger than ${this.mostBytes} bytes`);
        }
        if (this.total > this.mostTogether) {
            const [largest] = [...this.sizes].reduce((one, other) => (other[1] > one[1] ? other : one));
            largest.destroy();
        }
    }
}

/** Its signal is aborted if the client disconnects before it has its whole response. `text()` rejects like `bodies.read`. */
export function requestOf(incoming: IncomingMessage, response: ServerResponse, bodies: OpenBodies): HttpRequest {
    const { method = 'GET', url = '/', headers } = incoming;
    const gone = new AbortController();
    response.once('close', () => {
        if (!response.writableFinished) {
            gone.abort();
        }
    });
    return {
        method,
        // A client that takes the gateway for a proxy sends a whole address, of which nothing is here.
        url: `http://${headers.host ?? 'localhost'}${url.startsWith('/') ? url : '/'}`,
        headers: headersOf(incoming),
        signal: gone.signal,
        text: () => bodies.read(incoming)
    };
}

/** The request for a library that reads no more of it than that. */
export function asRequest(request: HttpRequest): Request {
    return request as Request;
}

/** The headers of a message, each as often as it was sent. */
export function headersOf({ rawHeaders }: IncomingMessage): Headers {
    const headers = new Headers();
    for (let index = 0; index < rawHeaders.length; index += 2) {
        headers.append(rawHeaders[index]!, rawHeaders[index + 1]!);
    }
    return headers;
}

/**
 * Sends the answer, as fast as the client reads it. Never rejects: a client that disconnects gets nothing more.
 *
 * @param gone aborted when the client disconnects
 */
export async function respond(answer: Response, response: ServerResponse, gone: AbortSignal): Promise<void> {
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) {
        response.end();
        return;
    }
    if (answer.headers.get('content-type') === 'text/event-stream') {
        // The first event may be hours away.
        response.flushHeaders();
    }
    const reader = answer.body.getReader();
    const cancel = (): void => void reader.cancel().catch(() => undefined);
    gone.addEventListener('abort', cancel, { once: true });
    try {
        for (let part = await reader.read(); !part.done && !gone.aborted; part = await reader.read()) {
            if (!response.write(part.value)) {
                await once(response, 'drain', { signal: gone });
            }
        }
    } catch {
        cancel();
    }
    response.end();
}
