/** GR597: constructs that the exact search does not represent, with the scope that applies to the claims that see them. */
import type { Source } from '../../model/policy.js';
import type { Beyond } from '../beyond.js';
import { joined } from '../explain.js';
import type { ClaimResult, Finding } from '../result.js';
import type { FindingRule } from './finding.js';
import { limitOf } from '../limits.js';

export const outsideExact: FindingRule = { codes: ['GR597'], find: ({ claims }) => hints(claims) };

/** One hint for each place, whatever it holds. */
function hints(claims: readonly ClaimResult[]): Finding[] {
    const places = new Map<
        string,
        { readonly source: Source; readonly found: Beyond[]; readonly claims: ClaimResult[] }
    >();
    for (const claim of claims) {
        for (const construct of claim.beyond ?? []) {
            const { uri, start, end } = construct.source;
            const key = JSON.stringify([uri, start, end]);
            const place = places.get(key) ?? { source: construct.source, found: [], claims: [] };
            places.set(key, place);
            if (!place.found.some(({ what }) => what === construct.what)) {
                place.found.push(construct);
            }
            if (!place.claims.includes(claim)) {
                place.claims.push(claim);
            }
        }
    }
    return [...places.values()].map(({ source, found, claims: seeing }): Finding => ({
        code: 'GR597',
        severity: 'information',
        message: textFor(found, seeing),
        source
    }));
}

function textFor(found: readonly Beyond[], claims: readonly ClaimResult[]): string {
    const what = joined(found.map((construct) => construct.what));
    const names = joined([
        ...claims.slice(0, limitOf('namedClaims')).map(({ name }) => `"${name}"`),
        ...moreThan(claims.length)
    ]);
    const verb = claims.length === 1 ? 'claim' : 'claims';
    if (found.some(({ isSearched }) => !isSearched)) {
        return `No search represents ${what}: it decides no claim that depends on it (${verb} ${names}).`;
    }
    const scopes = [...new Set(claims.flatMap(({ basis }) => basis.scopes))];
    const scope =
        scopes.length > 0
            ? `only sessions are searched in which ${joined(scopes)}`
            : 'sessions that are found are sessions, and none may be found although there is one';
    return `Outside the exact search: ${what}. For what depends on it (${verb} ${names}) ${scope}.`;
}

/** Claims that a hint names. */
function moreThan(count: number): string[] {
    const named = limitOf('namedClaims');
    return count > named ? [`${count - named} more`] : [];
}
