/** The calls that wait, and answers to them, over HTTP: JSON for people with a signed token. */
import { GuardrailError } from '../../gateway/errors.js';
import { type Fields, isFields } from '../../gateway/json.js';
import { CodedError } from '../../workspace/errors.js';
import type { EnforcingGateway } from '../gateway.js';
import type { Identities } from '../identities.js';

/** No server of a policy has such a name. */
export const APPROVALS_PATH = '/-/approvals';

/** The maximum number of characters of a request; real requests are far shorter. */
const MOST_CHARACTERS = 10_000;

/**
 * `GET` lists the calls that wait. `POST` answers one: `{"id": …, "answer": "approve" | "deny", "digest": …}`, with the
 * digest of the arguments that the person saw.
 */
export class ApprovalsEndpoint {
    constructor(
        private readonly gateway: EnforcingGateway,
        private readonly identities: Identities
    ) {}

    async answer(request: Request): Promise<Response> {
        if (request.method !== 'GET' && request.method !== 'POST') {
            return problem(405, 'Use GET or POST.');
        }
        const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
        if (token === undefined) {
            return unauthorized('A token is required.');
        }
        let person;
        try {
            person = await this.identities.personOf(token, this.gateway.policy);
        } catch {
            return problem(503, 'The keys of the issuer cannot be read, so no token can be checked.');
        }
        if (!person) {
            return unauthorized('The token is not valid, or its subject is not a human of the policy.');
        }
        return request.method === 'GET'
            ? json(200, { human: person.human, waiting: this.gateway.waiting() })
            : this.reply(await request.text(), person.human, person.subject);
    }

    private async reply(text: string, human: string, subject: string): Promise<Response> {
        const fields = text.length <= MOST_CHARACTERS ? parsed(text) : undefined;
        const { id, answer, digest } = fields ?? {};
        if (typeof id !== 'string' || (answer !== 'approve' && answer !== 'deny') || typeof digest !== 'string') {
            return problem(400, 'The body is {"id": …, "answer": "approve" or "deny", "digest": …}.');
        }
        if (this.gateway.waitingCall(id)?.digest !== digest) {
            return problem(409, 'The call does not wait, or it is not the one that was shown.');
        }
        try {
            await this.gateway.answer(id, answer === 'approve' ? 'approve' : 'refuse', human, { subject });
            return json(200, { id, answer, human });
        } catch (error) {
            if (error instanceof GuardrailError) {
                return problem(409, error.message);
            }
            if (error instanceof CodedError) {
                return problem(500, error.message);
            }
            throw error;
        }
    }
}

function parsed(text: string): Fields | undefined {
    try {
        const value: unknown = JSON.parse(text);
        return isFields(value) ? value : undefined;
    } catch {
        return undefined;
    }
}

function unauthorized(message: string): Response {
    const response = problem(401, message);
    response.headers.set('www-authenticate', 'Bearer');
    return response;
}

function problem(status: number, message: string): Response {
    return json(status, { code: 'GR997', message });
}

function json(status: number, value: unknown): Response {
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    return new Response(`${JSON.stringify(value)}\n`, { status, headers });
}
