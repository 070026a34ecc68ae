import { expect, test } from 'vitest';
import { claimWords } from '../../../../server/cli/commands/explain/claim-words.js';
import { PolicyWorkspace } from '../../../../server/workspace/policy-workspace.js';

const HEAD = `policy P
agent a
human h
label private
entity Account
server s { tool read() reads private  tool send() external  tool pay(account: Account, amount: int >= 0) }
allow a: s.*
require approval by h for s.send
`;

/** Tests the descriptions of claims, in sentences. */
async function wordsOf(text: string): Promise<string[]> {
    const workspace = new PolicyWorkspace();
    const document = await workspace.loadText(HEAD + text, 'p.guardrail');
    expect(document.diagnostics?.filter(({ severity }) => severity === 1)).toEqual([]);
    return workspace.claimsOf(document).map((claim) => claimWords(claim));
}

test.each([
    ['never s.send', 'No session may release a call of `s.send`.'],
    [
        'never external tools when carries private after s.read until s.pay unless approved by h',
        'No session may release a call of `external tools` when `carries private` after `s.read` until `s.pay`, unless `approved by h`.'
    ],
    ['s.pay requires amount < 5', 'A session may release a call of `s.pay` only when `amount < 5`.'],
    [
        'at most 3 s.pay per account within 1h',
        'No session may release more than 3 calls of `s.pay` within any 1h, counted separately for each `account`; a call counts unless it is known to have failed without effect.'
    ],
    [
        'no flow from private to external tools unless approved by h',
        'No agent that ever received `private`, by its own calls, by delegation or from a server that stores, may get a call of `external tools` released, unless `approved by h`.'
    ],
    [
        's.pay is held when amount > 5',
        'In every state a call of `s.pay` when `amount > 5` is held, whichever of the agents that some `allow` names for it makes the call, while no approval of it is outstanding.'
    ],
    [
        'always not once s.send',
        'At every moment of every session `not once s.send`: after each event, and while time passes.'
    ],
    [
        'possible s.read then s.send without approval within 1h',
        'If everyone cooperates, some session releases `s.read`, then `s.send`, without any approval, within 1h from the first to the last, each known to have succeeded before the next.'
    ],
    [
        's.pay stays possible for every account after s.read',
        'Whatever hijacked agents have done after `s.read`, a call of `s.pay` for every `account` can still be released within 24h, if everyone cooperates from then on.'
    ]
])('%s', async (claim, words) => {
    expect(await wordsOf(`claim: ${claim}\n`)).toEqual([words]);
});

test('a claim of a pack has the arguments of its use, and `across sessions` is mentioned', async () => {
    const text = `pack Quiet(sink: tools) { claim across sessions: never sink after s.read }
use Quiet(sink: s.send)
`;
    expect(await wordsOf(text)).toEqual([
        'No session may release a call of `s.send` after `s.read`. Earlier sessions count, too.'
    ]);
});
