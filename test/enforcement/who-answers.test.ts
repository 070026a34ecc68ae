/** Tests who it is that answers, by the token that they have and the human that the account of the gateway stands for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Identities } from '../../server/enforcement/identities.js';
import { readPolicy } from '../../server/enforcement/policy.js';
import { whoAnswers } from '../../server/enforcement/who-answers.js';
import { folder } from '../cli/guardrail.js';
import { HUMANS, identities, ISSUER, PAY, tokenOf } from './signed-answers.js';

const there = folder({ 'pay.guardrail': PAY, 'none.json': '{"keys":[]}' });
const policy = await readPolicy('pay.guardrail', there);
/** A policy that has only one of the two people. */
const alone = join(there, 'alone.guardrail');
writeFileSync(alone, PAY.replace('human bob\n', '').replace('alice, bob', 'alice').replace('2 of finance', 'finance'));
const people = await identities();
const opened = (keys: string) => Identities.open({ issuer: ISSUER, audience: 'guardrail', keys, humans: HUMANS });

test.each([
    ['the account', undefined, undefined, 'alice', 'alice'],
    ['the account, which stands for nobody', undefined, undefined, undefined, undefined],
    ['a token where no token counts', undefined, await tokenOf('a-1'), 'alice', undefined],
    ['a person', people, await tokenOf('b-2'), undefined, 'bob'],
    ['a person at the account of another', people, await tokenOf('b-2'), 'alice', 'bob'],
    ['the account, where people prove who they are', people, undefined, 'alice', undefined],
    ['the account with a wrong token', people, 'x', 'alice', undefined],
    ['the account with an expired token', people, await tokenOf('a-1', { expires: '-2m' }), 'alice', undefined],
    ['a token of the last second', people, await tokenOf('a-1', { expires: '-20s' }), undefined, 'alice'],
    ['a token of the last minute', people, await tokenOf('a-1', { expires: '-45s' }), undefined, undefined],
    ['a token without keys', await opened('http://127.0.0.1:9/keys'), await tokenOf('a-1'), 'alice', undefined],
    ['a token of another key', await opened(join(there, 'none.json')), await tokenOf('a-1'), 'alice', undefined]
])('%s answers', async (_, known, token, own, human) => {
    const answerer = whoAnswers({ identities: known, policy }, token, own);
    if (human === undefined) {
        await expect(answerer).rejects.toMatchObject({ code: 'GR997' });
    } else {
        const by = await answerer;
        expect(typeof by === 'string' ? by : by.human).toBe(human);
    }
});

test('a person whom the policy does not have answers nothing', async () => {
    const one = { identities: people, policy: await readPolicy(alone, there) };
    await expect(whoAnswers(one, await tokenOf('b-2'), undefined)).rejects.toMatchObject({ code: 'GR997' });
    expect(await whoAnswers(one, await tokenOf('a-1'), undefined)).toMatchObject({ human: 'alice' });
});
