/**
 * Tests that every example is checked, and that its results match the table: verdicts, shortest sessions, what they rest on.
 * A number of states may change when the checker learns to merge more; a verdict or the length of a session may
 * not.
 */
import { describe, expect, test } from 'vitest';
import { withClock } from '../../server/checker/limits/budget.js';
import { checkPolicy } from '../../server/checker/check.js';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import { basisText } from '../../server/checker/results/verdict-words.js';
import type { ClaimResult, PolicyResult, Trace } from '../../server/checker/results/result.js';
import expected from './expected.json' with { type: 'json' };
import { partOf } from '../support/depth.js';
import { files, load, loadPolicy } from './policies.js';

/** Defects in rules as published, which are found without any claim. */
const WARNINGS: Readonly<Record<string, readonly string[]>> = {
    'portfolio/fresh-price.guardrail': ['GR433'],
    'portfolio/load-first.guardrail': ['GR433'],
    'portfolio/own-client.guardrail': ['GR433']
};

test.each(files)('%s has no error, and no warning but those that it is to have', async (file) => {
    const { diagnostics } = await load(file);
    const problems = diagnostics.filter(({ severity }) => severity === 'error' || severity === 'warning');
    const expectedCodes = WARNINGS[file] ?? [];
    const others = problems.filter(({ code }) => !expectedCodes.includes(String(code)));
    expect(others.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(expectedCodes);
});

test('the table has every policy', async () => {
    const loaded = await Promise.all(files.map(async (file) => ({ file, policy: (await load(file)).policy })));
    expect(loaded.filter(({ policy }) => policy).map(({ file }) => file)).toEqual(Object.keys(expected).sort());
});

/** Claims that take seconds. A build checks only the other claims of these policies, and not their findings, which need all claims. */
const SLOW: Readonly<Record<string, readonly string[]>> = {
    'github/github.guardrail': [
        'a file from a site can be published',
        'an invitation can be accepted with another account',
        'an invitation can be accepted, and files can be published there'
    ],
    'guardrails/modes.guardrail': ['the plan is left only with the user', 'in plan mode a search asks'],
    'guardrails/network.guardrail': [
        'requests go to the company and to its model',
        'methods are the known ones, and a deletion asks',
        'bodies are short'
    ],
    'portfolio/as-published.guardrail': ['no session trades more than 60,000'],
    'portfolio/repaired.guardrail': ['no session trades more than 60,000'],
    'workspace/workspace.guardrail': [
        'mail goes to people that the user or the contacts named, or past the user',
        'files are shared with people that the user or the contacts named, or past the user'
    ]
};

describe('results', () => {
    test.each(Object.entries(expected))(
        '%s',
        async (file, row) => {
            const policy = await loadPolicy(file);
            // The clock stands still, so that slow machines give the same results.
            const check = (claim?: string): PolicyResult =>
                withClock(
                    () => 0,
                    () => checkPolicy(policy, claim === undefined ? {} : { claim })
                );
            const quick = partOf(policy.claims, ({ name }) => !SLOW[file]?.includes(name));
            if (quick.length === policy.claims.length) {
                expect(rowOf(check())).toEqual(row);
                return;
            }
            for (const { name } of quick) {
                expect(row.claims).toMatchObject(rowOf(check(name)).claims);
            }
            const scenarios = policy.scenarios.map((scenario) => runScenario(policy, scenario));
            expect(row.scenarios).toBe(scenariosText(scenarios));
        },
        300_000
    );
});

function rowOf(result: PolicyResult): Row {
    return {
        claims: Object.fromEntries(result.claims.map((claim) => [claim.name, claimText(claim)])),
        scenarios: scenariosText(result.scenarios),
        findings: result.findings.map(({ code, trace }) => (trace ? `${code}: ${sessionText(trace)}` : code))
    };
}

function scenariosText(scenarios: PolicyResult['scenarios']): string {
    return `${scenarios.filter(({ passed }) => passed).length} of ${scenarios.length} pass`;
}

interface Row {
    readonly claims: Readonly<Record<string, string>>;
    readonly scenarios: string;
    readonly findings: readonly string[];
}

function claimText(claim: ClaimResult): string {
    const { acrossSessions: second } = claim;
    // If the result is the same for the same reason, no explanation is needed.
    const isSame = second === undefined || second.basis === claim.basis;
    // The time for this is short, so the progress of an undecided claim depends on the machine.
    const secondText = second?.verdict === 'undecided' ? 'undecided' : second && lineText(second);
    return isSame ? lineText(claim) : `${lineText(claim)}; across sessions: ${secondText}`;
}

function lineText({ verdict, basis, trace }: Pick<ClaimResult, 'verdict' | 'basis' | 'trace'>): string {
    const rests = `${verdict}, ${basisText(basis)}`;
    return trace ? `${rests}: ${sessionText(trace)}` : rests;
}

/** The session, with humans by name and calls by tool. */
function sessionText(trace: Trace): string {
    return trace.steps.map((step) => (step.kind === 'approve' ? step.actor : step.tool || step.act)).join(' > ');
}
