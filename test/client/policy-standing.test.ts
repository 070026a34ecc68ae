/** Tests the state of policies, claims and scenarios in the policy view. */
import { describe, expect, test } from 'vitest';
import { policyStatus, testStatus, violatedClaims } from '../../client/policy-view/status.js';
import type { CheckState, PolicyTest } from '../../server/lsp/protocol.js';
import { expectedClaim, possibleClaim, repairedResult, result, uri, violatedClaim } from './fixtures/results.js';

const UNKNOWN = { word: '', hasSession: false, isPending: true };
const state = (changes: Partial<CheckState>): CheckState => ({ uri, version: 1, state: 'done', result, ...changes });
const testOf = ({ name, source }: { name: string; source: PolicyTest['source'] }): PolicyTest => ({
    kind: 'claim',
    name,
    source
});

describe('a policy', () => {
    test('with results shows the worst of them', () => {
        expect(policyStatus(state({}))).toMatchObject({ tone: 'bad', word: '2 claims violated' });
        expect(policyStatus(state({ result: repairedResult })).tone).not.toBe('bad');
    });

    test.each([
        ['checking', 'checking', { isPending: true }],
        ['cancelled', 'checking', { isPending: true }],
        ['invalid', 'not checked: errors', {}],
        ['failed', 'check failed', {}],
        ['outdated', 'not checked since the last change', { isPending: true }]
    ] as const)('that is %s shows this, without a verdict', (name, word, pending) => {
        const { result: _, ...rest } = state({ state: name });
        expect(policyStatus(rest)).toEqual({ word, hasSession: false, ...pending });
        expect(testStatus(testOf(violatedClaim), rest)).toEqual(UNKNOWN);
    });

    test('without information shows no word', () => {
        expect(policyStatus(undefined)).toEqual(UNKNOWN);
    });
});

describe('a claim', () => {
    test('has its verdict, and a session if there is one', () => {
        expect(testStatus(testOf(violatedClaim), state({}))).toEqual({
            tone: 'bad',
            word: 'violated',
            hasSession: true
        });
        expect(testStatus(testOf(possibleClaim), state({}))).toEqual({
            tone: 'bad',
            word: 'impossible',
            hasSession: false
        });
    });

    test('that moved since it was checked has no session', () => {
        const moved = { ...violatedClaim, source: { ...violatedClaim.source, start: { line: 99, character: 0 } } };
        expect(testStatus(testOf(moved), state({}))).toEqual(UNKNOWN);
    });

    test('counts when it is violated, and not when it is impossible, vacuous as expected or not known', () => {
        expect(violatedClaims(state({}))).toBe(1);
        expect(violatedClaims(state({ result: { ...result, claims: [expectedClaim, possibleClaim] } }))).toBe(0);
        expect(violatedClaims(state({ state: 'checking' }))).toBe(0);
        expect(violatedClaims(undefined)).toBe(0);
    });
});
