/** Tests the search for weaker rules with logs that only count. `test/cli/commands/repair/` tests the command. */
import { NodeFileSystem } from 'langium/node';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { type PlayedLog, PolicyEditor, type StoppedCall, tune, type TuneResult } from '../../server/repair/index.js';
import { checkedUntimed } from '../support/checked.js';
import { policyOf } from './repairs.js';

const PATH = '/policies/p.guardrail';
const TEXT = `policy P
server s {
  tool pay(to: string, amount: number)
  tool ping(id: string)
}
agent a
human lead
allow a: s.*
require approval by lead for s.pay, s.ping
claim "a person sees each payment":
  never s.pay unless approved by lead
`;

/** One session. The call of each tool with a number is stopped as long as an approval rule names the tool. */
function logOf(tools: readonly number[]): PlayedLog {
    return {
        sessions: 1,
        costOf: (policy) => {
            const stopped = tools.flatMap((tool): StoppedCall[] => {
                const rules = policy.rules.flatMap(({ kind, subject }, rule) =>
                    kind === 'approval' && (subject.tools[tool] ?? 0) > 0 ? [rule] : []
                );
                const nothing = new Map<string, ReadonlySet<number>>();
                const args = { to: 'bob', id: '1' };
                return rules.length > 0 ? [{ tool, args, rules, sources: nothing, earlier: nothing }] : [];
            });
            return [{ session: 0, approvals: stopped.length, denials: 0, stopped }];
        },
        letThroughBy: () => 0
    };
}

async function tuned(tools: readonly number[], timeoutMs: number, mostPoints = 9): Promise<TuneResult> {
    const policy = await policyOf(TEXT, PATH);
    const editor = await PolicyEditor.open(`file://${PATH}`, TEXT, NodeFileSystem.fileSystemProvider());
    const played = logOf(tools);
    const options = { limits: DEFAULT_LIMITS, timeoutMs, mostPoints, hasValues: false, played };
    return tune(editor, policy, checkedUntimed(policy), options);
}

describe('the search', () => {
    test('leaves a tool out of a rule for several, and keeps the others', async () => {
        const { points, kept, isCut } = await tuned([1], 60_000);
        expect(points.map(({ change }) => change)).toEqual([undefined, 's.ping always']);
        expect(points[1]!.text).toContain('require approval by lead for s.pay\n');
        expect({ kept, isCut }).toEqual({ kept: 2, isCut: false });
    });

    test('makes an exception in a claim only when nothing else is left', async () => {
        const { points, kept } = await tuned([0, 1], 60_000);
        expect(points.map(({ change, excepted }) => [change, excepted])).toEqual([
            [undefined, []],
            ['s.ping always', []],
            ['s.pay always', ['a person sees each payment']]
        ]);
        expect(kept).toBe(2);
        expect(points[2]!.text).not.toContain('claim');
    });

    test('ends with the time, and says so', async () => {
        const { points, isCut, tried } = await tuned([0, 1], -1);
        expect({ points: points.length, isCut, tried }).toEqual({ points: 1, isCut: true, tried: 0 });
    });

    test('ends with the most points', async () => {
        expect((await tuned([0, 1], 60_000, 2)).points).toHaveLength(2);
    });
});
