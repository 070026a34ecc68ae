/**
 * URLs and mail addresses as structures (for the grammars, see `server/model/values/hosts.ts` and
 * `arguments/structured-texts.ts`).
 */
import type { Product } from './automata.js';
import type { HostState } from './hosts.js';
import { HOST_START, isQuad, isWholeName, keyOf, nextInHost, nextOfParts } from './hosts.js';
import type { Place, Structure } from './walk.js';

/** A host that is a network address. */
export interface AddressHost {
    /** One spelling of the address. */
    readonly text: string;
    /** The canonical form of the address. */
    readonly host: string;
    /** A text that is equal for addresses that the conditions on networks do not distinguish. */
    readonly kind: string;
}

/** The state after a start that no fitting text has. */
const DEAD = 'dead';
/** The states while no part is being read. */
const NO_PART = -1;
/** The result if other conditions also determine whether the text fits. */
const MAYBE = 'maybe';

const FORBIDDEN = /[\s\p{Cc}\\]/u;

/** The number of characters of `://` that a text without a scheme has so far; it must not contain all of them. */
type Slashes = 0 | 1 | 2;

/** The position of a walk in a URL; `own` is the host, in states that are kept to the end of the text. */
type UrlPlace =
    | { readonly in: 'dead' | 'maybe' }
    /** At the beginning of the text. */
    | { readonly in: 'start' }
    /**
     * The scheme, with the number of characters of `://` after it. It may also be a host, with the same characters and
     * then a port.
     */
    | { readonly in: 'scheme'; readonly colons: 0 | 1 | 2; readonly own?: string }
    | { readonly in: 'host'; readonly host: HostState; readonly bare: boolean; readonly scheme: boolean }
    /** Inside an address that is read as a single piece. */
    | { readonly in: 'address'; readonly own: string; readonly bare: boolean }
    /**
     * Inside the brackets of an address, which has at least one character; after the brackets; or after `:` with this
     * number of digits.
     */
    | { readonly in: 'brackets'; readonly filled: boolean }
    | { readonly in: 'bracketed' }
    | { readonly in: 'port'; readonly digits: number; readonly own: string; readonly bare: boolean }
    | { readonly in: 'tail'; readonly own: string; readonly slashes: Slashes | undefined };

/**
 * @param parts conditions on the host
 * @param addresses hosts that are not names, each read as a single piece
 */
export function urlStructure(parts: Product, addresses: readonly AddressHost[]): Structure {
    const known = new Map<string, UrlPlace>();
    const place = (to: UrlPlace, part = NO_PART): Place => {
        const at = 'host' in to ? `${keyOf(to.host)} ${to.bare} ${to.scheme}` : JSON.stringify(to);
        known.set(at, to);
        return { at, part };
    };
    const dead = place({ in: DEAD });
    const maybe = place({ in: MAYBE });
    const starting = place({ in: 'start' });
    /** The state after a host and the character behind it, with or without a port. */
    const behind = (character: string, own: string, bare: boolean, digits?: number): Place =>
        /^[/?#]$/.test(character)
            ? place({ in: 'tail', own, slashes: bare ? 0 : undefined })
            : character === ':' && digits === undefined
              ? place({ in: 'port', digits: 0, own, bare })
              : dead;
    const stepInHost = (
        { host, bare, scheme }: UrlPlace & { readonly in: 'host' },
        part: number,
        character: string
    ): Place => {
        const next = nextInHost(host, character);
        const goesOn = scheme && isOfScheme(character);
        if (next) {
            return place({ in: 'host', host: next, bare, scheme: goesOn }, nextOfParts(parts, part, host, character));
        }
        if (goesOn) {
            return place({ in: 'scheme', colons: 0 });
        }
        const own = isWhole(host, bare) ? parts.values(part) : undefined;
        if (scheme && character === ':') {
            return place({ in: 'scheme', colons: 1, ...(own !== undefined && { own }) });
        }
        return own !== undefined
            ? behind(character, own, bare)
            : isQuad(host) && /^[:/?#]$/.test(character)
              ? maybe
              : dead;
    };
    const step = (from: UrlPlace, { part }: Place, character: string): Place => {
        switch (from.in) {
            case 'start':
                return stepInHost(
                    { in: 'host', host: HOST_START, bare: true, scheme: isLetter(character) },
                    parts.start,
                    character
                );
            case 'scheme': {
                const { colons, own } = from;
                if (colons === 0) {
                    return isOfScheme(character)
                        ? place(from)
                        : character === ':'
                          ? place({ in: 'scheme', colons: 1 })
                          : dead;
                }
                if (character === '/') {
                    return colons === 1
                        ? place({ in: 'scheme', colons: 2 })
                        : place(
                              {
                                  in: 'host',
                                  host: HOST_START,
                                  bare: false,
                                  scheme: false
                              },
                              parts.start
                          );
                }
                return own !== undefined && /^[0-9]$/.test(character)
                    ? place({ in: 'port', digits: 1, own, bare: true })
                    : dead;
            }
            case 'host':
                return character === '[' && !from.bare && from.host === HOST_START
                    ? place({ in: 'brackets', filled: false })
                    : stepInHost(from, part, character);
            case 'brackets':
                return /^[0-9A-Fa-f:]$/.test(character)
                    ? place({ in: 'brackets', filled: true })
                    : character === ']' && from.filled
                      ? place({ in: 'bracketed' })
                      : dead;
            case 'bracketed':
                return /^[:/?#]$/.test(character) ? maybe : dead;
            case 'address':
                return behind(character, from.own, from.bare);
            case 'port': {
                const { digits, own, bare } = from;
                return /^[0-9]$/.test(character)
                    ? digits === 5
                        ? dead
                        : place({ in: 'port', digits: digits + 1, own, bare })
                    : digits > 0
                      ? behind(character, own, bare, digits)
                      : dead;
            }
            case 'tail': {
                const { own, slashes } = from;
                if (slashes === undefined) {
                    return place(from);
                }
                const isSlash = character === '/';
                return character === '@' || (slashes === 2 && isSlash)
                    ? dead
                    : place({ in: 'tail', own, slashes: character === ':' ? 1 : slashes === 1 && isSlash ? 2 : 0 });
            }
            case MAYBE:
                return maybe;
            case DEAD:
                return dead;
        }
    };
    return {
        start: starting,
        step: (at, character) => (FORBIDDEN.test(character) ? dead : step(known.get(at.at)!, at, character)),
        pieces: ({ at }) => {
            const from = known.get(at)!;
            const bare = from.in === 'start';
            return bare || (from.in === 'host' && from.host === HOST_START)
                ? addresses
                      .filter(({ text }) => !bare || !text.startsWith('['))
                      .map(({ text, host, kind }) => {
                          const values = parts.values(parts.read(parts.start, host));
                          return { text, to: place({ in: 'address', own: `${kind}/${values}`, bare }) };
                      })
                : [];
        },
        kindAt: ({ at, part }) => {
            const from = known.get(at)!;
            switch (from.in) {
                case MAYBE:
                case 'bracketed':
                    return undefined;
                case 'host':
                    return isWhole(from.host, from.bare)
                        ? `host ${parts.values(part)}`
                        : isQuad(from.host)
                          ? undefined
                          : 'unfit';
                case 'address':
                case 'tail':
                    return `host ${from.own}`;
                case 'port':
                    return from.digits === 0 ? 'unfit' : `host ${from.own}`;
                default:
                    return 'unfit';
            }
        }
    };
}

/** True for a name that may end here: without a scheme, it must contain a dot. */
function isWhole(host: HostState, bare: boolean): boolean {
    return host.complete || (isWholeName(host) && (!bare || host.dotted));
}

function isLetter(character: string): boolean {
    return /^[A-Za-z]$/.test(character);
}

function isOfScheme(character: string): boolean {
    return /^[A-Za-z0-9+.-]$/.test(character);
}

/**
 * The structure of a single mail address whose domain is a name.
 * @param parts conditions on the domain
 */
export function mailStructure(parts: Product): Structure {
    const dead: Place = { at: DEAD, part: NO_PART };
    const isLocal = (character: string): boolean => /^[A-Za-z0-9!#$&'*+/=?^_`{|}~-]$/.test(character);
    const domains = new Map<string, HostState>();
    const inDomain = (state: HostState, part: number): Place => {
        const at = keyOf(state);
        domains.set(at, state);
        return { at, part };
    };
    return {
        start: { at: 'word', part: NO_PART },
        step: (place, character) => {
            switch (place.at) {
                case DEAD:
                    return dead;
                case 'word':
                    return isLocal(character) ? { at: 'local', part: NO_PART } : dead;
                case 'local':
                    return isLocal(character)
                        ? place
                        : character === '.'
                          ? { at: 'word', part: NO_PART }
                          : character === '@'
                            ? inDomain({ ...HOST_START, quad: undefined }, parts.start)
                            : dead;
                default: {
                    const state = domains.get(place.at)!;
                    const next = character === '_' ? undefined : nextInHost(state, character);
                    return next ? inDomain(next, nextOfParts(parts, place.part, state, character)) : dead;
                }
            }
        },
        pieces: () => [],
        kindAt: ({ at, part }) => {
            const state = domains.get(at);
            return state && isWholeName(state) ? `domain ${parts.values(part)}` : 'unfit';
        }
    };
}

/** The kinds of characters that the grammars distinguish. */
export function kindInUrl(character: string): string {
    return /^[A-Za-z]$/.test(character)
        ? /^[xX]$/.test(character)
            ? 'x'
            : /^[a-fA-F]$/.test(character)
              ? 'hex'
              : 'letter'
        : character === '0'
          ? 'zero'
          : /^[0-9]$/.test(character)
            ? digitKind(Number(character))
            : FORBIDDEN.test(character)
              ? 'forbidden'
              : /^[.:/?#@[\]+_-]$/.test(character)
                ? character
                : /^[!$&'*=^`{|}~]$/.test(character)
                  ? 'local'
                  : 'other';
}

/** The class of a digit, as far as the numbers in an address distinguish digits. */
function digitKind(digit: number): string {
    return digit < 3 || digit === 5 ? `digit ${digit}` : digit < 5 ? 'small digit' : 'large digit';
}
