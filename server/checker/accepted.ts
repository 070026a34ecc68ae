/** Scopes that an author accepts by name, with `@accept(values, counts)` or in the configuration. */
import type { Annotation } from '../model/policy.js';
import type { ClaimResult, Finding, PolicyResult } from './result.js';
import type { ScopeName } from './scopes.js';
import { SCOPE_NAMES } from './scopes.js';
import { isBrokenAcross } from './verdict-words.js';

/** The names in the annotations of a claim, of its pack and of its use. */
export function acceptedBy(annotations: readonly Annotation[] = []): ScopeName[] {
    const written = annotations.filter(({ name }) => name === 'accept').flatMap(({ values }) => values);
    return SCOPE_NAMES.filter((name) => written.includes(name));
}

/** The result with what the configuration accepts for every claim. */
export function accepting(result: PolicyResult, names: readonly ScopeName[]): PolicyResult {
    return names.length === 0
        ? result
        : { ...result, claims: result.claims.map((claim) => claimAccepting(claim, names)) };
}

export function claimAccepting(claim: ClaimResult, names: readonly ScopeName[]): ClaimResult {
    const accepts = SCOPE_NAMES.filter((name) => names.includes(name) || claim.accepts?.includes(name));
    return accepts.length === 0 ? claim : { ...claim, accepts };
}

/** Whether the verdict of the claim depends on the scope; undefined: that is not known, since the claim is open or violated. */
export function needs(claim: ClaimResult, name: ScopeName): boolean | undefined {
    if (name === 'sessions' && claim.acrossSessions) {
        const { verdict } = claim.acrossSessions;
        return isBrokenAcross(claim)
            ? true
            : verdict === 'undecided' || verdict === 'holds in scope'
              ? undefined
              : false;
    }
    switch (claim.verdict) {
        case 'holds in scope':
            return claim.within?.includes(name) ?? false;
        case 'holds':
        case 'vacuous':
        case 'witnessed':
        case 'impossible':
            return false;
        default:
            return undefined;
    }
}

/** GR515: what a claim accepts and its verdict does not need. What comes from one use of a pack is needed if one of its claims does. */
export function unneeded(claims: readonly ClaimResult[]): Finding[] {
    const groups = new Map<string, ClaimResult[]>();
    for (const claim of claims) {
        const key = claim.usedAt ? JSON.stringify([claim.usedAt.uri, claim.usedAt.start]) : claim.name;
        groups.set(key, [...(groups.get(key) ?? []), claim]);
    }
    return [...groups.values()].flatMap((group): Finding[] => {
        const [first] = group;
        const names = acceptedBy(group.flatMap(({ annotations }) => annotations)).filter((name) =>
            group.every((claim) => needs(claim, name) === false)
        );
        return first && names.length > 0
            ? [
                  {
                      code: 'GR515',
                      severity: 'warning',
                      message: `"${first.name}" does not need to accept ${names.join(', ')}: its verdict does not depend on it. Remove it from \`@accept\`.`,
                      source: first.usedAt ?? first.source
                  }
              ]
            : [];
    });
}

/** Names that the configuration accepts and no claim of the results needs. */
export function unneededNames(results: readonly PolicyResult[], names: readonly ScopeName[]): ScopeName[] {
    const claims = results.flatMap((result) => result.claims);
    return names.filter((name) => claims.every((claim) => needs(claim, name) === false));
}
