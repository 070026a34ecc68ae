/**
 * Reads the host of a URL by the strict grammar of M12, parsed by character classes: a text that does not fit is
 * unknown, here `undefined`.
 */
export function hostOf(url: string): string | undefined {
    for (const character of url) {
        const code = character.codePointAt(0) ?? 0;
        if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || character === '\\' || character.trim() === '') {
            return undefined;
        }
    }
    const colon = url.indexOf('://');
    const hasScheme = colon >= 0 && isScheme(url.slice(0, colon));
    if (!hasScheme && (url.includes('@') || url.includes('://'))) {
        return undefined;
    }
    const rest = hasScheme ? url.slice(colon + 3) : url;
    let end = 0;
    while (end < rest.length && !'/?#'.includes(rest.charAt(end))) {
        end++;
    }
    const authority = rest.slice(0, end);
    if (authority.includes('@')) {
        return undefined;
    }
    const host = authority.startsWith('[') ? bracketed(authority) : named(authority);
    return hasScheme || (host?.includes('.') && !host.startsWith('[')) ? host : undefined;
}

/** The host of a text that is an IP address and nothing else. */
export function addressAlone(text: string): string | undefined {
    const quad = (text.split(':').at(-1) ?? '').split('.');
    if (quad.length > 1 && !(isQuad(quad) && quad.join('').match(/^[0-9]+$/))) {
        return undefined;
    }
    if (!text.includes(':')) {
        return quad.length > 1 ? text : undefined;
    }
    const [a = 0, b = 0, c = 0, d = 0] = quad.map(Number);
    const groups = quad.length > 1 ? `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}` : quad[0];
    const address = [...text.toLowerCase().split(':').slice(0, -1), groups?.toLowerCase()].join(':');
    return isVersion6(address) ? `[${writtenOut(address)}]` : undefined;
}

/** True if a host is in a list, where `*.x` represents every proper subdomain of x. */
export function hostIsIn(host: string, hosts: readonly string[]): boolean {
    return hosts.some((entry) => {
        if (!entry.startsWith('*.')) {
            return host === (hostOf(`x://${entry}`) ?? entry);
        }
        const parent = entry.slice(2).toLowerCase().split('.');
        const labels = host.split('.');
        return labels.length > parent.length && labels.slice(-parent.length).join('.') === parent.join('.');
    });
}

function isScheme(text: string): boolean {
    return (
        text !== '' &&
        isLetter(text.charAt(0)) &&
        [...text].every((c) => isLetter(c) || isDigit(c) || '+-.'.includes(c))
    );
}

function named(authority: string): string | undefined {
    const [name = '', port, ...more] = authority.split(':');
    if (more.length > 0 || (port !== undefined && !isPort(port))) {
        return undefined;
    }
    const labels = name.toLowerCase().split('.');
    const isComplete = labels.length > 2 && labels.at(-1) === '';
    if (isComplete) {
        labels.pop();
    }
    if (
        !labels.every((label) => label !== '' && [...label].every((c) => isLetter(c) || isDigit(c) || '-_'.includes(c)))
    ) {
        return undefined;
    }
    const last = labels[labels.length - 1] ?? '';
    const host = labels.join('.');
    if (
        host.length > 253 ||
        labels.some((label) => label.length > 63 || ['-', '_'].some((c) => label.startsWith(c) || label.endsWith(c)))
    ) {
        return undefined;
    }
    return readsAsNumber(last) && (isComplete || !isQuad(labels)) ? undefined : host;
}

function bracketed(authority: string): string | undefined {
    const close = authority.indexOf(']');
    const address = authority.slice(1, close).toLowerCase();
    const after = authority.slice(close + 1);
    if (close < 0 || !(after === '' || (after.startsWith(':') && isPort(after.slice(1)))) || !isVersion6(address)) {
        return undefined;
    }
    return `[${writtenOut(address)}]`;
}

function isQuad(labels: readonly string[]): boolean {
    return labels.length === 4 && labels.every((label) => String(Number(label)) === label && Number(label) <= 255);
}

/** True for a last label that a browser takes for the end of an IPv4 address. */
function readsAsNumber(label: string): boolean {
    return [...label].every(isDigit) || (label.startsWith('0x') && [...label.slice(2)].every(isHexDigit));
}

/** The address with all eight groups, without leading zeros. */
function writtenOut(address: string): string {
    const [head = '', tail] = address.split('::');
    const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
    const zeros = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
    const all = [...groups(head), ...Array.from({ length: zeros }, () => '0'), ...groups(tail ?? '')];
    return all.map((group) => parseInt(group, 16).toString(16)).join(':');
}

function isVersion6(address: string): boolean {
    const halves = address.split('::');
    if (halves.length > 2) {
        return false;
    }
    const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
    const wellFormed = groups.every((g) => g.length >= 1 && g.length <= 4 && [...g].every(isHexDigit));
    return wellFormed && (halves.length === 2 ? groups.length <= 7 : groups.length === 8);
}

function isPort(text: string): boolean {
    return text.length >= 1 && text.length <= 5 && [...text].every(isDigit);
}

function isHexDigit(c: string): boolean {
    return isDigit(c) || (c >= 'a' && c <= 'f');
}

function isLetter(c: string): boolean {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

function isDigit(c: string): boolean {
    return c >= '0' && c <= '9';
}
