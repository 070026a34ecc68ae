/**
 * The names of hosts as a grammar: labels of letters, digits and hyphens between dots, where the last one does not read as
 * a number. Addresses of machines are read as one piece.
 */
/** In a host: what the label so far reads as, which matters for the last one. */
export type HostState =
    /** The host has to begin; behind a dot, a label. */
    | 'first'
    | 'begin'
    /** `12`, `0`, `0x1f`: as a number. */
    | 'digits'
    | 'zero'
    | 'hex'
    | 'name'
    /** A hyphen: the label cannot end here. */
    | 'hyphen';

export function nextInHost(state: HostState, character: string): HostState | undefined {
    const isDigit = /^[0-9]$/.test(character);
    if (character === '.') {
        return ['first', 'begin', 'hyphen'].includes(state) ? undefined : 'begin';
    }
    if (character === '-') {
        return state === 'first' || state === 'begin' ? undefined : 'hyphen';
    }
    if (!isDigit && !/^[A-Za-z]$/.test(character)) {
        return undefined;
    }
    switch (state) {
        case 'first':
        case 'begin':
            return character === '0' ? 'zero' : isDigit ? 'digits' : 'name';
        case 'digits':
            return isDigit ? 'digits' : 'name';
        case 'zero':
            return isDigit ? 'digits' : /^[xX]$/.test(character) ? 'hex' : 'name';
        case 'hex':
            return /^[0-9a-fA-F]$/.test(character) ? 'hex' : 'name';
        case 'name':
        case 'hyphen':
            return 'name';
    }
}

/** A host that ends here is one, and no address. */
export function isWholeName(state: HostState): boolean {
    return state === 'name';
}

/** It may be an address, or nothing: that is not asked of the grammar here. */
export function mayBeAddress(state: HostState): boolean {
    return state === 'digits' || state === 'zero' || state === 'hex';
}
