/** Tests the sentence under a counterexample, case by case. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { questionOf } from '../../server/checker/questions/question.js';
import { shownBy } from '../../server/checker/scenarios/evidence.js';
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

const UNKNOWN = `policy P
timezone "UTC"
session tenant: string
session until: string
request { order: string }
signal pii(text: string): 0..100
agent bot
human ann
server s {
    tool run(cmd: string)
    tool post(text: string)
    tool get(url: string)
    tool find() returns (k: string)
}
allow bot: s.post, s.get, s.find, s.run
require approval by ann for s.run when some command of cmd starts with "git push"
`;

test.each([
    ['a constant', 'at most 2 s.post per session.tenant', 's.post(text: "x")', '`session.tenant` is not given'],
    [
        'a text',
        'never s.post unless text starts with session.tenant',
        's.post(text: "x")',
        '`session.tenant` is not given'
    ],
    ['a request', 'never s.post when text != request.order', 's.post(text: "x")', '`request.order` is not given'],
    [
        'a result',
        'never s.post when text != latest s.find.result.k',
        's.post(text: "x")',
        '`latest s.find.result.k` is not known'
    ],
    ['a signal', 'never s.post when pii(text) > 50', 's.post(text: "x")', '`pii(text)` has no reading'],
    ['a host', 'never s.get unless host of url == "a"', 's.get(url: "x")', '`host of url` cannot be read from "x"'],
    [
        'an instant',
        'never s.post unless time of text > 2026-01-01',
        's.post(text: "soon")',
        '`time of text` cannot be read from "soon"'
    ],
    [
        'a word',
        's.run is allowed when cmd starts with "ls"',
        's.run(cmd: "ls *.ts; git \\"p$X\\"")',
        '`"p$X"` may be any text'
    ],
    [
        'any program',
        's.run is allowed when cmd starts with "ls"',
        's.run(cmd: "ls; $X push")',
        '`$X` may run any program'
    ],
    ['a program', 's.run is allowed when cmd == "sh"', 's.run(cmd: "sh")', '`sh` may run any program'],
    [
        'an event',
        'never s.get when once s.find where (result.k == "x")',
        's.find() fails -> allowed\n  bot calls s.get(url: "x")',
        'whether `once s.find where (result.k == "x")` is not certain'
    ],
    ['nothing', 'never s.post when text == "x"', 's.post(text: "x")', undefined],
    ['nothing beside it', 'never s.post when text == "x" or text == session.tenant', 's.post(text: "x")', undefined]
])('what is unknown: %s', async (_, claim, calls, expected) => {
    const decided = calls.includes('s.run') ? 'held' : 'allowed';
    const scenario = `scenario "s":\n  bot calls ${calls} -> ${decided}\n`;
    const policy = await policyOf(`${UNKNOWN}claim "c": ${claim}\n${scenario}`);
    const summary = shownBy(policy, questionOf(policy.claims[0]!), policy.scenarios[0]!)?.trace.summary;
    expect(summary).toBeDefined();
    expect(/because something is unknown: (.*)\.$/.exec(summary!)?.[1]).toBe(expected);
});
