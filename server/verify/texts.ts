/**
 * Patterns of texts (M12): some text is searched that matches some patterns and not others. Node reads single characters and classes;
 * what is put together from them is read here, as an automaton whose states are sets of positions (Glushkov).
 */

export interface TextPattern {
    readonly regex: string;
    readonly ignoreCase?: boolean;
}

/** A pattern, and whether a text has to match it. */
export type Wanted = readonly [pattern: TextPattern, isMatched: boolean];

/** The pattern of this text alone, as part of another one. */
export const exactly = (of: string): string =>
    Array.from(of, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`).join('');

/** False if no text is as wanted. True also if that is not known: a pattern has another form, or all take too much work. */
export function isSomeText(wanted: readonly Wanted[]): boolean {
    const all = wanted.flatMap(([pattern]) => automatonOf(pattern) ?? []);
    if (all.length < wanted.length) {
        return true;
    }
    const characters = charactersFor(all);
    const open = [all.map(() => [START])];
    const known = new Set([open.join()]);
    let work = 0;
    // Iterating over a list includes what is added during the iteration.
    for (const state of open) {
        if (work > MOST_WORK || all.every((one, at) => one.accepts(state[at]!) === wanted[at]![1])) {
            return true;
        }
        for (const character of characters) {
            const next = all.map((one, at) => one.after(state[at]!, character));
            const name = next.join(';');
            work += all.reduce((sum, one, at) => sum + 1 + one.behind(state[at]!).length, 0);
            if (!known.has(name)) {
                known.add(name);
                open.push(next);
            }
        }
    }
    return false;
}

/** Less than the work that a decision may take for one text, so that no text is unknown for these patterns. */
const MOST_WORK = 50_000;

/** The first character of each class that the automata do not distinguish. */
function charactersFor(automata: readonly Automaton[]): string[] {
    const atoms = [...new Set(automata.flatMap((one) => one.atoms))];
    const found = new Map<string, string>();
    for (const start of new Set([0, ...STARTS, ...atoms.flatMap(startsIn)])) {
        const character = String.fromCodePoint(start);
        const name = atoms.map((atom) => (testOf(atom).test(character) ? 1 : 0)).join('');
        found.set(name, found.get(name) ?? character);
    }
    return [...found.values()];
}

/** Where `\d`, `\w`, `\s` and the letters of ASCII in any case begin, and what is behind them. */
const STARTS = [
    ...[0x9, 0xe, 0x20, 0x21, 0x30, 0x3a, 0x41, 0x5b, 0x5f, 0x60, 0x61, 0x7b, 0xa0, 0xa1, 0x17f, 0x180, 0x1680],
    ...[0x1681, 0x2000, 0x200b, 0x2028, 0x202a, 0x202f, 0x2030, 0x205f, 0x2060, 0x212a, 0x212b, 0x3000, 0x3001],
    ...[0xfeff, 0xff00]
];

/** The characters that an atom names, in any case, and those behind them. */
function startsIn(atom: string): number[] {
    const known = starts.get(atom);
    if (known) {
        return known;
    }
    const named = [...atom.slice(FLAGS).matchAll(/\\u\{(.+?)\}|\\u(.{4})|\\x(..)|\\(.)|(.)/gsu)];
    const found = named.flatMap(([_, braced, four, two, escaped, plain]) => {
        const hex = braced ?? four ?? two;
        const character = hex ? String.fromCodePoint(parseInt(hex, 16)) : (CONTROLS[escaped!] ?? escaped ?? plain!);
        return [character, character.toLowerCase(), character.toUpperCase()].map((one) => one.codePointAt(0)!);
    });
    const all = [...new Set(found.flatMap((one) => (one < 0x10ffff ? [one, one + 1] : [one])))];
    starts.set(atom, all);
    return all;
}

const starts = new Map<string, number[]>();

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', 0: '\0' };

/** The test of one character by an atom, which begins with its flags. */
function testOf(atom: string): RegExp {
    const known = tests.get(atom) ?? new RegExp(`^(?:${atom.slice(FLAGS)})$`, atom.slice(0, FLAGS).trim());
    tests.set(atom, known);
    return known;
}

const FLAGS = 3;
const tests = new Map<string, RegExp>();

/** The automaton of a pattern, or null; patterns do not change, so it is kept. */
function automatonOf(pattern: TextPattern): Automaton | null {
    const { regex, ignoreCase = false } = pattern;
    // Which letters are the same in another case is known here for ASCII only.
    const isKnown = (): boolean => !ignoreCase || /^[\x20-\x7e]*$/.test(regex.replace(/\\[ux]/g, '\x7f'));
    const kept = automata.get(pattern);
    const found = kept === undefined ? (isKnown() ? Automaton.of(regex, ignoreCase ? 'isu' : 'su ') : null) : kept;
    automata.set(pattern, found);
    return found;
}

const automata = new WeakMap<TextPattern, Automaton | null>();

/** A part of a pattern: the positions of its first and last characters. */
interface Part {
    readonly first: readonly number[];
    readonly last: readonly number[];
    readonly isEmpty: boolean;
}

const NOTHING: Part = { first: [], last: [], isEmpty: true };

/** The position before the first character. */
const START = -1;

const MOST_POSITIONS = 500;

/** A class, an escape, the beginning of a group, a number of times, or one character. Other escapes are not read. */
const TOKEN =
    /\[(?:\\.|[^\]\\])*\]|\\(?:u\{[^}]+\}|u[\da-f]{4}|x[\da-f]{2}|[^uxpPbBckq1-9])|\((?:\?:|\?<\w+>)?|(?:[*+?]|\{\d+(?:,\d*)?\})\??|./gisu;

/** A token that is neither a character nor a class. Halves of characters are not read either. */
const NO_ATOM = /^[)|*+?^$\](){}]|^\\$|^\[.*\\[pPcq]|\\u[dD][89a-fA-F]/su;

class Automaton {
    /** For each position, its character or class as a pattern, behind its flags. */
    readonly atoms: string[] = [];
    private readonly follow: Set<number>[] = [];
    private readonly tokens: readonly string[];
    private readonly whole: Part;
    private at = 0;

    private constructor(
        regex: string,
        private readonly flags: string
    ) {
        this.tokens = regex.match(TOKEN) ?? [];
        this.whole = this.either();
        demand(this.at === this.tokens.length);
    }

    /** The automaton of a pattern; null if it has a form that is not read. */
    static of(regex: string, flags: string): Automaton | null {
        try {
            return new Automaton(regex, flags);
        } catch {
            return null;
        }
    }

    accepts(state: readonly number[]): boolean {
        return state.some((one) => (one === START ? this.whole.isEmpty : this.whole.last.includes(one)));
    }

    after(state: readonly number[], character: string): number[] {
        const next = [...new Set(this.behind(state))].filter((one) => testOf(this.atoms[one]!).test(character));
        return next.sort((a, b) => a - b);
    }

    /** The positions that may follow, as often as they do. */
    behind(state: readonly number[]): number[] {
        return state.flatMap((one) => (one === START ? this.whole.first : [...this.follow[one]!]));
    }

    private either(): Part {
        const parts = [this.sequence()];
        while (this.tokens[this.at] === '|') {
            this.at++;
            parts.push(this.sequence());
        }
        const all = (of: 'first' | 'last'): number[] => parts.flatMap((part) => part[of]);
        return { first: all('first'), last: all('last'), isEmpty: parts.some(({ isEmpty }) => isEmpty) };
    }

    private sequence(): Part {
        let all = NOTHING;
        while (this.at < this.tokens.length && !'|)'.includes(this.tokens[this.at]!)) {
            all = this.repeated(all);
        }
        return all;
    }

    /** The part so far and the next one, which is read again for each time that it may occur. */
    private repeated(before: Part): Part {
        const start = this.at;
        let [all, one] = [before, this.single()];
        const [least, most] = timesOf(this.tokens[this.at] ?? '');
        const end = this.at + (most === undefined ? 0 : 1);
        const copies = most === Infinity ? Math.max(least, 1) : (most ?? 1);
        for (let copy = 0; copy < copies; copy++) {
            if (copy > 0) {
                this.at = start;
                one = this.single();
            }
            if (most === Infinity && copy === copies - 1) {
                this.join(one.last, one.first);
            }
            all = this.then(all, copy < least ? one : { ...one, isEmpty: true });
        }
        this.at = end;
        return all;
    }

    private single(): Part {
        const token = this.tokens[this.at++]!;
        if (token.startsWith('(')) {
            const part = this.either();
            demand(this.tokens[this.at++] === ')');
            return part;
        }
        demand(!NO_ATOM.test(token) && this.atoms.length < MOST_POSITIONS);
        const position = this.atoms.push(this.flags + token) - 1;
        this.follow.push(new Set());
        return { first: [position], last: [position], isEmpty: false };
    }

    private then(a: Part, b: Part): Part {
        this.join(a.last, b.first);
        return {
            first: a.isEmpty ? [...a.first, ...b.first] : a.first,
            last: b.isEmpty ? [...a.last, ...b.last] : b.last,
            isEmpty: a.isEmpty && b.isEmpty
        };
    }

    private join(last: readonly number[], first: readonly number[]): void {
        last.forEach((one) => first.forEach((other) => this.follow[one]!.add(other)));
    }
}

/** How often a token says that the part before it occurs; `most` is undefined if it says nothing about that. */
function timesOf(token: string): [least: number, most: number | undefined] {
    const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(token) ?? [];
    if (least !== undefined) {
        const end = comma === '' ? Number(least) : most === '' ? Infinity : Number(most);
        return [Number(least), end];
    }
    const known = ({ '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const)[token[0] as '*'];
    return known ? [...known] : [1, undefined];
}

function demand(isTrue: boolean): asserts isTrue {
    if (!isTrue) {
        throw new Error('a pattern has a form that is not read');
    }
}
