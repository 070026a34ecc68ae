/** Paths as a structure (`server/model/values/structured-texts.ts` has the grammar). */
import { namedFolder, pathSegments } from '../../../model/values/structured-texts.js';
import { languageFor } from '../languages.js';
import type { Automaton } from './automata.js';
import { automatonOf, Product } from './automata.js';
import { Nothing } from './nothing.js';
import { percentAfter, type Percent } from './percent.js';
import type { Place, Structure } from './walk.js';

/** A root that a path is compared with (`within`), and the base for relative paths. */
export interface AskedRoot {
    readonly root: string;
    readonly base?: string;
}

/** A root that is being followed, and the number of its segments that have matched so far. */
type FollowedRoot = readonly [root: number, segments: number];

interface Root {
    readonly segments: readonly string[];
    /** True if the segments may begin anywhere in the path. */
    readonly isAnywhere: boolean;
}

/** The text read so far, depending on `at`. */
interface ReadState {
    readonly kind: 'absolute' | 'relative';
    /**
     * The roots that the segments follow so far, each with its depth; roots that the path is already below are in
     * `within`.
     */
    readonly open: readonly FollowedRoot[];
    readonly within: readonly number[];
    /** The states of the conditions on the last remaining segment; empty if there is none. */
    readonly last: string;
    readonly percent: Percent;
    /** The states of the conditions on the segment that is being read. */
    readonly segment: '' | '.' | '..' | 'word';
}

const NO_PART = -1;
const START: Place = { at: '', part: NO_PART };
/** The state after a start that no fitting text has. */
const DEAD: Place = { at: 'dead', part: NO_PART };
/** A piece that ends the text. */
const END = 'end ';

/**
 * @param conditions the conditions on the name, which is the last segment
 * @param whole the conditions on the whole text, for the pieces that resolve to nothing
 */
export function pathStructure(
    conditions: readonly Automaton[],
    asked: readonly AskedRoot[],
    whole: Product,
    alphabet: readonly string[]
): Structure {
    const roots = asked.map(({ root }): Root => {
        const names = namedFolder(root);
        return { segments: names ?? segmentsOf(root), isAnywhere: names !== undefined };
    });
    const literals = [...new Set(roots.flatMap(({ segments }) => segments))];
    const parts = new Product([
        ...conditions,
        ...literals.map((text) => automatonOf(languageFor({ kind: 'equals', text })))
    ]);
    const nothing = new Nothing(whole, alphabet);
    const read = new Map<string, ReadState>();
    const place = (state: ReadState, part: number): Place => {
        const at = JSON.stringify(state);
        read.set(at, state);
        return { at, part };
    };
    const begin = (kind: ReadState['kind']): ReadState => ({
        kind,
        ...goingOn(
            roots,
            asked.flatMap(({ base }, root) => start(roots, kind, base, root)),
            []
        ),
        last: '',
        percent: '',
        segment: ''
    });
    /** Ends a segment that remains in the path. */
    const closed = (state: ReadState, part: number): ReadState => {
        const values = parts.values(part);
        const literal = literals[values.indexOf('1', conditions.length) - conditions.length];
        const last = values.slice(0, conditions.length) || '-';
        return { ...state, ...goingOn(roots, followed(roots, state.open, literal), state.within), last };
    };
    const slash = (state: ReadState, part: number, percent: Percent): Place | undefined => {
        const next = (after: ReadState): Place => place({ ...after, percent, segment: '' }, parts.start);
        if (state.segment !== '..') {
            return next(state.segment === 'word' ? closed(state, part) : state);
        }
        if (state.last !== '') {
            // The text that `..` removes is read as a single piece instead.
            return undefined;
        }
        // `..` stays at the top of an absolute path; a relative path leaves its start.
        return state.kind === 'relative' ? DEAD : next(state);
    };
    const step = (at: Place, character: string): Place | undefined => {
        if (at.at === DEAD.at) {
            return DEAD;
        }
        if (at.at.startsWith(END)) {
            return undefined;
        }
        // oxlint-disable-next-line no-control-regex
        if (/[\u0000-\u001f\u007f\\]/.test(character)) {
            return DEAD;
        }
        if (at.at === START.at) {
            return character === '~'
                ? DEAD
                : character === '/'
                  ? place(begin('absolute'), parts.start)
                  : step(place(begin('relative'), parts.start), character);
        }
        const state = read.get(at.at)!;
        const percent = percentAfter(state.percent, character);
        if (percent === undefined) {
            return DEAD;
        }
        if (character === '/') {
            return slash(state, at.part, percent);
        }
        return place({ ...state, percent, segment: segmentAfter(state, character) }, parts.next(at.part, character));
    };
    return {
        start: START,
        step,
        pieces: ({ at }, state) => {
            const before = at === START.at ? begin('relative') : read.get(at);
            if (!before || before.segment !== '' || before.percent !== '') {
                return [];
            }
            const to = place(before, parts.start);
            return nothing
                .from(state)
                .filter((text) => at !== START.at || !text.startsWith('~'))
                .flatMap((text) => [
                    { text, to },
                    { text: text.slice(0, -1), to: { at: END + kindOf(before), part: NO_PART } }
                ]);
        },
        kindAt: ({ at, part }) => {
            if (at === START.at || at === DEAD.at) {
                return UNFIT;
            }
            if (at.startsWith(END)) {
                return at.slice(END.length);
            }
            const state = read.get(at)!;
            switch (state.segment) {
                case 'word':
                    return kindOf(closed(state, part));
                case '..':
                    return state.last !== '' ? undefined : state.kind === 'relative' ? UNFIT : kindOf(state);
                default:
                    return kindOf(state);
            }
        }
    };
}

const UNFIT = 'unfit';

function segmentsOf(path: string): readonly string[] {
    return pathSegments(path)?.segments ?? [];
}

/** The roots that are still followed after one more segment; those that begin anywhere begin again. */
function followed(
    roots: readonly Root[],
    open: readonly FollowedRoot[],
    segment: string | undefined
): readonly FollowedRoot[] {
    return [
        ...open
            .filter(([root, done]) => segment !== undefined && roots[root]!.segments[done] === segment)
            .map(([root, done]): FollowedRoot => [root, done + 1]),
        ...roots.flatMap(({ isAnywhere }, root): FollowedRoot[] => (isAnywhere ? [[root, 0]] : []))
    ];
}

function goingOn(
    roots: readonly Root[],
    open: readonly FollowedRoot[],
    before: readonly number[]
): Pick<ReadState, 'open' | 'within'> {
    const ended = open.filter(([root, done]) => done >= roots[root]!.segments.length).map(([root]) => root);
    const within = [...new Set([...before, ...ended])].sort((a, b) => a - b);
    return { open: open.filter(([root]) => !within.includes(root)), within };
}

/** A relative path continues from its base, if it has one. */
function start(
    roots: readonly Root[],
    kind: ReadState['kind'],
    base: string | undefined,
    root: number
): readonly FollowedRoot[] {
    const { segments, isAnywhere } = roots[root]!;
    if (kind === 'absolute' || (isAnywhere && base === undefined)) {
        return [[root, 0]];
    }
    const from = base === undefined ? undefined : segmentsOf(base);
    if (from && isAnywhere) {
        let open: readonly FollowedRoot[] = [[root, 0]];
        for (const segment of from) {
            const ended = open.filter(([, done]) => done === segments.length);
            open = [...ended, ...followed(roots, open, segment).filter(([other]) => other === root)];
        }
        return open;
    }
    return from && segments.every((segment, index) => index >= from.length || segment === from[index])
        ? [[root, from.length]]
        : [];
}

function kindOf({ kind, within, last }: ReadState): string {
    return `${kind} ${within.join()} ${last}`;
}

function segmentAfter({ segment }: ReadState, character: string): ReadState['segment'] {
    return character !== '.' ? 'word' : segment === '' ? '.' : segment === '.' ? '..' : 'word';
}

/** The kinds of characters that the grammar distinguishes. */
export function kindInPath(character: string): string {
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000-\u001f\u007f\\]/.test(character)) {
        return 'forbidden';
    }
    return /^[/.~%25]$/.test(character)
        ? character
        : /^[eEfF]$/.test(character)
          ? 'ef'
          : /^[cC]$/.test(character)
            ? 'c'
            : 'other';
}
