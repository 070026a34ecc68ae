/**
 * Compares GR304 with the decision procedure: it is reported exactly where an absent argument can leave a rule unknown.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lower } from '../../language/lower/index.js';
import { evaluate } from '../../server/model/conditions/evaluate.js';
import type { Arguments } from '../../server/model/policy/policy.js';
import { UNKNOWN } from '../../server/model/policy/truth.js';
import { build } from './support.js';
import { runs, SEED } from '../support/depth.js';

const OTHERS = 4;
const params = Array.from({ length: OTHERS }, (_, index) => `p${index}: bool`).join(', ');

/** Conditions over an optional `may`; `?` stands for another parameter, a new one at each place. */
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('may > 5', 'may given', '?', 'large(may)', 'large_if(may)', '5 < may', 'may in [1, 2]'),
        fc
            .tuple(tie('condition'), fc.constantFrom('and', 'or', 'implies'), tie('condition'))
            .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
        tie('condition').map((arg) => `not ${arg}`)
    )
}));

const rule = fc.oneof(
    condition.map((when) => `deny s.t when ${when}`),
    fc.tuple(condition, condition).map(([when, unless]) => `deny s.t when ${when} unless ${unless}`)
);

describe('GR304', () => {
    test('is reported exactly if an absent argument matters', async () => {
        await fc.assert(
            fc.asyncProperty(rule, async (text) => {
                let next = 0;
                const numbered = text.replace(/\?/g, () => `p${next++}`);
                fc.pre(next <= OTHERS);
                const { file, services, diagnostics } = await build(`
                    policy P
                    server s { tool t(may?: int, ${params}) }
                    define large(n: int) = n > 100
                    define large_if(n?: int) = n given and n > 100
                    ${numbered}`);
                const policy = lower(file, services);
                const matters = valuations().some(
                    (args) =>
                        evaluate(policy, policy.rules[0]!.when, {
                            call: { agent: 0, tool: 0, args },
                            memory: { monitors: [], keyed: [], labels: [0] },
                            time: 0,
                            approvals: []
                        }) === UNKNOWN
                );
                expect(diagnostics.some(({ code }) => code === 'GR304')).toBe(matters);
            }),
            { seed: SEED, numRuns: runs(400) }
        );
    });
});

function valuations(): Arguments[] {
    return Array.from({ length: 2 ** OTHERS }, (_, bits) =>
        Object.fromEntries(Array.from({ length: OTHERS }, (__, index) => [`p${index}`, (bits & (1 << index)) !== 0]))
    );
}
