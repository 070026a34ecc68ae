/** Tests that what arguments, fields and constants are called makes no difference, even if every object has something of that name. */
import { expect, test } from 'vitest';
import { createGateway, parsePolicy } from '../../server/gateway/library.js';
import { partOf } from '../support/depth.js';
import type { CallRequest, JsonValue, SessionRecord } from '../../server/gateway/events.js';

const POLICY = `policy P
event ping(NAME: string)
session NAME: string
request { NAME: string }
server s {
  tool own(n: int = 3, NAME: string)
  tool optional(NAME?: string)
  tool record(r: { n: int = 1, NAME?: string })
  tool look() returns (n: int, NAME: string)
  tool after(NAME: string)
  tool free(x: string)
}
agent a
allow a: s.own, s.look, s.after
allow a: s.optional when NAME given
allow a: s.record unless r.NAME == "x"
allow a: s.free when x == "result" and latest s.look.result.NAME == "x"
allow a: s.free when x == "event" and once ping where NAME != "x"
allow a: s.free when x == "session" and session.NAME != "x"
allow a: s.free when x == "request" and request.NAME != "x"
deny s.own when NAME == "x"
deny s.after when once ping(NAME)
deny s.after when once s.own(NAME)
`;

/** Events, and calls without a type, with an id for those that are let through. */
const STEPS = `[
  { "type": "session", "constants": {} },
  { "tool": "s.own", "args": { "NAME": "x" } },
  { "tool": "s.own", "args": { "n": 1, "NAME": "x" } },
  { "tool": "s.own", "args": { "NAME": "y" } },
  { "tool": "s.own", "args": {} },
  { "tool": "s.optional", "args": {} },
  { "tool": "s.optional", "args": { "NAME": "x" } },
  { "tool": "s.record", "args": { "r": {} } },
  { "tool": "s.record", "args": { "r": { "NAME": "x" } } },
  { "tool": "s.record", "args": { "r": { "NAME": "y" } } },
  { "tool": "s.look", "args": {}, "result": { "n": 1 } },
  { "tool": "s.free", "args": { "x": "result" } },
  { "tool": "s.look", "args": {}, "result": { "NAME": "x" } },
  { "tool": "s.free", "args": { "x": "result" } },
  { "tool": "s.free", "args": { "x": "event" } },
  { "tool": "s.free", "args": { "x": "session" } },
  { "tool": "s.free", "args": { "x": "request" } },
  { "tool": "s.after", "args": { "NAME": "y" } },
  { "tool": "s.after", "args": { "NAME": "z" } },
  { "type": "event", "name": "ping", "args": {} },
  { "tool": "s.free", "args": { "x": "event" } },
  { "tool": "s.after", "args": { "NAME": "z" } },
  { "type": "says", "text": "", "request": { "NAME": "z" } },
  { "tool": "s.free", "args": { "x": "request" } },
  { "type": "session", "constants": { "NAME": "z" } },
  { "tool": "s.free", "args": { "x": "session" } }
]`;

async function decisions(name: string): Promise<string[]> {
    const policy = await parsePolicy(POLICY.replaceAll('NAME', `\`${name}\``));
    const session = createGateway(policy).session('s');
    const steps = JSON.parse(STEPS.replaceAll('NAME', name)) as (
        | SessionRecord
        | (CallRequest & { result?: JsonValue })
    )[];
    return steps.flatMap((step, index) => {
        if ('type' in step) {
            session.record(step);
            return [];
        }
        const { result = {}, ...call } = step;
        const { kind, by, rules, problem } = session.decide(call);
        session.record({ ...call, type: 'call', id: String(index), decision: kind as 'allowed' });
        if (kind === 'allowed') {
            session.record({ type: 'result', id: String(index), result });
        }
        return [`${index} ${kind} ${by} ${problem ?? rules.map(({ line }) => line).join()}`.replaceAll(name, 'NAME')];
    });
}

const usual = await decisions('plain');

test('the steps are decided in different ways', () => {
    expect(new Set(usual.map((text) => text.split(' ').slice(1, 3).join(' ')))).toEqual(
        new Set(['allowed rule', 'denied rule', 'denied default', 'denied unknown', 'denied inventory'])
    );
});

const NAMES = Object.getOwnPropertyNames(Object.prototype);

test.each(partOf(NAMES, (name) => name === '__proto__' || name === 'constructor'))('%s', async (name) => {
    expect(await decisions(name)).toEqual(usual);
});
