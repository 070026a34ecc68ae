/**
 * Compares the histories that the verifier follows with random sessions: after each step, the conditions on the history have the values of one
 * of the states that the verifier finds when it follows them all at once.
 */
import { expect, test } from 'vitest';
import { Random } from '../../server/attack/random.js';
import { sessionsOf } from '../../server/attack/random-sessions.js';
import { evaluate } from '../../server/model/conditions/evaluate.js';
import { situationIn } from '../../server/model/conditions/inputs.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { partsOf } from '../../server/verify/call.js';
import { Histories, type Step } from '../../server/verify/histories.js';
import { literalOf } from '../../server/verify/literals.js';
import type { Condition, Json, Policy as Exported } from '../../server/verify/policy.js';
import { only } from '../../server/verify/truth.js';
import { more, runs, SHARE } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

const SESSIONS = 15;

const HEAD = `policy P
event go
event halt
agent ann
agent bob
human rita
human sam
role both = rita, sam
server s {
  tool a() atomic
  tool b()
  tool c()
  tool d(k: 0..1)
}
allow any agent: any tool
deny s.a when once s.b
require approval by both for s.c
`;

const APPROVALS = ['require approval by both for s.d valid 1h per k\n', 'require approval by both for s.d\n', ''];

function policyWith(random: Random): Promise<Policy> {
    const tool = (): string => random.of(['s.a', 's.a', 's.b', 's.b', 's.c', 's.d']);
    const event = (): string =>
        random.of([
            ...['go', 'halt', 'approved s.c by rita', 'approved s.c', 'approved s.d by rita', 'refused s.c'],
            ...['', 'released ', 'attempted ', 'denied ', 'failed '].map((status) => status + tool()),
            ...[tool(), tool(), tool()]
        ]);
    const asked = Array.from({ length: 4 }, () => {
        const by = random.of(['', '', ' by caller', ' by ann']);
        const [e, f] = [event(), event()].map((one) => (/^(go|halt)$| by /.test(one) ? one : one + by));
        const window = random.of(['', '', ' within 10s']);
        return random.of([`once ${e}${window}`, `once ${e}${window}`, `no ${e} since ${f}`, `${e} since ${f}`]);
    });
    const claims = asked.map((condition, index) => `claim "${index}": never s.a when ${condition}\n`);
    return policyOf(`${HEAD}${random.of(APPROVALS)}${claims.join('')}`);
}

/** All states that follow from the first one, if the rules stop no call. */
function statesOf(policy: Exported, history: Histories): readonly string[] {
    const known = new Set(history.states);
    const steps: Step[] = [
        {},
        ...policy.outsideEvents.map((_, outside) => ({ outside })),
        ...policy.agents.flatMap((_, agent) =>
            policy.tools.flatMap((_tool, tool) => [false, true].map((isReleased) => ({ tool, agent, isReleased })))
        )
    ];
    const effects = steps.map((step) => history.effectsOf(step));
    for (const state of known) {
        effects.forEach((one) => history.everyAfter(state, one, (after) => known.add(after).size > 0));
    }
    return [...known];
}

/** The cells of a condition. */
function cellsOf({ monitors, agents }: Exported, { monitor }: Condition): Json[] {
    const number = monitor as number;
    const { perAgent } = monitors[number]!;
    return perAgent ? agents.map((_, agent) => ({ monitor: number, agent })) : [{ monitor: number }];
}

test('what happens in random sessions is followed', async () => {
    const seen = { compared: 0, moved: 0, unknown: 0 };
    let left = 0;
    for (let seed = 1 + SHARE; seed < 1 + SHARE + runs(400, 6); seed++) {
        const policy = await policyWith(new Random(seed)).catch(() => undefined);
        if (!policy) {
            // A combination that the language has not.
            left++;
            continue;
        }
        const exported = JSON.parse(JSON.stringify(policy)) as Exported;
        const asked = exported.claims.flatMap(({ bad }) => partsOf(bad).filter(({ op }) => op === 'monitor'));
        const keyed = asked.map((condition) => [condition, literalOf(exported, condition, 'claim', false)] as const);
        const cells = [...new Set(asked.flatMap((one) => cellsOf(exported, one)).map((cell) => JSON.stringify(cell)))];
        const history = new Histories(exported, { cells: cells.map((cell) => JSON.parse(cell) as Json) });
        const states = statesOf(exported, history);
        const valuesIn = policy.agents.map((_, agent) => states.map((state) => history.valuesIn(state, agent)));
        const sessions = sessionsOf(policy, seed);
        for (let session = 0; session < SESSIONS; session++) {
            for (const { after } of sessions.next().value.replayed.filter((one) => one.after.unsettled.length === 0)) {
                const values = policy.agents.flatMap((_, agent) => {
                    const situation = situationIn(after, { call: { agent, tool: 0, args: {} } });
                    return keyed.map(([condition, { key, isNegated }]) => {
                        const value = evaluate(policy, condition as never, situation);
                        return { agent, key, value: isNegated ? 2 - value : value };
                    });
                });
                seen.compared++;
                seen.moved += Number(values[0]!.value !== 0);
                seen.unknown += Number(values.some(({ value }) => value === 1));
                const isFollowed = states.some((_, index) =>
                    values.every(({ agent, key, value }) => (valuesIn[agent]![index]!.get(key)! & only(value as 0)) > 0)
                );
                expect(isFollowed, `${seed}: ${JSON.stringify(values)}`).toBe(true);
            }
        }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(more(100));
    expect(runs(400, 6)).toBeGreaterThan(2 * left);
});
