/** The calls that wait, and answers to them, over HTTP, for people with a signed token: JSON, or a page in browsers. */
import { GuardrailError } from '../../gateway/errors.js';
import { type Fields, isFields } from '../../gateway/json.js';
import { CodedError } from '../../workspace/errors.js';
import type { EnforcingGateway } from '../gateway.js';
import type { Identities } from '../identities.js';
import type { HttpRequest } from './node-http.js';
import { approvalsPage, type PageContent } from './approvals-page.js';

/** No server of a policy has such a name. */
export const APPROVALS_PATH = '/-/approvals';

/** The maximum number of characters of a request; real requests are far shorter. */
const MOST_CHARACTERS = 10_000;

/**
 * `GET` lists the calls that wait. `POST` answers one: `{"id": …, "answer": "approve" | "deny", "digest": …}`, with the
 * digest of the arguments that the person saw, and `valid` where the rules leave a choice. Browsers get a page instead of JSON; its forms have the same fields, and
 * the token if no header has it.
 */
export class ApprovalsEndpoint {
    constructor(
        private readonly gateway: EnforcingGateway,
        private readonly identities: Identities
    ) {}

    async answer(request: HttpRequest): Promise<Response> {
        if (request.method !== 'GET' && request.method !== 'POST') {
            return printed(request, { status: 405, message: 'Use GET or POST.' });
        }
        if (isForm(request) && !isSameOrigin(request)) {
            return printed(request, { status: 403, message: 'Another site sent this form.' });
        }
        const text = request.method === 'POST' ? await request.text() : '';
        const fields = fieldsIn(request, text);
        const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
        const typed = isForm(request) && typeof fields?.['token'] === 'string' ? fields['token'].trim() : undefined;
        const token = bearer ?? typed;
        if (token === undefined) {
            return printed(request, isPage(request) && request.method === 'GET' ? { status: 200 } : NO_TOKEN);
        }
        let person;
        try {
            person = await this.identities.personOf(token, this.gateway.policy);
        } catch {
            return printed(request, {
                status: 503,
                message: 'The keys of the issuer cannot be read, so no token can be checked.'
            });
        }
        if (!person) {
            return printed(request, WRONG_TOKEN);
        }
        const { human, subject } = person;
        const isLooking =
            request.method === 'GET' || (isForm(request) && fields !== undefined && !('answer' in fields));
        const outcome = isLooking ? { status: 200 } : await this.reply(fields, human, subject);
        const waiting = this.gateway.waiting();
        return printed(request, { ...outcome, person: { human, waiting, ...(bearer === undefined && { token }) } });
    }

    private async reply(fields: Fields | undefined, human: string, subject: string): Promise<Outcome> {
        const { id, answer, digest, valid } = fields ?? {};
        if (
            typeof id !== 'string' ||
            (answer !== 'approve' && answer !== 'deny') ||
            typeof digest !== 'string' ||
            (valid !== undefined && typeof valid !== 'string')
        ) {
            return {
                status: 400,
                message: 'The body is {"id": …, "answer": "approve" or "deny", "digest": …}, and may have "valid".'
            };
        }
        if (this.gateway.waitingCall(id)?.digest !== digest) {
            return { status: 409, message: 'The call does not wait, or it is not the one that was shown.' };
        }
        try {
            await this.gateway.answer(id, answer === 'approve' ? 'approve' : 'refuse', human, {
                valid,
                facts: { subject }
            });
            return { status: 200, answered: { id, answer } };
        } catch (error) {
            if (error instanceof GuardrailError) {
                return { status: 409, message: error.message };
            }
            if (error instanceof CodedError) {
                return { status: 500, message: error.message };
            }
            throw error;
        }
    }
}

/** What came of a request. */
interface Outcome extends PageContent {
    readonly answered?: { readonly id: string; readonly answer: 'approve' | 'deny' };
}

const NO_TOKEN: Outcome = { status: 401, message: 'A token is required.' };
const WRONG_TOKEN: Outcome = {
    status: 401,
    message: 'The token is not valid, or its subject is not a human of the policy.'
};

function isForm({ headers }: HttpRequest): boolean {
    return /^application\/x-www-form-urlencoded\b/i.test(headers.get('content-type') ?? '');
}

/** A proxy in front of the gateway may add the token to every request, also to those that another site causes. */
function isSameOrigin({ headers }: HttpRequest): boolean {
    const site = headers.get('sec-fetch-site');
    return site === null || site === 'same-origin' || site === 'none';
}

/** Browsers ask for HTML when a person opens an address. */
function isPage(request: HttpRequest): boolean {
    return isForm(request) || /\btext\/html\b/i.test(request.headers.get('accept') ?? '');
}

/** Undefined if they cannot be read. */
function fieldsIn(request: HttpRequest, text: string): Fields | undefined {
    if (text.length > MOST_CHARACTERS) {
        return undefined;
    }
    return isForm(request) ? Object.fromEntries(new URLSearchParams(text)) : parsed(text);
}

function printed(request: HttpRequest, outcome: Outcome): Response {
    const response = isPage(request) ? approvalsPage(withMessage(outcome)) : asJson(request, outcome);
    if (outcome.status === 401) {
        response.headers.set('www-authenticate', 'Bearer');
    }
    return response;
}

function withMessage({ answered, ...content }: Outcome): PageContent {
    const done = answered && `Call ${answered.id} is ${answered.answer === 'approve' ? 'approved' : 'denied'}.`;
    return done === undefined ? content : { ...content, message: done };
}

function asJson({ method }: HttpRequest, { status, message, person, answered }: Outcome): Response {
    if (status >= 400 || !person) {
        return json(status, { code: 'GR997', message });
    }
    const { human, waiting } = person;
    return json(status, method === 'GET' ? { human, waiting } : { ...answered, human });
}

function parsed(text: string): Fields | undefined {
    try {
        const value: unknown = JSON.parse(text);
        return isFields(value) ? value : undefined;
    } catch {
        return undefined;
    }
}

function json(status: number, value: unknown): Response {
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    return new Response(`${JSON.stringify(value)}\n`, { status, headers });
}
