/**
 * GR511: a history condition that a hijacked agent can satisfy alone, by calling one of its own tools, before the call
 * that the condition is supposed to guard (CWE-863: the guarded party controls what is checked).
 *
 * A requirement that an agent looks something up before it acts has the same form and is legitimate. The finding
 * therefore leaves out tools that only read or bring a label, patterns with a key or with `since` (the order of the
 * work), and pairs of calls that share a parameter (steps of the same work; GR512). A condition that restricts is
 * reported only if it lasts for a limited time and the tool has no parameters, so that such a call is a mere signal.
 */
import { counted } from '../../model/text/plural.js';
import { alwaysSo, noRelease } from '../questions/own.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { matchesCall } from '../../model/conditions/evaluate.js';
import { FALSE, mayBe } from '../../model/policy/truth.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule, ShownSession } from './finding.js';
import type { Gate } from './gates.js';
import { closingOf, gatesOf } from './gates.js';
import { toolsOf } from './patterns.js';

export const openGates: FindingRule = {
    codes: ['GR511'],
    find: (context) => [
        ...gatesOf(context.policy)
            .filter((gate) => isSign(context.policy, gate))
            .flatMap((gate) => check(context, gate, opens(gate))),
        ...closingOf(context.policy)
            .filter(
                (gate) =>
                    isSign(context.policy, gate) && isMere(context.policy, gate) && gate.monitor.window !== undefined
            )
            .flatMap((gate) => check(context, gate, closes(gate)))
    ]
};

/** True if the call's only known purpose is to be recorded, as far as the policy states. */
function isSign({ tools, rules }: Policy, { monitor, rule }: Gate): boolean {
    const { kind, event, keys } = monitor;
    const own = toolsOf(event);
    const called = toolsOf(rules[rule]!.subject);
    const reads = own.some(
        (tool) =>
            mayBe(tools[tool]!.traits['readonly'] ?? FALSE) || tools[tool]!.reads.length > 0 || tools[tool]!.returns
    );
    const paramsOf = (tool: number): string[] => tools[tool]!.params.map(({ name }) => name);
    return (
        (kind === 'once' || (kind === 'count' && monitor.from === undefined)) &&
        (event.status === 'succeeded' || event.status === 'released') &&
        keys === undefined &&
        event.outside === undefined &&
        own.length > 0 &&
        !reads &&
        !own.some((tool) => called.includes(tool) || tools[tool]!.delegatesTo !== undefined) &&
        !own.flatMap(paramsOf).some((name) => called.some((tool) => paramsOf(tool).includes(name)))
    );
}

/** True if the only information that the call carries is that it was made. */
function isMere({ tools }: Policy, { monitor }: Gate): boolean {
    return toolsOf(monitor.event).every((tool) => tools[tool]!.params.length === 0);
}

type Message = (actor: string, calls: string) => string;

const opens: (gate: Gate) => Message =
    ({ monitor }) =>
    (actor, calls) =>
        `${monitor.event.text} is ${actor}'s own tool: ${calls}, without a human or anybody else, is all that \`${monitor.text}\` requires. If somebody else must decide, require an approval or an event from outside.`;

const closes: (gate: Gate) => Message =
    ({ monitor }) =>
    (actor, calls) =>
        `\`${monitor.text}\` is up to ${actor}: ${monitor.event.text} is its own tool, and ${calls}, without a human or anybody else, is all that it requires. If somebody else must decide, require an approval or an event from outside.`;

/** Looks for a session in which one agent alone satisfies the condition. */
function check({ policy, session }: FindingContext, gate: Gate, message: Message): Finding[] {
    const { statement, rule, monitor } = gate;
    for (const [agent, { name }] of policy.agents.entries()) {
        const question = isFor(policy, rule, agent) ? neverSo(gate, agent) : undefined;
        const found = question && session(question, alone(policy, agent));
        const own = found && callsOf(found, name);
        if (own) {
            const signs = toolsOf(monitor.event).map((tool) => policy.tools[tool]!.name);
            const count = own.filter((tool) => signs.includes(tool)).length;
            return [
                {
                    code: 'GR511',
                    severity: isMere(policy, gate) ? 'warning' : 'information',
                    message: message(name, counted(count, 'call')),
                    source: statement.source,
                    about: [monitor.text],
                    ...found,
                    trace: { ...found.trace, summary: `\`${monitor.text}\` is true, and ${name} alone made it true.` }
                }
            ];
        }
    }
    return [];
}

/**
 * For monitors with a history for each agent, the search looks for the first call; a number of calls is not supported.
 */
function neverSo({ monitor, condition, statement }: Gate, agent: number): Question | undefined {
    const named = { name: monitor.text, text: monitor.text, source: statement.source };
    if (!monitor.perAgent) {
        return alwaysSo(named, { op: 'not', arg: condition });
    }
    const isOwn = toolsOf(monitor.event).some((tool) =>
        mayBe(matchesCall({ ...monitor.event, agents: [agent] }, { agent, tool, args: {} }))
    );
    return monitor.kind === 'once' && isOwn
        ? noRelease(
              named,
              { tools: monitor.event.tools, agents: [agent], text: monitor.event.text },
              monitor.event.where
          )
        : undefined;
}

/** True if some `allow` grants the agent the subject of the rule. */
function isFor({ rules }: Policy, index: number, agent: number): boolean {
    const { subject } = rules[index]!;
    return toolsOf(subject).some(
        (tool) =>
            mayBe(matchesCall(subject, { agent, tool, args: {} })) &&
            rules.some((rule) => rule.kind === 'allow' && mayBe(matchesCall(rule.subject, { agent, tool, args: {} })))
    );
}

/** The policy as it applies to an agent that nobody helps: others are allowed nothing, and nobody approves. */
function alone(policy: Policy, agent: number): Policy {
    return {
        ...policy,
        rules: policy.rules.flatMap((rule) => {
            if (rule.kind === 'allow') {
                const { agents } = rule.subject;
                return agents === undefined || typeof agents === 'string' || agents.includes(agent)
                    ? [{ ...rule, subject: { ...rule.subject, agents: [agent] } }]
                    : [];
            }
            if (rule.kind !== 'approval') {
                return [rule];
            }
            const {
                kind: _kind,
                humans: _humans,
                quorum: _quorum,
                valid: _valid,
                timeout: _timeout,
                per: _per,
                choices: _choices,
                changedBy: _changedBy,
                ...asked
            } = rule;
            return [{ ...asked, kind: 'deny' }];
        })
    };
}

/** The tools that the agent calls in the session; undefined if anyone else acts in it. */
function callsOf({ trace }: ShownSession, name: string): string[] | undefined {
    const isOwn = trace.steps.every(
        ({ kind, actor, decision }) => kind === 'call' && actor === name && decision === 'allowed'
    );
    return isOwn ? trace.steps.map(({ tool }) => tool) : undefined;
}
