/**
 * The host of a URL, or of a URL without its scheme, by one strict grammar (M12). Text outside of the grammar is
 * unknown, so that no two programs can disagree about where a request goes:
 *
 *     text = scheme "://" host rest | host-with-a-dot rest, without "@" and "://"
 *     rest = [ ":" port ] [ ( "/" | "?" | "#" ) … ]
 *     host = a name: labels of letters, digits, "-" and "_", and one dot behind it if there is one in it;
 *            a dotted quad; or, behind a scheme, an IPv6 address in brackets
 *
 * User info, a percent sign in the host, white space, control characters and backslashes are not allowed. Where the
 * platform's `URL` could disagree, it is consulted and must find the same host. Without a scheme, a client that
 * completes the text goes to this host, and one that does not goes nowhere.
 */

/**
 * The core runs where `URL` exists, but its type comes with the types of Node or of browsers, which are not included
 * here.
 */
declare const URL: new (text: string) => { readonly hostname: string };

const FORBIDDEN = /[\s\p{Cc}\\]/u;
const URL_PATTERN =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?(?:[/?#]|$)/;
/** Matches what could make a client find another host in a text without a scheme. */
const OTHER_AUTHORITY = /@|:\/\//;
const VERSION_6 = /^\[[0-9a-f:]+\]$/;
const LABEL = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;
const DIGIT = /^[0-9]/;

/** The host in canonical form (lower case, IPv6 written out); undefined if the text does not fit. */
export function hostOf(url: string): string | undefined {
    const match = URL_PATTERN.exec(url);
    if (!match || FORBIDDEN.test(url)) {
        return undefined;
    }
    const [, scheme, written = ''] = match;
    if (scheme === undefined && (!/^[^.[]+\../.test(written) || OTHER_AUTHORITY.test(url))) {
        return undefined;
    }
    if (!written.endsWith('.')) {
        return canonicalHost(written);
    }
    const host = canonicalHost(written.slice(0, -1));
    return host?.includes('.') && !QUAD.test(host) ? host : undefined;
}

/** Matches the canonical hosts that are IPv4 addresses. */
const QUAD = /\.[0-9]+$/;

/**
 * A host that occurs in parts of URLs, in canonical form: two spellings of one host become one text. Undefined if the
 * text is not a host.
 */
export function canonicalHost(text: string): string | undefined {
    const host = text.toLowerCase();
    if (host.startsWith('[')) {
        const address = VERSION_6.test(host) ? hostOfPlatform(host) : undefined;
        return address && writtenOut(address);
    }
    const labels = host.length > 253 ? [] : host.split('.');
    if (labels.length === 0 || !labels.every((label) => LABEL.test(label))) {
        return undefined;
    }
    if (!DIGIT.test(labels[labels.length - 1]!)) {
        // The URL Standard does not change other hosts with such labels, apart from decoding `xn--`.
        return host;
    }
    // A label `xn--…` is not decoded, because the result would depend on the platform's Unicode version.
    const plain = host.replace(/(?<=^|\.)xn--/g, 'xn-');
    // The two differ if the last label reads as a number (`1.2.3`, `0x7f.1`): the platform takes such a host for a
    // dotted quad, or rejects it.
    return hostOfPlatform(plain) === plain ? host : undefined;
}

/** True if a canonical host is the named one, or for `*.name`, a proper subdomain of it. */
export function hostMatches(host: string, pattern: string): boolean {
    if (pattern.startsWith('*.')) {
        return host.endsWith(pattern.slice(1).toLowerCase()) && host.length > pattern.length - 1;
    }
    let canonical = patterns.get(pattern);
    if (canonical === undefined) {
        canonical = canonicalHost(pattern) ?? pattern.toLowerCase();
        patterns.set(pattern, canonical);
    }
    return host === canonical;
}

/** The hosts in policies are cached, because they are compared with every element of a list. */
const patterns = new Map<string, string>();

function hostOfPlatform(host: string): string | undefined {
    try {
        return new URL(`http://${host}/`).hostname;
    } catch {
        return undefined;
    }
}

/** An IPv6 address in brackets, with the zeros of `::` written out as eight groups. */
function writtenOut(address: string): string {
    const groups = (half: string | undefined): string[] => (half ? half.split(':') : []);
    const [head, tail] = address.slice(1, -1).split('::');
    const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
    return `[${[...groups(head), ...zeros, ...groups(tail)].join(':')}]`;
}
