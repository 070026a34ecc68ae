/** Tests the difference of two policies (M25), case by case: what is distinguished, and what is proved equal. */
import { describe, expect, test } from 'vitest';
import { differenceOf, type DifferenceOptions, type DifferenceResult } from '../../server/checker/difference/index.js';
import { PolicyWorkspace } from '../../server/workspace/policy-workspace.js';
import { diagnosticsOf } from '../../server/workspace/diagnostics.js';
import type { Policy } from '../../server/model/policy/policy.js';

const INVENTORY = `
policy P
label private
signal risk: 0..100
agent bot
agent helper
human ann
human joe
entity Account
server mail {
    tool read(folder: string) reads private
    tool send(to: string, n: int) external
    tool forget() clears private
}
server bank {
    tool verify(account: Account) atomic
    tool pay(account: Account, amount: decimal(2) >= 0)
}
`;

const workspace = new PolicyWorkspace();
let texts = 0;

async function policyOf(text: string): Promise<Policy> {
    const document = await workspace.loadText(text, `policy${++texts}.guardrail`);
    const errors = diagnosticsOf(document).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ message }) => message)).toEqual([]);
    return workspace.policyOf(document);
}

/** The verdict, and each difference with its session, such as `denied -> allowed: mail.read, mail.send`. */
async function compare(
    old: string,
    young: string,
    inventory = [INVENTORY, INVENTORY],
    options: DifferenceOptions = {}
): Promise<DifferenceResult> {
    return differenceOf(await policyOf(inventory[0] + old), await policyOf(inventory[1] + young), options);
}

function shown({ differences }: DifferenceResult): string[] {
    return differences.map(({ change, trace }) => {
        const steps = trace.steps.map(({ kind, actor, tool, time }) => {
            const what = kind === 'approve' ? actor : tool;
            return time > 0 ? `${what} at ${time}` : what;
        });
        return `${change}: ${steps.join(', ')}`;
    });
}

describe('nothing distinguishes them', () => {
    test.each([
        ['the same in another order', 'allow bot: mail.read\ndeny mail.send', 'deny mail.send\nallow bot: mail.read'],
        ['one rule as two', 'allow bot: mail.*', 'allow bot: mail.read, mail.send, mail.forget'],
        [
            'double negation',
            'allow bot: mail.send when once mail.read',
            'allow bot: mail.send unless not (once mail.read)'
        ],
        [
            'a condition that another rule implies',
            'allow bot: mail.read\nallow bot: mail.send unless carries private\ndeny mail.send when carries private',
            'allow bot: mail.read\nallow bot: mail.send\ndeny mail.send when carries private'
        ],
        [
            'a rule for what never happens',
            'allow bot: mail.read',
            'allow bot: mail.read\nallow bot: mail.send when once mail.forget'
        ],
        [
            'a key of which every value behaves alike',
            'allow bot: bank.verify\nallow bot: bank.pay when once bank.verify(account)',
            'allow bot: bank.verify\nallow bot: bank.pay when once bank.verify(account) and (amount >= 10 or amount < 10)'
        ],
        [
            'the same cap on a total, written as a limit',
            'allow bot: bank.pay\ndeny bank.pay when total(bank.pay.amount) + amount > 100',
            'allow bot: bank.pay\nlimit total(bank.pay.amount) to 100'
        ],
        [
            'a cap on a total that another implies',
            'allow bot: bank.pay\nlimit total(bank.pay.amount) to 100',
            'allow bot: bank.pay\nlimit total(bank.pay.amount) to 100\nlimit total(bank.pay.amount) to 200'
        ],
        [
            'windows that end together',
            'allow bot: mail.read\nallow bot: mail.send when once mail.read within 60s',
            'allow bot: mail.read\nallow bot: mail.send when once mail.read within 1m'
        ],
        [
            'the same approval, asked for in two rules',
            'allow bot: mail.send\nrequire approval by ann for mail.send',
            'allow bot: mail.send\nrequire approval by ann for mail.send when n > 5\nrequire approval by ann for mail.send when n <= 5'
        ],
        [
            'the same machine of modes under another rule',
            'allow bot: mail.read\nmodes guard { open initial { on mail.read enter shut } shut { } }\nallow bot: mail.send when in mode guard.open',
            'allow bot: mail.read\nmodes guard { open initial { on mail.read enter shut } shut { } }\nallow bot: mail.send unless in mode guard.shut'
        ],
        [
            'a requirement that another implies, asked for whenever it is',
            'role staff = ann, joe\nallow bot: mail.send\nrequire approval by ann for mail.send\nrequire approval by staff for mail.send when n > 5',
            'role staff = ann, joe\nallow bot: mail.send\nrequire approval by ann for mail.send'
        ],
        [
            'a constant of the session that is one of three',
            'session tier: 1..3\nallow bot: mail.send when session.tier >= 2',
            'session tier: 1..3\nallow bot: mail.send unless session.tier == 1'
        ],
        [
            'a denial of what is not allowed, beside one that both have and no search represents',
            'allow bot: mail.send when n > 3\nlimit mail.send to 3 per domain of to within 1h\ndeny mail.send when n == 2',
            'allow bot: mail.send when n > 3\nlimit mail.send to 3 per domain of to within 1h'
        ]
    ])('%s', async (_, old, young) => {
        const result = await compare(old, young);
        expect(shown(result)).toEqual([]);
        expect([result.verdict, result.basis.scopes]).toEqual(['equivalent', []]);
    });
});

describe('a session distinguishes them', () => {
    test.each([
        ['a grant', 'deny mail.send', 'allow bot: mail.send', ['denied -> allowed: mail.send']],
        [
            'a condition',
            'allow bot: mail.*',
            'allow bot: mail.read\nallow bot: mail.send unless carries private',
            ['allowed -> denied: mail.forget', 'allowed -> denied: mail.read, mail.send']
        ],
        [
            'a window that is a second longer',
            'allow bot: mail.read\nallow bot: mail.send when once released mail.read within 30d',
            'allow bot: mail.read\nallow bot: mail.send when once released mail.read within 2592001s',
            ['denied -> allowed: mail.read, mail.send at 2592001']
        ],
        [
            'a forgotten key',
            'allow bot: bank.verify\nallow bot: bank.pay when once bank.verify(account)',
            'allow bot: bank.verify\nallow bot: bank.pay when once bank.verify',
            ['denied -> allowed: bank.verify, bank.pay']
        ],
        [
            'the sixth payment',
            'allow bot: mail.send when count(released mail.send) < 5',
            'allow bot: mail.send when count(released mail.send) < 6',
            ['denied -> allowed: mail.send, mail.send, mail.send, mail.send, mail.send, mail.send']
        ],
        [
            'another human',
            'allow bot: mail.send\nrequire approval by ann for mail.send',
            'allow bot: mail.send\nrequire approval by joe for mail.send',
            ['allowed -> held: mail.send, ann, mail.send', 'held -> allowed: mail.send, joe, mail.send']
        ],
        [
            'a second human',
            'role staff = ann, joe\nallow bot: mail.send\nrequire approval by staff for mail.send',
            'role staff = ann, joe\nallow bot: mail.send\nrequire approval by 2 of staff for mail.send',
            ['allowed -> held: mail.send, ann, mail.send']
        ],
        [
            'an approval that lasts a second longer',
            'allow bot: mail.send\nrequire approval by ann for mail.send valid 10s',
            'allow bot: mail.send\nrequire approval by ann for mail.send valid 11s',
            ['held -> allowed: mail.send, ann, mail.send at 11']
        ],
        [
            // The two differ only once the first approval has lapsed; if it is approved at once, both release the call.
            'a second requirement with a shorter life',
            'allow bot: mail.send\nrequire approval by ann for mail.send valid 30s\nrequire approval by ann for mail.send valid 10s',
            'allow bot: mail.send\nrequire approval by ann for mail.send valid 30s',
            ['held -> allowed: mail.send, ann, mail.send at 11']
        ],
        [
            // Both hold the call at the first submission; when it is submitted again, the signal may have another
            // value.
            'an approval that a signal asks for anew',
            'allow bot: mail.send\nrequire approval by ann for mail.send when risk < 50\nrequire approval by ann for mail.send when risk >= 50',
            'allow bot: mail.send\nrequire approval by ann for mail.send',
            ['held -> allowed: mail.send, ann, mail.send']
        ],
        [
            // If the first answer is given before it is required, it satisfies only one requirement.
            'a requirement that another implies, asked for later',
            'allow bot: mail.*\nrequire approval by ann for mail.send\nrequire approval by ann for mail.send when once mail.read',
            'allow bot: mail.*\nrequire approval by ann for mail.send',
            ['held -> allowed: mail.send, mail.read, ann, mail.send']
        ],
        [
            'a constant of the session',
            'session tier: 1..3\nallow bot: mail.send when session.tier >= 2',
            'session tier: 1..3\nallow bot: mail.send when session.tier > 2',
            ['allowed -> denied: mail.send']
        ],
        [
            // Both deny a call after an attempt; without it, no condition would see the attempt.
            'a denial beside one that sees attempts',
            'allow bot: mail.*\ndeny mail.send unless once denied mail.read\ndeny mail.read\ndeny mail.send when n == 2',
            'allow bot: mail.*\ndeny mail.send unless once denied mail.read\ndeny mail.read',
            ['denied -> allowed: mail.read, mail.send']
        ],
        [
            'a total',
            'allow bot: bank.pay\ndeny bank.pay when total(bank.pay.amount) + amount > 100',
            'allow bot: bank.pay\ndeny bank.pay when total(bank.pay.amount) + amount >= 100',
            ['allowed -> denied: bank.pay']
        ],
        [
            'what a mode lets through, after it was entered',
            'allow bot: mail.read\nmodes guard { open initial { on mail.read enter shut } shut { } }\nallow bot: mail.send when in mode guard.open',
            'allow bot: mail.read\nmodes guard { open initial { on mail.read enter shut } shut { } }\nallow bot: mail.send',
            ['denied -> allowed: mail.read, mail.send']
        ]
    ])('%s', async (_, old, young, expected) => {
        const result = await compare(old, young, undefined, { most: expected.length });
        expect(shown(result)).toEqual(expect.arrayContaining(expected));
        expect(result.verdict).toBe('differs');
        expect(shown(result)[0]).toSatisfy((first: string) => expected.some((one) => one === first));
    });

    test('swapped, it is the opposite', async () => {
        const [weak, strong] = ['allow bot: mail.*', 'allow bot: mail.read'];
        expect(shown(await compare(strong, weak))).toEqual([
            'denied -> allowed: mail.send',
            'denied -> allowed: mail.forget'
        ]);
        expect(shown(await compare(weak, strong))).toEqual([
            'allowed -> denied: mail.send',
            'allowed -> denied: mail.forget'
        ]);
    });

    test('if one session is requested, one is shown', async () => {
        const [old, young] = [
            await policyOf(`${INVENTORY}allow bot: mail.*`),
            await policyOf(`${INVENTORY}deny mail.*`)
        ];
        expect(differenceOf(old, young, { most: 1 }).differences).toHaveLength(1);
    });
});

describe('inventories', () => {
    const other = INVENTORY.replace('agent helper', '')
        .replace('label private', 'label private\nlabel untrusted')
        .replace('tool send(to: string, n: int)', 'tool send(to: string, n: int, cc?: string)')
        .replace('tool forget() clears private', '')
        // Humans are matched by name, regardless of their order.
        .replace('human ann\nhuman joe', 'human joe\nhuman ann');
    const rules = 'allow bot: mail.read\nallow bot: bank.pay\nrequire approval by ann for bank.pay';

    test('elements of only one policy are listed and excluded, and no proof rests on them', async () => {
        const result = await compare(rules, `${rules} unless false`, [INVENTORY, other]);
        expect(result.apart.map(({ what, name, in: side }) => `${what} ${name}: ${side}`)).toEqual([
            'agent helper: old',
            'label untrusted: new',
            'tool mail.forget: old',
            'parameter mail.send(cc): new'
        ]);
        expect(result.verdict).toBe('equivalent in scope');
    });

    test('a label that different tools read is separate for each policy', async () => {
        const careless = INVENTORY.replace(' reads private', '');
        const guarded = 'allow bot: mail.read\nallow bot: mail.send unless carries private';
        const result = await compare(guarded, guarded, [INVENTORY, careless]);
        expect(shown(result)).toEqual(['denied -> allowed: mail.read, mail.send']);
    });

    test('policies that cannot be compared are undecided, with the reason', async () => {
        const delegating = INVENTORY.replace('agent bot', 'agent bot delegates to helper');
        const result = await compare(rules, rules, [INVENTORY, delegating]);
        expect([result.verdict, result.explanation]).toEqual([
            'undecided',
            'It was not decided: they declare delegations differently.'
        ]);
    });
});

describe('overlapping calls', () => {
    const running = 'allow bot: any tool\ndeny mail.send when count(running mail.read) > 0';
    test.each([
        ['a rule of one alone asks for them', running, 'allow bot: any tool', 'undecided'],
        ['another count', running, running.replace('> 0', '> 1'), 'undecided'],
        [
            'behind a definition',
            'define busy = count(running mail.read) > 0\nallow bot: any tool\ndeny mail.send when busy',
            'define busy = count(running mail.read) > 1\nallow bot: any tool\ndeny mail.send when busy',
            'undecided'
        ],
        ['both policies ask alike', running, `${running}\ndeny mail.forget when false`, 'equivalent']
    ])('are not compared: %s', async (_name, old, young, verdict) => {
        expect((await compare(old, young)).verdict).toBe(verdict);
    });
});

test('a search that was cut off proves nothing', async () => {
    const [old, young] = await Promise.all(
        ['once mail.read', 'once mail.read and once mail.forget'].map((condition) =>
            policyOf(`${INVENTORY}allow bot: mail.*\nallow bot: bank.verify when ${condition}`)
        )
    );
    const limits = { maxStates: 1, maxMemoryMB: 100, timeoutMs: 10_000 };
    const result = differenceOf(old!, young!, { limits });
    expect(result.verdict).toBe('undecided');
    expect(result.explanation).toContain('more than 1 states');
});

test('it can be cancelled', async () => {
    const [old, young] = [
        await policyOf(`${INVENTORY}allow bot: mail.*`),
        await policyOf(`${INVENTORY}deny mail.send`)
    ];
    expect(() => differenceOf(old, young, { isCancelled: () => true })).toThrow('cancelled');
});
