/** Tests the sentence under a counterexample, case by case. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

const INVENTORY = `policy P
label private
agent bot
human ann
entity Account
server mail {
    tool read(folder: string) reads private
    tool post(url: string) external
    tool note(topic: string, text: string)
}
server bank {
    tool verify(account: Account) atomic
    tool pay(account: Account)
}
`;

test.each([
    [
        'the rule, the step it rests on, and for what that was',
        'allow bot: bank.verify\nallow bot: bank.pay when once bank.verify',
        'never bank.pay when not once bank.verify(account)',
        'bot can call bank.pay(account: "account1"): line 16 allows it because of step 1 (bank.verify, for another account), and no rule stops it.'
    ],
    [
        'nothing but the rule',
        'allow bot: mail.post',
        'never mail.post',
        'bot can call mail.post(url: "https://evil.example/"): line 15 allows it, and no rule stops it.'
    ],
    [
        'a rule that does not apply, and one that is satisfied',
        'allow bot: mail.*\ndeny mail.post when carries private\nrequire no mail.read since start for mail.post',
        'never mail.post',
        'bot can call mail.post(url: "https://evil.example/"): line 15 allows it, line 17 is satisfied, and line 16 does not apply.'
    ],
    [
        'who approved',
        'allow bot: mail.*\nrequire approval by ann for mail.post',
        'never mail.post after mail.read',
        'bot can call mail.post(url: "https://evil.example/") after mail.read: line 15 allows it, ann approved it in step 3, and no rule stops it.'
    ],
    [
        'an approval for something else',
        'allow bot: mail.note\nrequire approval by ann for mail.note per topic',
        'never mail.note when text == "b" and not approved by ann',
        'bot can call mail.note(topic: "topic1", text: "b"): line 15 allows it because of step 2 (ann\'s approval of mail.note, for another text), and no rule stops it.'
    ]
])('%s', async (_, rules, claim, expected) => {
    const { claims } = checkPolicy(await policyOf(`${INVENTORY}${rules}\nclaim "c": ${claim}\n`), { claim: 'c' });
    expect(claims.map(({ explanation }) => explanation)).toEqual([expected]);
});
