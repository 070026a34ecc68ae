/**
 * What the verifier takes to exclude each other never happens together: conditions of every form on a history are evaluated in the states of
 * random sessions, and no two of them have values there that the verifier says no call has.
 */
import { expect, test } from 'vitest';
import { Random } from '../../server/attack/random.js';
import { sessionsOf } from '../../server/attack/random-sessions.js';
import { evaluate } from '../../server/model/conditions/evaluate.js';
import { situationIn } from '../../server/model/conditions/inputs.js';
import type { Policy, Value as ModelValue } from '../../server/model/policy/policy.js';
import type { SessionState } from '../../server/model/session/session.js';
import { type Chosen, type Literal, literalOf } from '../../server/verify/literals.js';
import { areExcluded } from '../../server/verify/relations.js';
import type { Condition, Policy as Exported } from '../../server/verify/policy.js';
import { partsOf } from '../../server/verify/call.js';
import type { Value } from '../../server/verify/truth.js';
import { more, runs, SHARE } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

/** The conditions of one policy, which are compared with each other. */
const CONDITIONS = 24;

const SESSIONS = 10;

const HEADS = [
    'agent ann\nagent bob\n',
    'agent ann delegates to bob\nagent bob\nallow ann: delegate to bob\n',
    'agent ann delegates to bob on its own rights\nagent bob\nallow ann: delegate to bob\n'
];

const TOOLS = `human rita
server s {
  tool a(k: 0..1, n: 0..2) atomic returns (r: 0..1)
  tool b(k: 0..1) returns (r: 0..1)
  tool c() readonly
}
allow any agent: any tool
modes m {
  off initial { on s.a enter live   on s.b where k == 1 enter dead }
  live { on s.c enter off   on attempted s.b enter dead }
  dead for 10s return off { }
}
`;

function conditionBy(random: Random): string {
    const tool = (): string => random.of(['s.a', 's.a', 's.b', 's.c', 'any tool']);
    const event = (isKeyed: boolean): string => {
        const status = random.of(['', '', '', 'released ', 'attempted ']);
        const named = isKeyed ? random.of(['s.a', 's.b']) : tool();
        const key = isKeyed ? '(k)' : '';
        return `${status}${named}${key}${random.of(['', '', '', ' by caller', ' by ann'])}`;
    };
    const window = (): string => random.of(['', '', ' within 5s', ' within 10s', ' within 1h', ' across sessions']);
    const isKeyed = random.below(3) === 0;
    const where = (): string => (isKeyed ? '' : random.of(['', ...WHERE]));
    const amount = random.of(['>= 1', '>= 2', '> 1', '> 2', '<= 1', '< 3']);
    switch (random.below(13)) {
        case 0:
        case 1:
            return `once ${event(isKeyed)}${window()}`;
        case 2:
            return `once s.a${where()}${random.of(['', ' within 10s'])}`;
        case 3:
            return `${event(isKeyed)} since ${event(isKeyed)}${random.of(['', ' within 10s', ' within 1h'])}`;
        case 4:
            return `no ${event(isKeyed)} since ${event(isKeyed)}${random.of(['', ' within 10s', ' within 1h'])}`;
        case 5:
            return `once ${event(isKeyed)} then ${event(isKeyed)}${random.of(['', ' within 10s', ' within 1h'])}`;
        case 6:
            return `last is ${tool()}${random.of(['', ' within 10s', ' within 1h'])}`;
        case 7:
            return `${event(isKeyed)} since start`;
        case 8:
            return `latest s.a${random.of(['', '(k)', ' by caller'])}.result.r ${random.of(['== 1', '!= 0', '>= 1', '== call.k'])}`;
        case 9:
            return `total(s.a.n${random.of(['', ' by caller', ' within 10s', ' within 1h', ' across sessions'])}) ${random.of(['', '+ n '])}${amount}`;
        case 10:
            return random.of([
                `count(distinct k of s.a${window()}) ${amount}`,
                `count(s.a) ${random.of(['<', '<=', '>', '>='])} count(s.b)`,
                `count(s.b) ${random.of(['<', '<=', '>', '>='])} count(s.a)`
            ]);
        case 11:
            return random.of([
                'in mode live',
                'in mode off',
                'in mode dead',
                'once entered live',
                'once entered dead within 10s'
            ]);
        default:
            return `count(${event(isKeyed)}${window()}) ${amount}`;
    }
}

const WHERE = [
    'result.r == 1',
    'k == call.k',
    'n > 0',
    'n > 1',
    '(n > 0 or k == 1)',
    '(n > 1 and k == 1)',
    'once s.b'
].map((condition) => ` where ${condition}`);

/** The policy, with as many of the conditions as its language admits. */
async function policyWith(random: Random): Promise<Policy> {
    const head = `policy P\n${random.of(HEADS)}${TOOLS}`;
    const claims: string[] = [];
    while (claims.length < CONDITIONS) {
        const claim = `claim "${claims.length}": never s.a when ${conditionBy(random)}\n`;
        try {
            await policyOf(head + claim);
            claims.push(claim);
        } catch {
            // A combination that the language has not.
        }
    }
    return policyOf(head + claims.join(''));
}

function statesOf(policy: Policy, seed: number): SessionState[] {
    const sessions = sessionsOf(policy, seed);
    return Array.from({ length: SESSIONS }, () => sessions.next().value.replayed.map(({ after }) => after))
        .flat()
        .filter(({ unsettled }) => unsettled.length === 0);
}

test('no two conditions have values that exclude each other', async () => {
    const seen = { related: 0, '2 2': 0, '1 1': 0, '0 0': 0, '0 2': 0 } as Record<string, number>;
    for (let seed = 1 + SHARE; seed < 1 + SHARE + runs(400, 10); seed++) {
        const policy = await policyWith(new Random(seed));
        const exported = JSON.parse(JSON.stringify(policy)) as Exported;
        const asked = policy.claims.flatMap((_, index) => {
            const parts = partsOf(exported.claims[index]!.bad).filter(({ op }) => !/^(not|and|or|constant)$/.test(op));
            return parts.map((condition) => ({ condition, literal: literalOf(exported, condition, 'claim', false) }));
        });
        const distinct = [...new Map(asked.map((one) => [one.literal.key, one])).values()];
        const pairs = distinct.flatMap((one, index) =>
            distinct.slice(index + 1).flatMap((other) => {
                const excluded = new Set(
                    CHOICES.filter(([a, b]) =>
                        areExcluded(exported, [[one.literal, a] as Chosen, [other.literal, b] as Chosen])
                    ).map((choice) => choice.join(' '))
                );
                return excluded.size > 0 ? [{ one, other, excluded }] : [];
            })
        );
        seen['related']! += pairs.length;
        const calls = policy.agents.flatMap((_, agent) => [0, 1].map((k) => ({ agent, tool: 0, args: { k, n: k } })));
        for (const state of pairs.length > 0 ? statesOf(policy, seed) : []) {
            for (const call of calls) {
                const situation = situationIn(state, { call });
                const valueOf = (of: { readonly condition: Condition; readonly literal: Literal }): Value => {
                    const value = evaluate(policy, of.condition as never, situation);
                    return of.literal.isNegated ? ((2 - value) as Value) : value;
                };
                for (const { one, other, excluded } of pairs) {
                    const values = `${valueOf(one)} ${valueOf(other)}`;
                    seen[values] = (seen[values] ?? 0) + 1;
                    if (excluded.has(values)) {
                        expect.fail(`${seed}: ${values}\n${one.literal.key}\n${other.literal.key}`);
                    }
                }
            }
        }
    }
    expect(Math.min(...['related', '2 2', '1 1', '0 0', '0 2'].map((one) => seen[one]!))).toBeGreaterThan(more(100));
});

/** Tests of one value. The parameter takes any value, so that each test also meets what it is not made for. */
const TESTS = [
    [
        ...['"a"', '"ab"', '"b"', '""'].flatMap((text) => [`t starts with ${text}`, `t == ${text}`]),
        ...['t in ["ab", "abc"]', 't > 1', 't >= 1', 't < 2.5', 't == 2', 't within "/a"'],
        ...[
            't contains "a"',
            't contains "ab"',
            't contains "bc"',
            't matches /a*/',
            't matches /.b.?/',
            't matches /[^B]b/i'
        ],
        ...['length of t >= 2', 'length of t > 2', 't ends with "b"', 't ends with "ab"'],
        ...['program of t == "a"', 'program of t == "b"', 'program of t starts with "s"', 'command of t == "a"']
    ],
    ['["a.b"]', '["*.b"]', '["a.b", "b"]', '["*.a.b", "c.b"]', '["a"]'].map((hosts) => `host of t in ${hosts}`),
    ['"/"', '"/a"', '"/a/b"', '"/ab"', '"/a.b"'].map((folder) => `t within ${folder}`),
    ['09:00..17:00', '17:00..09:00', '22:00..06:00', '00:00..24:00', '08:59..09:01'].map((span) => `time in ${span}`),
    ['mon..fri', 'sat..sun', 'sun..tue', 'wed..wed', 'mon..sun', 'tue..mon'].map((span) => `day in ${span}`)
];

const MEETS: readonly ModelValue[] = [
    ...['', 'a', 'ab', 'abc', 'b', 'ba', '/', '/a', '/a/', '/a/b', '/ab', '/a/../ab', 'a/b', '../a', '/a.b', 'sudo a'],
    ...['B', 'aB', 'abab', 'bcb', 'a.b', 'http://b/', 'a.a.b', 'c.b', 'xa.b', ['ab'], ['bc', 'a']],
    ...['a && b', '/bin/a', 0, 1, 1.5, 2, 2.5, 3, true, null, [], ['a'], { a: 'a' }]
];

test('no tests of one value have results that exclude each other', async () => {
    const head = 'policy P\ntimezone "Europe/Berlin"\nserver s { tool a(t: any) }\nagent ann\nallow ann: s.a\n';
    const seen = { excluded: 0, possible: 0, met: 0 };
    for (const tests of TESTS) {
        const claims = tests.map((one, index) => `claim "${index}": never s.a when ${one}\n`);
        const policy = await policyOf(head + claims.join(''));
        const exported = JSON.parse(JSON.stringify(policy)) as Exported;
        const asked = exported.claims.map(({ bad }) => literalOf(exported, bad!, 'claim', false));
        const state = sessionsOf(policy, 1).next().value.replayed[0]!.after;
        // Each value is met at another time, and all of them within some weeks.
        const rows = MEETS.concat(MEETS).map((t, index) => {
            const situation = situationIn(state, { call: { agent: 0, tool: 0, args: { t } } });
            const at = { ...situation, epoch: Date.UTC(2026, 5, 1) / 1000 + index * 20_011 };
            return asked.map(({ isNegated }, one) => {
                const value = evaluate(policy, exported.claims[one]!.bad as never, at);
                return isNegated ? ((2 - value) as Value) : value;
            });
        });
        const groups = asked.flatMap((_, a) =>
            asked.flatMap((_one, b) => asked.map((_other, c) => [a, b, c] as const))
        );
        for (const group of groups.filter(([a, b, c]) => a < b && b <= c)) {
            const members = [...new Set(group)];
            const met = new Set(rows.map((row) => members.map((one) => row[one]).join(' ')));
            for (const choice of choicesOf(members.length)) {
                const chosen = members.map((one, at): Chosen => [asked[one]!, choice[at]!]);
                const isExcluded = areExcluded(exported, chosen);
                seen[isExcluded ? 'excluded' : 'possible']++;
                seen.met += Number(met.has(choice.join(' ')));
                if (isExcluded && met.has(choice.join(' '))) {
                    expect.fail(`${members.map((one) => tests[one]).join(', ')}: ${choice.join(' ')}`);
                }
            }
        }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(500);
});

function choicesOf(length: number): Value[][] {
    return length === 0
        ? [[]]
        : choicesOf(length - 1).flatMap((one) => ([0, 1, 2] as const).map((value) => [...one, value]));
}

const CHOICES = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => [a, b] as [Value, Value]));
