/** URLs and mail addresses as structures (the grammars of `server/model/hosts.ts` and `parts.ts`). */
import type { Product } from './automata.js';
import type { HostState } from './hosts.js';
import { isWholeName, mayBeAddress, nextInHost } from './hosts.js';
import type { Place, Structure } from './walk.js';

/** A host that is the address of a machine. */
export interface AddressHost {
    /** One spelling of it. */
    readonly text: string;
    /** Its canonical form. */
    readonly host: string;
    /** Equal for addresses that the conditions on networks do not tell apart. */
    readonly kind: string;
}

/** No text that begins so fits. */
const DEAD = 'dead';
/** Where no part is read. */
const NO_PART = -1;
/** Whether it fits depends on more than is asked here. */
const MAYBE = 'maybe';
const SCHEME = ['', 'scheme', ':', ':/'] as const;

const FORBIDDEN = /[\s\p{Cc}\\]/u;

/**
 * @param parts conditions on the host
 * @param addresses hosts that are no names, read as one piece each
 */
export function urlStructure(parts: Product, addresses: readonly AddressHost[]): Structure {
    const inHost = (state: HostState, part: number): Place => ({ at: `host ${state}`, part });
    const dead: Place = { at: DEAD, part: NO_PART };
    /** `own`: what the host was, in words that are kept to the end of the text. */
    const behindHost = (character: string, own: string): Place =>
        character === ':'
            ? { at: `port 0 ${own}`, part: NO_PART }
            : /^[/?#]$/.test(character)
              ? { at: `tail ${own}`, part: NO_PART }
              : dead;
    return {
        start: { at: '', part: NO_PART },
        step: (place, character) => {
            const { at } = place;
            if (at === DEAD || FORBIDDEN.test(character)) {
                return dead;
            }
            if (at === MAYBE) {
                return place;
            }
            switch (at) {
                case SCHEME[0]:
                    return /^[A-Za-z]$/.test(character) ? { at: SCHEME[1], part: NO_PART } : dead;
                case SCHEME[1]:
                    return /^[A-Za-z0-9+.-]$/.test(character)
                        ? place
                        : character === ':'
                          ? { at: SCHEME[2], part: NO_PART }
                          : dead;
                case SCHEME[2]:
                    return character === '/' ? { at: SCHEME[3], part: NO_PART } : dead;
                case SCHEME[3]:
                    return character === '/' ? inHost('first', parts.start) : dead;
            }
            const [where, state, ...rest] = at.split(' ');
            switch (where) {
                case 'host': {
                    const next = nextInHost(state as HostState, character);
                    if (next) {
                        return inHost(next, parts.next(place.part, character.toLowerCase()));
                    }
                    if (character === '[' && state === 'first') {
                        return { at: MAYBE, part: NO_PART };
                    }
                    return isWholeName(state as HostState)
                        ? behindHost(character, parts.values(place.part))
                        : mayBeAddress(state as HostState)
                          ? { at: MAYBE, part: NO_PART }
                          : dead;
                }
                case 'address':
                    return behindHost(character, [state, ...rest].join(' '));
                case 'port':
                    return /^[0-9]$/.test(character)
                        ? state === '5'
                            ? dead
                            : { at: `port ${Number(state) + 1} ${rest.join(' ')}`, part: NO_PART }
                        : state !== '0' && /^[/?#]$/.test(character)
                          ? { at: `tail ${rest.join(' ')}`, part: NO_PART }
                          : dead;
                default:
                    return place;
            }
        },
        pieces: ({ at }) =>
            at === 'host first'
                ? addresses.map(({ text, host, kind }) => {
                      const values = parts.values(parts.read(parts.start, host));
                      return { text, to: { at: `address ${kind}/${values}`, part: NO_PART } };
                  })
                : [],
        kindAt: (place) => {
            const [where, state = '', ...rest] = place.at.split(' ');
            switch (where) {
                case MAYBE:
                    return undefined;
                case 'host':
                    return isWholeName(state as HostState)
                        ? `host ${parts.values(place.part)}`
                        : mayBeAddress(state as HostState)
                          ? undefined
                          : 'unfit';
                case 'address':
                    return `host ${[state, ...rest].join(' ')}`;
                case 'port':
                    return state === '0' ? 'unfit' : `host ${rest.join(' ')}`;
                case 'tail':
                    return `host ${[state, ...rest].join(' ')}`;
                default:
                    return 'unfit';
            }
        }
    };
}

/** One address alone, whose domain is a name. @param parts conditions on the domain */
export function mailStructure(parts: Product): Structure {
    const dead: Place = { at: DEAD, part: NO_PART };
    const isLocal = (character: string): boolean => /^[A-Za-z0-9!#$&'*+/=?^_`{|}~-]$/.test(character);
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
                            ? { at: 'first', part: parts.start }
                            : dead;
                default: {
                    const next = nextInHost(place.at as HostState, character);
                    return next ? { at: next, part: parts.next(place.part, character.toLowerCase()) } : dead;
                }
            }
        },
        pieces: () => [],
        kindAt: (place) => (isWholeName(place.at as HostState) ? `domain ${parts.values(place.part)}` : 'unfit')
    };
}

/** What the grammars see in a character. */
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
            ? 'digit'
            : FORBIDDEN.test(character)
              ? 'forbidden'
              : /^[.:/?#@[\]+-]$/.test(character)
                ? character
                : /^[!$&'*=^_`{|}~]$/.test(character)
                  ? 'local'
                  : 'other';
}
