/**
 * Policies with the expected verdict of each claim, written in the comment before it:
 *
 *     //= violated, 3 steps
 *     //= violated, 2 steps: a.read > a.post
 *     //= holds, says nothing
 *     //= holds in scope
 *     //= impossible: No `allow` grants
 *     //= holds; across sessions: violated, 3 steps: bot.read* > new session > bot.send
 *
 * Only the deep run checks a claim with `slow: ` before its verdict.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import type { ClaimResult, Trace } from '../../server/checker/results/result.js';
import { policyOf } from '../support/policies.js';
import { checkedUntimed, claimsUntimed } from '../support/checked.js';
import { IS_DEEP, partOf } from '../support/depth.js';

/**
 * The folder `mixed` has policies that mix features, with verdicts judged by hand; `bounded` has features that the
 * exact search does not represent; `whole` has long policies about where values come from, each claim of which is decided.
 */
const files = ['cases', 'mixed', 'bounded', 'whole'].flatMap((folder) =>
    readdirSync(new URL(`./${folder}/`, import.meta.url))
        .filter((name) => name.endsWith('.guardrail'))
        .map((name) => `${folder}/${name}`)
);

for (const file of files) {
    describe(file, async () => {
        const text = readFileSync(new URL(file, import.meta.url), 'utf8');
        const expectations = expectationsOf(text);
        const policy = await policyOf(text);
        const tried = partOf([...policy.claims.entries()], ([index]) => expectations[index]?.isSlow !== true);
        const claims = tried.map(([, claim]) => claim);
        // The findings, which take as long as many claims, are computed only in the deep run, to see that they can be.
        const results = IS_DEEP ? checkedUntimed({ ...policy, claims }).claims : claimsUntimed(policy, claims);
        test('every claim has an expectation', () => {
            expect(policy.claims.length).toBe(expectations.length);
            expect(policy.claims.length).toBeGreaterThan(0);
        });
        tried.forEach(([index, { name }], at) => {
            const { expectation } = expectations[index]!;
            test(`${name}: ${expectation}`, () => {
                expect(summary(results[at]!, expectation)).toBe(expectation);
            });
        });
        test('its scenarios pass', () => {
            const scenarios = policy.scenarios.map((scenario) => runScenario(policy, scenario));
            expect(scenarios.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([]);
        });
    });
}

interface Expected {
    readonly expectation: string;
    readonly isSlow: boolean;
}

function expectationsOf(text: string): Expected[] {
    return [...text.matchAll(/^\/\/= (slow: )?(.*)$/gm)].map(([, slow, expectation]) => ({
        expectation: expectation!.trim(),
        isSlow: slow !== undefined
    }));
}

/** The text before the expected second line (M19). */
const SECOND = '; across sessions: ';

/** The claim's result in the words of the expectation, as far as the expectation goes. */
function summary(claim: ClaimResult, expectation: string): string {
    const [first, second] = expectation.split(SECOND);
    const { acrossSessions: across } = claim;
    if (second === undefined) {
        return line(claim, expectation);
    }
    const seconds = across
        ? line({ verdict: across.verdict, trace: across.trace, saysNothing: false, obstacles: [] }, second)
        : 'none';
    return `${line(claim, first!)}${SECOND}${seconds}`;
}

type Line = Pick<ClaimResult, 'verdict' | 'saysNothing' | 'obstacles'> & { readonly trace?: Trace | undefined };

function line(claim: Line, expectation: string): string {
    let text: string = claim.verdict;
    if (claim.saysNothing) {
        text += ', says nothing';
    }
    if (claim.trace && expectation.includes(' step')) {
        text += `, ${claim.trace.steps.length} ${claim.trace.steps.length === 1 ? 'step' : 'steps'}`;
    }
    const detail = /: (.*)$/.exec(expectation)?.[1];
    if (detail !== undefined) {
        const found = claim.trace
            ? claim.trace.steps
                  .map((step) =>
                      step.actor === ''
                          ? (step.act ?? '')
                          : `${step.actor}.${step.tool.split('.')[1] ?? step.tool}${marks(step)}`
                  )
                  .join(' > ')
            : claim.obstacles.map((obstacle) => obstacle.text).join(' ');
        text += `: ${claim.trace ? found : found.includes(detail) ? detail : found}`;
    }
    return text;
}

function marks(step: NonNullable<ClaimResult['trace']>['steps'][number]): string {
    return (
        (step.breaks ? '*' : '') +
        (step.letsThrough ? '+' : '') +
        (step.outcome === 'error' ? '!' : step.outcome === 'lost' ? '?' : '')
    );
}
