/** URLs and mail addresses as structures (the grammars of `server/model/hosts.ts` and `parts.ts`). */
import type { Automaton } from './automata.js';
import type { HostState } from './hosts.js';
import { isWholeName, mayBeAddress, nextInHost, readHost } from './hosts.js';
import type { Place, Structure } from './walk.js';

/** A host that is the address of a machine. */
export interface AddressHost {
    readonly host: string;
    /** Equal for addresses that the conditions on networks do not tell apart. */
    readonly kind: string;
}

/** No text that begins so fits. */
const DEAD = 'dead';
/** Whether it fits depends on more than is asked here. */
const MAYBE = 'maybe';
const SCHEME = ['', 'scheme', ':', ':/'] as const;

const FORBIDDEN = /[\s\p{Cc}\\]/u;

/**
 * @param parts conditions on the host
 * @param addresses hosts that are no names, read as one piece each
 */
export function urlStructure(parts: readonly Automaton[], addresses: readonly AddressHost[]): Structure {
    const starts = parts.map(({ start }) => start);
    const inHost = (state: HostState, states: readonly number[]): Place => ({ at: `host ${state}`, parts: states });
    const dead: Place = { at: DEAD, parts: [] };
    /** `own`: what the host was, in words that are kept to the end of the text. */
    const behindHost = (character: string, own: string): Place =>
        character === ':'
            ? { at: `port 0 ${own}`, parts: [] }
            : /^[/?#]$/.test(character)
              ? { at: `tail ${own}`, parts: [] }
              : dead;
    return {
        start: { at: '', parts: [] },
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
                    return /^[A-Za-z]$/.test(character) ? { at: SCHEME[1], parts: [] } : dead;
                case SCHEME[1]:
                    return /^[A-Za-z0-9+.-]$/.test(character)
                        ? place
                        : character === ':'
                          ? { at: SCHEME[2], parts: [] }
                          : dead;
                case SCHEME[2]:
                    return character === '/' ? { at: SCHEME[3], parts: [] } : dead;
                case SCHEME[3]:
                    return character === '/' ? inHost('first', starts) : dead;
            }
            const [where, state, ...rest] = at.split(' ');
            switch (where) {
                case 'host': {
                    const next = nextInHost(state as HostState, character);
                    if (next) {
                        return inHost(next, readHost(parts, place.parts, character));
                    }
                    if (character === '[' && state === 'first') {
                        return { at: MAYBE, parts: [] };
                    }
                    return isWholeName(state as HostState)
                        ? behindHost(character, valuesAt(parts, place))
                        : mayBeAddress(state as HostState)
                          ? { at: MAYBE, parts: [] }
                          : dead;
                }
                case 'address':
                    return behindHost(character, [state, ...rest].join(' '));
                case 'port':
                    return /^[0-9]$/.test(character)
                        ? state === '5'
                            ? dead
                            : { at: `port ${Number(state) + 1} ${rest.join(' ')}`, parts: [] }
                        : state !== '0' && /^[/?#]$/.test(character)
                          ? { at: `tail ${rest.join(' ')}`, parts: [] }
                          : dead;
                default:
                    return place;
            }
        },
        pieces: ({ at }) =>
            at === 'host first'
                ? addresses.map(({ host, kind }) => {
                      const values = valuesAt(parts, { at, parts: readHost(parts, starts, host) });
                      return { text: host, to: { at: `address ${kind}/${values}`, parts: [] } };
                  })
                : [],
        kindAt: (place) => {
            const [where, state = '', ...rest] = place.at.split(' ');
            switch (where) {
                case MAYBE:
                    return undefined;
                case 'host':
                    return isWholeName(state as HostState)
                        ? `host ${valuesAt(parts, place)}`
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
export function mailStructure(parts: readonly Automaton[]): Structure {
    const starts = parts.map(({ start }) => start);
    const dead: Place = { at: DEAD, parts: [] };
    const isLocal = (character: string): boolean => /^[A-Za-z0-9!#$&'*+/=?^_`{|}~-]$/.test(character);
    return {
        start: { at: 'word', parts: [] },
        step: (place, character) => {
            switch (place.at) {
                case DEAD:
                    return dead;
                case 'word':
                    return isLocal(character) ? { at: 'local', parts: [] } : dead;
                case 'local':
                    return isLocal(character)
                        ? place
                        : character === '.'
                          ? { at: 'word', parts: [] }
                          : character === '@'
                            ? { at: 'first', parts: starts }
                            : dead;
                default: {
                    const next = nextInHost(place.at as HostState, character);
                    return next ? { at: next, parts: readHost(parts, place.parts, character) } : dead;
                }
            }
        },
        pieces: () => [],
        kindAt: (place) => (isWholeName(place.at as HostState) ? `domain ${valuesAt(parts, place)}` : 'unfit')
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

function valuesAt(parts: readonly Automaton[], place: Place): string {
    return parts.map((automaton, index) => (automaton.accepts(place.parts[index]!) ? 1 : 0)).join('');
}
