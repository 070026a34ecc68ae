/** Computes the facts of the session, and the changes by the selected step. */
import type { Trace } from '../../server/lsp/protocol.js';

export interface Fact {
    readonly text: string;
    readonly state: 'new' | 'kept' | 'gone';
}

/** The facts at a place: `place` 0 is the start, and i is after step i. New facts come first, removed ones last. */
export function factsAt({ facts }: Pick<Trace, 'facts'>, place: number): Fact[] {
    const now = facts[place] ?? [];
    const before = place > 0 ? (facts[place - 1] ?? []) : now;
    const fact = (state: Fact['state']) => (text: string) => ({ text, state });
    return [
        ...now.filter((text) => !before.includes(text)).map(fact('new')),
        ...now.filter((text) => before.includes(text)).map(fact('kept')),
        ...before.filter((text) => !now.includes(text)).map(fact('gone'))
    ];
}
