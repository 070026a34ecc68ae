/** Tests the cases in which two states of the concrete search count as one. */
import { expect, test } from 'vitest';
import { Keys } from '../../../server/checker/concrete/key.js';
import { begin } from '../../../server/checker/traces/replay.js';
import { advance } from '../../../server/model/advance.js';
import { decide } from '../../../server/model/decide.js';
import type { Arguments, Policy } from '../../../server/model/policy/policy.js';
import type { SessionState } from '../../../server/model/session/session.js';
import { PolicyWorkspace } from '../../../server/workspace/policy-workspace.js';

const workspace = new PolicyWorkspace();

/** A tool that returns a record, and one that marks a text; the record has a field `v` and others. */
async function policyWith(fields: readonly string[]): Promise<Policy> {
    const record = `{ v: string${fields.map((name) => `, ${name}: string`).join('')} }`;
    const document = await workspace.loadText(
        `policy P
agent a
server s { tool get() returns (r: ${record})   tool mark(t: string)   tool use(r: ${record}) }
allow a: s.*
deny s.use when r from s.get.result.r and not (once s.mark(t: r.v))
`,
        `fields-${fields.length}.guardrail`
    );
    return workspace.policyOf(document);
}

function called(policy: Policy, state: SessionState, tool: string, args: Arguments, result: Arguments): SessionState {
    const call = { agent: 0, tool: policy.tools.findIndex(({ name }) => name === tool), args };
    const after = advance(policy, state, { kind: 'call', call, decision: decide(policy, state, call) as never });
    const { id } = after.running.items.at(-1)!;
    return advance(policy, after, { kind: 'end', id, outcome: 'success', result });
}

test.each([
    ['short', []],
    ['long', Array.from({ length: 20 }, (_, index) => `a_field_with_a_long_name_${index}`)]
])('the value of a %s record is part of the state', async (_length, fields) => {
    const policy = await policyWith(fields);
    const state = (given: string, marked: string): SessionState => {
        const r = { v: given, ...Object.fromEntries(fields.map((name) => [name, 'k'])) };
        return called(policy, called(policy, begin(policy, {}), 's.get', {}, { r }), 's.mark', { t: marked }, {});
    };
    const keys = new Keys(policy, [], [['x1', 'x2']], false);
    const [same, others] = [keys.of(state('x1', 'x1'), 0), keys.of(state('x1', 'x2'), 0)];
    expect(same.text).not.toBe(others.text);
    expect([...others.fresh].sort()).toEqual(['x1', 'x2']);
});

/** A policy with a machine whose mode `busy` may end by itself; `user.work` enters it. */
async function policyWithModes(lasts: string): Promise<Policy> {
    const document = await workspace.loadText(
        `policy P
event user.work
agent a
human h
server s { tool go() }
allow a: s.go
require approval by h for s.go when in mode busy
modes m {
  idle initial { on user.work enter busy }
  busy${lasts} { on user.work enter idle }
}
`,
        `modes${lasts.replaceAll(' ', '-')}.guardrail`
    );
    return workspace.policyOf(document);
}

test.each([
    ['ends by itself', ' for 10m return idle', [600], false],
    ['lasts', '', [], true]
])('when a mode that %s was entered', async (_kind, lasts, windows, isSame) => {
    const policy = await policyWithModes(lasts);
    const keys = new Keys(policy, windows, [], false);
    const entered = advance(policy, begin(policy, {}), { kind: 'outside', event: 0 });
    const later = advance(policy, entered, { kind: 'time', to: 60 });
    expect(keys.of(later, 0).text === keys.of(entered, 0).text).toBe(isSame);
    expect(keys.of(later, 0).places.length > 0).toBe(!isSame);
});

test('when a running call was released is not part of the state', async () => {
    const policy = await policyWithModes(' for 20m return idle');
    const call = { agent: 0, tool: 0, args: {} };
    const start = begin(policy, {});
    const released = advance(policy, start, { kind: 'call', call, decision: decide(policy, start, call) as never });
    const later = advance(policy, released, { kind: 'time', to: 60 });
    const keys = new Keys(policy, [], [], false);
    expect(released.running.length).toBe(1);
    expect(keys.of(later, 0).text).toBe(keys.of(released, 0).text);
});
