/** Tests values of conditions: the same whether a condition stands alone, or is asked of the elements of a list. */
import { expect, test } from 'vitest';
import { initial } from '../../../server/model/advance.js';
import { evaluate } from '../../../server/model/conditions/evaluate.js';
import { situationIn } from '../../../server/model/conditions/inputs.js';
import type { Arguments, Condition } from '../../../server/model/policy/policy.js';
import { FALSE, type Truth, TRUE, UNKNOWN } from '../../../server/model/policy/truth.js';
import { policyOf } from '../../support/policies.js';

test.each<[string, Arguments, Truth]>([
    ['t == n + 1', { t: 2 }, TRUE],
    ['t == n + 1', { t: 3 }, FALSE],
    ['t == n + 1', { t: 'two' }, UNKNOWN],
    ['t != n + 1', { t: 'two' }, UNKNOWN],
    ['some k in q: (k == n + 1)', { q: [2] }, TRUE],
    ['some k in q: (k == n + 1)', { q: [3] }, FALSE],
    ['some k in q: (k == n + 1)', { q: ['two'] }, UNKNOWN],
    ['some k in q: (k == n + 1)', { q: ['two', 2] }, TRUE],
    ['every k in q: (k != n + 1)', { q: ['two'] }, UNKNOWN],
    ['some k in q: (k == n + 1 and not once s.a)', { q: ['two'] }, UNKNOWN],
    ['t == 1', { t: 'two' }, FALSE],
    ['some k in q: (k == 1)', { q: ['two'] }, FALSE],
    ['some k in l: (every c in m: (c == k))', { l: ['a', 'b'], m: ['b', 'b'] }, TRUE],
    ['some k in l: (every c in m: (c == k))', { l: ['a', 'b'], m: ['a', 'b'] }, FALSE],
    ['some k in l: (every c in m: (c == k and not once s.a))', { l: ['a', 'b'], m: ['b', 'b'] }, TRUE],
    ['some k in l: (some c in commands of k: (c == "ls" and k != c))', { l: ['ls'] }, FALSE],
    ['some k in l: (some c in commands of k: (c == "ls" and k != c))', { l: ['cd; ls'] }, TRUE],
    ['program of u == "ls"', { u: 'cd; ls' }, UNKNOWN],
    ['some k in l: (program of k == "ls")', { l: ['cd; ls'] }, UNKNOWN]
])('%s with %j', async (condition, args, expected) => {
    const policy = await policyOf(`policy P
server s { tool a(u: string, n: int, t: any, q: any[], l: string[], m: string[]) }
agent b
allow b: s.a
claim "c": never s.a when ${condition}
`);
    const { bad } = policy.claims[0] as unknown as { readonly bad: Condition };
    const call = { agent: 0, tool: 0, args: { u: '', n: 1, t: '', q: [], l: [], m: [], ...args } };
    expect(evaluate(policy, bad, situationIn(initial(policy), { call }))).toBe(expected);
});
