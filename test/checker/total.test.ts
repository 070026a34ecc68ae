/** Tests the time of a whole check (`total`). The test clock advances by one each time it is read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withClock } from '../../server/checker/limits/budget.js';
import { checkPolicy } from '../../server/checker/check.js';
import type { PolicyResult } from '../../server/checker/results/result.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { onlyDeep, partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

const folder = join(import.meta.dirname, 'budgets');
const hard = await Promise.all(
    partOf(
        readdirSync(folder).filter((file) => file.endsWith('.guardrail')),
        6
    ).map(async (file) => [file, await policyOf(readFileSync(join(folder, file), 'utf8'))] as const)
);

const lines = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** Policies that are large rather than hard, with many declarations of each kind. */
const LARGE: Readonly<Record<string, string>> = {
    'claims and scenarios': `policy P
server s { tool x(n: int) }
agent a
allow a: s.*
${lines(150, (i) => `claim "c${i}": never s.x when n == ${i}`)}
${lines(150, (i) => `scenario "s${i}":\n  a calls s.x(n: ${i}) -> allowed`)}`,
    'tools with a rule each': `policy P
server s {
${lines(300, (i) => `  tool t${i}(n: int)`)}
}
agent a
${lines(300, (i) => `allow a: s.t${i} when n < ${i}`)}
claim "c": never s.t1 when n > 5`,
    'agents with a rule each': `policy P
server s { tool x(n: int) }
${lines(300, (i) => `agent a${i}\nallow a${i}: s.x`)}
claim "c": never s.x when n == 5`,
    'a long chain of history': `policy P
server s {
${lines(1_500, (i) => `  tool t${i}()`)}
}
agent a
allow a: s.*
${lines(1_499, (i) => `deny s.t${i} when once s.t${i + 1}`)}
claim "c": never s.t1 after s.t2`,
    'rules of one tool': `policy P
server s { tool x(n: int) }
agent a
allow a: s.x
${lines(300, (i) => `deny s.x when n == ${i}`)}
claim "c": never s.x when n == 5`
};
const large = await Promise.all(
    Object.entries(LARGE).map(async ([name, text]) => [name, await policyOf(text)] as const)
);

/**
 * The number of clock reads after the time is over: for leaving each piece of work in progress, and for each that was
 * not started.
 */
const AFTER = 200;
const AFTER_EACH = 4;

function checkedIn(policy: Policy, totalMs: number): { readonly result: PolicyResult; readonly looks: number } {
    let looks = 0;
    const result = withClock(
        () => looks++,
        () => checkPolicy(policy, { total: { left: totalMs, of: totalMs } })
    );
    return { result, looks };
}

describe.each([...hard, ...large])('%s', (_, policy) => {
    test.each([0, ...onlyDeep([1, 7]), 150])('in %d clock reads', (totalMs) => {
        const { result, looks } = checkedIn(policy, totalMs);
        expect(looks).toBeLessThan(totalMs + AFTER + AFTER_EACH * (policy.claims.length + policy.scenarios.length));
        expect(result.claims).toHaveLength(policy.claims.length);
        if (looks > totalMs + AFTER) {
            expect(result.cut).toContain('in all');
        }
        for (const { verdict, basis, acrossSessions } of result.claims) {
            expect(verdict !== 'undecided' || basis.limit !== undefined).toBe(true);
            // If only one session of a claim was searched, the result must report it.
            expect(verdict !== 'holds' || acrossSessions !== undefined).toBe(true);
        }
    });
});

test('nothing is decided without time, and everything is reported as open', () => {
    for (const [, policy] of hard) {
        const { claims, scenarios, findings, cut } = checkedIn(policy, 0).result;
        expect(claims.map(({ verdict }) => verdict)).toEqual(claims.map(() => 'undecided'));
        expect([scenarios, findings]).toEqual([[], []]);
        expect(cut).toBe('more than 0 seconds in all');
    }
});
