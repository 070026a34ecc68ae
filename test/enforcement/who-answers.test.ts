/** Tests who it is that answers, by the token that they have and the human that the account of the gateway stands for. */
import { join } from 'node:path';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
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

const claims = { iss: ISSUER, aud: 'guardrail' };
/** The keys of an issuer who also has a secret, which all programs that check tokens know. */
const withSecret = JSON.stringify({
    keys: [
        ...(JSON.parse(keys) as { readonly keys: readonly object[] }).keys,
        { kty: 'oct', kid: 's', k: Buffer.from('x'.repeat(32)).toString('base64url') }
    ]
});

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
    ...Object.fromEntries(
        Object.entries({
            'without a signature': new UnsecuredJWT({ ...claims, sub: 'a-1' }).setExpirationTime('5m').encode(),
            'of another subject': await tokenOf('c-3'),
            'of a name': await tokenOf('alice'),
            'without a subject': await tokenOf(undefined),
            'of a list of subjects': await tokenOf('a-1', { claims: { sub: ['a-1'] as unknown as string } }),
            'signed by somebody else': await tokenOf('a-1', { by: (await generateKeyPair('ES256')).privateKey }),
            'of another issuer': await tokenOf('a-1', { claims: { iss: 'https://evil.example/' } }),
            'for another program': await tokenOf('a-1', { claims: { aud: 'mail' } }),
            'that is not valid yet': await tokenOf('a-1', { claims: { nbf: Date.now() / 1000 + 600 } }),
            'without an end': await tokenOf('a-1', { expires: false }),
            'signed with the public key as a secret': await new SignJWT({ ...claims, sub: 'a-1' })
                .setProtectedHeader({ alg: 'HS256' })
                .setExpirationTime('5m')
                .sign(new TextEncoder().encode(keys)),
            'signed with a secret that is among the keys': await new SignJWT({ ...claims, sub: 'a-1' })
                .setProtectedHeader({ alg: 'HS256', kid: 's' })
                .setExpirationTime('5m')
                .sign(Buffer.from('x'.repeat(32)))
        }).map(([name, token]) => [`a token ${name}`, { keys: withSecret, token, own: 'alice' }])
    ),
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
