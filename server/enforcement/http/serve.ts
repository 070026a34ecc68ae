/** The gateway over Streamable HTTP, with an address for each server behind it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
    hostHeaderValidationResponse,
    localhostAllowedHostnames,
    localhostAllowedOrigins,
    originValidationResponse
} from '@modelcontextprotocol/server';
import { CodedError, EXIT, systemReason } from '../../workspace/errors.js';
import type { PolicyChanges } from '../policy-changes.js';
import type { Clients } from './client-tokens.js';
import type { Client } from './clients.js';
import { APPROVALS_PATH, ApprovalsEndpoint } from './approvals-endpoint.js';
import { Endpoint, type EndpointOptions, refusal } from './endpoint.js';
import { asRequest, type HttpRequest, OpenBodies, requestOf, respond, TooLarge } from './node-http.js';

export interface ServeOptions extends Omit<EndpointOptions, 'url' | 'server'> {
    readonly host: string;
    /** The port; 0 selects any free one. */
    readonly port: number;
    /**
     * Additional host names for this machine in the address that clients use. Other names are refused, as a protection
     * against DNS rebinding.
     */
    readonly names: readonly string[];
    /** The addresses of the servers, by their names in the policy. */
    readonly upstreams: ReadonlyMap<string, URL>;
    /** The clients that may call, each with a proof; if absent, everybody who reaches the address. */
    readonly clients?: Clients;
    /** Changed policies that wait for a person; if absent, the policy does not change. */
    readonly changes?: PolicyChanges;
}

export interface HttpGateway {
    /** The addresses of the servers at the gateway, by their names in the policy. */
    readonly addresses: ReadonlyMap<string, string>;
    close(): Promise<void>;
}

/** The maximum size of a message from a client, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;
/** The maximum size of all messages that are being received. */
const MOST_TOGETHER = 8 * MOST_BYTES;

/** No server of a policy has such names. */
const READY_PATH = '/-/ready';
const METRICS_PATH = '/-/metrics';

/** Rejects with GR989 if the gateway cannot listen on the port. */
export async function serveHttp({
    host,
    port,
    names,
    upstreams,
    changes,
    clients,
    ...options
}: ServeOptions): Promise<HttpGateway> {
    const endpoints = new Map(
        [...upstreams].map(([server, url]) => [server, new Endpoint({ ...options, server, url })])
    );
    const { identities } = options.gateway;
    const approvals = identities && new ApprovalsEndpoint(options.gateway, identities, changes);
    const hostnames = [...localhostAllowedHostnames(), ...names];
    const origins = [...localhostAllowedOrigins(), ...names];
    const answerTo = async (request: HttpRequest): Promise<Response> => {
        const refused =
            hostHeaderValidationResponse(asRequest(request), hostnames) ??
            originValidationResponse(asRequest(request), origins);
        if (refused) {
            return refused;
        }
        const { pathname } = new URL(request.url);
        if (approvals && pathname === APPROVALS_PATH) {
            return approvals.answer(request);
        }
        if (pathname === READY_PATH) {
            const { aborted } = options.gateway.failed;
            return new Response(aborted ? 'the log cannot be written\n' : 'ready\n', { status: aborted ? 503 : 200 });
        }
        if (pathname === METRICS_PATH) {
            const text = options.gateway.metrics.text(options.gateway.waiting().length);
            return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4' } });
        }
        const endpoint = endpoints.get(pathname.slice(1));
        if (!endpoint) {
            return refusal(404, `The servers are at /${[...endpoints.keys()].join(', /')}.`);
        }
        return clients ? answerToClient(request, clients, endpoint) : endpoint.answer(request);
    };
    const bodies = new OpenBodies(MOST_BYTES, MOST_TOGETHER);
    const server = createServer((incoming, response) => {
        void serve(requestOf(incoming, response, bodies), incoming, response, answerTo);
    });
    try {
        server.listen(port, host);
        await once(server, 'listening');
    } catch (error) {
        throw new CodedError(
            'GR989',
            `the gateway cannot listen at ${host}:${port}: ${systemReason(error)}`,
            'Choose another port with --listen; 0 takes any that is free.',
            EXIT.failed
        );
    }
    const { port: own } = server.address() as AddressInfo;
    const authority = `${host.includes(':') ? `[${host}]` : host}:${own}`;
    return {
        addresses: new Map([...upstreams.keys()].map((name) => [name, `http://${authority}/${name}`])),
        async close() {
            server.close();
            await Promise.all([...endpoints.values()].map((endpoint) => endpoint.close()));
            server.closeAllConnections();
        }
    };
}

async function answerToClient(request: HttpRequest, clients: Clients, endpoint: Endpoint): Promise<Response> {
    let client: Client | undefined;
    try {
        client = await clients.clientOf(request.headers);
    } catch {
        return refusal(503, 'The keys of the issuer cannot be read, so no token can be checked.');
    }
    if (client) {
        return endpoint.answer(request, client);
    }
    const refused = refusal(401, 'A token is required that is valid, and whose subject is an agent of the policy.');
    refused.headers.set('www-authenticate', 'Bearer');
    return refused;
}

/** Never rejects. */
async function serve(
    request: HttpRequest,
    incoming: IncomingMessage,
    response: ServerResponse,
    answerTo: (request: HttpRequest) => Promise<Response>
): Promise<void> {
    let answer: Response;
    try {
        if (Number(incoming.headers['content-length']) > MOST_BYTES) {
            throw new TooLarge();
        }
        answer = await answerTo(request);
    } catch (error) {
        answer =
            error instanceof TooLarge
                ? refusal(413, `A message must not be larger than ${MOST_BYTES} bytes.`)
                : refusal(500, 'GR901: the gateway itself failed.');
        // Node reads and discards the rest of the message: a client that is still sending would lose the response if the
        // connection were closed.
        incoming.resume();
    }
    await respond(answer, response, request.signal);
}
