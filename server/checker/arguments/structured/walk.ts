/**
 * Texts with parts, for every combination of values that conditions on the whole text and on its parts can take. The
 * grammar of the text (M12) and the automata of the conditions are walked together, shortest texts first, until every
 * state of this product has been reached.
 */
import type { Product } from './automata.js';
import { limitOf } from '../../limits/limits.js';
import { poll } from '../../limits/budget.js';

/** The position of a walk in the grammar; `at` is equal for positions with the same continuations. */
export interface Place {
    readonly at: string;
    /** The state of the conditions that read the current part. */
    readonly part: number;
}

export interface Structure {
    readonly start: Place;
    /** Reads one more character. Undefined if texts that continue like this are reached in another way. */
    step(place: Place, character: string): Place | undefined;
    /**
     * The longer pieces that are read at once.
     * @param whole the state of the conditions on the whole text
     */
    pieces(place: Place, whole: number): readonly { readonly text: string; readonly to: Place }[];
    /** The values of the conditions on parts for a text that ends here; undefined if the text is not a candidate. */
    kindAt(place: Place): string | undefined;
}

export class TooManyStates extends Error {}

interface Node {
    readonly place: KnownPlace;
    readonly whole: number;
    /** The node whose text this node's text extends by one piece. */
    readonly before: Node | undefined;
    readonly text: string;
}

/** Larger than any state number of an automaton. */
const STATES_OF_WHOLE = 2 ** 26;

/**
 * @param whole conditions on the whole text
 * @param alphabet characters that represent all others, the most readable first
 */
export function textsOfStructure(structure: Structure, whole: Product, alphabet: readonly string[]): string[] {
    const most = limitOf('partStates');
    const found = new Map<string, string>();
    const lengths = new Map<number, number>();
    const places = new Places(structure, alphabet);
    const start = { place: places.of(structure.start), whole: whole.start, before: undefined, text: '' };
    const queue: Node[][] = [[start]];
    for (let length = 0; length < queue.length; length++) {
        for (const node of queue[length] ?? []) {
            poll();
            const { kind, steps, place } = node.place;
            if (kind !== undefined) {
                const signature = `${kind}|${whole.values(node.whole)}`;
                if (!found.has(signature)) {
                    found.set(signature, textOf(node));
                }
            }
            const reach = (text: string, to: KnownPlace): void => {
                const after = whole.read(node.whole, text);
                const size = length + text.length;
                const key = to.number * STATES_OF_WHOLE + after;
                if (size < (lengths.get(key) ?? Infinity)) {
                    lengths.set(key, size);
                    (queue[size] ??= []).push({ place: to, whole: after, before: node, text });
                }
            };
            steps().forEach(({ text, to }) => reach(text, to));
            structure.pieces(place, node.whole).forEach(({ text, to }) => reach(text, places.of(to)));
            if (lengths.size > most) {
                throw new TooManyStates();
            }
        }
        queue[length] = [];
    }
    return [...found.values()];
}

function textOf(node: Node): string {
    const texts: string[] = [];
    for (let at: Node | undefined = node; at; at = at.before) {
        texts.push(at.text);
    }
    return texts.reverse().join('');
}

/** A position, with the data that does not depend on the conditions on the whole text. */
interface KnownPlace {
    readonly place: Place;
    readonly number: number;
    readonly kind: string | undefined;
    /** The target of each character or piece. */
    readonly steps: () => readonly { readonly text: string; readonly to: KnownPlace }[];
}

class Places {
    private readonly known = new Map<string, KnownPlace>();

    constructor(
        private readonly structure: Structure,
        private readonly alphabet: readonly string[]
    ) {}

    of(place: Place): KnownPlace {
        const key = `${place.at}|${place.part}`;
        let known = this.known.get(key);
        if (!known) {
            let steps: ReturnType<KnownPlace['steps']> | undefined;
            known = {
                place,
                number: this.known.size,
                kind: this.structure.kindAt(place),
                steps: () => (steps ??= this.stepsFrom(place))
            };
            this.known.set(key, known);
        }
        return known;
    }

    private stepsFrom(place: Place): ReturnType<KnownPlace['steps']> {
        return this.alphabet.flatMap((text) => {
            poll();
            const to = this.structure.step(place, text);
            return to ? [{ text, to: this.of(to) }] : [];
        });
    }
}
