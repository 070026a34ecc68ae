/**
 * Tests that for any input to the command and the library, the forbidden outcomes never occur (`run-command.ts`,
 * `run-library.ts`).
 */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFuzzing, seconds, seed } from '../language/hardening/budget.js';
import { INPUTS } from './inputs.js';
import { type CommandCase, judge, type Judgement } from './run-command.js';

const only = process.env['GUARDRAIL_FUZZ_KIND'];
const kinds = Object.entries(INPUTS).filter(([name]) => only === undefined || name === only);
/** Each kind gets the same share of the time. */
const share = (seconds * 1000) / kinds.length;

describe(`inputs of any kind (seed ${seed})`, () => {
    test.each(kinds)('%s', { timeout: 3 * share + 300_000 }, async (_name, { cases, check }) => {
        let last: Judgement | undefined;
        const details = await fc.check(
            fc.asyncProperty(cases, async (one) => {
                const judgement = await judge(one, check);
                if (judgement.finding !== undefined) {
                    rmSync(last?.folder ?? '', { recursive: true, force: true });
                    last = judgement;
                }
                return judgement.finding === undefined;
            }),
            {
                seed: seed | 0,
                ...(isFuzzing
                    ? { numRuns: Infinity, interruptAfterTimeLimit: share, markInterruptAsFailure: false }
                    : { numRuns: 1 })
            }
        );
        expect(
            details.counterexample
                ? reproductionOf(details.counterexample[0], last ?? String(details.errorInstance))
                : ''
        ).toBe('');
    });
});

/** The instructions for reproducing the case. */
function reproductionOf({ command, files }: CommandCase, judgement: Judgement | string): string {
    if (typeof judgement === 'string') {
        return judgement;
    }
    const input = command.input === undefined ? '' : ` < ${command.input}`;
    const line = `cd ${judgement.folder}/project && guardrail ${command.args.map(quoted).join(' ')}${input}`;
    return `${judgement.finding}\n\n  ${line}\n\n${JSON.stringify(files).slice(0, 3000)}`;
}

function quoted(arg: string): string {
    return /^[\w./=-]+$/.test(arg) ? arg : `'${arg}'`;
}
