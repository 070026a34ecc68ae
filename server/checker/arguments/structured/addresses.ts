/**
 * Network addresses in a URL represent all others of their kind only if no condition on the text distinguishes them:
 * the states after any text that looks like an address must be among the states after the candidates.
 */
import { Undecidable } from '../../limits/undecidable.js';
import type { Automaton } from './automata.js';
import { Product } from './automata.js';
import type { AddressHost } from './urls.js';

/**
 * For each kind, one text for each state that the conditions can be in after it. Throws `Undecidable` if some kind of
 * address is not covered.
 *
 * @param parts conditions on the host, except those that name an address: the kind distinguishes these
 */
export function addressesForAll(
    parts: readonly Automaton[],
    whole: readonly Automaton[],
    addresses: readonly AddressHost[],
    alphabet: readonly string[]
): AddressHost[] {
    const readings = [...schemesFor(new Product(whole), alphabet), WITHOUT_SCHEME].map(
        (scheme) => new Reading(parts, whole, scheme)
    );
    const kinds = new Map<string, AddressHost[]>();
    addresses.forEach((address) => kinds.set(address.kind, [...(kinds.get(address.kind) ?? []), address]));
    return [...kinds.values()].flatMap((tried) => {
        for (const reading of readings) {
            const reached = new Set(tried.map((address) => reading.behind(address)));
            const asked = [
                ...(reading.scheme === WITHOUT_SCHEME ? [] : reading.behindIPv6),
                ...(tried.some(isIPv4) ? reading.behindIPv4 : [])
            ];
            if (asked.some((pair) => !reached.has(pair))) {
                throw new Undecidable(
                    'have conditions on the host and on a pattern that depends on the digits of an address'
                );
            }
        }
        const distinct = new Map<string, AddressHost>();
        for (const address of tried) {
            const behind = readings.map((reading) => reading.behind(address)).join();
            distinct.set(behind, distinct.get(behind) ?? address);
        }
        return [...distinct.values()];
    });
}

/** The scheme before an address without brackets: addresses in brackets need a scheme. */
const WITHOUT_SCHEME = '';

function isIPv4({ text }: AddressHost): boolean {
    return !text.startsWith('[');
}

/**
 * The states of the conditions after an address: conditions on the host have read its canonical form, conditions on the
 * text have read the text.
 */
class Reading {
    readonly behindIPv4: readonly string[];
    readonly behindIPv6: readonly string[];
    private readonly host: Product;
    private readonly text: Product;

    constructor(
        parts: readonly Automaton[],
        whole: readonly Automaton[],
        readonly scheme: string
    ) {
        this.host = new Product(parts);
        this.text = new Product(whole.map((automaton) => begun(automaton, scheme)));
        this.behindIPv4 = pairs(
            behindIPv4(this.host, new Set([this.host.start])),
            behindIPv4(this.text, new Set([this.text.start]))
        );
        this.behindIPv6 = pairs(behindCanonicalIPv6(this.host), behindIPv6(this.text));
    }

    behind({ text, host }: AddressHost): string {
        return `${this.host.read(this.host.start, host)}/${this.text.read(this.text.start, text)}`;
    }
}

function pairs(hosts: ReadonlySet<number>, texts: ReadonlySet<number>): string[] {
    return [...hosts].flatMap((host) => [...texts].map((text) => `${host}/${text}`));
}

const DIGITS = Array.from('0123456789');
const HEX_CANONICAL = Array.from('0123456789abcdef');
const HEX = Array.from('0123456789abcdefABCDEF');

/** A scheme for each state that the conditions on the whole text can be in when the host begins. */
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

/** The same automaton, started after a text. */
function begun(automaton: Automaton, text: string): Automaton {
    const start = Array.from(text).reduce((state, character) => automaton.next(state, character), automaton.start);
    return { ...automaton, start };
}

/** The states after an IPv4 address: four groups of up to three digits. */
function behindIPv4(reading: Product, from: ReadonlySet<number>): ReadonlySet<number> {
    let states = group(reading, from, DIGITS, 3);
    for (let more = 0; more < 3; more++) {
        states = group(reading, after(reading, states, '.'), DIGITS, 3);
    }
    return states;
}

/** The states after a canonical IPv6 address: eight groups of up to four digits between colons, in brackets. */
function behindCanonicalIPv6(reading: Product): ReadonlySet<number> {
    let states = group(reading, new Set([reading.next(reading.start, '[')]), HEX_CANONICAL, 4);
    for (let more = 0; more < 7; more++) {
        states = group(reading, after(reading, states, ':'), HEX_CANONICAL, 4);
    }
    return after(reading, states, ']');
}

/** The states after any IPv6 address: groups of up to four digits between colons, in brackets. */
function behindIPv6(reading: Product): ReadonlySet<number> {
    const open = new Set([reading.next(reading.start, '[')]);
    for (const state of open) {
        const own = new Set([state]);
        after(reading, new Set([...own, ...group(reading, own, HEX, 4)]), ':').forEach((next) => open.add(next));
    }
    return after(reading, new Set([...open, ...group(reading, open, HEX, 4)]), ']');
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
