/** Tests what an undecided claim is said to cost most: the statements that multiply the states, by their lines. */
import { describe, expect, test } from 'vitest';
import { checkClaims } from '../../server/checker/check.js';
import { withClock } from '../../server/checker/limits/budget.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Costs } from '../../server/checker/results/result.js';
import { policyOf } from '../support/policies.js';

const TOOLS = ['a', 'b', 'c', 'd', 'e', 'f'];
const EVERY_TOOL = TOOLS.map((tool) => `    tool ${tool}(n: int, who: string)`).join('\n');

interface Case {
    readonly name: string;
    /** The statements; the line of the most expensive one is the line of `>`. */
    readonly text: string;
    readonly what: string;
    /** The most values that the part can have. */
    readonly most: number;
    readonly maxStates?: number;
}

/** A count of n has a value for each pair of what certainly succeeded and what may have. */
const pairs = (n: number): number => ((n + 1) * (n + 2)) / 2;

const CASES: readonly Case[] = [
    {
        name: 'a limit beside small ones',
        text: `
            limit s.a to 2
          > limit s.b to 30
            limit s.c to 2
            claim "x": never s.a when count(s.a) >= 2 and count(s.b) >= 30 and count(s.c) >= 2`,
        what: 'count(s.b)',
        most: pairs(30),
        maxStates: 400
    },
    {
        name: 'the same in generated code',
        text: `
            limit s.a to 3
          > limit s.b to 40
            limit s.c to 3
            limit s.d to 3
            limit s.e to 3
            claim "x": never s.a when count(s.a) >= 3 and count(s.b) >= 40 and count(s.c) >= 3 and count(s.d) >= 3 and count(s.e) >= 3`,
        what: 'count(s.b)',
        most: pairs(40),
        maxStates: 6_000
    },
    {
        name: 'the ages of a count',
        text: `
            deny s.b unless once s.c
          > claim "x": never s.d when count(s.b within 5m) >= 3 and not once s.c`,
        what: 'count(s.b) within 5 minutes',
        most: Infinity,
        maxStates: 20
    },
    {
        name: 'a key, with all its values',
        text: `
            deny s.c unless once s.d
            deny s.f unless once s.c
          > deny s.f when count(s.b(who: who)) >= 3
            claim "x": never s.f unless once s.d`,
        what: 'count(s.b(who: who))',
        most: pairs(3) ** 2,
        maxStates: 40
    },
    {
        name: 'modes',
        text: `
          > modes work {
                m1 initial { on s.a enter m2 }
                m2 { on s.a enter m3 }
                m3 { on s.a enter m4 }
                m4 { }
                from any on s.b enter m1
            }
            deny s.f unless in mode m4
            deny s.f when once s.b
            claim "x": never s.f when once s.b`,
        what: 'modes work',
        // Sets of the modes that it may be in.
        most: 2 ** 4,
        maxStates: 12
    },
    {
        name: 'calls that are held',
        text: `
          > require approval by boss for s.c
            deny s.f when once held s.c
            claim "x": never s.f when once held s.c`,
        what: 'calls that are held',
        most: Infinity,
        maxStates: 6
    },
    {
        name: 'work that stays possible',
        text: `
            deny s.c unless once s.a
          > limit s.b to 12
            claim "x": s.b stays possible within 1d`,
        what: 'count(s.b)',
        most: pairs(12),
        maxStates: 20
    }
];

describe('what an undecided claim costs most', () => {
    test.each(CASES)('$name', async ({ text, what, most, maxStates = 1_000 }) => {
        const { costs, line } = await costsOf(text, { ...DEFAULT_LIMITS, maxStates });
        expect(costs?.parts[0]).toMatchObject({ what });
        const [first] = costs!.parts;
        expect(first!.readers[0]!.source.start.line).toBe(line);
        expect(first!.values).toBeLessThanOrEqual(Math.min(most, costs!.states));
        expect(costs!.parts.map(({ values }) => values)).toEqual(
            costs!.parts.map(({ values }) => values).sort((a, b) => b - a)
        );
    });
});

async function costsOf(text: string, limits: typeof DEFAULT_LIMITS): Promise<{ costs?: Costs; line: number }> {
    const source = `policy p\nagent bot\nhuman boss\nserver s {\n${EVERY_TOOL}\n}\nallow bot: s.*\n${text}`;
    const line = source.split('\n').findIndex((one) => one.trimStart().startsWith('>'));
    const policy = await policyOf(source.replace(/^( *)> /m, '$1'));
    const [claim] = withClock(
        () => 0,
        () => checkClaims([{ policy, claim: policy.claims[0]! }], { limits, withoutProofs: true }, () => undefined)
    );
    expect(claim!.verdict).toBe('undecided');
    const { costs } = claim!.basis;
    return { line, ...(costs && { costs }) };
}
