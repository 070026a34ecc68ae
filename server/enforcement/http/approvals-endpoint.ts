/** The calls that wait, and answers to them, over HTTP, for people with a signed token: JSON, or a page in browsers. */
import { GuardrailError } from '../../gateway/errors.js';
import { type Fields, isFields } from '../../gateway/json.js';
import { CodedError } from '../../workspace/errors.js';
import type { EnforcingGateway } from '../gateway.js';
import type { Identities } from '../identities.js';
import type { Person } from '../person.js';
import { changeName, type PolicyChanges } from '../policy-changes.js';
import type { HttpRequest } from './node-http.js';
import { approvalsPage, type PageContent, type Shown, type ShownChange } from './approvals-page.js';
import { PageTokens } from './page-tokens.js';
import { bearerIn } from './clients.js';

/** No server of a policy has such a name. */
export const APPROVALS_PATH = '/-/approvals';

/** The maximum number of characters of a request; real requests are far shorter. */
const MOST_CHARACTERS = 10_000;

/**
 * `GET` lists the calls that wait, and a changed policy that waits. `POST` answers one: `{"id": …, "answer": "approve" | "deny", "digest": …}`, with the
 * digest of the arguments, or of the policy, that the person saw, and `valid` where the rules leave a choice. Browsers get a page instead of
 * JSON; its forms have the same fields, a token of the page, and the person's token if no header has it.
 *
 * A browser or a proxy may add what proves who a person is to each request, also to one that another page causes. So an
 * answer needs more: JSON, which other pages cannot send without asking first, or a form with a token that only the page has.
 */
export class ApprovalsEndpoint {
    private readonly tokens = new PageTokens();

    constructor(
        private readonly gateway: EnforcingGateway,
        private readonly identities: Identities,
        private readonly changes?: PolicyChanges
    ) {}

    async answer(request: HttpRequest): Promise<Response> {
        if (request.method !== 'GET' && request.method !== 'POST') {
            return printed(request, { status: 405, message: 'Use GET or POST.' });
        }
        if (isFromElsewhere(request)) {
            return printed(request, { status: 403, message: 'Another site sent this request.' });
        }
        if (request.method === 'POST' && !isForm(request) && !isJson(request)) {
            return printed(request, { status: 415, message: 'Content-Type must be application/json.' });
        }
        const text = request.method === 'POST' ? await request.text() : '';
        const fields = fieldsIn(request, text);
        const bearer = bearerIn(request.headers);
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
        const outcome = isLooking ? { status: 200 } : await this.reply(fields, person, isForm(request));
        const waiting = this.gateway.waiting();
        const change = await this.change();
        const pageToken = ({ id, digest }: Shown): string => this.tokens.issue({ subject, id, digest });
        return printed(request, {
            ...outcome,
            person: {
                human,
                waiting,
                ...(change && { change }),
                pageToken,
                ...(bearer === undefined && { token })
            }
        });
    }

    private async change(): Promise<ShownChange | undefined> {
        const change = await this.changes?.change();
        return change && { id: changeName(change.digest), ...change };
    }

    private async reply(fields: Fields | undefined, person: Person, isFromPage: boolean): Promise<Outcome> {
        const { id, answer, digest, valid, page } = fields ?? {};
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
        const change = await this.change();
        const isWaiting = (one: string): boolean => one === change?.id || this.gateway.waitingCall(one) !== undefined;
        const about = { subject: person.subject, id, digest };
        if (isFromPage && !(typeof page === 'string' && this.tokens.use(page, about, isWaiting))) {
            return { status: 403, message: 'This form is not one that the page shows now. Look at the call again.' };
        }
        try {
            if (id === change?.id && answer === 'approve') {
                await this.changes!.confirm(digest, person);
                return { status: 200, answered: { id, answer } };
            }
            await this.gateway.answer(id, answer === 'approve' ? 'approve' : 'refuse', person, { valid, digest });
            return { status: 200, answered: { id, answer } };
        } catch (error) {
            if (error instanceof GuardrailError || (error instanceof CodedError && error.code === 'GR997')) {
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
    return mediaType(headers) === 'application/x-www-form-urlencoded';
}

function isJson({ headers }: HttpRequest): boolean {
    return mediaType(headers) === 'application/json';
}

/** Undefined for a body that is not in UTF-8, or whose type is given twice. */
function mediaType(headers: Headers): string | undefined {
    return /^([\w.+/-]+)(?:\s*;\s*charset="?utf-8"?)?\s*$/i.exec(headers.get('content-type') ?? '')?.[1]?.toLowerCase();
}

/**
 * True if a page of another origin may have caused the request: another port of the same machine is another origin.
 * Browsers state the origin of each form; programs that are not browsers state none.
 */
function isFromElsewhere(request: HttpRequest): boolean {
    const { method, headers } = request;
    const origin = headers.get('origin');
    const site = headers.get('sec-fetch-site');
    // A person may follow a link to the page, or type its address.
    const isVisit = method === 'GET' && (site === 'none' || headers.get('sec-fetch-mode') === 'navigate');
    return (
        (site !== null && site !== 'same-origin' && !isVisit) ||
        (origin === null ? method === 'POST' && isForm(request) : !isOriginOf(origin, headers.get('host') ?? ''))
    );
}

/** The scheme is not compared, because a server in front of the gateway may end TLS. */
function isOriginOf(origin: string, host: string): boolean {
    try {
        const { protocol, host: authority } = new URL(origin);
        return /^https?:$/.test(protocol) && authority === new URL(`${protocol}//${host}`).host;
    } catch {
        return false;
    }
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
    const done = answered && answeredText(answered);
    return done === undefined ? content : { ...content, message: done };
}

function answeredText({ id, answer }: NonNullable<Outcome['answered']>): string {
    if (id.startsWith(changeName(''))) {
        return 'The changed policy is enforced from now on.';
    }
    return `Call ${id} is ${answer === 'approve' ? 'approved' : 'denied'}.`;
}

function asJson({ method }: HttpRequest, { status, message, person, answered }: Outcome): Response {
    if (status >= 400 || !person) {
        return json(status, { code: 'GR997', message });
    }
    const { human, waiting, change } = person;
    return json(status, method === 'GET' ? { human, waiting, ...(change && { change }) } : { ...answered, human });
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
    const headers = {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin'
    };
    return new Response(`${JSON.stringify(value)}\n`, { status, headers });
}
