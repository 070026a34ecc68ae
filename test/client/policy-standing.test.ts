/** How policies, claims and scenarios stand in the view of policies. */
import { describe, expect, test } from 'vitest';
import { brokenFirst, policyStanding, testStanding, violatedClaims } from '../../client/policy-view/standing.js';
import type { CheckState, PolicyTest } from '../../server/lsp/protocol.js';
import { expectedClaim, possibleClaim, repairedResult, result, uri, violatedClaim } from './fixtures/results.js';

const state = (changes: Partial<CheckState>): CheckState => ({ uri, version: 1, state: 'done', result, ...changes });
const testOf = ({ name, source }: { name: string; source: PolicyTest['source'] }): PolicyTest => ({
    kind: 'claim',
    name,
    source
});

describe('a policy', () => {
    test('with results has the worst of them', () => {
        expect(policyStanding(state({}))).toMatchObject({ tone: 'bad', word: '2 claims violated' });
        expect(policyStanding(state({ result: repairedResult })).tone).not.toBe('bad');
    });

    test.each([
        ['checking', 'checking'],
        ['cancelled', 'checking'],
        ['invalid', 'not checked: errors'],
        ['failed', 'check failed'],
        ['outdated', 'not checked since it was changed']
    ] as const)('that is %s says so, and claims nothing', (name, word) => {
        const { result: _, ...rest } = state({ state: name });
        expect(policyStanding(rest)).toEqual({ word, hasSession: false });
        expect(testStanding(testOf(violatedClaim), rest)).toEqual({ word: '', hasSession: false });
    });

    test('of which nothing was told has no word', () => {
        expect(policyStanding(undefined)).toEqual({ word: '', hasSession: false });
    });
});

describe('a claim', () => {
    test('has its verdict, and a session if there is one', () => {
        expect(testStanding(testOf(violatedClaim), state({}))).toEqual({
            tone: 'bad',
            word: 'violated',
            hasSession: true
        });
        expect(testStanding(testOf(possibleClaim), state({}))).toEqual({
            tone: 'bad',
            word: 'impossible',
            hasSession: false
        });
    });

    test('that moved since it was checked has none', () => {
        const moved = { ...violatedClaim, source: { ...violatedClaim.source, start: { line: 99, character: 0 } } };
        expect(testStanding(testOf(moved), state({}))).toEqual({ word: '', hasSession: false });
    });

    test('counts when it is violated, and not when it is impossible, vacuous as expected or not known', () => {
        expect(violatedClaims(state({}))).toBe(1);
        expect(violatedClaims(state({ result: { ...result, claims: [expectedClaim, possibleClaim] } }))).toBe(0);
        expect(violatedClaims(state({ state: 'checking' }))).toBe(0);
        expect(violatedClaims(undefined)).toBe(0);
    });
});

test('what is broken comes first, then what is not firm, then what is not known; the rest keeps its order', () => {
    const tones = { a: 'good', b: undefined, c: 'warn', d: 'good', e: 'bad', f: undefined, g: 'bad' } as const;
    const standing = (name: keyof typeof tones) => {
        const tone = tones[name];
        return { word: name, hasSession: false, ...(tone && { tone }) };
    };
    expect(brokenFirst(Object.keys(tones) as (keyof typeof tones)[], standing)).toEqual([
        'e',
        'g',
        'c',
        'b',
        'f',
        'a',
        'd'
    ]);
});
