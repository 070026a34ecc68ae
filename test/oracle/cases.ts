/** Small policies, each of them hard for a checker in a way that random ones rarely are, with the oracle's results. */
import type {
    Claim,
    Condition,
    EventPattern,
    Monitor,
    Policy,
    Rule,
    Status,
    Tool
} from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import { SOURCE } from './fit.js';

export interface Case {
    readonly name: string;
    readonly policy: Policy;
    /** The number of steps of a shortest session that breaks the claim, or completes its steps. */
    readonly steps: number | undefined;
}

const X = 0;
const Y = 1;
const Z = 2;

const ALWAYS: Condition = { op: 'constant', value: 2 };
const byRita: Condition = { op: 'approved by', humans: [0] };
const first: Condition = { op: 'monitor', monitor: 0 };
const not = (arg: Condition): Condition => ({ op: 'not', arg });
const and = (...args: Condition[]): Condition => ({ op: 'and', args });

const tools = (...meant: number[]): Truth[] => [X, Y, Z].map((tool) => (meant.includes(tool) ? 2 : 0));
const subject = (...meant: number[]): { tools: Truth[]; text: string } => ({ tools: tools(...meant), text: '' });
const event = (status: Status, ...meant: number[]): EventPattern => ({ ...subject(...meant), status, where: ALWAYS });
const once = (status: Status, ...meant: number[]): Monitor => ({
    kind: 'once',
    event: event(status, ...meant),
    perAgent: false,
    text: ''
});

const allow: Rule = { kind: 'allow', subject: subject(X, Y, Z), when: ALWAYS, text: 'allow', source: SOURCE };
const deny = (tool: number, when: Condition): Rule => ({
    kind: 'deny',
    subject: subject(tool),
    when,
    text: 'deny',
    source: SOURCE
});
const require = (tool: number, when: Condition, requires: Condition): Rule => ({
    kind: 'require',
    subject: subject(tool),
    when,
    requires,
    text: 'require',
    source: SOURCE
});
const ask = (tool: number, human: number, when: Condition = ALWAYS): Rule => ({
    kind: 'approval',
    subject: subject(tool),
    when,
    humans: [human],
    quorum: 1,
    valid: 1,
    timeout: 1,
    text: 'require approval',
    source: SOURCE
});

const never = (tool: number, bad: Condition): Claim => ({
    kind: 'never',
    subject: subject(tool),
    bad,
    name: 'claim',
    text: 'never',
    source: SOURCE
});
const possible = (withoutApproval: boolean, ...steps: EventPattern[]): Claim => ({
    kind: 'possible',
    steps,
    withoutApproval,
    name: 'claim',
    text: 'possible',
    source: SOURCE
});

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
    name,
    params: [],
    traits: {},
    reads: [],
    clears: [],
    source: SOURCE,
    ...more
});
const policy = (monitors: Monitor[], rules: Rule[], claim: Claim, more: Partial<Policy> = {}): Policy => ({
    name: 'Case',
    source: SOURCE,
    agents: [{ name: 'ann', source: SOURCE }],
    humans: [
        { name: 'rita', source: SOURCE },
        { name: 'saul', source: SOURCE }
    ],
    labels: [{ name: 'private', source: SOURCE }],
    outsideEvents: [],
    tools: [tool('srv.x'), tool('srv.y'), tool('srv.z')],
    monitors,
    rules,
    claims: [claim],
    scenarios: [],
    ...more
});

const url: Partial<Policy> = {
    tools: [
        tool('srv.x', { params: [{ name: 'url', type: { kind: 'string' }, optional: false }] }),
        tool('srv.y'),
        tool('srv.z')
    ]
};
const hostIs: Condition = {
    op: 'compare',
    cmp: '==',
    left: { term: 'host', of: { term: 'param', name: 'url' } },
    right: { term: 'constant', value: 'a.example' }
};

const hostIn: Condition = {
    op: 'host in',
    term: { term: 'host', of: { term: 'param', name: 'url' } },
    hosts: ['*.a.example']
};

export const CASES: readonly Case[] = [
    {
        name: 'a call that was approved before a rule began to ask for it passes that rule',
        policy: policy([once('released', Y)], [allow, ask(X, 0), deny(X, and(first, not(byRita)))], never(X, first)),
        steps: 4
    },
    {
        name: 'the same for an approval that is required',
        policy: policy(
            [once('released', Y)],
            [allow, ask(X, 0, not(first)), require(X, first, byRita)],
            never(X, first)
        ),
        steps: 4
    },
    {
        name: 'an approval that is no longer needed is still there at the release',
        policy: policy([once('released', Y)], [allow, ask(X, 0, not(first))], never(X, and(first, byRita))),
        steps: 4
    },
    {
        name: 'a call that every rule allows is denied for its arguments',
        policy: policy([once('denied', X)], [allow], never(Y, first)),
        steps: 2
    },
    {
        name: 'an attempt that the inventory refuses leaves no label',
        policy: policy([once('attempted', X)], [allow, deny(Y, { op: 'carries', label: 0 })], never(Y, first), {
            tools: [tool('srv.x', { reads: [0] }), tool('srv.y'), tool('srv.z')]
        }),
        steps: 2
    },
    {
        name: 'work without approval may use that another call was held',
        policy: policy(
            [once('held', X)],
            [allow, ask(X, 0), deny(Y, not(first))],
            possible(true, event('succeeded', Y))
        ),
        steps: 2
    },
    {
        name: 'work without approval may not use an approval',
        policy: policy([once('held', X)], [allow, ask(X, 0)], possible(true, event('succeeded', X))),
        steps: undefined
    },
    {
        name: 'the latest call of an agent is one of which nothing else speaks',
        policy: policy(
            [
                { kind: 'last is', event: event('released', X), perAgent: true, text: '' },
                once('released', X),
                once('released', Y)
            ],
            [allow, deny(Y, not({ op: 'monitor', monitor: 1 })), deny(Y, { op: 'monitor', monitor: 2 })],
            never(Y, not(first))
        ),
        steps: 3
    },
    {
        name: 'a held call that is denied when it is submitted again counts as denied, not as attempted',
        policy: policy(
            [
                once('released', Z),
                { ...once('denied', X), kind: 'since', from: event('released', Z) },
                { ...once('attempted', X), kind: 'no since', from: event('released', Z) }
            ],
            [allow, ask(X, 0), deny(X, first)],
            never(Y, and({ op: 'monitor', monitor: 1 }, { op: 'monitor', monitor: 2 }))
        ),
        steps: 4
    },
    {
        name: 'a call that was refused, or has lapsed, is held again as another call',
        policy: policy(
            [once('held', X), { ...once('held', X), kind: 'since', from: event('released', Z) }],
            [allow, ask(X, 0), deny(Z, not(first))],
            never(Y, { op: 'monitor', monitor: 1 })
        ),
        steps: 4
    },
    {
        name: 'a claim counts the attempt of the very call that it judges, a decision does not',
        policy: policy([once('attempted', X)], [allow, ask(X, 0), deny(X, first)], never(X, first)),
        steps: 3
    },
    {
        name: 'a host that is compared and not looked up in a list',
        policy: policy([], [allow], possible(false, { ...event('succeeded', X), where: hostIs }), url),
        steps: 1
    },
    {
        name: 'a proper subdomain of a host',
        policy: policy([], [allow], possible(false, { ...event('succeeded', X), where: hostIn }), url),
        steps: 1
    },
    {
        name: 'a host that cannot be read counts against a claim',
        policy: policy([], [allow], never(X, and(hostIn, not(hostIn))), url),
        steps: 1
    },
    {
        name: 'a host that cannot be read is unknown, and unknown under not stays unknown',
        policy: policy(
            [],
            [allow, deny(X, and(hostIs, not(hostIs)))],
            possible(
                false,
                { ...event('succeeded', X), where: not(hostIs) },
                { ...event('succeeded', X), where: hostIs }
            ),
            url
        ),
        steps: 2
    }
];
