/** Lists of hosts as sets: `*.acme.example` means all proper subdomains (M12). */
import type { Test } from './value-tests.js';

/** Whether the tests of one host leave any; undefined where that is not known. */
export function hostsLeft(tests: readonly Test[]): boolean | undefined {
    const lists: (readonly string[])[] = [];
    const excluded: string[] = [];
    for (const { operator, values, negated } of tests) {
        const hosts = values.map((value) => String(value).toLowerCase());
        const isExcluding = (operator === '!=' || operator === 'not in') !== negated;
        if (operator === '==' || operator === '!=' || operator === 'in' || operator === 'not in') {
            if (isExcluding) {
                excluded.push(...hosts);
            } else {
                lists.push(hosts);
            }
        }
    }
    const [first, ...others] = lists;
    if (!first || lists.some((hosts) => hosts.length > MOST_HOSTS)) {
        return undefined;
    }
    const left = others.reduce<readonly string[]>(
        (hosts, list) => hosts.filter((host) => list.some((other) => meet(host, other))),
        first
    );
    // A name that meets a longer list may still be left by none of its members together; that is not claimed.
    return left.some((host) => !excluded.some((other) => covers(other, host)));
}

const MOST_HOSTS = 200;

/** Whether all that `b` means, `a` means too. */
function covers(a: string, b: string): boolean {
    return a === b || (a.startsWith('*.') && b.replace(/^\*/, '').endsWith(a.slice(1)));
}

/** Whether some host is meant by both. */
function meet(a: string, b: string): boolean {
    return covers(a, b) || covers(b, a);
}
