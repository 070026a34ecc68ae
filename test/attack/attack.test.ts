/** Attacks recorded verdicts with random sessions, which must find everything that they can and nothing else. */
import { describe, expect, test } from 'vitest';
import { attack, type Strike } from '../../server/attack/index.js';
import { sessionsOf } from '../../server/attack/random-sessions.js';
import { textOf } from '../../server/attack/scenario-text.js';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { policyOf } from '../support/policies.js';
import { corpora, type Expected } from './corpora.js';
import { IS_DEEP, partOf, runs, SHARE } from '../support/depth.js';

const SESSIONS = runs(15);
const SEED = 20_261_129 + SHARE;
/** The share of the corpora in which the findings are searched for, with more sessions. */
const ONE_IN = IS_DEEP ? 5 : 15;
const ENOUGH = 60;

test.each(partOf(corpora, 48).map(({ file, read }) => ({ file, read })))(
    'no session contradicts $file',
    async ({ read }) => {
        const { policy, expected } = await read();
        const { strikes } = attack(policy, expected.map(withSecondLine), { sessions: SESSIONS, seed: SEED });
        const wrong = strikes.filter(({ isDefect, verdict }) => isDefect || verdict === 'holds in scope');
        expect(wrong.map((strike) => `${strike.verdict}: ${scenarioOf(policy, strike)}`)).toEqual([]);
    }
);

/** If nothing is recorded about several sessions, they do not count. */
function withSecondLine(expected: Expected): Expected {
    return { acrossSessions: { verdict: 'violated' }, ...expected };
}

describe('if every claim were reported as holding', () => {
    const found = new Map<string, number>();
    const count = (what: string): void => void found.set(what, (found.get(what) ?? 0) + 1);

    test('sessions would contradict most of those that do not hold', async () => {
        // The user tasks of AgentDyn's suites take chains of ten calls, which random sessions seldom complete.
        const short = corpora.filter(({ file }) => !/^examples\/(shopping|github)\//.test(file));
        for (const { read } of short.filter(({ file }) => isDrawn(file))) {
            const { policy, expected } = await read();
            const green = expected.map(({ name, verdict }) => ({
                name,
                verdict: ['violated', 'holds'].includes(verdict) ? ('holds' as const) : ('impossible' as const)
            }));
            const { strikes } = attack(policy, green, { sessions: ENOUGH, seed: SEED });
            for (const { name, verdict } of expected.filter((one) => isMet(one.verdict))) {
                count(`${verdict}: ${strikes.some(({ claim }) => claim === name) ? 'found' : 'missed'}`);
            }
            for (const strike of strikes) {
                expectPassing(policy, strike);
            }
        }
        for (const verdict of ['violated', 'witnessed']) {
            const [hits, misses] = [found.get(`${verdict}: found`) ?? 0, found.get(`${verdict}: missed`) ?? 0];
            expect(hits / (hits + misses), `${hits} of ${hits + misses} ${verdict}`).toBeGreaterThan(
                IS_DEEP ? 0.55 : 0.3
            );
        }
    });
});

test.each([
    ['holds', true],
    ['vacuous', true],
    ['holds in scope', false],
    ['undecided', false]
] as const)('a session that breaks a claim that %s makes it violated; a defect: %s', async (verdict, isDefect) => {
    const policy = await policyOf('policy P server s { tool x() } agent a allow a: s.x claim "c": never s.x');
    const { strikes } = attack(policy, [{ name: 'c', verdict }], { sessions: ENOUGH, seed: SEED });
    expect(strikes).toMatchObject([{ verdict, instead: 'violated', isDefect }]);
});

/** By its name, so that a new file does not change which others are drawn. */
function isDrawn(file: string): boolean {
    return [...file].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % ONE_IN === 0;
}

function isMet(verdict: string): boolean {
    return verdict === 'violated' || verdict === 'witnessed';
}

/** Expects that the printed session is the one that was played. */
function expectPassing(policy: Policy, { steps, claim }: Strike): void {
    const result = runScenario(policy, { name: claim, steps, source: policy.source });
    expect(result.steps.filter(({ passed }) => !passed).map(({ message }) => message)).toEqual([]);
}

function scenarioOf(policy: Policy, { claim, steps }: Strike): string {
    return textOf(policy, claim, steps);
}

/** A policy in which every kind of step has a text, which the language reads back as that step. */
const EVERYTHING = `policy Everything
timezone "Europe/Berlin"
label private
session user: string { role: "clerk" | "boss" }
signal risk: 0..100
signal odd(text: string): bool
request { account: string, amount?: int }
event ci.passed(id: string)
server bank {
  tool pay(to: string, amount: int = 1, notes?: { text: string, tags: string[] }) returns (id: string, ok: bool)
  tool \`get-it\`(\`a-b\`: string) reads private when odd(result.text) == true
}
agent clerk delegates to helper
agent helper
human boss
human other
allow any agent: bank.*
allow clerk: delegate to helper
require approval by boss for bank.pay when amount > 100 or risk > 50 timeout 1h
deny bank.\`get-it\` when time in 22:00..06:00 or not (session.user.role == "clerk" or \`a-b\` from user)
deny bank.pay when once ci.passed(id: to) within 10m and carries private and count(running bank.pay) > 1
claim "n": never bank.pay when amount > 1000000
`;

test('played sessions can be pasted as scenarios', async () => {
    const policy = await policyOf(EVERYTHING);
    const played = Array.from({ length: 120 }, (_, seed) => sessionsOf(policy, seed).next().value.steps);
    const texts = played.map((steps, seed) => textOf(policy, `played ${seed}`, steps));
    const { scenarios } = await policyOf([EVERYTHING, ...texts].join('\n'));
    const kinds = new Set<string>();
    played.forEach((steps, seed) => {
        for (const step of steps) {
            const outcome = step.kind === 'call' || step.kind === 'end' ? ` ${step.outcome ?? 'runs'}` : '';
            kinds.add(step.kind + outcome);
        }
        const { passed, steps: run } = runScenario(policy, scenarios[seed]!);
        expect(passed, `${texts[seed]}\n${run.map(({ message }) => message).join('\n')}`).toBe(true);
        expect(scenarios[seed]!.steps.map(({ kind }) => kind)).toEqual(steps.map(({ kind }) => kind));
    });
    expect([...kinds].sort()).toEqual([
        'approve',
        'at',
        'call error',
        'call lost',
        'call runs',
        'call success',
        'delegate',
        'end error',
        'end lost',
        'end success',
        'event',
        'refuse',
        'return',
        'says',
        'session',
        'wait'
    ]);
});
