/**
 * Tests definitions that refer to each other in a chain and pass their parameters on: the time to read them must not
 * double with each of them.
 */
import { expect, test } from 'vitest';
import { policyOf } from '../support/policies.js';

const LENGTH = 60;

const chained = (params: string, given: string, last: string): string =>
    Array.from({ length: LENGTH }, (_, i) =>
        i === 0 ? `define d0(${params}) = ${last}` : `define d${i}(${params}) = d${i - 1}(${given}) or n == ${i}`
    ).join('\n');

test.each([
    ['one parameter', 'n: int', 'n', 'n == 0'],
    ['two that change places', 'n: int, m: int', 'm, n', 'n == m'],
    ['an event beside', 'e: event, n: int', 'e: e, n', 'once e and n == 0']
])('%s', async (_, params, given, last) => {
    const args = params.startsWith('e') ? 'e: s.y, n' : params.includes('m') ? 'n, m' : 'n';
    const { rules } = await policyOf(`policy P
server s {
  tool x(n: int, m: int)
  tool y()
}
agent a
allow a: s.*
${chained(params, given, last)}
deny s.x when d${LENGTH - 1}(${args})`);
    let depth = 0;
    for (let part = rules[1]!.when; part.op === 'or'; part = part.args[0]!) {
        depth++;
    }
    expect(depth).toBeGreaterThan(0);
});
