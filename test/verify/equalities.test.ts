/**
 * What the verifier concludes from equal values and from the order of values is so: random conditions on the same few values are evaluated for
 * random calls, and the values that they have together there are never said to exclude each other.
 */
import { expect, test } from 'vitest';
import { Random } from '../../server/attack/random.js';
import { sessionsOf } from '../../server/attack/random-sessions.js';
import { evaluate } from '../../server/model/conditions/evaluate.js';
import { situationIn } from '../../server/model/conditions/inputs.js';
import { type Chosen, literalOf } from '../../server/verify/literals.js';
import { areExcluded } from '../../server/verify/relations.js';
import type { Policy as Exported } from '../../server/verify/policy.js';
import type { Value } from '../../server/verify/truth.js';
import { more, runs, SEED } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

const HEAD = `policy P
timezone "Europe/Berlin"
session note: string
signal f(x: string): 0..3
signal g(x: string, y: string): bool
server s { tool t(a?: string, b: string, c: string, n: int, m: 1..3, o: number, r: { x: string, k: int }) }
agent ann
allow ann: s.t
`;

const CONDITIONS = [
    ...['b == c', 'c == "k"', 'b == "m"', 'b != c', 'b == session.note', 'c == session.note', 'r.x == b', 'r.x == "k"'],
    ...['c in ["k", "2026-01-02"]', 'b in ["m", "soon", "2026-01-02T12:00:00Z"]', 'm in [1, 3]'],
    ...['f(b) >= 2', 'f(c) < 2', 'f("k") == 3', 'f("m") > 0', 'f(session.note) >= 2', 'f(r.x) <= 1'],
    ...['g(b, c)', 'g(c, b)', 'g("k", c)', 'g(b, "k")', 'g("m", "k")'],
    ...['time of b < time of c', 'time of c <= time of r.x', 'time of r.x < time of b', 'time of c < 2026-01-02'],
    ...[
        'time of b >= 2026-01-03',
        'time of b > 2026-01-01',
        'time of b < now',
        'time of c >= now',
        'time of r.x == now'
    ],
    ...[
        'n < m',
        'm <= o',
        'o < n',
        'n >= 2',
        'm == 3',
        'n == o',
        'o <= 1.5',
        'r.k > n',
        'n + m > 3',
        'm >= r.k',
        'o > m'
    ],
    ...['b starts with "2"', 'b starts with c', 'c contains "k"', 'host of b == host of c', 'host of b == "k.example"'],
    ...['latest s.t.b == b', 'latest s.t.b == "k"', 'latest s.t.n < n', 'length of b > length of c', 'length of c == 1']
];

const TEXTS = [
    'k',
    'm',
    'soon',
    'k.example',
    '2026-01-01',
    '2026-01-02',
    '2026-01-02T12:00:00Z',
    '2026-01-03T00:00:00+01:00'
];

test('no conditions on equal or ordered values exclude each other where they are met together', async () => {
    const claims = CONDITIONS.map((one, index) => `claim "${index}": never s.t when ${one}\n`);
    const policy = await policyOf(HEAD + claims.join(''));
    const exported = JSON.parse(JSON.stringify(policy)) as Exported;
    const { params } = exported.tools[0]!;
    const asked = exported.claims.map(({ bad }) => literalOf(exported, bad!, 'claim', false));
    const states = sessionsOf(policy, SEED)
        .next()
        .value.replayed.map(({ after }) => after);
    const random = new Random(SEED);
    const seen = { met: 0, excluded: 0 };
    for (let run = 0; run < runs(200_000); run++) {
        const text = (): string => random.of(TEXTS);
        const read = TEXTS.flatMap((x) => [
            { signal: 0, args: [x], value: random.below(4) },
            ...TEXTS.map((y) => ({ signal: 1, args: [x, y], value: random.below(2) === 1 }))
        ]);
        const r = { x: text(), k: random.below(4) };
        const args = { b: text(), c: text(), n: random.below(5), m: 1 + random.below(3), o: random.below(7) / 2, r };
        const situation = {
            ...situationIn(random.of(states), { call: { agent: 0, tool: 0, args } }),
            constants: random.below(4) > 0 ? { note: text() } : {},
            readings: random.below(4) > 0 ? read : [],
            epoch: Date.UTC(2026, 0, 1) / 1000 + random.below(60) * 3_600
        };
        const group = Array.from({ length: 2 + random.below(4) }, () => random.below(CONDITIONS.length));
        const members = [...new Set(group)];
        const met = members.map((one): Chosen => {
            const value = evaluate(policy, exported.claims[one]!.bad as never, situation);
            return [asked[one]!, asked[one]!.isNegated ? ((2 - value) as Value) : value];
        });
        seen.met += Number(met.length > 1);
        const others = met.map(([literal]): Chosen => [literal, random.below(3) as Value]);
        seen.excluded += Number(areExcluded(exported, others, params));
        expect(areExcluded(exported, met, params), members.map((one) => CONDITIONS[one]).join(', ')).toBe(false);
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(more(300));
});
