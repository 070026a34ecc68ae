/** Reads our own JSON Lines (docs/replay.md): the events of `server/gateway/events.ts`, each with its session. */
import { isFields } from '../../../../gateway/json.js';
import { assertEvent } from '../../../../gateway/event-shape.js';
import type { SessionRecord } from '../../../../gateway/events.js';
import { type Emit, type Place, type TraceReader, UnreadableValue } from './format.js';

export class JsonLinesReader implements TraceReader {
    readonly format = 'jsonl';
    readonly notes: readonly string[] = [];
    readonly hasUsers = true;

    read(value: unknown, place: Place, emit: Emit): void {
        if (!isFields(value)) {
            throw new UnreadableValue('an event is a JSON object');
        }
        if (value['type'] === 'gateway') {
            // A gateway also records its own actions in the same log: its start, and calls that it cannot decide.
            return;
        }
        assertEvent(value);
        const { session, server } = value;
        if (session !== undefined && typeof session !== 'string' && typeof session !== 'number') {
            throw new UnreadableValue(`\`session\` is ${shown(session)}, neither a text nor a number`);
        }
        emit({
            record: value as unknown as SessionRecord,
            place,
            ...(session !== undefined && { session: String(session) }),
            ...(typeof server === 'string' && { server })
        });
    }

    finish(): void {}
}

function shown(value: unknown): string {
    const text = JSON.stringify(value);
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
