/**
 * Defines the appearance of a verdict everywhere in the client. This file does not import `vscode`, because the trace
 * view uses it too.
 */
import { counted, plural } from '../model/text/plural.js';
import {
    isOpenInScope,
    needsRepair,
    toneOf,
    verdictText,
    wordOf,
    type Tone
} from '../checker/results/verdict-words.js';
import type { ClaimResult, PolicyResult, ScenarioResult } from '../checker/results/result.js';

export { isOpenInScope, needsRepair, toneOf as claimTone, verdictText as claimWord };
export type { Tone };

/**
 * True if there is a session to show: one that breaks the claim, or completes its steps, alone or over several
 * sessions.
 */
export function hasSession({ trace, acrossSessions }: Pick<ClaimResult, 'trace' | 'acrossSessions'>): boolean {
    return trace !== undefined || acrossSessions?.trace !== undefined;
}

export function scenarioTone({ passed }: Pick<ScenarioResult, 'passed'>): Tone {
    return passed ? 'good' : 'bad';
}

export function policyTone({ claims, scenarios, findings }: PolicyResult): Tone {
    const tones = [...claims.map(toneOf), ...scenarios.map(scenarioTone)];
    if (tones.includes('bad') || findings.some((finding) => finding.severity === 'error')) {
        return 'bad';
    }
    if (tones.includes('warn') || findings.some((finding) => finding.severity === 'warning')) {
        return 'warn';
    }
    return tones.includes('partial') ? 'partial' : 'good';
}

/**
 * Writes `2 claims hold`, `1 of 2 claims violated`, …: the most important part first, short enough for a status bar.
 */
export function policySummary({ claims, scenarios, findings }: PolicyResult): string {
    const bad = claims.filter((claim) => toneOf(claim) === 'bad');
    const failed = scenarios.filter((scenario) => !scenario.passed);
    const unsure = claims.filter((claim) => toneOf(claim) === 'warn');
    if (bad.length > 0) {
        const word = bad.every(({ verdict }) => verdict === 'impossible') ? 'impossible' : 'violated';
        return `${part(bad.length, claims.length, 'claim')} ${word}`;
    }
    if (failed.length > 0) {
        return `${part(failed.length, scenarios.length, 'scenario')} failed`;
    }
    if (findings.some((finding) => finding.severity === 'error')) {
        return counted(findings.length, 'finding');
    }
    if (unsure.length > 0) {
        return `${part(unsure.length, claims.length, 'claim')} ${unsure.length === 1 ? unsure[0]!.verdict : 'undecided'}`;
    }
    const known = claims.filter((claim) => claim.expected && claim.verdict !== 'vacuous');
    if (known.length > 0) {
        const words = [...new Set(known.map(({ verdict }) => verdict))].join(' or ');
        return `${part(known.length, claims.length, 'claim')} ${words}, as expected`;
    }
    const partial = claims.filter((claim) => toneOf(claim) === 'partial');
    if (partial.length > 0) {
        const verb = plural(partial.length, 'holds', 'hold');
        const isOne = partial.every((claim) => wordOf(claim) === 'holds in one session');
        return `${part(partial.length, claims.length, 'claim')} ${verb} ${isOne ? 'in one session' : 'in scope'}`;
    }
    const expected = claims.filter((claim) => claim.expected).length;
    const held = claims.length - expected;
    if (held > 0) {
        return `${counted(held, 'claim')} ${plural(held, 'holds', 'hold')}${expected > 0 ? `, ${expected} vacuous` : ''}`;
    }
    if (expected > 0) {
        return `${counted(expected, 'claim')} vacuous, as expected`;
    }
    return scenarios.length > 0 ? `${counted(scenarios.length, 'scenario')} passed` : 'no claims';
}

function part(some: number, all: number, noun: string): string {
    return some === all ? counted(some, noun) : `${some} of ${counted(all, noun)}`;
}
