/** How a verdict looks wherever the client shows one. No `vscode` here: the trace view uses it too. */
import type { ClaimResult, PolicyResult, ScenarioResult } from '../lsp/protocol.js';

/** `good`: as the author wants it. `warn`: nothing is known to be wrong, but the claim does not stand on firm ground. */
export type Tone = 'good' | 'bad' | 'warn';

type ClaimStanding = Pick<ClaimResult, 'verdict' | 'saysNothing' | 'expected'>;

export function claimTone({ verdict, saysNothing, expected }: ClaimStanding): Tone {
    if (expected) {
        return 'good';
    }
    switch (verdict) {
        case 'holds':
        case 'witnessed':
            return saysNothing ? 'warn' : 'good';
        case 'violated':
        case 'impossible':
            return 'bad';
        case 'holds in scope':
        case 'not witnessed in scope':
        case 'vacuous':
        case 'undecided':
            return 'warn';
    }
}

/** The verdict, and that its author expects it. */
export function claimWord({ verdict, expected }: Pick<ClaimResult, 'verdict' | 'expected'>): string {
    return expected ? `${verdict}, as expected` : verdict;
}

/** There is a session to show: one that breaks the claim, or does its work, alone or over several sessions. */
export function hasSession({ trace, acrossSessions }: Pick<ClaimResult, 'trace' | 'acrossSessions'>): boolean {
    return trace !== undefined || acrossSessions?.trace !== undefined;
}

export function scenarioTone({ passed }: Pick<ScenarioResult, 'passed'>): Tone {
    return passed ? 'good' : 'bad';
}

export function policyTone({ claims, scenarios, findings }: PolicyResult): Tone {
    const tones = [...claims.map(claimTone), ...scenarios.map(scenarioTone)];
    if (tones.includes('bad') || findings.some((finding) => finding.severity === 'error')) {
        return 'bad';
    }
    return tones.includes('warn') || findings.some((finding) => finding.severity === 'warning') ? 'warn' : 'good';
}

/** `2 claims hold`, `1 of 2 claims violated`, … : the most important thing first, short enough for a status bar. */
export function policySummary({ claims, scenarios, findings }: PolicyResult): string {
    const bad = claims.filter((claim) => claimTone(claim) === 'bad');
    const failed = scenarios.filter((scenario) => !scenario.passed);
    const unsure = claims.filter((claim) => claimTone(claim) === 'warn');
    if (bad.length > 0) {
        const word = bad.every(({ verdict }) => verdict === 'impossible') ? 'impossible' : 'violated';
        return `${part(bad.length, claims.length, 'claim')} ${word}`;
    }
    if (failed.length > 0) {
        return `${part(failed.length, scenarios.length, 'scenario')} failed`;
    }
    if (findings.some((finding) => finding.severity === 'error')) {
        return plural(findings.length, 'finding');
    }
    if (unsure.length > 0) {
        return `${part(unsure.length, claims.length, 'claim')} ${unsure.length === 1 ? unsure[0]!.verdict : 'not firm'}`;
    }
    const expected = claims.filter((claim) => claim.expected).length;
    const held = claims.length - expected;
    if (held > 0) {
        return `${plural(held, 'claim')} ${held === 1 ? 'holds' : 'hold'}${expected > 0 ? `, ${expected} vacuous` : ''}`;
    }
    if (expected > 0) {
        return `${plural(expected, 'claim')} vacuous, as expected`;
    }
    return scenarios.length > 0 ? `${plural(scenarios.length, 'scenario')} passed` : 'no claims';
}

function part(some: number, all: number, noun: string): string {
    return some === all ? plural(some, noun) : `${some} of ${plural(all, noun)}`;
}

export function plural(count: number, noun: string): string {
    return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
