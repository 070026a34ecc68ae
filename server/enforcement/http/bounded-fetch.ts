/**
 * A `fetch` over Node's HTTP client, which takes a quarter of the processor time of Node's own and never gives up by
 * itself: the client decides how long it waits for a tool. Responses cannot fill the memory, because the size of each
 * message from a server is limited.
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type Duplex, pipeline, Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { FetchLike } from '@modelcontextprotocol/client';
import { MOST_BYTES, tooLarge } from '../message-size.js';
import { headersOf } from './node-http.js';

/** An event ends with an empty line. */
const EVENT_ENDS = ['\n\n', '\n\r', '\r\r'];

/** The time in milliseconds that an unused connection is kept, if the server does not name a shorter one. */
const IDLE_TIME = 5_000;
/** A server may close a connection at the moment when it said it would; no call must be on its way then. */
const MARGIN = 1_000;
/** The time in milliseconds that a server keeps a connection, as it said last. */
const kept = new WeakMap<Duplex, number>();
const AGENTS = {
    http: closedEarly(new Agent({ keepAlive: true, timeout: IDLE_TIME })),
    https: closedEarly(new TlsAgent({ keepAlive: true, timeout: IDLE_TIME }))
};

const DECODERS: Readonly<Record<string, () => Transform>> = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress
};
const ENCODINGS = 'gzip, deflate, br';

/**
 * Redirects are not followed. A stream of events is returned once its headers have arrived, everything else with its
 * whole body. Rejects with an error of Node if the server cannot be reached or ends too early, if the signal is aborted,
 * and if a message is too large.
 */
export const boundedFetch: FetchLike = async (url, { method = 'GET', headers, body, signal } = {}) => {
    const target = new URL(url);
    const isSecure = target.protocol === 'https:';
    const sent = (isSecure ? tlsRequest : httpRequest)(target, {
        agent: isSecure ? AGENTS.https : AGENTS.http,
        method,
        headers: {
            'accept-encoding': ENCODINGS,
            ...Object.fromEntries(headers instanceof Headers ? headers : new Headers(headers))
        },
        ...(signal && { signal })
    });
    // Without a listener, the connection would end without an error, and the call with nothing.
    sent.once('upgrade', (_, socket) => {
        socket.destroy();
        sent.emit('error', new Error('the server changes the protocol'));
    });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const { statusCode = 0, statusMessage } = response;
    const [, seconds] = /\btimeout=(\d+)/.exec(String(response.headers['keep-alive'] ?? '')) ?? [];
    if (seconds !== undefined) {
        kept.set(response.socket, Number(seconds) * 1000);
    }
    const about = {
        status: statusCode,
        ...(statusMessage !== undefined && { statusText: statusMessage }),
        headers: headersOf(response)
    };
    const content = decoded(response);
    if (/^text\/event-stream\b/i.test(response.headers['content-type'] ?? '')) {
        const limited = pipeline(content, limit(), () => undefined);
        return new Response(Readable.toWeb(limited) as ReadableStream<Uint8Array<ArrayBuffer>>, about);
    }
    return wholeResponse(await whole(content), about);
};

/** A `Response` makes streams of every text, which takes as much memory as the rest of the request. */
function wholeResponse(body: string, about: { readonly status: number; readonly headers: Headers }): Response {
    const only: Pick<Response, 'ok' | 'status' | 'statusText' | 'headers' | 'text' | 'json'> = {
        statusText: '',
        ...about,
        ok: about.status >= 200 && about.status < 300,
        text: () => Promise.resolve(body),
        json: () => Promise.resolve(body).then((text) => JSON.parse(text) as unknown)
    };
    // The transport reads no more of it than that.
    return only as Response;
}

/** Throws for an encoding that was not asked for. */
function decoded(response: IncomingMessage): Readable {
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') {
        return response;
    }
    const decoder = DECODERS[encoding.toLowerCase()];
    if (!decoder) {
        response.destroy();
        throw new Error(`the server encodes its answer as ${JSON.stringify(encoding)}`);
    }
    return pipeline(response, decoder(), () => undefined);
}

async function whole(content: Readable): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of content as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MOST_BYTES) {
            throw tooLarge();
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
}

/** Fails once an event is too large. A stream of events may continue forever; its reader keeps all lines of an event. */
function limit(): Transform {
    let size = 0;
    let last = Buffer.alloc(0);
    return new Transform({
        transform(chunk: Buffer, _, done) {
            const text = Buffer.concat([last, chunk]);
            const end = Math.max(...EVENT_ENDS.map((one) => text.lastIndexOf(one)));
            size = end < 0 ? size + chunk.length : text.length - end;
            last = text.subarray(-1);
            done(size > MOST_BYTES ? tooLarge() : null, chunk);
        }
    });
}

function closedEarly<T extends Agent>(agent: T): T {
    const keep = agent.keepSocketAlive.bind(agent);
    agent.keepSocketAlive = (socket) => {
        keep(socket);
        const idle = Math.min(IDLE_TIME, kept.get(socket) ?? IDLE_TIME) - MARGIN;
        (socket as Socket).setTimeout(Math.max(1, idle));
        return idle > 0;
    };
    return agent;
}
