/**
 * A program for one measurement: from the text of a policy, in a file, to the verdicts on its claims. Prints one line
 * of JSON (`VerdictTimes`).
 *
 *     node verdict.mjs POLICY ROUNDS [CLAIM]
 *
 * The first round is a cold start; the later ones are in the same process. Without CLAIM all claims are checked.
 */
import { readFileSync } from 'node:fs';
import { CheckCancelled, checkPolicy } from '../server/checker/check.js';
import { PolicyWorkspace } from '../server/workspace/policy-workspace.js';
import { diagnosticsOf } from '../server/workspace/diagnostics.js';

/** The duration in milliseconds of each stage from text to verdict. */
export interface Round {
    /** The time from the text to a linked, validated document. */
    readonly parse: number;
    readonly lower: number;
    /** The time from the lowered policy to its last verdict. */
    readonly check: number;
    /** The time from the lowered policy to its last second line, which comes after all verdicts. */
    readonly withSecondLines: number;
    readonly total: number;
}

export interface Verdict {
    readonly name: string;
    readonly verdict: string;
    readonly states: number;
    readonly transitions: number;
    /** The time from the lowered policy to this verdict. */
    readonly milliseconds: number;
    readonly steps?: number;
}

export interface VerdictTimes {
    /** The time from the start of the process to the start of the first round, in milliseconds. */
    readonly start: number;
    readonly rounds: readonly Round[];
    /** The claims of the first round, in the order of the decisions. */
    readonly claims: readonly Verdict[];
    readonly peakKB: number;
}

const [file, rounds, claim] = process.argv.slice(2);
const start = performance.now();
const text = readFileSync(file!, 'utf8');
const measured: Round[] = [];
let claims: readonly Verdict[] | undefined;
for (let round = 0; round < Number(rounds); round++) {
    const began = performance.now();
    const workspace = new PolicyWorkspace();
    const document = await workspace.loadText(text, 'member.guardrail');
    const errors = diagnosticsOf(document).filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
        throw new Error(errors.map(({ message }) => message).join('\n'));
    }
    const parsed = performance.now();
    const policy = workspace.policyOf(document);
    const lowered = performance.now();
    const decided: Verdict[] = [];
    let withSecondLines = 0;
    try {
        checkPolicy(policy, {
            ...(claim !== undefined && { claim }),
            // For a single claim, only the verdict is measured, without the second line that follows it.
            isCancelled: () => claim !== undefined && decided.length > 0,
            onClaim: ({ name, verdict, basis, trace }) => {
                withSecondLines = performance.now() - lowered;
                if (decided.some((known) => known.name === name)) {
                    return;
                }
                decided.push({
                    name,
                    verdict,
                    states: basis.states,
                    transitions: basis.transitions,
                    milliseconds: performance.now() - lowered,
                    ...(trace && { steps: trace.steps.length })
                });
            }
        });
    } catch (error) {
        if (!(error instanceof CheckCancelled)) {
            throw error;
        }
    }
    const check = Math.max(...decided.map(({ milliseconds }) => milliseconds));
    measured.push({
        parse: parsed - began,
        lower: lowered - parsed,
        check,
        withSecondLines,
        total: lowered - began + check
    });
    claims ??= decided;
}
const times: VerdictTimes = { start, rounds: measured, claims: claims ?? [], peakKB: process.resourceUsage().maxRSS };
process.stdout.write(`${JSON.stringify(times)}\n`);
