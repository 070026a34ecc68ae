/**
 * Tests that a scope counts only if one of its sessions could break the claim when the rules let every call through,
 * for either search. For two policies, it counts only if their differences were reached.
 */
import { describe, expect, test } from 'vitest';
import { checkClaim } from '../../server/checker/portfolio/claims.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { differenceOf } from '../../server/checker/difference/index.js';
import { policyOf } from '../support/policies.js';

/** In the finite system, one call of each kind is held at a time, because there are many conditions on held calls. */
const HELD = `policy Held
agent bot
human boss
server ops { tool log() tool peek() }
allow bot: any tool
require approval by boss for ops.peek
deny ops.log unless once approved ops.peek by boss
deny ops.peek when once attempted ops.peek and once held ops.peek and count(attempted ops.peek) >= 2 and count(held ops.peek) >= 2
`;

describe('a scope of the exact search', () => {
    test.each([
        ['always once held ops.peek or not once ops.log', 'holds in scope'],
        ['never ops.log when once held ops.peek and not once attempted ops.peek', 'undecided'],
        ['never ops.log when count(held ops.peek) >= 2 and count(attempted ops.peek) < 2', 'undecided']
    ])('%s', async (claim, expected) => {
        const policy = await policyOf(`${HELD}claim "c": ${claim}`);
        const { verdict, basis, beyond } = checkClaim(policy, policy.claims[0]!, { limits: DEFAULT_LIMITS });
        expect(beyond).toBeUndefined();
        expect(basis.scopes.some((scope) => scope.endsWith('(holds)'))).toBe(true);
        expect(verdict).toBe(expected);
        expect(basis.limit === undefined).toBe(expected !== 'undecided');
    });
});

const SHELL = `policy Shell
server sh { tool bash(cmd: string) tool see() }
server web { tool get() returns (all: string[]) }
agent a
allow a: sh.*, web.*
require size of commands of cmd >= 0 for sh.bash
`;

describe('a scope of a comparison', () => {
    test.each([
        // The lines that are tried never have this many commands.
        ['', 'deny sh.bash when size of commands of cmd > 40', 'undecided'],
        ['', 'deny sh.see when once web.get and once sh.bash where (size of commands of cmd > 40)', 'undecided'],
        ['', 'deny sh.bash when some command of cmd starts with "a" and cmd redirects', 'differs'],
        // The second condition adds nothing.
        [
            'deny sh.bash when some command of cmd starts with "a"',
            'deny sh.bash when some command of cmd starts with "a"\ndeny sh.bash when some command of cmd starts with "a b"',
            'equivalent in scope'
        ]
    ])('%s | %s', async (old, young, expected) => {
        const [first, second] = await Promise.all([old, young].map((rules) => policyOf(`${SHELL}${rules}`)));
        expect(differenceOf(first!, second!).verdict).toBe(expected);
    });
});
