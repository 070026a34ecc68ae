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

/** Rejects with GR989 if the gateway cannot listen on the port. */
export async function serveHttp({
    host,
    port,
    names,
    upstreams,
    changes,
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
        const endpoint = endpoints.get(pathname.slice(1));
        return endpoint?.answer(request) ?? refusal(404, `The servers are at /${[...endpoints.keys()].join(', /')}.`);
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
