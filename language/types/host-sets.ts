/** Treats lists of hosts as sets: `*.acme.example` means all proper subdomains (M12). */
import type { Test } from '../text/value-tests.js';

/** True if some host passes all tests; undefined if this is unknown. */
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
    // All members of the other lists together may still exclude a name in a longer list, so nothing is claimed about
    // it.
    return left.some((host) => !excluded.some((other) => covers(other, host)));
}

const MOST_HOSTS = 200;

/** True if `a` covers everything that `b` covers. */
function covers(a: string, b: string): boolean {
    return a === b || (a.startsWith('*.') && b.replace(/^\*/, '').endsWith(a.slice(1)));
}

/** True if some host is covered by both. */
function meet(a: string, b: string): boolean {
    return covers(a, b) || covers(b, a);
}
