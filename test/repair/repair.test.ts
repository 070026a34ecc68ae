/**
 * Tests repairs, case by case. Each proposal is applied to the text and checked again, by the checker and by the
 * oracle.
 */
import { describe, expect, test } from 'vitest';
import { wordOf } from '../../server/checker/results/verdict-words.js';
import { check } from '../oracle/check.js';
import { edited, policyOf, repaired } from './repairs.js';
import { checkedUntimed } from '../support/checked.js';

const INVENTORY = `policy P
label private
agent bot
human ann
entity Account
server mail {
    tool read(folder: string) reads private
    tool send(to: string, n: int) external
}
server bank {
    tool verify(account: Account) atomic
    tool price(symbol: string) atomic
    tool pay(account: Account, symbol: string)
}
`;
const PATH = '/policies/case.guardrail';

interface Case {
    readonly rules: string;
    readonly claims: string;
    /** The text of a proposed repair. */
    readonly expected: string;
}

const cases: readonly (readonly [string, Case])[] = [
    [
        'what is claimed of a release is required of it',
        {
            rules: 'allow bot: bank.verify, bank.pay',
            claims: 'claim "verified": bank.pay requires once bank.verify(account)',
            expected: 'add: require once bank.verify(account) for bank.pay'
        }
    ],
    [
        'a pattern that forgets the key of the call',
        {
            rules: 'allow bot: bank.verify\nallow bot: bank.pay when once bank.verify',
            claims: 'claim "verified": never bank.pay when not once bank.verify(account)',
            expected: 'change line 16 to: allow bot: bank.pay when once bank.verify(account)'
        }
    ],
    [
        'a pattern that forgets the window',
        {
            rules: 'allow bot: bank.verify\nallow bot: bank.pay when once bank.verify(account)',
            claims: 'claim "verified": never bank.pay when not once bank.verify(account) within 15m',
            expected: 'change line 16 to: allow bot: bank.pay when once bank.verify(account) within 15m'
        }
    ],
    [
        'a number for all sessions',
        {
            rules: 'allow bot: mail.send\nlimit mail.send to 2',
            claims: 'claim "few": at most 2 mail.send across sessions',
            expected: 'add: limit mail.send to 2 across sessions'
        }
    ],
    [
        'a result that must not get out',
        {
            rules: 'allow bot: mail.*',
            claims: 'claim "out": never mail.send when to from mail.read.result',
            expected: 'add: withhold result of mail.read'
        }
    ],
    [
        'two alternatives that were meant together',
        {
            rules: [
                'allow bot: bank.verify, bank.price',
                'allow bot: bank.pay when once bank.verify(account)',
                'allow bot: bank.pay when once bank.price(symbol)'
            ].join('\n'),
            claims: [
                'claim "verified": never bank.pay when not once bank.verify(account)',
                'claim "priced": never bank.pay when not once bank.price(symbol)',
                'claim "it can pay": possible bank.pay'
            ].join('\n'),
            expected:
                'join lines 16 and 17 to: allow bot: bank.pay when once bank.verify(account) and once bank.price(symbol)'
        }
    ],
    [
        'unless for when',
        {
            rules: 'allow bot: bank.verify\nallow bot: bank.pay unless once bank.verify',
            claims: 'claim "verified": bank.pay is denied when not once bank.verify\nclaim "it can pay": possible bank.verify then bank.pay',
            expected: 'change line 16 to: allow bot: bank.pay when once bank.verify'
        }
    ],
    [
        'a boundary that is off by one',
        {
            rules: 'allow bot: mail.send when n <= 10',
            claims: 'claim "few": mail.send is denied when n == 10\nclaim "nine": possible mail.send(n: 9)',
            expected: 'change line 15 to: allow bot: mail.send when n < 10'
        }
    ],
    [
        'a person who is not asked',
        {
            rules: 'allow bot: mail.*',
            claims: 'claim "a person": never external tools after mail.read unless approved by ann\nclaim "it can send": possible mail.read then mail.send',
            expected: 'add: require approval by ann for external tools when once mail.read'
        }
    ],
    [
        'a flow',
        {
            rules: 'allow bot: mail.*',
            claims: 'claim "no leak": no flow from private to mail.send',
            expected: 'add: deny mail.send when carries private'
        }
    ],
    [
        'a bound',
        {
            rules: 'allow bot: mail.*',
            claims: 'claim "few": at most 2 mail.send',
            expected: 'add: limit mail.send to 2'
        }
    ]
];

describe('proposed', () => {
    test.each(cases)('%s', async (_, { rules, claims, expected }) => {
        const text = `${INVENTORY}${rules}\n${claims}\n`;
        const { result, repairs } = await repaired(text, PATH);
        expect(repairs.length).toBeGreaterThan(0);
        expect(repairs.flatMap((all) => all.repairs.map((repair) => repair.text))).toContain(expected);
        for (const { claim, repairs: proposed } of repairs) {
            expect(proposed.length).toBeLessThanOrEqual(3);
            for (const repair of proposed) {
                const policy = await policyOf(edited(text, repair), PATH);
                const after = checkedUntimed(policy);
                const verdicts = Object.fromEntries(after.claims.map(({ name, verdict }) => [name, verdict]));
                expect(verdicts[claim]).toBe(repair.verdict);
                // Everything that was right must still be right.
                const right = result.claims.filter(({ verdict }) => verdict === 'holds' || verdict === 'witnessed');
                right.forEach(({ name, verdict }) => expect([name, verdicts[name]]).toEqual([name, verdict]));
                // The naive checker finds no violation either, in short sessions.
                const facts = check(policy, { steps: 3, decisions: 4_000 });
                const index = policy.claims.findIndex(({ name }) => name === claim);
                expect(facts.claims[index]?.steps).toBeUndefined();
            }
        }
    });
});

/** Rules that a second session circumvents; with the repair, the claim holds across sessions, too. */
const acrossSessions: readonly (readonly [string, Case])[] = [
    [
        'a rule that forgets earlier sessions',
        {
            rules: 'allow bot: mail.*\ndeny mail.send when once mail.read',
            claims: 'claim "c": never mail.send after mail.read',
            expected: 'change line 16 to: deny mail.send when once mail.read across sessions'
        }
    ],
    [
        'a window',
        {
            rules: 'allow bot: mail.*\ndeny mail.send when once mail.read within 1h',
            claims: 'claim "c": never mail.send when once mail.read within 1h',
            expected: 'change line 16 to: deny mail.send when once mail.read within 1h across sessions'
        }
    ],
    [
        'a label, which ends with its session',
        {
            rules: 'allow bot: mail.*\ndeny mail.send when carries private',
            claims: 'claim "c": never mail.send after mail.read',
            expected:
                'change line 16 to: deny mail.send when (carries private or once tools that read private across sessions)'
        }
    ],
    [
        'a limit',
        {
            rules: 'allow bot: mail.*\nlimit mail.send to 2 per to because "few"',
            claims: 'claim "c": at most 2 mail.send per to',
            expected: 'change line 16 to: limit mail.send to 2 per to across sessions because "few"'
        }
    ],
    [
        'a limit of a total',
        {
            rules: 'server shop { tool buy(n: 1..100) }\nallow bot: shop.buy\nlimit total(shop.buy.n) to 200',
            claims: 'claim "c": always total(shop.buy.n) <= 200',
            expected: 'change line 17 to: limit total(shop.buy.n) to 200 across sessions'
        }
    ],
    [
        'a count',
        {
            rules: 'allow bot: mail.*\ndeny mail.send when count(mail.send within 1d) >= 2',
            claims: 'claim "c": never mail.send when count(mail.send within 1d) >= 2',
            expected: 'change line 16 to: deny mail.send when count(mail.send within 1d across sessions) >= 2'
        }
    ],
    [
        'an approval',
        {
            rules: 'allow bot: mail.*\nrequire approval by ann for mail.send when no bank.verify since mail.read',
            claims: 'claim "c": never mail.send when no bank.verify since mail.read unless approved by ann',
            expected:
                'change line 16 to: require approval by ann for mail.send when no bank.verify since mail.read across sessions'
        }
    ],
    [
        'a violated claim, whose first repairs forget earlier sessions',
        {
            rules: 'allow bot: mail.*',
            claims: 'claim "c": never mail.send after mail.read\nclaim "it can send": possible mail.send',
            expected: 'add: deny mail.send when once mail.read across sessions'
        }
    ]
];

describe('also across sessions', () => {
    test.each(acrossSessions)('%s', async (_, { rules, claims, expected }) => {
        const text = `${INVENTORY}${rules}\n${claims}\n`;
        const { repairs } = await repaired(text, PATH);
        expect(repairs.flatMap((all) => all.repairs.map((repair) => repair.text))).toContain(expected);
        for (const repair of repairs.flatMap((all) => all.repairs)) {
            const { claims: after } = checkedUntimed(await policyOf(edited(text, repair), PATH));
            expect([repair.text, wordOf(after[0]!)]).toEqual([repair.text, repair.word]);
        }
    });

    test('not where the author accepts it', async () => {
        const text = `${INVENTORY}allow bot: mail.*
deny mail.send when once mail.read
@accept(sessions)
claim "c": never mail.send after mail.read
`;
        expect((await repaired(text, PATH)).repairs).toEqual([]);
    });
});

describe('not proposed', () => {
    test('changes that make a `stays possible` fail', async () => {
        const text = `${INVENTORY}allow bot: mail.*
claim "no mail": never mail.send
claim "it can send": possible mail.send
`;
        const { repairs } = await repaired(text, PATH);
        expect(repairs[0]!.repairs).toEqual([]);
        expect(repairs[0]!.reason).toBe(
            'With `add: deny mail.send` it would hold, but "it can send" would be impossible.'
        );
    });

    test('changes that leave another claim vacuous', async () => {
        const text = `${INVENTORY}allow bot: bank.verify, bank.pay
claim "verified": never bank.pay
claim "after a look": bank.pay requires n_o
define n_o = not once mail.read
`;
        const { repairs } = await repaired(text, PATH);
        expect(repairs[0]!.reason).toContain('"after a look" would be vacuous');
    });

    test('changes against behaviour that a scenario demonstrates', async () => {
        const text = `${INVENTORY}allow bot: mail.*
claim "no mail": never mail.send after mail.read
scenario "it sends first":
  bot calls mail.send(to: "x", n: 6) -> allowed
`;
        const { repairs } = await repaired(text, PATH);
        const texts = repairs[0]!.repairs.map((repair) => repair.text);
        expect(texts).toContain('add: deny mail.send when once mail.read');
        expect(texts).not.toContain('add: deny mail.send');
    });

    test('changes that time does not allow', async () => {
        const text = `${INVENTORY}allow bot: mail.*\nclaim "no mail": never mail.send\n`;
        const { repairs } = await repaired(text, PATH, { timeoutMs: -1 });
        expect(repairs[0]!.reason).toBe('No change to the rules was tried: the time ran out.');
    });
});

test('the repair that denies least comes first', async () => {
    const text = `${INVENTORY}allow bot: mail.*
claim "not after reading": never mail.send after mail.read
`;
    const { repairs } = await repaired(text, PATH);
    const texts = repairs[0]!.repairs.map((repair) => repair.text);
    expect(texts.indexOf('add: deny mail.send when once mail.read')).toBe(0);
    expect(texts).toContain('add: deny mail.send by bot');
    expect(repairs[0]!.repairs[0]!.changes).toEqual(['mail.send: allowed -> denied']);
});

test('a scenario that demonstrates what the claim forbids has to change too', async () => {
    const text = `${INVENTORY}allow bot: mail.*
claim "no long mail": never mail.send when n > 5
scenario "it sends":
  bot calls mail.send(to: "x", n: 5) -> allowed
scenario "it sends more":
  bot calls mail.send(to: "x", n: 6) -> allowed
`;
    const { repairs } = await repaired(text, PATH);
    const [best, ...others] = repairs[0]!.repairs;
    expect(best!.text).toBe('add: deny mail.send when n > 5');
    expect([best!, ...others].map(({ contradicts }) => contradicts)).toEqual(
        [best!, ...others].map(() => ['it sends more'])
    );
});

test('it can be cancelled', async () => {
    const text = `${INVENTORY}allow bot: mail.*\nclaim "no mail": never mail.send\n`;
    await expect(repaired(text, PATH, { isCancelled: () => true })).rejects.toThrow('cancelled');
});
