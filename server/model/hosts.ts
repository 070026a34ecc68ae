/**
 * The host of a URL after one strict grammar (M12). What does not fit is unknown, so that no two programs can
 * disagree about where a request goes:
 *
 *     url  = scheme "://" host [ ":" port ] [ ( "/" | "?" | "#" ) … ]
 *     host = labels of letters, digits and hyphens, not ending in a dot; a dotted quad; or an IPv6 address in brackets
 *
 * There is no user info, no percent sign in the host, and no white space, control character or backslash anywhere.
 */
const FORBIDDEN = /[\s\p{Cc}\\]/u;
const URL_PATTERN = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#]|$)/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The host in its canonical form (lower case, IPv6 written out), or undefined if the text does not fit. */
export function hostOf(url: string): string | undefined {
    if (FORBIDDEN.test(url)) {
        return undefined;
    }
    const match = URL_PATTERN.exec(url);
    return match ? canonicalHost(match[1]!) : undefined;
}

/** A host as the parts of URLs give it: two spellings of one host become one text. Undefined if it is no host. */
export function canonicalHost(text: string): string | undefined {
    const host = text.toLowerCase();
    if (host.startsWith('[')) {
        return host.endsWith(']') ? canonicalIPv6(host.slice(1, -1)) : undefined;
    }
    const labels = host.split('.');
    if (host.length > 253 || !labels.every((label) => LABEL.test(label))) {
        return undefined;
    }
    // A last label that reads as a number makes browsers parse the whole as an IPv4 address, in many spellings.
    if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels[labels.length - 1]!)) {
        const quad =
            labels.length === 4 &&
            labels.every((label) => /^(?:0|[1-9][0-9]{0,2})$/.test(label) && Number(label) < 256);
        return quad ? host : undefined;
    }
    return host;
}

/** Whether a canonical host is the one named, or for `*.name` a proper subdomain of it. */
export function hostMatches(host: string, pattern: string): boolean {
    if (pattern.startsWith('*.')) {
        return host.endsWith(pattern.slice(1).toLowerCase()) && host.length > pattern.length - 1;
    }
    return host === (canonicalHost(pattern) ?? pattern.toLowerCase());
}

function canonicalIPv6(text: string): string | undefined {
    const halves = text.split('::');
    if (halves.length > 2) {
        return undefined;
    }
    const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
    const missing = 8 - head.length - tail.length;
    if (halves.length === 2 ? missing < 1 : missing !== 0) {
        return undefined;
    }
    const groups = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...tail];
    return groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))
        ? `[${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}]`
        : undefined;
}
