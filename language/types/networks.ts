/** Networks as constants in a policy: `ip within "10.0.0.0/8"`. */
import { shown } from './types.js';

/** True for a text that is meant as a network and not as a folder, valid or not: it starts like an IP address. */
export function looksLikeNetwork(text: string): boolean {
    return /^(?:[0-9]+\.[0-9]|[0-9a-f]*:)/i.test(text);
}

/** The reason why the text is not a network such as `10.0.0.0/8`, as a sentence; undefined if it is one. */
export function networkProblem(text: string): string | undefined {
    const [address = '', length, ...more] = text.split('/');
    const isV6 = /^[0-9a-f:]+$/i.test(address) && address.includes(':');
    const bits = length === undefined ? (isV6 ? 128 : 32) : /^[0-9]{1,3}$/.test(length) ? Number(length) : NaN;
    const bytes = address.split('.').map(Number);
    const isV4 = /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/.test(address) && bytes.every((byte) => byte < 256);
    if (more.length > 0 || !(isV4 || isV6) || !(bits <= (isV6 ? 128 : 32))) {
        return `${shown(text)} is not a network: write one such as "10.0.0.0/8" or "fd00::/8".`;
    }
    const beyond =
        isV4 && bytes.some((byte, index) => byte % 2 ** Math.min(8, Math.max(0, 8 * (index + 1) - bits)) !== 0);
    return beyond
        ? `${shown(text)} names an address in a network. Write the first address of the network, with zeros after its ${bits} bits.`
        : undefined;
}

/** The network of four bytes that the address is in, with its first address; undefined for any other text. */
export function networkIn(text: string): string | undefined {
    const [, address = '', length = '32'] = /^((?:\d{1,3}\.){3}\d{1,3})(?:\/(\d{1,2}))?$/.exec(text) ?? [];
    const bytes = address.split('.').map(Number);
    const bits = Number(length);
    if (address === '' || bits > 32 || bytes.some((byte) => byte > 255)) {
        return undefined;
    }
    const first = bytes.map((byte, index) => byte - (byte % 2 ** Math.min(8, Math.max(0, 8 * (index + 1) - bits))));
    return `${first.join('.')}/${bits}`;
}
