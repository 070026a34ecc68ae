/**
 * A program for one measurement: from the text of a policy, in a file, to the verdicts on its claims. Prints one line
 * of JSON (`VerdictTimes`).
 *
 *     node verdict.mjs POLICY ROUNDS [CLAIM]
 *
 * The first round is a cold start; the later ones are in the same process. Without CLAIM all claims are checked; with it,
 * only its search of the finite system is measured.
 */
import { readFileSync } from 'node:fs';
import { checkPolicy } from '../server/checker/check.js';
import { finished } from '../server/checker/limits/resumable.js';
import { searchExactly } from '../server/checker/portfolio/exact.js';
import { questionOf } from '../server/checker/questions/question.js';
import { DEFAULT_LIMITS } from '../server/checker/results/default-limits.js';
import type { ClaimResult } from '../server/checker/results/result.js';
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

type Found = Pick<Verdict, 'states' | 'transitions'>;

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
    const decide = ({ name, verdict, trace }: Pick<ClaimResult, 'name' | 'verdict' | 'trace'>, found: Found): void => {
        decided.push({
            name,
            verdict,
            states: found.states,
            transitions: found.transitions,
            milliseconds: performance.now() - lowered,
            ...(trace && { steps: trace.steps.length })
        });
    };
    let withSecondLines = 0;
    if (claim === undefined) {
        checkPolicy(policy, {
            onClaim: (result) => {
                withSecondLines = performance.now() - lowered;
                if (!decided.some(({ name }) => name === result.name)) {
                    decide(result, result.basis);
                }
            }
        });
    } else {
        // The rules alone settle such a claim in milliseconds; only the search is measured.
        const question = questionOf(policy.claims.find(({ name }) => name === claim)!);
        const answer = finished(searchExactly(policy, question, { limits: DEFAULT_LIMITS }));
        decide({ ...answer, name: claim }, answer.exploration);
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
