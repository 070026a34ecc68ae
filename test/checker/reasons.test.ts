/** Tests why no rule stopped the calls of a counterexample, and which parts of the claim they break. */
import { expect, test } from 'vitest';
import { wordOf } from '../../server/checker/results/verdict-words.js';
import { reasonsOf, type SessionReasons } from '../../server/checker/traces/reasons.js';
import { checkedUntimed } from '../support/checked.js';
import { policyOf } from '../support/policies.js';

const PRELUDE = `policy P
label secret
server bank { tool verify(account: string)  tool pay(account: string, amount: 1..100) external  tool read() reads secret }
agent bot
human boss
allow bot: any tool
`;

async function reasons(text: string): Promise<SessionReasons> {
    const policy = await policyOf(PRELUDE + text);
    const [claim] = checkedUntimed(policy).claims;
    expect(claim!.verdict).toBe('violated');
    return reasonsOf(policy, claim!.trace!, claim!.name);
}

/** The last step: each rule with its outcome, and the parts that decided it. */
function lastOf({ steps }: SessionReasons): unknown {
    return steps
        .at(-1)!
        .passed.map(({ rule, outcome, parts }) => [
            rule.source.start.line + 1,
            outcome,
            parts.map(({ text, truth, values }) => [text, truth, ...values])
        ]);
}

test('a rule that does not apply: the part that was false, with the value', async () => {
    const found = await reasons(`deny bank.pay when amount > 60 and carries secret
require approval by boss for bank.read
claim "c": never bank.pay when amount > 50`);
    expect(lastOf(found)).toEqual([
        [
            7,
            'does not apply',
            [[expect.stringMatching(/^amount > 60$/), 'false', expect.stringMatching(/^amount: 5\d$/)]]
        ]
    ]);
    expect(found.steps.at(-1)!.others.map(({ source }) => source.start.line + 1)).toEqual([8]);
    expect(found.claim).toEqual([{ text: 'amount > 50', truth: 'true', values: [expect.stringMatching(/^amount: /)] }]);
});

test('a condition on labels names what the agent carries', async () => {
    const found = await reasons(`deny bank.pay when carries secret
claim "c": never bank.pay`);
    expect(lastOf(found)).toEqual([[7, 'does not apply', [['carries secret', 'false', 'bot carries nothing']]]]);
});

test('a `require` that is met, and a claim with a shorter window: how long ago the event was', async () => {
    const found = await reasons(`require once bank.verify(account) within 10m for bank.pay
claim "c": bank.pay requires once bank.verify(account) within 5m`);
    const [[line, outcome, [[, truth, age]]]] = lastOf(found) as [[number, string, [[string, string, string]]]];
    expect([line, outcome, truth]).toEqual([7, 'is met', 'true']);
    expect(age).toBe('5 minutes 1 second before; 10 minutes allowed');
    expect(found.claim!.map(({ truth: value, values }) => [value, ...values])).toEqual([
        ['false', age.replace('10 minutes', '5 minutes')]
    ]);
});

test('an approval that was given', async () => {
    const found = await reasons(`require approval by boss for bank.pay
claim "c": never bank.pay`);
    expect(found.steps.map((step) => step?.passed.map(({ outcome }) => outcome))).toEqual([
        undefined,
        undefined,
        ['is met']
    ]);
});

/** Policies whose claim only a second session breaks, and the parts of the claim that it breaks. */
const acrossSessions: readonly (readonly [
    claim: string,
    rules: string,
    parts: readonly (readonly [string, string])[]
])[] = [
    [
        'never bank.pay after bank.read unless approved by boss',
        'deny bank.pay when once bank.read',
        [
            ['once bank.read across sessions', 'true'],
            ['approved by boss', 'false']
        ]
    ],
    [
        'never bank.pay when amount > 50 and once bank.read',
        'deny bank.pay when once bank.read',
        [
            ['amount > 50', 'true'],
            ['once bank.read across sessions', 'true']
        ]
    ],
    [
        'bank.pay requires not once bank.read within 5m',
        'deny bank.pay when once bank.read within 5m',
        [['once bank.read within 5m across sessions', 'true']]
    ],
    ['at most 1 bank.pay', 'limit bank.pay to 1', [['count(bank.pay across sessions) >= 1', 'true']]],
    [
        'no flow from secret to bank.pay',
        'deny bank.pay when carries secret',
        [['once released tools that read secret by caller across sessions', 'true']]
    ]
];

test.each(acrossSessions)('of a second session: %s', async (claim, rules, parts) => {
    const policy = await policyOf(`${PRELUDE}${rules}\nclaim "c": ${claim}`);
    const [result] = checkedUntimed(policy).claims;
    expect(wordOf(result!)).toBe('holds in one session');
    const found = reasonsOf(policy, result!.acrossSessions!.trace!, 'c');
    expect(found.claim?.map(({ text, truth }) => [text, truth])).toEqual(parts);
});
