/**
 * Computes network addresses of canonical hosts, and ranges of them. An IPv4 address and the IPv6 addresses that embed
 * it map to one number, so no spelling gets around a range.
 */
import { canonicalHost, hostMatches } from './hosts.js';

/** A range of addresses as 128-bit numbers, both ends included. */
export interface Network {
    readonly first: bigint;
    readonly last: bigint;
}

/** The address of a canonical host, or undefined if the host is a name. */
export function addressOf(host: string): bigint | undefined {
    if (host.startsWith('[')) {
        const address = host
            .slice(1, -1)
            .split(':')
            .reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
        // 64:ff9b::/96 (RFC 6052) and the deprecated ::/96 embed an IPv4 address too.
        const prefix = address >> 32n;
        const carries = prefix === MAPPED >> 32n || prefix === 0x64ff9bn << 64n || (prefix === 0n && address > 0xffffn);
        return carries ? MAPPED | (address & 0xffffffffn) : address;
    }
    const bytes = host.split('.');
    return /^[0-9]+$/.test(bytes[bytes.length - 1]!)
        ? MAPPED | bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
        : undefined;
}

/**
 * The canonical host of a text that is an IP address and nothing else; undefined for any other text. An IPv4 address is
 * four plain decimal numbers. An IPv6 address has neither brackets nor a zone, and may end in an IPv4 address.
 */
export function addressAlone(text: string): string | undefined {
    if (text.length > LONGEST) {
        return undefined;
    }
    const host = canonicalHost(text.includes(':') ? `[${withoutDots(text)}]` : text);
    return host !== undefined && addressOf(host) !== undefined ? host : undefined;
}

/** The IPv4 address at the end of an IPv6 address, as two groups; a text that has none is returned unchanged. */
function withoutDots(text: string): string {
    const [, head, quad] = /^(.*:)([0-9.]+)$/s.exec(text) ?? [];
    const address = quad?.includes('.') ? addressOf(canonicalHost(quad) ?? '') : undefined;
    return address === undefined
        ? text
        : `${head}${((address >> 16n) & 0xffffn).toString(16)}:${(address & 0xffffn).toString(16)}`;
}

/**
 * A network such as `10.0.0.0/8` or `fd00::/8`, with its address as a canonical host; undefined if the text is not a
 * network or has bits set beyond the prefix length.
 */
export function networkOf(host: string | undefined, length: number): Network | undefined {
    const address = host === undefined ? undefined : addressOf(host);
    if (address === undefined) {
        return undefined;
    }
    const bits = BigInt((host!.startsWith('[') ? 128 : 32) - length);
    if (bits < 0n || length < 0) {
        return undefined;
    }
    const last = address | ((1n << bits) - 1n);
    return (address >> bits) << bits === address ? { first: address, last } : undefined;
}

/** The host of an address, in its canonical form. */
export function hostOfAddress(address: bigint): string {
    if (address >> 32n === MAPPED >> 32n) {
        return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join('.');
    }
    const groups = Array.from({ length: 8 }, (_, index) => (address >> BigInt(112 - 16 * index)) & 0xffffn);
    return `[${groups.map((group) => group.toString(16)).join(':')}]`;
}

export function isWithin(address: bigint, network: Network): boolean {
    return network.first <= address && address <= network.last;
}

/** The prefix of ::ffff:0:0/96. */
const MAPPED = 0xffffn << 32n;

/** A network (`10.0.0.0/8`, `fd00::/8`) or a single address; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
    let network = networks.get(text);
    if (!network && !networks.has(text)) {
        network = readNetwork(text);
        networks.set(text, network);
    }
    return network;
}

function readNetwork(text: string): Network | undefined {
    const [address = '', length, ...more] = text.split('/');
    const host = canonicalHost(address.includes(':') ? `[${address}]` : address);
    const bits = length === undefined ? (address.includes(':') ? 128 : 32) : Number(length);
    return more.length === 0 && /^[0-9]{1,3}$/.test(String(bits)) ? networkOf(host, bits) : undefined;
}

const networks = new Map<string, Network | undefined>();

/**
 * True if a canonical host is in a network that the session names; nothing about the network is cached. Undefined if
 * the text is not a network.
 */
export function isHostWithinText(host: string, text: string): boolean | undefined {
    const range = text.length > LONGEST ? undefined : readNetwork(text);
    const address = addressOf(host);
    return range && address !== undefined && isWithin(address, range);
}

/** The maximum length of the text of an address or network: an IPv6 address with its prefix length is shorter. */
const LONGEST = 64;

/**
 * True if a canonical host is in the network; for `private`, true if the host cannot be reached from the public
 * internet.
 */
export function isHostWithin(host: string, network: string): boolean {
    const address = addressOf(host);
    if (network !== 'private') {
        const range = parseNetwork(network);
        return address !== undefined && range !== undefined && isWithin(address, range);
    }
    return address === undefined
        ? !host.includes('.') || PRIVATE_NAMES.some((name) => hostMatches(host, name))
        : PRIVATE_NETWORKS.some((range) => isWithin(address, parseNetwork(range)!));
}

/**
 * Addresses that can only be reached internally or do not identify a single public host (IANA's special-purpose
 * registries).
 */
export const PRIVATE_NETWORKS: readonly string[] = [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
    '::/127',
    '100::/64',
    '2001:db8::/32',
    'fc00::/7',
    'fe80::/9',
    'ff00::/8'
];

/**
 * Names that never identify a public host (RFC 6761, 6762, 8375, ICANN). Names without a dot do not identify one
 * either.
 */
export const PRIVATE_NAMES: readonly string[] = ['*.localhost', '*.local', '*.internal', '*.home.arpa', '*.lan'];
