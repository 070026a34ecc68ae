/**
 * Tests that a session is shown only if it breaks the claim by another evaluation than the search's. A search that misreads a claim is
 * one that answers another claim: its session must be refused for the claim that was meant.
 */
import { describe, expect, test } from 'vitest';
import { sessionOf } from '../../../server/checker/counterexamples/sessions.js';
import { answerTo } from '../../../server/checker/portfolio/answers.js';
import { questionOf } from '../../../server/checker/questions/question.js';
import { searchedFor } from '../../../server/checker/reductions/new-sessions.js';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import { ReplayMismatch } from '../../../server/checker/traces/replay.js';
import { policyOf } from '../../support/policies.js';

const POLICY = `policy P
label secret
server s {
  tool read() readonly reads secret
  tool get(id: 1..3) readonly returns (text: string)
  tool send(to: "a" | "b", n: 0..9)
  tool run() may do s.inner
  tool inner()
  tool ask(x: string)
  tool note(x: 1..3)
  tool late()
}
agent bot
human boss
allow bot: s.read, s.get, s.send, s.run, s.ask, s.note
allow bot: s.late when once s.read within 5m
require approval by boss for s.ask
deny s.send when n > 7
deny s.get when once s.get(id)
deny s.run when no s.read since s.get
limit s.note to 1 per x
`;

/** What a search takes a claim for, and the claim. */
const MISREAD: readonly (readonly [feature: string, read: string, meant: string])[] = [
    ['a history', 'never s.send', 'never s.send after s.read'],
    ['an argument', 'never s.send when n > 2', 'never s.send when n > 2 and to == "b" and n > 5 and n < 7'],
    ['a bound of a number', 'never s.send when n > 6', 'never s.send when n > 7'],
    ['a key', 'never s.get after s.get', 'never s.get after s.get(id)'],
    ['an until', 'never s.run after s.get', 'never s.run after s.get until s.read'],
    ['a window', 's.late requires once s.read within 1m', 's.late requires once s.read within 10m'],
    ['a number of calls', 'at most 1 s.send', 'at most 2 s.send'],
    ['the key of a number', 'at most 1 s.note', 'at most 1 s.note per x'],
    ['a total', 'always not once s.send', 'always total(s.send.n) <= 100'],
    ['a label', 'never s.send', 'no flow from secret to s.send'],
    ['an inner call', 'never s.run', 'never s.inner after s.read'],
    ['an inner call of another tool', 'never s.send', 'never s.inner'],
    ['an approval', 'never s.ask', 'never s.ask unless approved by boss'],
    ['a decision', 's.send is denied when n > 2', 's.send is denied when n > 7'],
    ['a decision after history', 's.ask is allowed', 's.ask is held'],
    ['an always', 'always not once s.read', 'always not once s.send'],
    ['a withheld result', 's.get is withheld', 's.get is withheld when once s.send'],
    ['a step of the work', 'possible s.read', 'possible s.read then s.send'],
    ['work without people', 'possible s.ask', 'possible s.ask without approval'],
    ['the argument of a step', 'possible s.send', 'possible s.send where n > 7'],
    ['earlier sessions', 'at most 1 s.send', 'at most 2 s.send across sessions']
];

describe.each(MISREAD)('%s', (_, read, meant) => {
    test('is judged again', async () => {
        const policy = await policyOf(`${POLICY}claim "read": ${read}\nclaim "meant": ${meant}\n`);
        const [taken, own] = policy.claims.map((claim) => searchedFor(policy, questionOf(claim)));
        const { session } = answerTo(taken!.policy, taken!.question, { limits: DEFAULT_LIMITS });
        const show = ({ question }: typeof own & object) => sessionOf(own!.policy, question, session!.acts, session!);
        expect(show(taken!).steps.length).toBeGreaterThan(0);
        expect(() => show(own!)).toThrow(ReplayMismatch);
    });
});
