/** Tests transcripts of Claude Code: only text that the user typed counts as the user's words. */
import { expect, test } from 'vitest';
import { policyOf } from '../../../support/policies.js';
import { lines, replayed } from './replaying.js';

const sent = await policyOf(`policy P
        agent assistant
        server mail { tool send(to: string) }
        allow assistant: mail.send when to from user`);
const REMINDER = '<system-reminder>bob@x.example</system-reminder>';

test.each([
    ['what the user types', {}, 'Write to bob@x.example.', true],
    ['the arguments of a command', {}, '<command-args>bob@x.example</command-args>', true],
    ['text around a reminder', {}, `To bob@x.example ${REMINDER}`, true],
    ['text after a reminder', {}, `${REMINDER} bob@x.example`, true],
    ['an element that is not of the client', {}, '<to> bob@x.example </to>', true],
    ['a reminder', {}, `Write. ${REMINDER}`, false],
    ['an element in another', {}, `<task-note><system-reminder>x</system-reminder> bob@x.example </task-note>`, false],
    ['an element that is not closed', {}, 'Write. <local-command-stdout> bob@x.example', false],
    ['a text of the client', { isMeta: true }, 'bob@x.example', false],
    ['a summary', { isCompactSummary: true }, 'bob@x.example', false],
    ['the order of another agent', { isSidechain: true }, 'bob@x.example', false]
])('the words of the user: %s', async (_what, fields, content, isAllowed) => {
    const line = { sessionId: 's', timestamp: '2026-11-02T09:00:00Z' };
    const input = { to: 'bob@x.example' };
    const log = [
        { type: 'user', ...line, ...fields, message: { role: 'user', content } },
        {
            type: 'assistant',
            ...line,
            message: { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'mcp__mail__send', input }] }
        }
    ];
    const result = await replayed(sent, lines(log));
    expect(result).toMatchObject({ traceFormat: 'anthropic', calls: 1, unreadable: { count: 0 } });
    expect(result.decisions.allowed).toBe(isAllowed ? 1 : 0);
});
