/**
 * Compares findings that are proofs with the naive comparison, on random policies: the rules reported as having no
 * effect are removed, all together, and no session may reveal it. Tools reported as never called must never be called.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findingsOf } from '../../server/checker/findings/index.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Policy, Rule } from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import { FALSE, TRUE } from '../../server/model/policy/truth.js';
import { expectMore } from './agreement.js';
import { check } from './check.js';
import { naiveDifference } from './difference.js';
import type { Shape } from './generate.js';
import { policies } from './generate.js';
import { printPolicy } from './print.js';
import { SHARE, runs } from '../support/depth.js';

const SEED = 20_261_127 + SHARE;
const RUNS = runs(18);

const plain: Shape = {
    agents: 2,
    humans: 2,
    tools: 2,
    params: 1,
    monitors: 3,
    rules: 4,
    claims: 0,
    depth: 1,
    approvals: 3,
    statuses: ['succeeded', 'succeeded', 'released', 'failed', 'denied'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never']
};
/**
 * A condition on the calls of all tools makes the tools equivalent, so one of them represents the others in a search.
 */
const alike: Shape = { ...plain, agents: 1, tools: 3, params: 0, monitors: 2, rules: 3, outside: 0 };
const timed: Shape = { ...plain, agents: 1, params: 0, monitors: 2, windows: [1, 2], timed: 8, approvals: 1 };
const keyed: Shape = { ...plain, agents: 1, monitors: 2, keyed: 10 };

/** Copies of some rule with the condition of another: often one of the two has no effect. */
const repeats = fc.record({ rule: fc.nat({ max: 59 }), other: fc.nat({ max: 59 }) });

function repeated(policy: Policy, { rule: at, other }: { readonly rule: number; readonly other: number }): Policy {
    const rule = policy.rules[at % policy.rules.length]!;
    const { when } = policy.rules[other % policy.rules.length]!;
    const again: Rule = { ...rule, when: { op: 'and', args: [rule.when, when] } };
    return withPlaces({ ...policy, rules: [...policy.rules, again] });
}

/** The policy with an `allow` of all tools, and a `deny` of all of them with the condition of some rule. */
function ofAllTools(policy: Policy, { rule: at }: { readonly rule: number }): Policy {
    const { when } = policy.rules[at % policy.rules.length]!;
    const subject = { tools: policy.tools.map((): Truth => TRUE), text: 'any tool' };
    const base = { subject, text: 'any tool', source: policy.source };
    const all: Rule[] = [
        { ...base, kind: 'allow', when: { op: 'constant', value: TRUE } },
        { ...base, kind: 'deny', when }
    ];
    return withPlaces({ ...policy, rules: [...policy.rules, ...all] });
}

/** Findings are reported at the place of their rule. */
function withPlaces(policy: Policy): Policy {
    const at = (line: number): Rule['source'] => ({
        uri: '',
        start: { line, character: 0 },
        end: { line, character: 1 }
    });
    return { ...policy, rules: policy.rules.map((rule, line) => ({ ...rule, source: at(line) })) };
}

/** The policy with the claim that none of these tools is ever called. */
function neverOf(policy: Policy, names: string): Policy {
    const named = names.split(/, | and /);
    const tools = policy.tools.map(({ name }): Truth => (named.includes(name) ? TRUE : FALSE));
    expect(tools).toContain(TRUE);
    const bad = { op: 'constant', value: TRUE } as const;
    const claim = {
        kind: 'never',
        name: '',
        text: '',
        source: policy.source,
        subject: { tools, text: names },
        bad
    } as const;
    return { ...policy, claims: [claim] };
}

/** The rule of each of these findings can be removed. */
const REMOVABLE = ['GR504', 'GR506', 'GR507', 'GR508'];

test.each([
    ['conditions and approvals', plain, repeated, ['GR504', 'GR505', 'GR507', 'GR508']],
    ['tools that are alike', alike, ofAllTools, ['GR504', 'GR507']],
    ['windows of time', timed, repeated, ['GR504', 'GR507']],
    ['keys', keyed, repeated, ['GR504', 'GR507']]
] as const)('%s', (_, shape, changed, met) => {
    const tally = new Map<string, number>();
    fc.assert(
        fc.property(policies(shape), repeats, (generated, repeat) => {
            const policy = changed(generated, repeat);
            const findings = findingsOf(policy, [], { limits: DEFAULT_LIMITS });
            findings.forEach(({ code }) => tally.set(code, (tally.get(code) ?? 0) + 1));
            const told = `${printPolicy(policy)}\n${findings.map(({ code, source, message }) => `${source.start.line} ${code} ${message}`).join('\n')}`;
            const removed = findings.filter(({ code }) => REMOVABLE.includes(code)).map(({ source }) => source);
            if (removed.length > 0) {
                const rest = { ...policy, rules: policy.rules.filter(({ source }) => !removed.includes(source)) };
                const { steps } = naiveDifference(policy, rest, { steps: 3, decisions: 6_000 });
                expect(steps, told).toBeUndefined();
            }
            for (const { message } of findings.filter(({ code }) => code === 'GR505')) {
                const [names = ''] = message.split(/ (?:is|are) allowed here/);
                const { claims } = check(neverOf(policy, names), { steps: 4, decisions: 2_000 });
                expect(claims[0]!.steps, told).toBeUndefined();
            }
        }),
        { seed: SEED, numRuns: RUNS }
    );
    expectMore(tally, 0, [...met]);
});
