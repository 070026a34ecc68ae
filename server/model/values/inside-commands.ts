/** What runs because of the words of a command, and what is known of a word. */
import type { Truth } from '../policy/truth.js';
import { FALSE, or } from '../policy/truth.js';
import { shortened, type Word } from './shell-words.js';

export interface Inside {
    /** The words of each command, outermost first. */
    readonly commands: readonly (readonly Word[])[];
    /** The part of the line that may run any other program, as written; undefined if there is none. */
    readonly unread: string | undefined;
    /** The redirections in the texts that it runs as lines. */
    readonly redirects: Truth;
}

/** Undefined if the arguments do not show what runs. */
export type Reader = (args: readonly Word[], depth: number) => Inside | undefined;

export const NOTHING: Inside = { commands: [], unread: undefined, redirects: FALSE };

export function open(words: readonly Word[], redirects: Truth = FALSE): Inside {
    const text = words.map((word) => (typeof word === 'string' ? word : word.source)).join(' ');
    return { commands: [], unread: shortened(text), redirects };
}

export function together(all: readonly Inside[]): Inside {
    return {
        commands: all.flatMap(({ commands }) => commands),
        unread: all.find(({ unread }) => unread !== undefined)?.unread,
        redirects: all.reduce<Truth>((value, { redirects }) => or(value, redirects), FALSE)
    };
}

/** The word, if it is known. */
export function knownText(word: Word | undefined): string | undefined {
    return typeof word === 'string' ? word : undefined;
}

/** The known beginning of a word; undefined if there is none. */
export function startOf(word: Word): string | undefined {
    return typeof word === 'string'
        ? word
        : word.count !== 'any' && word.pieces.length > 1
          ? word.pieces[0]
          : undefined;
}

export function isOneWord(word: Word): boolean {
    return typeof word === 'string' || word.count === 'one';
}
