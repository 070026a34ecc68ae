/** JSON Lines of our own (docs/replay.md): the events of `server/gateway/events.ts`, each with its session. */
import type { SessionRecord } from '../../../gateway/events.js';
import { type Emit, type Fields, isFields, type Place, type TraceReader, UnreadableValue } from './format.js';

/** What must be a text in an event of each type, and what may be one. */
const TEXTS: Readonly<
    Record<SessionRecord['type'], { readonly must: readonly string[]; readonly may: readonly string[] }>
> = {
    call: { must: ['tool'], may: ['id', 'agent', 'decision', 'outcome', 'server'] },
    result: { must: [], may: ['id'] },
    error: { must: [], may: ['id'] },
    lost: { must: [], may: ['id'] },
    approve: { must: ['human'], may: ['id'] },
    refuse: { must: ['human'], may: ['id'] },
    delegate: { must: ['to'], may: ['id', 'agent', 'decision'] },
    return: { must: ['agent', 'to'], may: [] },
    event: { must: ['name'], may: [] },
    says: { must: [], may: ['text'] },
    session: { must: [], may: [] },
    end: { must: [], may: [] }
};

const RECORDS = ['args', 'signals', 'request', 'constants'] as const;
const CHOICES: Readonly<Record<string, readonly string[]>> = {
    decision: ['allowed', 'denied', 'held'],
    outcome: ['success', 'error', 'lost']
};

export class JsonLinesReader implements TraceReader {
    readonly notes: readonly string[] = [];
    readonly hasUsers = true;

    read(value: unknown, place: Place, emit: Emit): void {
        if (!isFields(value)) {
            throw new UnreadableValue('an event is a JSON object');
        }
        assertShape(value);
        const { session, server } = value;
        emit({
            record: value as unknown as SessionRecord,
            place,
            ...((typeof session === 'string' || typeof session === 'number') && { session: String(session) }),
            ...(typeof server === 'string' && { server })
        });
    }

    /** Certain only if nothing else in the line can be a key `session`, and its name has no escapes. */
    sessionOf(line: string): string | undefined {
        const start = SESSION_FIRST.exec(line)?.[0].length;
        if (start === undefined || line.includes('"session"', start) || line.includes('\\u')) {
            return undefined;
        }
        const end = line.indexOf('"', start);
        const name = line.slice(start, end);
        return end < 0 || name.includes('\\') ? undefined : name;
    }

    finish(): void {}
}

/** With the spaces that programs write. */
const SESSION_FIRST = /^\{ ?"session": ?"/;

/** Throws `UnreadableValue` with what is wrong. */
function assertShape(value: Fields): void {
    const { type } = value;
    const texts =
        typeof type === 'string' && Object.hasOwn(TEXTS, type) ? TEXTS[type as SessionRecord['type']] : undefined;
    if (!texts) {
        const known = Object.keys(TEXTS).join(', ');
        throw new UnreadableValue(`\`type\` is ${shown(type)}, and not one of ${known}`);
    }
    for (const name of texts.must) {
        if (typeof value[name] !== 'string') {
            throw new UnreadableValue(`\`${name}\` is ${shown(value[name])}, and not a text`);
        }
    }
    for (const name of texts.may) {
        const text = value[name];
        if (text !== undefined && (typeof text !== 'string' || CHOICES[name]?.includes(text) === false)) {
            const wanted = CHOICES[name] ? `one of ${CHOICES[name].join(', ')}` : 'a text';
            throw new UnreadableValue(`\`${name}\` is ${shown(text)}, and not ${wanted}`);
        }
    }
    const { session } = value;
    if (session !== undefined && typeof session !== 'string' && typeof session !== 'number') {
        throw new UnreadableValue(`\`session\` is ${shown(session)}, and neither a text nor a number`);
    }
    for (const name of RECORDS) {
        if (value[name] !== undefined && !isFields(value[name])) {
            throw new UnreadableValue(`\`${name}\` is ${shown(value[name])}, and not a JSON object`);
        }
    }
}

function shown(value: unknown): string {
    const text = value === undefined ? 'missing' : JSON.stringify(value);
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
