/** What the log keeps of an event: everything, or digests in place of what agents, tools and people wrote. */
import type { JsonValue, SessionRecord } from '../gateway/events.js';
import { canonicalText } from '../model/values/canonical-text.js';
import { hashOf } from '../workspace/hash.js';
import type { Line } from './log.js';

export type LogContent = 'all' | 'digests';

/** The fields of events that have content. Everything else is names, ids, times and decisions. */
const CONTENT = ['args', 'result', 'signals', 'text', 'request', 'constants'] as const;

/**
 * The event as the log keeps it. With digests, each field that has content is replaced by its digest (`sha256:…` of its
 * canonical JSON), and facts that may quote it are left out.
 */
export function logged(event: SessionRecord, facts: Line, content: LogContent): Line {
    if (content === 'all') {
        return { ...event, ...facts };
    }
    const fields: { [name: string]: unknown } = { ...event };
    const digests: { [name: string]: string } = {};
    if (event.type === 'call') {
        fields['args'] ??= {};
    }
    for (const name of CONTENT) {
        if (fields[name] !== undefined) {
            digests[name] = `sha256:${hashOf(canonicalText(fields[name] as JsonValue))}`;
            delete fields[name];
        }
    }
    // The inventory says which value it does not accept.
    const { problem: _, ...others } = facts;
    return { ...fields, ...(Object.keys(digests).length > 0 && { digests }), ...others };
}

/** True if the line lacks what the decisions after it depend on. */
export function hasOnlyDigests(line: Line): boolean {
    return line['digests'] !== undefined;
}
