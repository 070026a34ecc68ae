/** Tests that a proof costs what its claim depends on: tools and rules that the claim does not see add no case to the search for it. */
import { expect, test } from 'vitest';
import { prove } from '../../server/certificates/prove.js';
import { policyOf } from '../support/policies.js';

/** Claims of which the proof follows what happened before, and others. */
const CLAIMS = [
    'never s.pay unless once s.sign',
    'never s.send when carries secret',
    'never s.pay unless once s.check',
    'never s.pay when count(s.pay) >= 3',
    'possible s.blocked'
];

const WORK = 20_000;

/** The proof of the claim and its cases, in a policy with so many tools that the claim does not see. */
async function provedWith(claim: string, others: number): Promise<unknown> {
    const more = Array.from({ length: others }, (_, index) => index);
    const policy = await policyOf(`policy P
label secret
agent ann
agent bob
server s {
  tool sign()
  tool check()
  tool pay()
  tool read() reads secret
  tool send()
  tool blocked()
${more.map((index) => `  tool other${index}()\n`).join('')}}
allow any agent: any tool
deny s.check unless once s.sign
deny s.pay unless once s.check
deny s.read
deny s.blocked
limit s.pay to 3
${more.map((index) => `deny s.other${index} unless once s.other${(index * 7) % others}\n`).join('')}
claim "c": ${claim}
`);
    const work = { left: WORK, poll: () => undefined };
    const verdict = claim.startsWith('possible') ? 'impossible' : 'holds';
    const { history } = prove(policy, 0, verdict, work)!.certificate;
    return { cases: WORK - work.left, history };
}

test.each(CLAIMS)('%s takes as many cases beside other tools', async (claim) => {
    expect(await provedWith(claim, 40)).toEqual(await provedWith(claim, 1));
});
