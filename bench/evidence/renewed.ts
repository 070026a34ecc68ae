/**
 * Codes that the benchmark makes at random: one-time passwords, and the numbers of new orders. When a recorded session
 * is played again, the codes differ, so each recorded code is paired with the one that replaces it.
 */
import type { JsonValue } from '../../server/gateway/events.js';
import type { Args } from './recorded.js';

const CODE = /\bORDER-\d{6}\b|\b\d{6}\b/g;

export class RenewedCodes {
    private readonly now = new Map<string, string>();

    /** Pairs the codes in a recorded answer with those in the current answer. */
    learn(recorded: string, now: string): void {
        const [old, given] = [codesIn(recorded), codesIn(now)];
        const before = old.filter((code) => !given.includes(code) && !this.now.has(code));
        const known = new Set(this.now.values());
        const after = given.filter((code) => !old.includes(code) && !known.has(code));
        for (const isOrder of [true, false]) {
            const [from, to] = [before, after].map((codes) =>
                codes.filter((code) => code.startsWith('ORDER') === isOrder)
            ) as [string[], string[]];
            // If fewer calls were made than in the recording, the latest codes are the ones that a session continues
            // with.
            to.slice(-from.length).forEach((code, at, all) => {
                this.now.set(from[from.length - all.length + at]!, code);
            });
        }
    }

    in(args: Args): Args {
        return JSON.parse(JSON.stringify(args).replace(CODE, (code) => this.now.get(code) ?? code)) as Readonly<
            Record<string, JsonValue>
        >;
    }
}

function codesIn(text: string): string[] {
    return [...new Set(text.match(CODE) ?? [])];
}
