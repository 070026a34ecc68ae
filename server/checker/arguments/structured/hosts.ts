/**
 * Hosts as a grammar (M12): names made of labels between dots, whose last label does not read as a number, or four
 * decimal numbers between dots. Conditions on a host read it without the dot that may follow a name.
 */
import type { Product } from './automata.js';

/** A position in a host, which determines how it can continue. */
export interface HostState {
    /** The label read so far, which matters if it is the last one; a host cannot end in `begin` or after a hyphen. */
    readonly label: 'begin' | 'digits' | 'zero' | 'hex' | 'name' | 'hyphen';
    /** True if there is a dot before this label. */
    readonly dotted: boolean;
    /** True if a dot here may end the host: at the beginning of a label of a name that contains a dot. */
    readonly complete: boolean;
    /**
     * For four decimal numbers, the number of complete ones and the digits of the next one; undefined if the host is no
     * longer such an address.
     */
    readonly quad: readonly [whole: number, number: Octet] | undefined;
}

/**
 * The beginning of a number up to 255: no digit yet, `0`, `1`, `2`, another digit, two digits that allow any third
 * digit, `25`, or a number that allows no more digits.
 */
type Octet = '' | '0' | '1' | '2' | '3' | '10' | '25' | 'full';

export const HOST_START: HostState = { label: 'begin', dotted: false, complete: false, quad: [0, ''] };

export function nextInHost(state: HostState, character: string): HostState | undefined {
    const { label, dotted } = state;
    const begins = label === 'begin';
    const quad = nextInQuad(state.quad, character);
    if (character === '.') {
        return begins || label === 'hyphen'
            ? undefined
            : { label: 'begin', dotted: true, complete: dotted && label === 'name', quad };
    }
    if (character === '-' || character === '_') {
        return begins ? undefined : { label: 'hyphen', dotted, complete: false, quad };
    }
    const isDigit = /^[0-9]$/.test(character);
    if (!isDigit && !/^[A-Za-z]$/.test(character)) {
        return undefined;
    }
    const isNumber =
        begins || label === 'digits' || label === 'zero'
            ? isDigit || (label === 'zero' && /^[xX]$/.test(character))
            : label === 'hex' && /^[0-9a-fA-F]$/.test(character);
    const reads = !isNumber
        ? 'name'
        : label === 'hex' || !isDigit
          ? 'hex'
          : begins && character === '0'
            ? 'zero'
            : 'digits';
    return { label: reads, dotted, complete: false, quad };
}

function nextInQuad(quad: HostState['quad'], character: string): HostState['quad'] {
    if (!quad) {
        return undefined;
    }
    const [whole, number] = quad;
    if (character === '.') {
        return number === '' || whole === 3 ? undefined : [whole + 1, ''];
    }
    const next = /^[0-9]$/.test(character) ? nextInOctet(number, Number(character)) : undefined;
    return next === undefined ? undefined : [whole, next];
}

function nextInOctet(number: Octet, digit: number): Octet | undefined {
    switch (number) {
        case '':
            return digit === 0 ? '0' : digit === 1 ? '1' : digit === 2 ? '2' : '3';
        case '1':
            return '10';
        case '2':
            return digit < 5 ? '10' : digit === 5 ? '25' : 'full';
        case '3':
        case '10':
            return 'full';
        case '25':
            return digit < 6 ? 'full' : undefined;
        case '0':
        case 'full':
            return undefined;
    }
}

/** True if a host that ends here is a name. */
export function isWholeName({ label }: HostState): boolean {
    return label === 'name';
}

/** True if a host that ends here is four numbers. */
export function isQuad({ label, quad }: HostState): boolean {
    return label !== 'begin' && quad?.[0] === 3;
}

/** A text that is equal for states with the same continuations. */
export function keyOf({ label, dotted, complete, quad }: HostState): string {
    return `${label}${dotted ? ' dotted' : ''}${complete ? ' complete' : ''} ${quad?.join('') ?? ''}`;
}

/** The state of the conditions on a host after another character: a dot is read together with the next character. */
export function nextOfParts(parts: Product, part: number, state: HostState, character: string): number {
    if (character === '.') {
        return part;
    }
    const behind = state.label === 'begin' && state.dotted ? parts.next(part, '.') : part;
    return parts.next(behind, character.toLowerCase());
}
