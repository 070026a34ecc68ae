/** Tests results of AgentDojo: calls without an answer, repeated tasks, and results as sources of values. */
import { expect, test } from 'vitest';
import { policyOf } from '../../../support/policies.js';
import { RECORDED, RESULT } from './agentdojo-logs.js';
import { lines, replayed } from './replaying.js';

const policy = await policyOf(`policy P
    agent assistant
    server mail { tool read(folder: string) tool send(to: string) }
    server web { tool fetch(url: string) }
    allow assistant: any tool`);
const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);

test('calls that were never made are counted, and not decided', async () => {
    for (const log of [lines([RESULT]), pretty(RESULT), lines([RECORDED])]) {
        const { notes } = await replayed(policy, log);
        expect(notes[0]).toMatch(/^1 call has no answer/);
    }
});

test('a task that was recorded twice gives two sessions, and each line keeps its calls to itself', async () => {
    const cutOff = { ...RECORDED, events: RECORDED.events.slice(0, 3) };
    const result = await replayed(policy, lines([RECORDED, cutOff, RECORDED]));
    expect(result).toMatchObject({ sessions: 3, calls: 6, unfit: { count: 0 }, unreadable: { count: 0 } });
});

test('an answer to no call, and what is not in the format, is reported with its place', async () => {
    const log = [
        RECORDED,
        { ...RECORDED, events: [{ id: '9', result: 'x' }] },
        { ...RECORDED, events: ['text'] },
        { ...RECORDED, events: [{ call: 7, id: '1', args: {} }] },
        { ...RECORDED, events: [{ call: 'read', id: '1', args: [] }] },
        { ...RECORDED, events: [{ other: 1 }] },
        { ...RESULT, messages: [{ role: 'judge' }] },
        { ...RESULT, messages: [{ role: 'assistant', tool_calls: ['read'] }] },
        []
    ];
    const { unreadable } = await replayed(policy, lines(log));
    expect(unreadable.first.map(({ line, code }) => [line, code])).toEqual(
        [2, 3, 4, 5, 6, 7, 8, 9].map((line) => [line, 'GR934'])
    );
});

const sources = await policyOf(`policy P
        agent assistant
        server mail {
            tool list() returns (result: { from: string, body?: string }[])
            tool get() returns (owner: { name: string })
            tool send(to: string)
        }
        allow assistant: mail.list, mail.get
        allow assistant: mail.send when to from mail.list or to from mail.get or to from user`);

test.each([
    ['a list in YAML', 'list', '- from: bob@x.example\n  body: "a: b"\n', 'bob@x.example', true],
    ['a record in YAML', 'get', 'owner:\n  name: bob@x.example', 'bob@x.example', true],
    ['a record as Python writes it', 'get', "{'owner': {'name': 'bob@x.example'}}", 'bob@x.example', true],
    ['a value inside another', 'list', '- from: bob@x.example', 'ob@x.example', false],
    ['a field that is not declared', 'list', '- to: bob@x.example', 'bob@x.example', false],
    ['a text', 'list', 'bob@x.example', 'bob@x.example', true],
    ['a text that only looks like YAML', 'list', '- [bob@x.example', '- [bob@x.example', true],
    ['an alias that expands without end', 'list', '- &a [*a]', 'a', false]
])('results are sources: %s', async (_what, tool, text, to, isAllowed) => {
    const events = [
        { call: tool, id: '1', args: {} },
        { id: '1', result: text },
        { call: 'send', id: '2', args: { to } },
        { id: '2', result: 'sent' }
    ];
    const { decisions } = await replayed(sources, lines([{ ...RECORDED, events }]));
    expect(decisions.allowed).toBe(isAllowed ? 2 : 1);
});
