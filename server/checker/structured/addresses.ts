/**
 * Addresses of machines in a URL stand for all others of their kind only if no condition on the text tells them from those:
 * the states behind any text that looks like an address must be among those behind the ones that are tried.
 */
import { Undecidable } from '../undecidable.js';
import type { Automaton } from './automata.js';
import { Product } from './automata.js';
import type { AddressHost } from './urls.js';

/** Throws `Undecidable` if some kind of addresses is not covered. */
export function assertAddressesAlike(
    parts: readonly Automaton[],
    whole: readonly Automaton[],
    addresses: readonly AddressHost[],
    alphabet: readonly string[]
): void {
    const kinds = [...new Set(addresses.map(({ kind }) => kind))].map((kind) =>
        addresses.filter((address) => address.kind === kind)
    );
    for (const scheme of schemesFor(new Product(whole), alphabet)) {
        // Those of the host are read from its beginning, those of the whole text from that of the scheme.
        const reading = new Product([...parts, ...whole.map((automaton) => begun(automaton, scheme))]);
        const behind = new Set([...behindIPv4(reading, new Set([reading.start])), ...behindIPv6(reading)]);
        for (const tried of kinds) {
            const reached = new Set(tried.map(({ host }) => reading.read(reading.start, host)));
            // An address that stands alone needs to stand for nobody else.
            if (tried.length > 1 && [...behind].some((state) => !reached.has(state))) {
                throw new Undecidable(
                    'are asked for the host and for a pattern that depends on the digits of an address'
                );
            }
        }
    }
}

const DIGITS = Array.from('0123456789');
const HEX = Array.from('0123456789abcdefABCDEF');

/** A scheme for each state in which the conditions on the whole text can be when the host begins. */
function schemesFor(whole: Product, alphabet: readonly string[]): string[] {
    const characters = alphabet.filter((character) => /^[A-Za-z0-9+.-]$/.test(character));
    const reached = new Map<number, string>();
    for (const letter of characters.filter((character) => /^[A-Za-z]$/.test(character))) {
        reached.set(whole.next(whole.start, letter), letter);
    }
    for (const [state, scheme] of reached) {
        for (const character of characters) {
            const next = whole.next(state, character);
            if (!reached.has(next)) {
                reached.set(next, scheme + character);
            }
        }
    }
    const schemes = [...reached.values()].map((scheme) => `${scheme}://`);
    return [...new Map(schemes.map((scheme) => [whole.read(whole.start, scheme), scheme])).values()];
}

/** The same automaton after a text. */
function begun(automaton: Automaton, text: string): Automaton {
    const start = Array.from(text).reduce((state, character) => automaton.next(state, character), automaton.start);
    return { ...automaton, start };
}

/** Four groups of up to three digits. */
function behindIPv4(reading: Product, from: ReadonlySet<number>): ReadonlySet<number> {
    let states = group(reading, from, DIGITS, 3);
    for (let more = 0; more < 3; more++) {
        states = group(reading, after(reading, states, '.'), DIGITS, 3);
    }
    return states;
}

/** Groups of up to four digits between colons, in brackets; the last may be an IPv4 address. */
function behindIPv6(reading: Product): ReadonlySet<number> {
    const open = new Set([reading.next(reading.start, '[')]);
    for (const state of open) {
        const own = new Set([state]);
        after(reading, new Set([...own, ...group(reading, own, HEX, 4)]), ':').forEach((next) => open.add(next));
    }
    return after(reading, new Set([...open, ...group(reading, open, HEX, 4), ...behindIPv4(reading, open)]), ']');
}

function group(
    reading: Product,
    from: ReadonlySet<number>,
    characters: readonly string[],
    most: number
): ReadonlySet<number> {
    const found = new Set<number>();
    let layer = from;
    for (let length = 1; length <= most; length++) {
        layer = new Set([...layer].flatMap((state) => characters.map((character) => reading.next(state, character))));
        layer.forEach((state) => found.add(state));
    }
    return found;
}

function after(reading: Product, from: ReadonlySet<number>, character: string): ReadonlySet<number> {
    return new Set([...from].map((state) => reading.next(state, character)));
}
