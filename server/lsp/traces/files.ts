/**
 * Reads and writes sessions in files: in the Informal Trace Format, with everything that the view shows, and with
 * places relative to the file.
 */
import { URI, UriUtils } from 'langium';
import { itfOf } from '../../export/itf.js';
import { NoSession, sessionOfItf } from '../../export/itf-session.js';
import type { Trace } from '../../checker/results/result.js';
import type { ReadSession, ReadSessionParams, RecordedSession, WriteSessionParams } from '../protocol.js';

/** The version, which is incremented when the meaning of the written data changes. */
const VERSION = 1;

export function writtenSession({ session, target }: WriteSessionParams): string {
    const folder = UriUtils.dirname(URI.parse(target));
    const { trace, ...about } = withUris(session, (uri) => relativeTo(folder, uri));
    const metadata = { version: VERSION, ...about, ...(trace.start && { start: trace.start }) };
    return itfOf(trace, about.subject.uri, session.summary || session.title, metadata);
}

export function readSession({ text, uri }: ReadSessionParams): ReadSession {
    try {
        const { trace, metadata, source, description } = sessionOfItf(text);
        const folder = UriUtils.dirname(URI.parse(uri));
        const session = metadata ? describedSession(trace, metadata) : plainSession(trace, source, description, uri);
        return { session: withUris(session, (written) => resolvedFrom(folder, written)) };
    } catch (error) {
        if (error instanceof NoSession) {
            return { problem: error.message };
        }
        throw error;
    }
}

/** Throws `NoSession` if the metadata is not in the format of `writtenSession`. */
function describedSession(trace: Trace, metadata: { readonly [name: string]: unknown }): RecordedSession {
    const { version, start: _start, ...about } = metadata;
    if (typeof version === 'number' && version > VERSION) {
        throw new NoSession('The file was written by a newer Guardrail: update this one to open it.');
    }
    const { subject, ...texts } = about as Partial<RecordedSession>;
    const isWhole =
        ['policy', 'word', 'title', 'summary'].every((name) => typeof about[name] === 'string') &&
        ['good', 'partial', 'bad', 'warn'].includes(String(about['tone'])) &&
        typeof subject?.uri === 'string' &&
        ['claim', 'scenario', 'finding'].includes(subject.kind) &&
        typeof subject.name === 'string';
    if (!isWhole) {
        throw new NoSession('The file does not say which claim, scenario or finding its session belongs to.');
    }
    return { ...(texts as Omit<RecordedSession, 'subject' | 'trace'>), subject, trace };
}

/** The session for a trace that has only its steps. */
function plainSession(trace: Trace, source: string, description: string, uri: string): RecordedSession {
    const name = UriUtils.basename(URI.parse(uri));
    return {
        subject: { uri: source.endsWith('.guardrail') ? source : '', kind: 'claim', name },
        policy: '',
        word: 'recorded',
        tone: 'warn',
        title: name,
        summary: description,
        trace
    };
}

function relativeTo(folder: URI, uri: string): string {
    const { scheme, authority } = URI.parse(uri);
    return uri !== '' && scheme === folder.scheme && authority === folder.authority
        ? UriUtils.relative(folder, uri)
        : uri;
}

function resolvedFrom(folder: URI, written: string): string {
    return written === '' || /^[a-z][\w+.-]+:/i.test(written)
        ? written
        : UriUtils.resolvePath(folder, written).toString();
}

/** The session with the URIs of its places changed; arguments of calls stay unchanged, whatever their names are. */
function withUris(session: RecordedSession, change: (uri: string) => string): RecordedSession {
    const walk = (value: unknown): unknown => {
        if (Array.isArray(value)) {
            return value.map(walk);
        }
        if (typeof value !== 'object' || value === null) {
            return value;
        }
        return Object.fromEntries(
            Object.entries(value).map(([name, inner]: [string, unknown]) => [
                name,
                name === 'uri' && typeof inner === 'string' ? change(inner) : KEPT.has(name) ? inner : walk(inner)
            ])
        );
    };
    return walk(session) as RecordedSession;
}

const KEPT: ReadonlySet<string> = new Set(['args', 'input', 'start', 'facts'] satisfies string[]);
