/** Ways to weaken a policy, or what tests it, without a decision that changes: each is named. */
import { describe, expect, test } from 'vitest';
import { statementChanges } from '../../../server/checker/difference/index.js';
import { diagnosticsOf } from '../../../server/workspace/diagnostics.js';
import { PolicyWorkspace } from '../../../server/workspace/policy-workspace.js';
import type { Policy } from '../../../server/model/policy/policy.js';

const POLICY = `policy P
label private
trait internal
signal risk: 0..100
agent bot
agent helper
human ann
human joe
event alarm
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
assume approval by joe of bank.pay only when amount < 50
role payers = ann, joe
define sensitive(f: string) = f in ["salaries", "board"]
allow bot: mail.*
allow bot, helper: bank.*
deny mail.send when once mail.read
require approval by payers for bank.pay
limit bank.pay to 5
claim "no leak": never mail.send when once mail.read within 2h
claim "nothing private": no flow from private to mail.send
claim "few": at most 5 bank.pay
claim "small": never bank.pay when amount >= 100
claim "verified": bank.pay requires once bank.verify(account)
claim "approved": never bank.pay unless approved by payers
claim "no secrets": never mail.read when sensitive(folder)
claim "both": never bank.pay by helper when amount > 10 or once alarm
claim "in every session": never mail.forget when once mail.send across sessions
claim "denied": mail.send is denied when once mail.read
claim "pays": possible bank.verify then bank.pay within 1h
scenario "no mail":
    bot calls mail.read(folder: "x") -> allowed
    bot calls mail.send(to: "a", n: 1) -> denied
`;

const workspace = new PolicyWorkspace();
let texts = 0;

async function policyOf(text: string): Promise<Policy> {
    const document = await workspace.loadText(text, `policy${++texts}.guardrail`);
    const errors = diagnosticsOf(document).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ message }) => message)).toEqual([]);
    return workspace.policyOf(document);
}

/** Each change as `effect what name`, of the policy with the texts replaced. */
async function changes(...replaced: readonly [string, string][]): Promise<string[]> {
    const young = replaced.reduce((text, [from, to]) => {
        expect(text.includes(from), from).toBe(true);
        return text.replace(from, to);
    }, POLICY);
    const found = statementChanges(await policyOf(POLICY), await policyOf(young));
    return found.changes.map(({ what, effect, name }) => `${effect} ${what} ${name}`);
}

describe('what claims and tests less is named', () => {
    test.each<[string, string, string, string[]]>([
        ['a claim', 'claim "few": at most 5 bank.pay\n', '', ['looser claim few']],
        ['a window', 'within 2h', 'within 1h', ['looser claim no leak']],
        [
            'an exception of a claim',
            'approved by payers\n',
            'approved by payers or once alarm\n',
            ['looser claim approved']
        ],
        ['a higher number', 'at most 5', 'at most 6', ['looser claim few']],
        ['a higher amount', '>= 100', '>= 101', ['looser claim small']],
        ['a bound without its end', '>= 100', '> 100', ['looser claim small']],
        ['fewer calls', 'never bank.pay when', 'never bank.pay by helper when', ['looser claim small']],
        ['no key', 'bank.verify(account)\nclaim', 'bank.verify\nclaim', ['looser claim verified']],
        ['a shorter list', '["salaries", "board"]', '["salaries"]', ['looser claim no secrets']],
        ['a further condition', 'or once alarm', 'and once alarm', ['looser claim both']],
        ['one case fewer', 'amount > 10 or once alarm', 'amount > 10', ['looser claim both']],
        [
            'another call',
            'never mail.forget when once mail.send across',
            'never mail.forget when once mail.read across',
            ['looser claim in every session', 'stricter claim in every session']
        ],
        ['one session only', ' across sessions', '', ['looser claim in every session']],
        [
            'another decision',
            'mail.send is denied',
            'mail.send is held',
            ['looser claim denied', 'stricter claim denied']
        ],
        ['more time', 'within 1h', 'within 2h', ['looser claim pays']],
        ['a label that is not read', ' reads private', '', ['looser claim nothing private', 'looser label private']],
        ['a label that is cleared', 'n: int) external', 'n: int) external clears private', []],
        ['an expected verdict', 'claim "few"', '@expected(violated)\nclaim "few"', ['looser exception few']],
        ['an accepted scope', 'claim "few"', '@accept(values)\nclaim "few"', ['looser exception few']],
        ['a scenario', POLICY.slice(POLICY.indexOf('scenario')), '', ['looser scenario no mail']],
        ['a step of a scenario', '    bot calls mail.send(to: "a", n: 1) -> denied\n', '', ['looser scenario no mail']],
        ['another decision of a scenario', '-> denied\n', '-> allowed\n', ['looser scenario no mail']],
        [
            'an assumption',
            'role payers',
            'assume event alarm only when once mail.read\nrole payers',
            ['looser assumption assume event alarm only when once mail.read']
        ],
        [
            'a wider assumption',
            'amount < 50',
            'amount < 40',
            [
                'looser assumption assume approval by joe of bank.pay only when amount < 40',
                'stricter assumption assume approval by joe of bank.pay only when amount < 50'
            ]
        ],
        ['a limit', 'limit bank.pay to 5\n', '', ['looser rule limit bank.pay to 5']],
        [
            'a denial that only audits',
            'deny mail',
            'audit deny mail',
            [
                'looser rule deny mail.send when once mail.read',
                'otherwise rule audit deny mail.send when once mail.read'
            ]
        ]
    ])('%s', async (_, from, to, expected) => {
        const found = await changes([from, to]);
        expect(found).toEqual(expect.arrayContaining(expected));
        expect(found.some((change) => !change.startsWith('stricter')) || expected.length === 0).toBe(true);
    });
});
