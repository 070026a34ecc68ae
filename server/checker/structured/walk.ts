/**
 * Texts with parts, for every combination of values that conditions on the whole text and on its parts can take: the
 * grammar of the text (M12) and the automata of the conditions are walked together, shortest texts first, until every
 * state of this product has been reached.
 */
import type { Automaton } from './automata.js';

/** Where a walk is in the grammar, and the states of the automata that read the part it is in. */
export interface Place {
    /** Equal for places from which everything goes on alike. */
    readonly at: string;
    readonly parts: readonly number[];
}

export interface Structure {
    readonly start: Place;
    /** One more character; every text can be read. */
    step(place: Place, character: string): Place;
    /** Longer pieces that are read as one. @param whole the states of the automata of the whole text */
    pieces(place: Place, whole: readonly number[]): readonly { readonly text: string; readonly to: Place }[];
    /** What the conditions on parts say of a text that ends here; undefined if that is not to be offered. */
    kindAt(place: Place): string | undefined;
}

export class TooManyStates extends Error {}

interface Node extends Place {
    readonly whole: readonly number[];
    readonly text: string;
}

/** More states of the product are not walked. */
const MAX_STATES = 60_000;

/**
 * @param whole conditions on the whole text
 * @param alphabet characters that stand for all others, the most readable first
 */
export function textsOfStructure(
    structure: Structure,
    whole: readonly Automaton[],
    alphabet: readonly string[]
): string[] {
    const found = new Map<string, string>();
    const seen = new Set<string>();
    const queue: Node[][] = [[{ ...structure.start, whole: whole.map(({ start }) => start), text: '' }]];
    for (let length = 0; length < queue.length; length++) {
        for (const node of queue[length] ?? []) {
            const key = `${node.at}|${node.parts.join()}|${node.whole.join()}`;
            if (seen.has(key)) {
                continue;
            }
            seen.add(key);
            if (seen.size > MAX_STATES) {
                throw new TooManyStates();
            }
            const kind = structure.kindAt(node);
            if (kind !== undefined) {
                const values = whole.map((automaton, index) => (automaton.accepts(node.whole[index]!) ? 1 : 0));
                const signature = `${kind}|${values.join('')}`;
                if (!found.has(signature)) {
                    found.set(signature, node.text);
                }
            }
            const reach = (text: string, to: Place): void => {
                const after = node.whole.map((state, index) => read(whole[index]!, state, text));
                const size = length + text.length;
                (queue[size] ??= []).push({ ...to, whole: after, text: node.text + text });
            };
            alphabet.forEach((character) => reach(character, structure.step(node, character)));
            structure.pieces(node, node.whole).forEach(({ text, to }) => reach(text, to));
        }
        queue[length] = [];
    }
    return [...found.values()];
}

/** The state after a text. */
export function read(automaton: Automaton, state: number, text: string): number {
    let at = state;
    for (const character of text) {
        at = automaton.next(at, character);
    }
    return at;
}
