/**
 * Tests that a check in pieces gives the same results as a check of the whole, and that a cached piece gives what it
 * would give again, word for word and place for place.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { SurveyCache } from '../../server/checker/findings/survey.js';
import { Pieces } from '../../server/checker/incremental/index.js';
import type { Outcome } from '../../server/checker/incremental/outcomes.js';
import { resultOf } from '../../server/checker/incremental/outcomes.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { PolicyResult } from '../../server/checker/results/result.js';
import type { Policy, Rule, Source } from '../../server/model/policy/policy.js';
import type { Shape } from '../oracle/generate.js';
import { policies } from '../oracle/generate.js';
import { printPolicy } from '../oracle/print.js';
import { onlyDeep, partOf, runs } from '../support/depth.js';
import { parsePolicy, policyOf } from '../support/policies.js';

const SEED = 20_261_125;

/** Results of pieces by their key, cached across texts as in an editor. */
class Kept {
    private readonly outcomes = new Map<string, Outcome>();
    private readonly surveys = new SurveyCache();
    /** The pieces searched again in the last check. */
    searched: string[] = [];
    hits = 0;

    check(policy: Policy, limits = DEFAULT_LIMITS): PolicyResult {
        const pieces = Pieces.of(policy, limits)!;
        const found = new Map<number, Outcome>();
        pieces.all.forEach(({ key }, index) => {
            const outcome = this.outcomes.get(key);
            if (outcome) {
                found.set(index, outcome);
            }
        });
        this.hits += found.size;
        this.searched = [];
        pieces.check(new Map(found), {
            surveys: this.surveys,
            onOutcome: (index, outcome, isComplete) => {
                found.set(index, outcome);
                if (isComplete) {
                    this.outcomes.set(pieces.all[index]!.key, outcome);
                    this.searched.push(outcome.kind === 'findings' ? 'findings' : outcome.result.name);
                }
            }
        });
        return resultOf(
            policy,
            pieces.all,
            pieces.all.map((_, index) => found.get(index)!)
        );
    }
}

/** Everything except the duration. */
function said(result: PolicyResult): unknown {
    return JSON.parse(
        JSON.stringify(result, (field, value: unknown) => (field === 'milliseconds' ? undefined : value))
    );
}

const text = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

/** Each form of the language occurs in one of these; policies that take seconds are left out. */
const WHOLE = [
    ...['agents', 'answers', 'approvals', 'assumptions', 'attempts', 'constants', 'defaults', 'events'],
    ...['history', 'keys-linked', 'may-do', 'order', 'packs', 'possible-within', 'refused', 'signals'],
    ...['stays-modes', 'stays-possible', 'std-broken', 'stores', 'unknown']
].map((name) => `cases/${name}.guardrail`);

/** Policies whose constructs are beyond the exact search in several lines. */
const BEYOND = ['bounded/signals-of-values.guardrail', 'mixed/months.guardrail'];

test.each([
    ...partOf(WHOLE, 12),
    ...BEYOND,
    '../../bench/ordinary.guardrail',
    ...onlyDeep(['../../examples/guardrails/modes.guardrail'])
])('%s: the pieces give the same results as the whole', async (file) => {
    const policy = await policyOf(text(file));
    const kept = new Kept();
    const whole = said(checkPolicy(policy));
    expect(said(kept.check(policy))).toEqual(whole);
    expect(said(kept.check(policy))).toEqual(whole);
    expect(kept.searched).toEqual([]);
});

const MAIL = `policy Mail
agent assistant
human reviewer
label private
server mail {
  tool read() reads private
  tool send(to: string) external
}
server shop {
  /** Pays. */
  tool pay(amount: int)
  tool refund(amount: int)
}
allow assistant: any tool
deny mail.send when carries private
require approval by reviewer for shop.pay when amount > 100
limit shop.refund to 2
claim "mail stays": never mail.send after mail.read
claim "large sums are approved": never shop.pay when amount > 100 unless approved by reviewer
claim "few refunds": at most 2 shop.refund
scenario "pays":
  assistant calls shop.pay(amount: 1) -> allowed
`;

/** A change of the text, and the pieces that are searched again for it. */
const EDITS: readonly [string, (text: string) => string, readonly string[]][] = [
    ['a comment and blank lines', (from) => `// Mail.\n\n\n${from}`, []],
    ['a doc comment', (from) => from.replace('Pays.', 'Pays a bill.'), []],
    ['white space inside a rule', (from) => from.replace('deny mail.send when', 'deny mail.send\n    when'), []],
    [
        'a rule that one claim sees',
        (from) => from.replace('refund to 2', 'refund to 3'),
        ['few refunds', 'pays', 'findings']
    ],
    [
        'a condition on the history in front of all others',
        (from) => from.replace('deny mail', 'deny shop.pay when once shop.refund\ndeny mail'),
        ['large sums are approved', 'pays', 'findings']
    ],
    [
        'a tool in front of all others',
        (from) => from.replace('server mail', 'server web {\n  tool get()\n}\nserver mail'),
        ['pays', 'findings']
    ],
    // Every claim judges the scenario.
    ['a claim', (from) => from.replace('at most 2', 'at most 1'), ['few refunds', 'pays', 'findings']],
    ['the name of a claim', (from) => from.replace('"few refunds"', '"refunds"'), ['refunds', 'findings']],
    ['a scenario', (from) => from.replace('amount: 1)', 'amount: 2)'), ['pays']],
    [
        'an agent, who can make every call',
        (from) => from.replace('agent assistant', 'agent assistant\nagent other'),
        ['mail stays', 'large sums are approved', 'few refunds', 'pays', 'findings']
    ]
];

test.each(EDITS)('the pieces searched again after a change of %s', async (_what, edit, searched) => {
    const kept = new Kept();
    kept.check(await policyOf(MAIL));
    const edited = await policyOf(edit(MAIL));
    expect(said(kept.check(edited))).toEqual(said(checkPolicy(edited)));
    expect([...kept.searched].sort()).toEqual([...searched].sort());
});

test('a session that was built from what the rules ask for is found in the pieces too', async () => {
    const policy = await policyOf(text('budgets/sums.guardrail').replace(/claim "[ce]".*/g, ''));
    const limits = { ...DEFAULT_LIMITS, maxWork: 20_000 };
    const kept = new Kept();
    expect(kept.check(policy, limits).claims.map(({ basis }) => basis.by)).toEqual(['session']);
    expect(said(kept.check(policy, limits))).toEqual(said(checkPolicy(policy, { limits })));
});

test('a number that represents a line is an ordinary text', async () => {
    const policy = await policyOf(MAIL.replaceAll('100', '718281000001'));
    expect(Pieces.of(policy)).toBeUndefined();
});

describe('random edits: cached results equal those of a fresh check', () => {
    /** A line of the text, and its replacement. */
    const lineEdits = fc.array(
        fc.record({
            at: fc.nat({ max: 999 }),
            kind: fc.constantFrom('blank', 'comment', 'delete', 'double', 'swap', 'number', 'split')
        }),
        { minLength: 4, maxLength: 8 }
    );
    const edited = (before: string, { at, kind }: { readonly at: number; readonly kind: string }): string => {
        const lines = before.split('\n');
        const index = at % lines.length;
        const line = lines[index]!;
        const becomes: { readonly [kind: string]: readonly string[] } = {
            blank: ['', line],
            comment: [line, '// said'],
            delete: [],
            double: [line, line],
            swap: [lines[index + 1] ?? '', line],
            number: [line.replace(/\d+/, (number) => String(Number(number) + 1))],
            split: [line.replace(/ (when|unless|for|after) /, '\n  $1 ')]
        };
        lines.splice(index, kind === 'swap' ? 2 : 1, ...becomes[kind]!);
        return lines.join('\n');
    };

    test.each([MAIL, text('cases/order.guardrail')])('of texts (%#)', async (original) => {
        const kept = new Kept();
        kept.check(await policyOf(original));
        let checks = 0;
        await fc.assert(
            fc.asyncProperty(lineEdits, async (edits) => {
                let now = original;
                for (const edit of edits) {
                    const next = edited(now, edit);
                    const { policy } = await parsePolicy(next);
                    if (policy) {
                        now = next;
                        expect(said(kept.check(policy)), now).toEqual(said(checkPolicy(policy)));
                        checks++;
                    }
                }
            }),
            { seed: SEED, numRuns: runs(40, 3) }
        );
        expect(checks).toBeGreaterThan(12);
        expect(kept.hits).toBeGreaterThan(checks);
    });

    const RANDOM = runs(25, 6);
    const small: Shape = {
        agents: 2,
        humans: 2,
        tools: 4,
        params: 1,
        monitors: 3,
        rules: 5,
        claims: 3,
        depth: 1,
        approvals: 2,
        statuses: ['attempted', 'denied', 'held', 'released', 'failed'],
        seconds: [1, 2],
        windows: [1, 2],
        timed: 2,
        keyed: 3,
        outside: 1,
        claimKinds: ['never', 'requires', 'possible', 'at most', 'no flow', 'decided', 'always']
    };
    const ruleEdits = fc.array(
        fc.record({
            at: fc.nat({ max: 99 }),
            kind: fc.constantFrom('delete', 'double', 'move', 'not', 'because', 'apart')
        }),
        { minLength: 2, maxLength: 4 }
    );
    const changed = (rules: readonly Rule[], at: number, kind: string): Rule[] => {
        const index = at % Math.max(1, rules.length);
        const [before, rule, after] = [rules.slice(0, index), rules[index], rules.slice(index + 1)];
        if (!rule) {
            return [];
        }
        switch (kind) {
            case 'delete':
                return [...before, ...after];
            case 'double':
                return [...before, rule, rule, ...after];
            case 'move':
                return [...after, rule, ...before];
            case 'not':
                return [...before, { ...rule, when: { op: 'not', arg: rule.when } }, ...after];
            case 'because':
                return [...before, { ...rule, because: `reason ${at}` }, ...after];
            default:
                return [...rules];
        }
    };
    /** Writes each statement on a separate line, with `gap` lines between two of them. */
    const written = (policy: Policy, gap: number): Policy => {
        const at = (index: number): Source => {
            const line = (index + 1) * gap;
            return { uri: 'memory:/p', start: { line, character: 0 }, end: { line, character: 9 } };
        };
        return {
            ...policy,
            rules: policy.rules.map((rule, index) => ({ ...rule, source: at(index) })),
            claims: policy.claims.map((claim, index) => ({ ...claim, source: at(policy.rules.length + index) }))
        };
    };

    test('of random policies', () => {
        let hits = 0;
        fc.assert(
            fc.property(policies(small), ruleEdits, (policy, edits) => {
                const kept = new Kept();
                let now = policy;
                kept.check(written(now, 1));
                edits.forEach(({ at, kind }, index) => {
                    now = { ...now, rules: changed(now.rules, at, kind) };
                    const placed = written(now, index + 2);
                    expect(said(kept.check(placed)), printPolicy(placed)).toEqual(said(checkPolicy(placed)));
                });
                hits += kept.hits;
            }),
            { seed: SEED, numRuns: RANDOM }
        );
        expect(hits).toBeGreaterThan(RANDOM);
    });
});
