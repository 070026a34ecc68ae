/** Tests who it is that answers, by the token that they have and the human that the account of the gateway stands for. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Identities } from '../../server/enforcement/identities.js';
import { readPolicy } from '../../server/enforcement/policy.js';
import { whoAnswers } from '../../server/enforcement/who-answers.js';
import { folder } from '../cli/guardrail.js';
import { HUMANS, ISSUER, keys, PAY, tokenOf } from './signed-answers.js';

/** The same policy without Bob. */
const ALONE = PAY.replace('human bob\n', '').replace('alice, bob', 'alice').replace('2 of finance', 'finance');

interface Case {
    /** The public keys, as an address or as the text of a file; undefined if nobody proves who they are. */
    readonly keys?: string;
    readonly policy?: string;
    readonly token?: string;
    /** The human that the account stands for. */
    readonly own?: string;
    /** The human who answers; undefined if nobody does. */
    readonly human?: string;
}

const CASES: Record<string, Case> = {
    'the account': { own: 'alice', human: 'alice' },
    'an account that stands for nobody': {},
    'a token where no token counts': { token: await tokenOf('a-1'), own: 'alice' },
    'a person': { keys, token: await tokenOf('b-2'), human: 'bob' },
    'a person at the account of another': { keys, token: await tokenOf('b-2'), own: 'alice', human: 'bob' },
    'a person whom the policy does not have': { keys, policy: ALONE, token: await tokenOf('b-2'), own: 'alice' },
    'the other person of that policy': { keys, policy: ALONE, token: await tokenOf('a-1'), human: 'alice' },
    'the account where people prove who they are': { keys, own: 'alice' },
    'the account with a wrong token': { keys, token: 'x', own: 'alice' },
    'a token that has just expired': { keys, token: await tokenOf('a-1', { expires: '-20s' }), human: 'alice' },
    'a token that expired a minute ago': { keys, token: await tokenOf('a-1', { expires: '-60s' }), own: 'alice' },
    'a token while the keys are out of reach': {
        keys: 'http://127.0.0.1:9/',
        token: await tokenOf('a-1'),
        own: 'alice'
    },
    'a token of a key that the issuer does not have': { keys: '{"keys":[]}', token: await tokenOf('a-1'), own: 'alice' }
};

test.each(Object.entries(CASES))('who answers: %s', async (_, { keys: known, policy = PAY, token, own, human }) => {
    const there = folder({ 'pay.guardrail': policy, 'keys.json': known ?? '' });
    const place = known?.startsWith('http') ? known : join(there, 'keys.json');
    const about = { issuer: ISSUER, audience: 'guardrail', keys: place, humans: HUMANS };
    const people = known === undefined ? undefined : await Identities.open(about);
    const answerer = whoAnswers({ identities: people, policy: await readPolicy('pay.guardrail', there) }, token, own);
    if (human === undefined) {
        await expect(answerer).rejects.toMatchObject({ code: 'GR997' });
    } else {
        const by = await answerer;
        expect(typeof by === 'string' ? by : by.human).toBe(human);
    }
});
