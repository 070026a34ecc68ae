/**
 * GR597: constructs that the exact search does not represent, each reported once, with the claims that depend on it.
 */
import { plural } from '../../model/text/plural.js';
import type { Source } from '../../model/policy/policy.js';
import { joined } from '../conditions/joined.js';
import { limitOf } from '../limits/limits.js';
import type { ClaimResult, Finding } from '../results/result.js';
import type { FindingRule } from './finding.js';

export const outsideExact: FindingRule = { codes: ['GR597'], find: ({ claims }) => hints(claims) };

interface Construct {
    readonly what: string;
    readonly isSearched: boolean;
    readonly places: Source[];
    readonly claims: ClaimResult[];
}

/** The hints: one for each construct, at its first occurrence. */
function hints(claims: readonly ClaimResult[]): Finding[] {
    const constructs = new Map<string, Construct>();
    for (const claim of claims) {
        for (const { what, source, isSearched } of claim.beyond ?? []) {
            const known = constructs.get(what) ?? { what, isSearched, places: [], claims: [] };
            constructs.set(what, known);
            if (!known.places.some((place) => placeKey(place) === placeKey(source))) {
                known.places.push(source);
            }
            if (!known.claims.includes(claim)) {
                known.claims.push(claim);
            }
        }
    }
    return [...constructs.values()].map((construct): Finding => ({
        code: 'GR597',
        severity: 'information',
        message: textFor(construct),
        source: construct.places[0]!
    }));
}

function textFor({ what, isSearched, places, claims }: Construct): string {
    const [first, ...others] = places;
    const lines = others.filter(({ uri }) => uri === first?.uri).map(({ start }) => String(start.line + 1));
    const also = lines.length === 0 ? '' : ` (also in ${plural(lines.length, 'line', 'lines')} ${joined(lines)})`;
    const most = limitOf('namedClaims');
    const names = joined([
        ...claims.slice(0, most).map(({ name }) => `"${name}"`),
        ...(claims.length > most ? [`${claims.length - most} more`] : [])
    ]);
    return isSearched
        ? `Not supported by the exact search: ${what}${also}. Claims that depend on it are searched among concrete sessions: ${names}.`
        : `No search represents ${what}${also}: a claim that depends on it is not decided. These are ${names}.`;
}

function placeKey({ uri, start, end }: Source): string {
    return JSON.stringify([uri, start, end]);
}
