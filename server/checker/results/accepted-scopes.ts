/**
 * The names that an author accepts or expects: scopes in `@accept(values, counts)`, and verdicts in
 * `@expected(violated)`.
 */
import type { Annotation } from '../../model/policy/policy.js';
import type { ClaimResult, Finding, PolicyResult, VerdictWord } from './result.js';
import type { ScopeName } from '../limits/scopes.js';
import { SCOPE_NAMES } from '../limits/scopes.js';
import { isBrokenBySecondSession } from './verdict-words.js';

/** The names in the annotations of a claim, of its pack and of the place that uses the pack. */
export function acceptedBy(annotations: readonly Annotation[] = []): ScopeName[] {
    const written = annotations.filter(({ name }) => name === 'accept').flatMap(({ values }) => values);
    return SCOPE_NAMES.filter((name) => written.includes(name));
}

/** True if an annotation names the verdict, which then does not count as a failure. */
export function isExpected(annotations: readonly Annotation[] = [], verdict: VerdictWord): boolean {
    return annotations.some(({ name, values }) => name === 'expected' && values.includes(verdict));
}

/** The result with what the configuration accepts for every claim. */
export function accepting(result: PolicyResult, names: readonly ScopeName[]): PolicyResult {
    return names.length === 0
        ? result
        : { ...result, claims: result.claims.map((claim) => claimAccepting(claim, names)) };
}

export function claimAccepting(claim: ClaimResult, names: readonly ScopeName[]): ClaimResult {
    const { acceptable = names } = claim;
    const accepts = SCOPE_NAMES.filter(
        (name) => (names.includes(name) && acceptable.includes(name)) || claim.accepts?.includes(name)
    );
    return accepts.length === 0 ? claim : { ...claim, accepts };
}

/**
 * True if the verdict of the claim depends on the scope; undefined if this is unknown, because the claim is open or
 * violated.
 */
export function needs(claim: ClaimResult, name: ScopeName): boolean | undefined {
    if (name === 'sessions' && claim.acrossSessions) {
        const { verdict } = claim.acrossSessions;
        return isBrokenBySecondSession(claim)
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

/**
 * GR515: scopes that a claim accepts needlessly, and verdicts that it expects but does not have. A scope that is
 * accepted for one use of a pack is needed if one of the claims of that use needs it.
 */
export function unneeded(claims: readonly ClaimResult[]): Finding[] {
    return [...unneededScopes(claims), ...unmetExpectations(claims)];
}

/** Other verdicts do not show that the expected one is wrong: the search was cut short, or covered only a part. */
const DECIDED: readonly VerdictWord[] = ['holds', 'vacuous', 'violated', 'witnessed', 'impossible'];

function unmetExpectations(claims: readonly ClaimResult[]): Finding[] {
    return groupsOf(claims).flatMap((group): Finding[] => {
        const [first] = group;
        const written = first?.annotations
            .filter(({ name }) => name === 'expected')
            .flatMap(({ values }) => values)
            .find((value) => !/^GR/.test(value));
        const isKnown = group.every(({ verdict, expected }) => !expected && DECIDED.includes(verdict));
        return first && written !== undefined && isKnown
            ? [
                  {
                      code: 'GR515',
                      severity: 'warning',
                      message: `"${first.name}" is expected to be ${written}, and ${first.verdict === 'holds' ? 'holds' : `is ${first.verdict}`}. Remove \`@expected\`.`,
                      source: first.usedAt ?? first.source
                  }
              ]
            : [];
    });
}

/** The claims that one use of a pack brings form a group. */
function groupsOf(claims: readonly ClaimResult[]): ClaimResult[][] {
    const groups = new Map<string, ClaimResult[]>();
    for (const claim of claims) {
        const key = claim.usedAt ? JSON.stringify([claim.usedAt.uri, claim.usedAt.start]) : claim.name;
        groups.set(key, [...(groups.get(key) ?? []), claim]);
    }
    return [...groups.values()];
}

function unneededScopes(claims: readonly ClaimResult[]): Finding[] {
    return groupsOf(claims).flatMap((group): Finding[] => {
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

/** The names that the configuration accepts but that no claim in the results needs. */
export function unneededNames(results: readonly PolicyResult[], names: readonly ScopeName[]): ScopeName[] {
    const claims = results.flatMap((result) => result.claims);
    return names.filter((name) => claims.every((claim) => needs(claim, name) === false));
}
