/**
 * Paths as a structure (the grammar of `server/model/parts.ts`). Segments that `..` takes away leave no trace in the parts
 * of a path, but in its text: between two segments there may be any piece that comes to nothing. Which states such pieces
 * lead to is a least fixed point over pairs of states, as for any bracket language (Bar-Hillel, Perles, Shamir 1961).
 */
import { pathSegments } from '../../model/parts.js';
import type { Automaton } from './automata.js';
import type { Place, Structure } from './walk.js';
import { read, TooManyStates } from './walk.js';

/** The number of a root, and how many of its segments there were. */
type Going = readonly [root: number, segments: number];

/** The parts of a place, as they are written into `at`. */
interface Read {
    readonly kind: 'absolute' | 'relative';
    /** The roots that the segments so far go down, each with how far; those that they are below are in `within`. */
    readonly open: readonly Going[];
    readonly within: readonly number[];
    /** What the conditions say of the last segment that stays; empty if there is none. */
    readonly last: string;
    /** `%`, and what stands behind it: encoded dots, slashes and backslashes do not fit. */
    readonly percent: '' | '%' | '%2' | '%5';
    /** Of the segment that is being read. */
    readonly segment: '' | '.' | '..' | 'word';
}

const DEAD: Place = { at: 'dead', parts: [] };
const END = 'end ';

/**
 * @param parts conditions on the name, which is the last segment
 * @param asked the roots that the path is asked to be within, and where it is read from if it is relative
 * @param whole the automata of the whole text, for the pieces that come to nothing
 */
export function pathStructure(
    parts: readonly Automaton[],
    asked: readonly { readonly root: string; readonly base?: string }[],
    whole: readonly Automaton[],
    alphabet: readonly string[]
): Structure {
    const starts = parts.map(({ start }) => start);
    const segmentsOf = (path: string): readonly string[] => pathSegments(path)?.segments ?? [];
    const roots = asked.map(({ root }) => segmentsOf(root));
    const literals = [...new Set(roots.flat())];
    const nothing = new Nothing(whole, alphabet);
    const goingOn = (open: readonly Going[]): Pick<Read, 'open' | 'within'> => ({
        open: open.filter(([root, done]) => done < roots[root]!.length),
        within: open.filter(([root, done]) => done >= roots[root]!.length).map(([root]) => root)
    });
    /** A relative path goes on from its base, where it has one. */
    const first = (kind: Read['kind'], base: string | undefined, root: number): Going[] => {
        if (kind === 'absolute') {
            return [[root, 0]];
        }
        const from = base === undefined ? undefined : segmentsOf(base);
        return from && roots[root]!.every((segment, index) => index >= from.length || segment === from[index])
            ? [[root, from.length]]
            : [];
    };
    const valuesOf = (states: readonly number[]): string =>
        parts.map((automaton, index) => (automaton.accepts(states[index]!) ? 1 : 0)).join('');
    const place = (read: Read, states: readonly number[]): Place => ({ at: JSON.stringify(read), parts: states });
    /** The states of a segment are those of the conditions, and how far each literal of a root was read. */
    const fresh = [...starts, ...literals.map(() => 0)];
    const feed = (states: readonly number[], character: string): number[] => [
        ...parts.map((automaton, index) => automaton.next(states[index]!, character)),
        ...literals.map((literal, index) => {
            const done = states[parts.length + index]!;
            return done >= 0 && literal[done] === character ? done + 1 : -1;
        })
    ];
    const begin = (kind: Read['kind']): Read => ({
        kind,
        ...goingOn(asked.flatMap(({ base }, root) => first(kind, base, root))),
        last: '',
        percent: '',
        segment: ''
    });
    /** A segment is over and stays. */
    const closed = (state: Read, states: readonly number[]): Read => {
        const literal = literals.find((text, index) => states[parts.length + index] === text.length);
        const further = state.open
            .filter(([root, done]) => literal !== undefined && roots[root]![done] === literal)
            .map(([root, done]): Going => [root, done + 1]);
        const { open, within } = goingOn(further);
        return { ...state, open, within: [...state.within, ...within], last: valuesOf(states) || '-' };
    };
    const step = (at: Place, character: string): Place => {
        if (at.at === DEAD.at) {
            return DEAD;
        }
        if (at.at.startsWith(END)) {
            return { at: NEVER, parts: [] };
        }
        if (at.at === NEVER) {
            return at;
        }
        // eslint-disable-next-line no-control-regex
        if (/[\u0000-\u001f\u007f\\]/.test(character)) {
            return DEAD;
        }
        if (at.at === '') {
            return character === '~'
                ? DEAD
                : character === '/'
                  ? place(begin('absolute'), fresh)
                  : step(place(begin('relative'), fresh), character);
        }
        const state = JSON.parse(at.at) as Read;
        const percent = percentAfter(state.percent, character);
        if (percent === undefined) {
            return DEAD;
        }
        const isFirst = state.last === '';
        if (character === '/') {
            switch (state.segment) {
                case 'word':
                    return place({ ...closed(state, at.parts), percent, segment: '' }, fresh);
                case '..':
                    // It stays at the top of an absolute path; a relative one leaves its start.
                    return !isFirst
                        ? { at: NEVER, parts: [] }
                        : state.kind === 'relative'
                          ? DEAD
                          : place({ ...state, percent, segment: '' }, fresh);
                default:
                    return place({ ...state, percent, segment: '' }, fresh);
            }
        }
        const segment =
            character === '.' && state.segment !== 'word' && state.segment !== '..' ? dots(state.segment) : 'word';
        return place({ ...state, percent, segment }, feed(at.parts, character));
    };
    return {
        start: { at: '', parts: [] },
        step,
        pieces: (at, states) => {
            if (at.at === DEAD.at || at.at === NEVER || at.at.startsWith(END)) {
                return [];
            }
            const state = at.at === '' ? begin('relative') : (JSON.parse(at.at) as Read);
            if (state.segment !== '' || state.percent !== '') {
                return [];
            }
            const to = place(state, fresh);
            return nothing
                .from(states)
                .filter((text) => at.at !== '' || !text.startsWith('~'))
                .flatMap((text) => [
                    { text, to },
                    { text: text.slice(0, -1), to: { at: END + kindOf(state), parts: [] } }
                ]);
        },
        kindAt: (at) => {
            if (at.at === NEVER) {
                return undefined;
            }
            if (at.at === '' || at.at === DEAD.at) {
                return 'unfit';
            }
            if (at.at.startsWith(END)) {
                return at.at.slice(END.length);
            }
            const state = JSON.parse(at.at) as Read;
            switch (state.segment) {
                case 'word':
                    return kindOf(closed(state, at.parts));
                case '..':
                    return state.last !== '' ? undefined : state.kind === 'relative' ? 'unfit' : kindOf(state);
                default:
                    return kindOf(state);
            }
        }
    };
}

/** A segment that is taken away is read as a piece, and not here. */
const NEVER = 'never';

function kindOf({ kind, within, last }: Read): string {
    return `${kind} ${within.join()} ${last}`;
}

function dots(segment: '' | '.'): '.' | '..' {
    return segment === '' ? '.' : '..';
}

/** Undefined: a dot, a slash or a backslash is encoded. */
function percentAfter(before: Read['percent'], character: string): Read['percent'] | undefined {
    if (character === '%') {
        return '%';
    }
    switch (before) {
        case '%':
            return character === '2' ? '%2' : character === '5' ? '%5' : '';
        case '%2':
            return /^[eEfF]$/.test(character) ? undefined : '';
        case '%5':
            return /^[cC]$/.test(character) ? undefined : '';
        case '':
            return '';
    }
}

/** Pieces `segment/…/../`, read at the beginning of a segment, after which another may begin: one for each state they lead to. */
class Nothing {
    private readonly known = new Map<string, readonly string[]>();

    constructor(
        private readonly whole: readonly Automaton[],
        private readonly alphabet: readonly string[]
    ) {}

    from(states: readonly number[]): readonly string[] {
        const key = states.join();
        let found = this.known.get(key);
        if (!found) {
            this.solve(states);
            found = this.known.get(key)!;
        }
        return found;
    }

    /** The least fixed point, for the state and all that are reached from it on the way. */
    private solve(first: readonly number[]): void {
        const words = new Map<string, { readonly states: readonly number[]; readonly reached: readonly string[] }>();
        const pieces = new Map<string, Map<string, string>>();
        const need = (states: readonly number[]): void => {
            const key = states.join();
            if (!words.has(key)) {
                words.set(key, { states, reached: this.words(states) });
                pieces.set(key, new Map());
            }
            if (words.size > MAX_STATES) {
                throw new TooManyStates();
            }
        };
        need(first);
        for (let grown = true; grown;) {
            grown = false;
            const known = new Map<string, readonly string[]>();
            const sequences = (from: readonly number[]): readonly string[] => {
                const key = from.join();
                const found = known.get(key) ?? this.sequences(from, pieces, need);
                known.set(key, found);
                return found;
            };
            for (const [key, { states, reached }] of [...words]) {
                const found = pieces.get(key)!;
                for (const word of reached) {
                    for (const inner of sequences(this.after(states, `${word}/`))) {
                        const text = `${word}/${inner}../`;
                        const target = this.after(states, text).join();
                        if (!found.has(target)) {
                            found.set(target, text);
                            grown = true;
                        }
                    }
                }
            }
            grown ||= words.size > known.size && [...words.keys()].some((key) => pieces.get(key)!.size === 0);
        }
        pieces.forEach((found, key) => this.known.set(key, [...found.values()]));
    }

    /** Texts of any number of pieces, one for each state that they lead to. */
    private sequences(
        from: readonly number[],
        pieces: ReadonlyMap<string, ReadonlyMap<string, string>>,
        need: (states: readonly number[]) => void
    ): string[] {
        const reached = new Map([[from.join(), '']]);
        const open = [{ states: from, text: '' }];
        for (const { states, text } of open) {
            need(states);
            for (const piece of [...(pieces.get(states.join()) ?? new Map<string, string>()).values(), '/', './']) {
                const after = this.after(states, piece);
                const key = after.join();
                if (!reached.has(key)) {
                    reached.set(key, text + piece);
                    open.push({ states: after, text: text + piece });
                }
            }
        }
        return [...reached.values()];
    }

    /** Words of one segment that is neither `.` nor `..`, one for each state that they lead to. */
    private words(from: readonly number[]): string[] {
        const reached = new Map<string, string>();
        const seen = new Set<string>();
        const open = [{ states: from, text: '', percent: '' as Read['percent'] }];
        for (const { states, text, percent } of open) {
            for (const character of this.alphabet) {
                // eslint-disable-next-line no-control-regex
                if (/[\u0000-\u001f\u007f\\/]/.test(character)) {
                    continue;
                }
                const next = percentAfter(percent, character);
                const after = this.after(states, character);
                const word = text + character;
                const isDots = word === '.' || word === '..';
                const key = `${after.join()} ${next ?? ''} ${isDots ? word : ''}`;
                if (next !== undefined && !seen.has(key)) {
                    seen.add(key);
                    open.push({ states: after, text: word, percent: next });
                    if (!isDots && !reached.has(after.join())) {
                        reached.set(after.join(), word);
                    }
                }
            }
        }
        return [...reached.values()];
    }

    private after(states: readonly number[], text: string): number[] {
        return this.whole.map((automaton, index) => read(automaton, states[index]!, text));
    }
}

/** Pieces that come to nothing are not looked for from more states. */
const MAX_STATES = 500;

/** What the grammar sees in a character. */
export function kindInPath(character: string): string {
    // eslint-disable-next-line no-control-regex
    return /[\u0000-\u001f\u007f\\]/.test(character)
        ? 'forbidden'
        : /^[/.~%]$/.test(character)
          ? character
          : /^[25]$/.test(character)
            ? character
            : /^[eEfF]$/.test(character)
              ? 'ef'
              : /^[cC]$/.test(character)
                ? 'c'
                : 'other';
}
