/**
 * Computes the outcome of a claim or scenario as a test. It follows the exit codes of the command: a certain verdict
 * passes or fails, and an undecided one is an error. This file does not use `vscode`.
 */
import type {
    ClaimResult,
    PolicyResult,
    PolicyTest,
    ScenarioResult,
    Source,
    Trace
} from '../../server/lsp/protocol.js';
import { claimTone, claimWord, isOpenInScope } from '../../server/wording/verdicts.js';

export interface TestOutcome {
    readonly state: 'passed' | 'failed' | 'errored';
    /** The duration of the search; a scenario has none that is worth showing. */
    readonly milliseconds?: number;
    /**
     * The part of the verdict that an icon alone does not show, such as `holds in scope`; it is shown next to the name.
     */
    readonly note?: string;
    /** The problems, each with its place; empty if the test passed. */
    readonly problems: readonly TestProblem[];
    /** The lines for the output of the run. */
    readonly lines: readonly string[];
}

export interface TestProblem {
    readonly text: string;
    readonly source: Source;
    readonly expected?: string;
    readonly actual?: string;
    /** The session that demonstrates it. */
    readonly trace?: Trace;
}

/** Undefined if the results do not contain such a claim or scenario, because the text changed in the meantime. */
export function outcomeOf(test: PolicyTest, result: PolicyResult): TestOutcome | undefined {
    const { claim, scenario } = resultOfTest(test, result);
    if (claim) {
        return claimOutcome(claim);
    }
    return scenario && scenarioOutcome(scenario);
}

/** The result of a claim or scenario. */
export function resultOfTest(
    { kind, name, source }: PolicyTest,
    { claims, scenarios }: PolicyResult
): { readonly claim?: ClaimResult | undefined; readonly scenario?: ScenarioResult | undefined } {
    return kind === 'claim'
        ? {
              claim: claims.find((other) => other.name === name && isSamePlace(other.usedAt ?? other.source, source))
          }
        : { scenario: scenarios.find((other) => other.name === name && isSamePlace(other.source, source)) };
}

function claimOutcome(claim: ClaimResult): TestOutcome {
    const { basis, acrossSessions, saysNothing } = claim;
    const tone = claimTone(claim);
    const state =
        isOpen(claim) || isOpenInScope(claim) ? 'errored' : tone === 'bad' || isVacuous(claim) ? 'failed' : 'passed';
    const notes = [
        ...(['holds', 'possible'].includes(claimWord(claim)) ? [] : [claimWord(claim)]),
        ...(saysNothing ? ['says nothing about the rules'] : [])
    ];
    const reasons = [claim.explanation, ...(basis.limit === undefined ? [] : [`Stopped: ${basis.limit}.`])];
    return {
        state,
        milliseconds: basis.milliseconds,
        ...(notes.length > 0 && { note: notes.join(' · ') }),
        problems:
            state === 'passed'
                ? []
                : [
                      {
                          text: [
                              ...reasons,
                              ...claim.obstacles.map(({ text }) => `- ${text}`),
                              ...adviceFor(claim)
                          ].join('\n\n'),
                          source: claim.usedAt ?? claim.source,
                          ...(claim.trace && { trace: claim.trace })
                      }
                  ],
        lines: [
            `${claimWord(claim)}: ${claim.name}`,
            ...reasons,
            ...basis.scopes.map((scope) => `only within: ${scope}`),
            ...(acrossSessions ? [acrossSessions.line] : []),
            ...(claim.trace && state !== 'passed' ? traceLines(claim.trace) : [])
        ]
    };
}

/** An undecided claim has neither passed nor failed. */
function isOpen({ verdict }: ClaimResult): boolean {
    return verdict === 'undecided' || verdict === 'not witnessed in scope';
}

function isVacuous({ verdict, expected }: ClaimResult): boolean {
    return verdict === 'vacuous' && !expected;
}

function adviceFor({ basis, verdict }: ClaimResult): string[] {
    return verdict === 'undecided' && basis.limit !== undefined
        ? ['Raise the limits in the settings under guardrail.check, or ask less of the claim.']
        : [];
}

function scenarioOutcome(scenario: ScenarioResult): TestOutcome {
    const failed = scenario.steps.filter(({ passed }) => !passed);
    return {
        state: scenario.passed ? 'passed' : 'failed',
        problems: failed.map(({ message, source, actual }) => ({
            text: message,
            source,
            ...(actual !== undefined && { actual }),
            trace: scenario.trace
        })),
        lines: [
            `${scenario.passed ? 'passed' : 'failed'}: ${scenario.name}`,
            ...scenario.steps.map(({ passed, text, message }) => `${passed ? ' ' : '!'} ${text}: ${message}`)
        ]
    };
}

function traceLines({ steps }: Trace): string[] {
    return steps.map(({ text, breaks, letsThrough }, index) => {
        const marks = [...(breaks ? ['needed'] : []), ...(letsThrough ? ['lets through'] : [])];
        return `${index + 1}. ${text}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
    });
}

function isSamePlace(a: Source, b: Source): boolean {
    return a.uri === b.uri && a.start.line === b.start.line && a.start.character === b.start.character;
}
