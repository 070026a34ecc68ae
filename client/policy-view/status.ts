/**
 * Computes the state of policies, claims and scenarios in the view. This file does not use `vscode`.
 */
import type { CheckState, PolicyTest } from '../../server/lsp/protocol.js';
import {
    claimTone,
    claimWord,
    hasSession,
    policySummary,
    policyTone,
    scenarioTone,
    type Tone
} from '../../server/wording/verdicts.js';
import { resultOfTest } from '../testing/outcome.js';

export interface PolicyStatus {
    /** The tone; undefined if nothing is known now. */
    readonly tone?: Tone;
    /** The state in a few words; empty if nothing is known. */
    readonly word: string;
    /** True if there is a session to show. */
    readonly hasSession: boolean;
    /** True if the result for a new text is not known yet. */
    readonly isPending?: true;
}

const UNKNOWN: PolicyStatus = { word: '', hasSession: false, isPending: true };

export function policyStatus(state: CheckState | undefined): PolicyStatus {
    switch (state?.state) {
        case 'done':
            return state.result
                ? { tone: policyTone(state.result), word: policySummary(state.result), hasSession: false }
                : UNKNOWN;
        case 'checking':
        case 'cancelled':
            return { ...UNKNOWN, word: 'checking' };
        case 'invalid':
            return { word: 'not checked: errors', hasSession: false };
        case 'failed':
            return { word: 'check failed', hasSession: false };
        case 'outdated':
            return { ...UNKNOWN, word: 'not checked since the last change' };
        case undefined:
            return UNKNOWN;
    }
}

export function testStatus(test: PolicyTest, state: CheckState | undefined): PolicyStatus {
    const { claim, scenario } = state?.state === 'done' && state.result ? resultOfTest(test, state.result) : {};
    if (claim) {
        return { tone: claimTone(claim), word: claimWord(claim), hasSession: hasSession(claim) };
    }
    return scenario
        ? { tone: scenarioTone(scenario), word: scenario.passed ? 'passed' : 'failed', hasSession: true }
        : UNKNOWN;
}

export function violatedClaims(state: CheckState | undefined): number {
    const claims = state?.state === 'done' ? (state.result?.claims ?? []) : [];
    return claims.filter((claim) => claim.verdict === 'violated' && claimTone(claim) === 'bad').length;
}
