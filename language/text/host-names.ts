/**
 * Reads host names as they are written in a policy: `acme.example`, or `*.acme.example` for its proper subdomains
 * (M12).
 */

export interface HostProblem {
    readonly severity: 'error' | 'warning';
    readonly message: string;
}

const LABEL = /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/;

/**
 * The reason why the text is not a host, with a suggestion; `*.` is valid only in a list.
 *
 * @param isDomain true if it is compared with the domain of a mail address, which is a name without `_`
 */
export function hostProblem(text: string, isList: boolean, isDomain: boolean): HostProblem | undefined {
    const error = (message: string): HostProblem => ({ severity: 'error', message });
    const shown = JSON.stringify(text);
    const host = bareHost(text);
    if (host !== text) {
        const instead = isHost(host.toLowerCase()) ? ` Write ${JSON.stringify(host.toLowerCase())}.` : '';
        return error(
            `${shown} is more than a host, so no host equals it: a host has no scheme, port, path or user.${instead}`
        );
    }
    if (text.includes('*')) {
        if (!text.startsWith('*.') || text.indexOf('*', 1) !== -1) {
            return error(`${shown} matches nothing: \`*\` may only be at the start, as in "*.acme.example".`);
        }
        if (!isList) {
            return error(`Only a list may contain \`*\`: write \`in [${shown}]\`.`);
        }
    }
    const plain = text.replace(/^\*\./, '');
    if (/[^\0-\x7f]/.test(plain)) {
        return error(`${shown} is not written as in a URL. Write its ASCII form, which starts with "xn--".`);
    }
    if (plain !== plain.toLowerCase() && isHost(plain.toLowerCase())) {
        return { severity: 'warning', message: `Hosts are lower case: write ${JSON.stringify(text.toLowerCase())}.` };
    }
    if (plain.endsWith('.') && isHost(plain.slice(0, -1))) {
        return error(
            `${shown} ends with a dot, but hosts are compared without it. Write ${JSON.stringify(text.slice(0, -1))}.`
        );
    }
    if (isDomain && isHost(plain) && (plain.includes('_') || isAddress(plain))) {
        return error(`${shown} cannot be the domain of a mail address: write a name without \`_\`.`);
    }
    if (!isHost(plain) || (text !== plain && isAddress(plain))) {
        return error(`${shown} is not a host name. Write one such as "acme.example" or "*.acme.example".`);
    }
    return undefined;
}

/** The text without the parts of a URL around its host. */
function bareHost(text: string): string {
    return text
        .replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//, '')
        .replace(/^\/\//, '')
        .replace(/[/?#\\].*$/s, '')
        .replace(/^[^@]*@/, '')
        .replace(/^([^[\]:]*|\[[^\]]*\]):[0-9]*$/, '$1');
}

function isHost(text: string): boolean {
    if (text.startsWith('[')) {
        return text.endsWith(']') && isIPv6(text.slice(1, -1));
    }
    const labels = text.split('.');
    return (
        text.length <= 253 &&
        labels.every((label) => LABEL.test(label)) &&
        (isAddress(text) || !/^([0-9]+|0x[0-9a-f]*)$/.test(labels[labels.length - 1]!))
    );
}

function isIPv6(text: string): boolean {
    const halves = text.split('::');
    const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
    return (
        groups.every((group) => /^[0-9a-f]{1,4}$/.test(group)) &&
        (halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8)
    );
}

function isAddress(text: string): boolean {
    return (
        text.startsWith('[') ||
        (/^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$/.test(text) &&
            text.split('.').every((part) => Number(part) < 256))
    );
}

/** The host in a URL or in a badly written host; undefined if there is none. */
export function hostIn(text: string): string | undefined {
    const [, wild = '', name = ''] =
        /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/)?(?:[^@/]*@)?(\*\.)?([^/?#\\:*]+)\.?(?::\d*)?(?:[/?#\\].*)?$/s.exec(
            text.trim()
        ) ?? [];
    const meant = wild + name.toLowerCase().replace(/\.$/, '');
    return name !== '' && hostProblem(meant, true, false) === undefined ? meant : undefined;
}
