/**
 * Pieces of a path that resolve to nothing: a segment, anything that resolves to nothing, and `..`. They nest like
 * brackets. The states that such pieces lead to form a least fixed point over pairs of states, as for the intersection
 * of a bracket language with a regular one (Bar-Hillel, Perles, Shamir 1961).
 */
import type { Product } from './automata.js';
import { percentAfter, type Percent } from './percent.js';
import { TooManyStates } from './walk.js';
import { limitOf } from '../../limits/limits.js';
import { poll } from '../../limits/budget.js';

export class Nothing {
    private readonly known = new Map<number, readonly string[]>();

    constructor(
        private readonly whole: Product,
        private readonly alphabet: readonly string[]
    ) {}

    /** Texts `segment/…/../` that start and end at the beginning of a segment: one for each state that they lead to. */
    from(state: number): readonly string[] {
        if (!this.known.has(state)) {
            this.solve(state);
        }
        return this.known.get(state)!;
    }

    /** Computes the fixed point for the state and for all states reached on the way. */
    private solve(first: number): void {
        const most = limitOf('detourStates');
        const segments = new Map<number, readonly string[]>();
        /** For each state, one piece for each state that it leads to. */
        const pieces = new Map<number, Map<number, string>>();
        const need = (state: number): void => {
            if (!segments.has(state)) {
                segments.set(state, this.segments(state));
                pieces.set(state, new Map());
            }
            if (segments.size > most) {
                throw new TooManyStates();
            }
        };
        need(first);
        for (let grown = true; grown;) {
            grown = false;
            const known = new Map<number, readonly string[]>();
            const before = segments.size;
            for (const [state, texts] of [...segments]) {
                const found = pieces.get(state)!;
                for (const segment of texts) {
                    poll();
                    const inside = this.whole.read(state, `${segment}/`);
                    const sequences = known.get(inside) ?? this.sequences(inside, pieces, need);
                    known.set(inside, sequences);
                    for (const sequence of sequences) {
                        const text = `${segment}/${sequence}../`;
                        const target = this.whole.read(state, text);
                        if (!found.has(target)) {
                            found.set(target, text);
                            grown = true;
                        }
                    }
                }
            }
            grown ||= segments.size > before;
        }
        pieces.forEach((found, state) => this.known.set(state, [...found.values()]));
    }

    /** Sequences of pieces, empty segments and single dots: one text for each state that they lead to. */
    private sequences(
        from: number,
        pieces: ReadonlyMap<number, ReadonlyMap<number, string>>,
        need: (state: number) => void
    ): string[] {
        const reached = new Map([[from, '']]);
        for (const [state, text] of reached) {
            poll();
            need(state);
            for (const piece of [...(pieces.get(state)?.values() ?? []), '/', './']) {
                const after = this.whole.read(state, piece);
                if (!reached.has(after)) {
                    reached.set(after, text + piece);
                }
            }
        }
        return [...reached.values()];
    }

    /** Segments other than `.` and `..`, one for each state that they lead to. */
    private segments(from: number): string[] {
        const reached = new Map<number, string>();
        const seen = new Set<string>();
        const open: { state: number; text: string; percent: Percent }[] = [{ state: from, text: '', percent: '' }];
        for (const { state, text, percent } of open) {
            poll();
            for (const character of this.alphabet) {
                const next = isOfSegment(character) ? percentAfter(percent, character) : undefined;
                if (next === undefined) {
                    continue;
                }
                const after = this.whole.next(state, character);
                const segment = text + character;
                const isDots = segment === '.' || segment === '..';
                const key = `${after} ${next} ${isDots ? segment : ''}`;
                if (!seen.has(key)) {
                    seen.add(key);
                    open.push({ state: after, text: segment, percent: next });
                    if (!isDots && !reached.has(after)) {
                        reached.set(after, segment);
                    }
                }
            }
        }
        return [...reached.values()];
    }
}

function isOfSegment(character: string): boolean {
    // oxlint-disable-next-line no-control-regex
    return !/[\u0000-\u001f\u007f\\/]/.test(character);
}
