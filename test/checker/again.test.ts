/**
 * Tests that a session that was shown is decided again: identically by the same policy, and by another policy up to
 * where they diverge.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decideAgain } from '../../server/checker/traces/replay-on-edited-policy.js';
import { checkPolicy } from '../../server/checker/check.js';
import type { Trace } from '../../server/checker/results/result.js';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import { policyOf } from '../support/policies.js';

const EVERY_KIND = `policy Steps
timezone "Europe/Berlin"
session tier: 1..3
signal score: 0..100
event done(id: string)
server s { tool t(x: string) returns (id: string)  tool u(x: string) }
agent a delegates to b
agent b
human h
allow a: s.t, s.u, delegate to b
allow b: s.t
deny s.t when score > 50
deny s.u unless session.tier == 2
require approval by h for s.u when once s.t where (x == "1" and result.id == "1")
withhold result of s.t when result.text contains "key"
scenario "x":
  new session with tier: 2
  at mon 10:00
  user says "hello"
  a calls s.t(x: "0") with score: 60 -> denied
  a calls s.t(x: "1") with score: 3 returns (text: "key", id: "1") -> allowed
  a calls s.t(x: "2") with score: 3 runs -> allowed
  s.t ends
  wait 5m
  a calls s.u(x: "3") -> held
  h approves s.u
  a calls s.u(x: "3") -> allowed
  a delegates to b -> allowed
  b returns to a
  done(id: "x") happens
`;

async function sessionIn(text: string): Promise<Trace> {
    const policy = await policyOf(text);
    const { trace, passed } = runScenario(policy, policy.scenarios[0]!);
    expect(passed).toBe(true);
    return trace;
}

/** The session after it was transferred in a file or a message. */
const sent = (trace: Trace): Trace => JSON.parse(JSON.stringify(trace)) as Trace;

test('under the same policy every kind of step has the same outcome', async () => {
    const policy = await policyOf(EVERY_KIND);
    const { trace } = runScenario(policy, policy.scenarios[0]!);
    const again = decideAgain(policy, sent(trace));
    expect(again.steps.map(({ step }) => step)).toEqual(trace.steps);
    expect(again.steps.some(({ differs }) => differs)).toBe(false);
    expect(again.facts).toEqual(trace.facts);
});

describe('under an edited policy', () => {
    const again = async (before: string, after: string): Promise<(string | undefined)[]> => {
        expect(EVERY_KIND).toContain(before);
        const trace = await sessionIn(EVERY_KIND);
        const policy = await policyOf(EVERY_KIND.replace(before, after).replace(/scenario[^]*$/, ''));
        return decideAgain(policy, sent(trace)).steps.map(({ step, impossible, differs }) =>
            differs ? (impossible ?? step?.text) : undefined
        );
    };
    const same = <T>(count: number): T[] => Array<T>(count).fill(undefined as T);

    test('a call that is now denied, and its consequences', async () => {
        expect(await again('deny s.t when score > 50', 'deny s.t')).toEqual([
            ...same(4),
            'a calls s.t(x: "1") with score: 3: denied by line 12',
            'a calls s.t(x: "2") with score: 3: denied by line 12',
            'No call of s.t is running at this point.',
            'a calls s.u(x: "3"): allowed by line 10',
            'This call is not held at this point, so there is nothing to answer.',
            ...same(4)
        ]);
    });

    test('the answer to a call is the one from the session', async () => {
        expect(await again('result.id == "1"', 'result.id == "7"')).toEqual([
            ...same(7),
            'a calls s.u(x: "3"): allowed by line 10',
            'This call is not held at this point, so there is nothing to answer.',
            ...same(4)
        ]);
    });

    test('names that no longer exist', async () => {
        expect((await again('event done(id: string)\n', '')).at(-1)).toBe('The policy has no event done any more.');
        expect((await again('human h', 'human other\nhuman h'))[8]).toBeUndefined();
        const renamed = await again('tool u(x: string)', 'tool u(x: string, y: string)');
        expect(renamed[7]).toMatch(/^a calls s\.u\(x: "3"\): denied: .*y/);
    });
});

test('a counterexample is decided as the repaired policy decides it', async () => {
    const read = (file: string): string =>
        readFileSync(new URL(`../../examples/mail-assistant/${file}`, import.meta.url), 'utf8');
    const inline = (text: string): string =>
        text.replace('import "./tools/mail.guardrail"', () => read('tools/mail.guardrail').replace(/^import.*$/gm, ''));
    const broken = await policyOf(inline(read('first-try.guardrail')));
    const trace = checkPolicy(broken).claims[0]!.trace!;
    expect(trace.steps.at(-1)?.decision).toBe('allowed');
    const { steps } = decideAgain(await policyOf(inline(read('mail.guardrail'))), sent(trace));
    expect(steps.map(({ differs }) => differs)).toEqual([...Array<boolean>(trace.steps.length - 1).fill(false), true]);
    expect(steps.at(-1)?.step).toMatchObject({
        decision: 'held',
        rules: [{ text: 'require approval by reviewer for external tools when carries private' }]
    });
});
