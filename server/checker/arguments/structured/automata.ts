/** The automata of conditions on texts, with numbered states, and enough characters to take every transition. */
import type { DFA } from 'refa';
import { poll } from '../../limits/budget.js';

export interface Automaton {
    readonly start: number;
    next(state: number, character: string): number;
    accepts(state: number): boolean;
    /** The automaton does not distinguish characters between two of these code points. */
    readonly bounds: readonly number[];
}

/** Several automata that read the same text; each combination of their states has one number. */
export class Product {
    readonly start: number;
    private readonly states: (readonly number[])[] = [];
    private readonly numbers = new Map<string, number>();
    private readonly steps: Map<string, number>[] = [];

    constructor(private readonly automata: readonly Automaton[]) {
        this.start = this.numberOf(automata.map(({ start }) => start));
    }

    next(state: number, character: string): number {
        const steps = this.steps[state]!;
        let to = steps.get(character);
        if (to === undefined) {
            const before = this.states[state]!;
            to = this.numberOf(this.automata.map((automaton, index) => automaton.next(before[index]!, character)));
            steps.set(character, to);
        }
        return to;
    }

    /** The state after a text. */
    read(state: number, text: string): number {
        let at = state;
        for (const character of text) {
            at = this.next(at, character);
        }
        return at;
    }

    /** One character for each automaton: `1` if it accepts in this state, otherwise `0`. */
    values(state: number): string {
        const parts = this.states[state]!;
        return this.automata.map((automaton, index) => (automaton.accepts(parts[index]!) ? 1 : 0)).join('');
    }

    private numberOf(states: readonly number[]): number {
        const key = states.join();
        let known = this.numbers.get(key);
        if (known === undefined) {
            poll();
            known = this.states.push(states) - 1;
            this.steps.push(new Map());
            this.numbers.set(key, known);
        }
        return known;
    }
}

const DEAD = -1;

export function automatonOf(dfa: DFA): Automaton {
    const nodes = [...dfa.nodes()];
    const numbers = new Map(nodes.map((node, index) => [node, index]));
    return {
        start: numbers.get(dfa.initial)!,
        next: (state, character) => {
            const to = nodes[state]?.out.get(character.codePointAt(0)!);
            return to === undefined ? DEAD : numbers.get(to)!;
        },
        accepts: (state) => state !== DEAD && dfa.finals.has(nodes[state]!),
        bounds: nodes.flatMap((node) => [...node.out].flatMap(([{ min, max }]) => [min, max + 1]))
    };
}

/** The characters that a person would type, which are tried first. */
const READABLE = 'xabcdefghijklmnopqrstuvwyz0123456789';

/**
 * One character for each class that neither the automata nor the grammar distinguish, including its lower case.
 *
 * @param kindOf the grammar's class of a character
 */
export function alphabetFor(automata: readonly Automaton[], kindOf: (character: string) => string): string[] {
    const bounds = [...new Set(automata.flatMap((automaton) => automaton.bounds))].sort((a, b) => a - b);
    const bandOf = (code: number): number => {
        let [low, high] = [0, bounds.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            [low, high] = bounds[middle]! <= code ? [middle + 1, high] : [low, middle];
        }
        return low;
    };
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const beyond = [128, ...bounds].filter(
        (code) => code >= 128 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    );
    const kinds = new Map<string, string>();
    for (const character of [...READABLE, ...ascii, ...beyond.map((code) => String.fromCodePoint(code))]) {
        const code = character.codePointAt(0)!;
        const key = `${bandOf(code)} ${bandOf(character.toLowerCase().codePointAt(0)!)} ${kindOf(character)}`;
        if (!kinds.has(key)) {
            kinds.set(key, character);
        }
    }
    return [...kinds.values()];
}
