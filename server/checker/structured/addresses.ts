/**
 * Addresses of machines in a URL stand for all others of their kind only if no condition on the text tells them from those:
 * the states behind any text that looks like an address must be among those behind the ones that are tried.
 */
import { Undecidable } from '../undecidable.js';
import type { Automaton } from './automata.js';
import type { AddressHost } from './urls.js';
import { read } from './walk.js';

/** Throws `Undecidable` if some kind of addresses is not covered. */
export function assertAddressesAlike(
    parts: readonly Automaton[],
    whole: readonly Automaton[],
    addresses: readonly AddressHost[],
    alphabet: readonly string[]
): void {
    const automata = [...whole, ...parts];
    const kinds = [...new Set(addresses.map(({ kind }) => kind))];
    for (const before of statesBefore(whole, alphabet)) {
        const start = [...before, ...parts.map(({ start: first }) => first)];
        const any = [...behindIPv4(automata, [start]), ...behindIPv6(automata, start)].map((states) => states.join());
        for (const kind of kinds) {
            const tried = addresses.filter((address) => address.kind === kind);
            // An address that stands alone needs nobody to stand for.
            const reached = new Set(tried.map(({ host }) => after(automata, start, host)));
            if (tried.length > 1 && any.some((states) => !reached.has(states))) {
                throw new Undecidable(
                    'are asked for the host and for a pattern that depends on the digits of an address'
                );
            }
        }
    }
}

const DIGITS = Array.from('0123456789');
const HEX = Array.from('0123456789abcdefABCDEF');

/** Where the conditions on the whole text can be when the host begins. */
function statesBefore(whole: readonly Automaton[], alphabet: readonly string[]): number[][] {
    const scheme = alphabet.filter((character) => /^[A-Za-z0-9+.-]$/.test(character));
    const schemes = closure(
        scheme
            .filter((character) => /^[A-Za-z]$/.test(character))
            .map((character) =>
                step(
                    whole,
                    whole.map(({ start }) => start),
                    character
                )
            ),
        whole,
        scheme
    );
    const found = schemes.map((states) => whole.map((automaton, index) => read(automaton, states[index]!, '://')));
    return [...new Map(found.map((states) => [states.join(), states])).values()];
}

type States = readonly number[];

/** Four groups of up to three digits. */
function behindIPv4(automata: readonly Automaton[], start: readonly States[]): States[] {
    let states = group(automata, start, DIGITS, 3);
    for (let more = 0; more < 3; more++) {
        states = group(automata, behind(automata, states, '.'), DIGITS, 3);
    }
    return states;
}

/** Groups of up to four digits between colons, in brackets; the last may be an IPv4 address. */
function behindIPv6(automata: readonly Automaton[], start: States): States[] {
    const open = behind(automata, [start], '[');
    const seen = new Set(open.map((states) => states.join()));
    for (const states of open) {
        for (const next of behind(automata, [states, ...group(automata, [states], HEX, 4)], ':')) {
            if (!seen.has(next.join())) {
                seen.add(next.join());
                open.push(next);
            }
        }
    }
    const ends = [...open, ...group(automata, open, HEX, 4), ...behindIPv4(automata, open)];
    return behind(automata, ends, ']');
}

function group(automata: readonly Automaton[], from: readonly States[], characters: string[], most: number): States[] {
    const found: States[] = [];
    let layer = from;
    for (let length = 1; length <= most; length++) {
        layer = distinct(layer.flatMap((states) => characters.map((character) => step(automata, states, character))));
        found.push(...layer);
    }
    return distinct(found);
}

function behind(automata: readonly Automaton[], from: readonly States[], character: string): States[] {
    return distinct(from.map((states) => step(automata, states, character)));
}

function closure(from: readonly States[], automata: readonly Automaton[], characters: readonly string[]): States[] {
    const open = distinct(from);
    const seen = new Set(open.map((states) => states.join()));
    for (const states of open) {
        for (const character of characters) {
            const next = step(automata, states, character);
            if (!seen.has(next.join())) {
                seen.add(next.join());
                open.push(next);
            }
        }
    }
    return open;
}

function distinct(all: readonly States[]): States[] {
    return [...new Map(all.map((states) => [states.join(), states])).values()];
}

function step(automata: readonly Automaton[], states: readonly number[], character: string): number[] {
    return automata.map((automaton, index) => automaton.next(states[index]!, character));
}

function after(automata: readonly Automaton[], start: readonly number[], text: string): string {
    return automata.map((automaton, index) => read(automaton, start[index]!, text)).join();
}
