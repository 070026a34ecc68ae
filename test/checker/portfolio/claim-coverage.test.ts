import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import { type ClaimCoverage, claimCoverageOf } from '../../../server/checker/portfolio/claim-coverage.js';
import type { Limits } from '../../../server/checker/results/result.js';
import { policyOf } from '../../support/policies.js';
import { questionOf } from '../../../server/checker/questions/question.js';

const TOOLS = `policy P
agent a
human h
server s { tool read() tool send() external tool look(id: string) }
`;

async function occasions(text: string, limits: Limits = DEFAULT_LIMITS): Promise<ClaimCoverage | string> {
    const policy = await policyOf(TOOLS + text);
    return claimCoverageOf(policy, questionOf(policy.claims[0]!), { limits });
}

test.each([
    // The states are those before a read, after a read, and after a read whose success is unknown.
    ['allow a: s.read\nclaim: never s.send after s.read', 3, 2],
    ['allow a: s.*\nclaim: never s.send after s.read', 3, 2],
    ['allow a: s.send\nclaim: never s.send after s.read', 1, 0],
    ['allow a: s.read\nclaim: never s.send', 1, 1],
    ['allow a: s.*\nclaim: s.send requires once s.read', 3, 2],
    ['allow a: s.*\nclaim: s.send requires not once s.read', 3, 2],
    ['allow a: s.*\nrequire approval by h for s.send\nclaim: never s.send after s.read unless approved by h', 3, 2],
    // The smallest and the largest number of calls that may have succeeded are each at most three; a largest number of
    // 2 or more is too many.
    ['allow a: s.*\nclaim: at most 2 s.send', 10, 7],
    ['allow a: s.*\nclaim: s.send is denied when once s.read', 3, 2],
    ['allow a: s.*\nclaim: s.send is allowed when once s.read', 3, 1],
    ['allow a: s.read, s.send\nclaim: s.send is denied when once s.look', 1, 0],
    ['allow a: s.read\nclaim: s.send is denied', 1, 0]
])('%s', async (text, states, applies) => {
    expect(await occasions(text)).toEqual({ states, applies, exhausted: true, scopes: [] });
});

test.each([
    ['allow a: s.*\nclaim: at most 1 s.look per id', 36, 35, ['keys have at most 2 different values (values)']],
    [
        'allow a: s.*\nclaim: never s.look after s.look(id) until s.read',
        9,
        8,
        ['keys have at most 2 different values (values)']
    ],
    [
        'allow a: s.*\nrequire approval by h for s.send\ndeny s.read when once held s.send\nclaim: never s.send after s.read',
        24,
        16,
        ['one call of each kind is held at a time (holds)']
    ]
])('within bounds, which are reported: %s', async (text, states, applies, scopes) => {
    expect(await occasions(text)).toEqual({ states, applies, exhausted: true, scopes });
});

test.each([
    ['claim: possible s.read', 'it does not judge single calls'],
    ['claim: always not once s.read', 'it does not judge single calls'],
    ['claim: never s.look when id from user', 'it depends on provenance (`from`), and only exact searches count']
])('%s is not counted', async (claim, reason) => {
    expect(await occasions(`allow a: s.*\n${claim}`)).toBe(reason);
});

test('a limit ends the count', async () => {
    const text = 'allow a: s.*\nclaim: at most 50 s.send';
    expect(await occasions(text, { ...DEFAULT_LIMITS, maxStates: 10 })).toMatchObject({
        exhausted: false,
        limit: expect.stringContaining('more than 10 states') as string
    });
});
