/**
 * Compares claims over several sessions, and state that outlives a session, with the naive checker on random small
 * policies.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import type { ClaimResult, Trace } from '../../server/checker/results/result.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { checkAcross, type AcrossFacts } from './across.js';
import { policies, type Shape } from './generate.js';
import { printPolicy } from './print.js';
import { wrong } from './replay.js';
import { more, runs } from '../support/depth.js';

const SEED = 20_261_125;
const LIMITS = { steps: 5, decisions: 1_500 };

const shape: Shape = {
    agents: 2,
    humans: 1,
    tools: 3,
    params: 0,
    monitors: 3,
    rules: 4,
    claims: 2,
    depth: 1,
    approvals: 1,
    statuses: ['released', 'failed', 'denied'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never', 'never', 'requires', 'at most', 'no flow', 'no flow', 'decided', 'always']
};
const timed: Shape = { ...shape, agents: 1, tools: 2, monitors: 2, windows: [1, 2], timed: 8 };
const keyed: Shape = { ...shape, agents: 1, tools: 2, monitors: 2, keyed: 10 };

/** Some of the history covers all sessions, some servers store, and some claims cover all sessions. */
function withSessions(of: Shape): fc.Arbitrary<Policy> {
    const flags = fc.array(fc.nat({ max: 9 }), { minLength: 12, maxLength: 12 });
    return fc.tuple(policies(of), flags).map(([policy, draws]) => ({
        ...policy,
        monitors: policy.monitors.map((monitor, i) =>
            draws[i]! < 3 && monitor.kind !== 'last is' ? { ...monitor, across: true } : monitor
        ),
        tools: policy.tools.map((tool, i) =>
            draws[i + 4]! < 5 ? { ...tool, stores: draws[i + 4]! < 3 ? 'a' : 'b' } : tool
        ),
        claims: policy.claims.map((claim, i): Claim => (draws[i + 8]! < 3 ? { ...claim, across: true } : claim))
    }));
}

test('claims over several sessions', () => {
    const tally = agree(shape, 160);
    for (const what of [
        'holds',
        'holds; across sessions: holds',
        'holds; across sessions: violated',
        'violated in 1',
        'violated in 2',
        'broken by a second session in 3',
        'marked: holds',
        'marked: violated in 3',
        'a session that outlives'
    ]) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(more(0));
    }
});

test('the same with windows', () => {
    const tally = agree(timed, 150);
    for (const what of ['holds; across sessions: holds', 'holds; across sessions: violated', 'with waiting']) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(more(0));
    }
});

test('the same with keys', () => {
    const tally = agree(keyed, 40);
    for (const what of ['holds; across sessions: holds', 'holds; across sessions: violated']) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(more(0));
    }
});

function agree(of: Shape, policyCount: number): Map<string, number> {
    const tally = new Map<string, number>();
    const details = fc.check(
        fc.property(withSessions(of), (policy) => disagreements(policy, tally).length === 0),
        { numRuns: runs(policyCount), seed: SEED }
    );
    if (details.counterexample !== null) {
        const [policy] = details.counterexample;
        expect.fail(
            `path ${details.counterexamplePath}\n${printPolicy(policy)}\n${JSON.stringify(policy.tools.map(({ name, stores }) => [name, stores]))}\n\n${explained(policy)}`
        );
    }
    return tally;
}

function explained(policy: Policy): string {
    try {
        return disagreements(policy, new Map()).join('\n');
    } catch (error) {
        return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
}

function disagreements(policy: Policy, tally: Map<string, number>): string[] {
    const facts = checkAcross(policy, LIMITS);
    const { claims } = checkPolicy(policy);
    const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
    return policy.claims.flatMap((claim, i) => {
        const result = claims[i] as ClaimResult;
        const fact = facts[i] as AcrossFacts;
        const { acrossSessions: second } = result;
        const isMarked = claim.across === true;
        const length = lengthOf(result);
        count(`${isMarked ? 'marked: ' : ''}${result.verdict}${length === undefined ? '' : ` in ${length}`}`);
        if (second) {
            count(`${result.verdict}; across sessions: ${second.verdict}`);
            count(`broken by a second session in ${lengthOf(second)}`);
        }
        const traces = [result.trace, second?.trace].filter((trace) => trace !== undefined);
        traces.filter(waits).forEach(() => count('with waiting'));
        if (!isMarked && result.trace && starts(result.trace)) {
            count('a session that outlives');
        }
        const problems = [
            difference(isMarked ? fact.across : fact.alone, fact.bound, result),
            ...(second ? [difference(fact.across, fact.bound, second)] : []),
            ...(isSafe(claim) && !isMarked && !second && result.verdict !== 'violated'
                ? ['there is no second line']
                : []),
            ...(result.trace ? [wrong(policy, claim, result.trace)] : []),
            ...(second?.trace ? [wrong(policy, { ...claim, across: true }, second.trace)] : [])
        ].filter((problem) => problem !== undefined);
        return problems.map((problem) => `${claim.name}: ${problem}\n${traces.map(text).join('\n\n')}`);
    });
}

type Line = Pick<ClaimResult, 'verdict' | 'basis'> & { readonly trace?: Trace };

/** The product's verdict on a claim, compared with the length of a shortest session that the oracle found. */
function difference(expected: number | undefined, bound: number, line: Line): string | undefined {
    const length = lengthOf(line);
    const says = `the product says ${line.verdict}${length === undefined ? '' : ` in ${length}`}`;
    if (line.verdict === 'undecided' || line.basis.scopes.some((scope) => !scope.startsWith('keys'))) {
        return expected !== undefined && length !== undefined && length < expected ? says : undefined;
    }
    if (expected !== undefined) {
        return length === expected ? undefined : `${says}, the oracle has a session of ${expected}`;
    }
    return length === undefined || length > bound ? undefined : `${says}, the oracle has none of up to ${bound}`;
}

function isSafe(claim: Claim): boolean {
    return !(claim.kind === 'decided' && claim.decision === 'allowed');
}

function lengthOf({ verdict, trace }: Line): number | undefined {
    return verdict === 'violated' ? trace!.steps.length : undefined;
}

function waits({ steps }: Trace): boolean {
    return steps.some(({ time }) => time > 0);
}

function starts({ steps }: Trace): boolean {
    return steps.some(({ actor }) => actor === '');
}

function text({ steps }: Trace): string {
    return steps.map((step) => `  ${step.time}s ${step.text} ${step.outcome ?? ''}`).join('\n');
}
