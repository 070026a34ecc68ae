/** The reason why a server did not return its tools: one sentence each, and what to do. */
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { shownTarget, type Target } from './target.js';

/** This is plain data, since a separate bundle with its own classes creates it. */
export interface Failure {
    readonly code: string;
    readonly message: string;
    /** The next step for the user. */
    readonly help: string;
}

/** The output of a server other than its answers. */
export interface Heard {
    /** The last part of its output on standard error. */
    errors: string;
    /** The first text on its standard output that is not an MCP message. */
    junk?: Error;
}

const UNREACHED: { readonly [code: string]: string } = {
    ENOENT: 'there is no such program',
    EACCES: 'permission is denied',
    ECONNREFUSED: 'nothing listens there',
    ECONNRESET: 'it closed the connection',
    ENOTFOUND: 'there is no such host',
    EAI_AGAIN: 'the name of the host could not be looked up',
    CERT_HAS_EXPIRED: 'its certificate has expired',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed'
};

export function failureOf(error: unknown, target: Target, heard: Heard, timeoutMs: number): Failure {
    const server = shownTarget(target);
    const spoken = lastLines(heard.errors);
    const saidSo = spoken === '' ? 'It wrote nothing to standard error.' : `It wrote to standard error: ${spoken}`;
    const fail = (code: string, message: string, help: string): Failure => ({ code, message, help });

    if (needsAuthentication(error)) {
        return fail(
            'GR974',
            `${server} needs authentication`,
            'Give its token with --header "Authorization: Bearer TOKEN", or under `headers` in the configuration.'
        );
    }
    if (error instanceof SdkHttpError) {
        return fail(
            'GR970',
            `${server} answers with HTTP status ${error.status}`,
            'Check the address: it must be the endpoint for streamable HTTP, which often ends in /mcp.'
        );
    }
    if (error instanceof ProtocolError) {
        return fail(
            'GR975',
            `${server} answers with an error: ${firstLine(error.message)}`,
            'This is what the server says; its own documentation may say why.'
        );
    }
    if (error instanceof SdkError) {
        const ended = error.code === SdkErrorCode.ConnectionClosed;
        const late = error.code === SdkErrorCode.RequestTimeout;
        if ((ended || late) && heard.junk !== undefined && target.kind === 'stdio') {
            return notMcp(`its output is not an MCP message (${firstLine(heard.junk.message)})`);
        }
        if (ended) {
            return fail('GR971', `${server} ended before it listed its tools`, saidSo);
        }
        if (late) {
            return fail(
                'GR973',
                `${server} did not answer within ${timeoutMs / 1000} s`,
                `Allow more with --timeout SECONDS. ${target.kind === 'stdio' ? saidSo : ''}`.trim()
            );
        }
        return notMcp(firstLine(error.message));
    }
    const code = systemCode(error);
    if (code === undefined && !(error instanceof TypeError && error.cause instanceof Error)) {
        return notMcp(firstLine(error instanceof Error ? error.message : String(error)));
    }
    const why = code === undefined ? causeOf(error) : (UNREACHED[code] ?? code);
    return target.kind === 'stdio'
        ? fail('GR970', `${target.command} cannot be started: ${why}`, 'Check the name of the program, and its path.')
        : fail('GR970', `${server} cannot be reached: ${why}`, 'Check the address, and that the server runs.');

    function notMcp(why: string): Failure {
        return fail(
            'GR972',
            `${server} does not speak MCP: ${why}`,
            target.kind === 'stdio'
                ? 'A server writes only messages to standard output, and everything else to standard error. Check the command.'
                : 'Check the address: it must be the endpoint for streamable HTTP, which often ends in /mcp.'
        );
    }
}

function needsAuthentication(error: unknown): boolean {
    return (
        error instanceof UnauthorizedError ||
        (error instanceof SdkHttpError && (error.status === 401 || error.status === 403))
    );
}

/** The system's error code: of the error, or of its cause, as `fetch` reports it. */
function systemCode(error: unknown): string | undefined {
    for (let at = error; at instanceof Error; at = at.cause) {
        const { code } = at as NodeJS.ErrnoException;
        if (typeof code === 'string') {
            return code;
        }
    }
    return undefined;
}

/** The wording for a request that `fetch` refuses to make. */
function causeOf(error: unknown): string {
    return error instanceof Error && error.cause instanceof Error ? firstLine(error.cause.message) : String(error);
}

function firstLine(text: string): string {
    return text.trim().split('\n', 1)[0]!.slice(0, 200);
}

/** The last line in which a program gives the reason for its end. */
function lastLines(text: string): string {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return lines
        .filter((line) => line !== '')
        .slice(-3)
        .join(' | ');
}
