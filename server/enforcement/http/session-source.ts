/** Determines the session of a call over HTTP. Since 2026-07-28 the protocol itself no longer identifies sessions. */
import { visitParts } from '../../checker/conditions/walk.js';
import { toolsReadBy } from '../../checker/reductions/cone.js';
import { isFields } from '../../gateway/json.js';
import { rulesOf } from '../../model/decide.js';
import type { Condition, Rule, Term } from '../../model/policy/policy.js';
import { CodedError } from '../../workspace/errors.js';
import type { EnforcedPolicy } from '../policy.js';
import { type Client, sessionOfClient } from './clients.js';
import { traceparentOf } from '../mcp-messages.js';

export type SessionSource =
    /** The trace that the agent's host continues; each run of the agent has its own. */
    | { readonly by: 'traceparent' }
    /** A header that the host sets, such as the number of a conversation. */
    | { readonly by: 'header'; readonly name: string }
    /** The connection of a client, from its `initialize` to its end. Clients of 2026-07-28 have no connections. */
    | { readonly by: 'connection' }
    /** All calls belong to one session. */
    | { readonly by: 'name'; readonly name: string };

/** The parts of a call over HTTP that may name its session. */
export interface SessionClues {
    readonly headers: Headers;
    readonly message: unknown;
    /** The client, if it has proved who it is: no other one can enter its sessions. */
    readonly client?: Client;
    /** The number of the connection, for a client that speaks a protocol with connections. */
    readonly connection?: string;
}

const TRACE = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;
const NO_TRACE = '0'.repeat(32);
/** The maximum length of a header value that names a session. */
const MOST_CHARACTERS = 200;

/** The name of the session from the first source that gives one; undefined if none does. */
export function sessionOf(sources: readonly SessionSource[], clues: SessionClues): string | undefined {
    for (const source of sources) {
        const name = nameBy(source, clues);
        if (name !== undefined) {
            return name;
        }
    }
    return undefined;
}

export function connectionSession(connection: string): string {
    return `connection:${connection}`;
}

function nameBy(source: SessionSource, { headers, message, connection, client }: SessionClues): string | undefined {
    switch (source.by) {
        case 'traceparent': {
            const trace = TRACE.exec(
                (isFields(message) ? traceparentOf(message) : undefined) ?? headers.get('traceparent') ?? ''
            )?.[1];
            return trace === undefined || trace === NO_TRACE ? undefined : sessionOfClient(`trace:${trace}`, client);
        }
        case 'header': {
            const value = headers.get(source.name);
            return value === null || value === '' || value.length > MOST_CHARACTERS
                ? undefined
                : sessionOfClient(`${source.name.toLowerCase()}:${value}`, client);
        }
        case 'connection':
            return connection === undefined ? undefined : connectionSession(connection);
        case 'name':
            return source.name;
    }
}

/** Throws GR998 if nothing names the session of a call, although a rule reads what happened earlier in the session. */
export function assertSessions({ model }: EnforcedPolicy, sources: readonly SessionSource[], file: string): void {
    const asking = sources.length > 0 ? [] : model.rules.filter(asksHistory);
    if (asking.length > 0) {
        throw new CodedError(
            'GR998',
            `${file} depends on what happened before in a session, but nothing says which session a call belongs to: ${listed(asking)}`,
            'Say how to tell sessions apart with --session-by traceparent, header:NAME or connection; or treat all calls as one session with --session NAME.'
        );
    }
}

/**
 * Throws GR998 if a rule about the calls that one session sees depends on calls that it does not see: a conversation
 * would have another history at each server, and so each limit several times.
 *
 * @param seen for each kind of session, the servers whose calls it sees
 */
export function assertWholeHistory(
    { model, servers: all }: EnforcedPolicy,
    seen: readonly (readonly string[])[],
    file: string
): void {
    const longestFirst = [...all].sort((a, b) => b.length - a.length);
    const serverOf = model.tools.map(({ name }) => longestFirst.find((one) => name.startsWith(`${one}.`)));
    for (const servers of seen) {
        // No gateway sees delegations, so they make no difference.
        const isSeen = serverOf.map((one) => one === undefined || servers.includes(one));
        const rules = new Set(
            model.tools.flatMap((_, tool) => (isSeen[tool] ? rulesOf(model, tool).map(({ rule }) => rule) : []))
        );
        const blind = [...rules].filter((rule) => [...toolsReadBy(model, rule)].some((tool) => !isSeen[tool]));
        if (blind.length > 0) {
            throw new CodedError(
                'GR998',
                `${file} relates the calls of several servers, but a session here sees only those of ${servers.join(', ')}: ${listed(blind)}`,
                'Serve all of them with one gateway (--listen, with an --upstream for each, and sessions by traceparent or header:NAME), or use the hooks of the client.'
            );
        }
    }
}

function listed(rules: readonly Rule[]): string {
    return rules.map(({ text, source }) => `${text} (line ${source.start.line + 1})`).join('; ');
}

/** True if the decision of the rule depends on what happened earlier in the session. */
function asksHistory(rule: Rule): boolean {
    return (
        rule.kind === 'approval' ||
        rule.mode !== undefined ||
        [rule.when, ...(rule.kind === 'require' ? [rule.requires] : [])].some(readsSession)
    );
}

function readsSession(condition: Condition): boolean {
    let reads = false;
    visitParts(condition, (part) => {
        reads ||= READS_SESSION['op' in part ? part.op : part.term];
    });
    return reads;
}

/**
 * For every kind of condition and term, true if it reads the session. All others concern the call, its result or the
 * time of day.
 */
const READS_SESSION: { readonly [kind in Condition['op'] | Term['term']]: boolean } = {
    monitor: true,
    count: true,
    carries: true,
    received: true,
    'approved by': true,
    recorded: true,
    'in mode': true,
    from: true,
    aggregate: true,
    latest: true,
    session: true,
    request: true,
    signal: true,
    instant: false,
    now: false,
    constant: false,
    not: false,
    and: false,
    or: false,
    compare: false,
    in: false,
    'host in': false,
    'host within': false,
    'path within': false,
    matches: false,
    'starts with': false,
    contains: false,
    'text test': false,
    every: false,
    some: false,
    'any text': false,
    given: false,
    'time in': false,
    'day in': false,
    'date in': false,
    redirects: false,
    'command starts with': false,
    'caller is': false,
    'tool is': false,
    param: false,
    host: false,
    length: false,
    bytes: false,
    field: false,
    part: false,
    commands: false,
    entries: false,
    result: false,
    call: false,
    sum: false,
    joined: false,
    period: false,
    element: false
};
