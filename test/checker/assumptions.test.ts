/** Tests what all verdicts on a policy take for granted because of what the policy says. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

const server = (more = ''): string => `server s ${more}{ tool read()  tool post() }\nagent a\nallow a: s.*\n`;
const LEAVE = 'leave other tools to the client\n';

test.each([
    ['nothing', server(), []],
    ['history of one session', `${server()}deny s.post when once s.read`, []],
    [
        'a rule that reads history across sessions',
        `${server()}deny s.post when once s.read across sessions`,
        ['overlap']
    ],
    ['a limit across sessions', `${server()}limit s.post to 1 across sessions`, ['overlap']],
    [
        'a claim about history across sessions',
        `${server()}claim: never s.post when once s.read across sessions`,
        ['overlap']
    ],
    ['other tools', server() + LEAVE, ['left']],
    ['both', `${server()}${LEAVE}deny s.post when once s.read across sessions`, ['left', 'overlap']]
])('%s', async (_, text, expected) => {
    const { assumptions = [] } = checkPolicy(await policyOf(`policy P\n${text}\n`));
    const kinds = assumptions.map((one) => (one.includes('left to the client') ? 'left' : 'overlap'));
    expect(kinds).toEqual(expected);
});
