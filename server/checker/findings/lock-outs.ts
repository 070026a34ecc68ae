/**
 * GR514: refused calls use up what a rule counts, so honest work is denied from then on. Reported if one agent locks
 * out another, or if attempts without a window count against the same tool.
 */
import { plural } from '../../model/text/plural.js';
import { allAllowed, someSession } from '../questions/own.js';
import type { CallPattern, Condition, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Call } from '../../model/session/session.js';
import { matchesCall } from '../../model/conditions/evaluate.js';
import { mayBe, mustBe, TRUE } from '../../model/policy/truth.js';
import type { Act } from '../traces/steps.js';
import { causesOf } from '../traces/cause.js';
import type { Answer } from '../search/answer.js';
import { basisOf } from '../portfolio/claims.js';
import { replay, ReplayMismatch } from '../traces/replay.js';
import type { Finding, Trace } from '../results/result.js';
import type { FoundSession, TimedAct } from '../traces/found-session.js';
import { traceOf } from '../traces/trace.js';
import type { FindingContext, FindingRule } from './finding.js';
import type { Gate } from './gates.js';
import { closingOf } from './gates.js';
import { toolsOf } from './patterns.js';
import { undeclaredArgument } from '../system/unfit.js';

export const lockOuts: FindingRule = {
    codes: ['GR514'],
    find: (context) =>
        closingOf(context.policy)
            .filter(({ rule, monitor }) => context.policy.rules[rule]!.kind === 'deny' && countsRefused(monitor))
            .flatMap((gate) => check(context, gate))
};

/** True for conditions that any agent can make true, with any arguments. */
function countsRefused({ kind, event, from, keys }: Gate['monitor']): boolean {
    return (
        (kind === 'once' || kind === 'count') &&
        (event.status === 'attempted' || event.status === 'denied') &&
        event.where.op === 'constant' &&
        from === undefined &&
        keys === undefined
    );
}

function check(context: FindingContext, gate: Gate): Finding[] {
    const { policy } = context;
    const { subject } = policy.rules[gate.rule]!;
    for (const [victim, { name }] of policy.agents.entries()) {
        const tools = toolsOf(subject).filter((tool) => isGranted(policy, { agent: victim, tool, args: {} }));
        const attackers = policy.agents.flatMap((_, agent) =>
            !isTrusted(policy, gate, agent) && mayLockOut(gate, policy, agent, victim, tools) ? [agent] : []
        );
        const honest =
            attackers.length > 0 && tools.length > 0 ? context.answer(working(policy, gate, victim, tools)) : undefined;
        const work = honest?.session;
        for (const attacker of work ? attackers : []) {
            const trace = lockedOut(policy, gate, attacker, work!);
            if (trace) {
                return [findingOf(gate, policy.agents[attacker]!.name, name, trace, honest!)];
            }
        }
    }
    return [];
}

function isGranted({ rules }: Policy, call: Call): boolean {
    return rules.some((rule) => rule.kind === 'allow' && rule.audit !== true && mayBe(matchesCall(rule.subject, call)));
}

/**
 * An assumption restricts when the agent makes these calls, and it is not examined whether the agent can make them
 * here.
 */
function isTrusted({ assumptions = [] }: Policy, { monitor: { event } }: Gate, agent: number): boolean {
    return assumptions.some(
        ({ kind, index, subject }) =>
            kind === 'agent' &&
            index === agent &&
            (!subject || toolsOf(event).some((tool) => mayBe(matchesCall(subject, { agent, tool, args: {} }))))
    );
}

/** An agent's own attempts are counted against it deliberately if they have a window, or were denied. */
function mayLockOut(
    { monitor }: Gate,
    { agents }: Policy,
    attacker: number,
    victim: number,
    tools: readonly number[]
): boolean {
    const { event, perAgent, window } = monitor;
    const may = toolsOf(event).some((tool) => mayBe(matchesCall(event, { agent: attacker, tool, args: {} })));
    if (attacker !== victim) {
        const isOther =
            agents[attacker]!.principal === undefined || agents[attacker]!.principal !== agents[victim]!.principal;
        return may && !perAgent && isOther;
    }
    return (
        may &&
        event.status === 'attempted' &&
        window === undefined &&
        toolsOf(event).some((tool) => tools.includes(tool))
    );
}

/** The claim that the agent can do its work. */
function working(policy: Policy, { statement }: Gate, agent: number, tools: readonly number[]): Question {
    const pattern: CallPattern = {
        tools: policy.tools.map((_, tool) => (tools.includes(tool) ? TRUE : 0)),
        agents: [agent],
        text: policy.tools[tools[0]!]!.name
    };
    const text = `possible ${pattern.text}`;
    return someSession({ name: text, text, source: statement.source }, [
        { ...pattern, status: 'succeeded', where: { op: 'constant', value: TRUE } }
    ]);
}

/**
 * The honest session with as many refused calls as needed before its last step; undefined if they do not lead to a
 * denial.
 */
function lockedOut(policy: Policy, gate: Gate, attacker: number, { acts, start }: FoundSession): Trace | undefined {
    const last = acts.at(-1);
    if (last?.act.kind !== 'submit') {
        return undefined;
    }
    const { call } = last.act;
    const tool = toolsOf(gate.monitor.event).find((one) =>
        mustBe(matchesCall(gate.monitor.event, { agent: attacker, tool: one, args: {} }))
    );
    if (tool === undefined) {
        return undefined;
    }
    const refused: Act = {
        kind: 'submit',
        call: { agent: attacker, tool, args: undeclaredArgument(policy.tools[tool]!) },
        decision: { kind: 'denied', by: 'inventory', rules: [] }
    };
    // A held call is submitted again, so only the steps before its first submission stay as they are.
    const before = acts.slice(
        0,
        acts.findIndex(({ act }) => act.kind === 'submit' && JSON.stringify(act.call) === JSON.stringify(call))
    );
    const timed = [
        ...before,
        ...Array.from({ length: timesFor(gate.condition) }, (): TimedAct => ({ act: refused, time: last.time })),
        {
            act: { kind: 'submit', call, decision: { kind: 'denied', by: 'rule', rules: [gate.rule] } },
            time: last.time
        } as const
    ];
    try {
        const steps = replay(
            policy,
            timed.map(({ act }) => act),
            timed.map(({ time }) => time),
            start
        );
        const { decision } = steps.at(-1) as { readonly decision?: { readonly rules: readonly number[] } };
        if (!decision?.rules.includes(gate.rule)) {
            return undefined;
        }
        const question = allAllowed(
            { name: '', text: '', source: gate.statement.source },
            policy.rules[gate.rule]!.subject,
            { op: 'constant', value: TRUE }
        );
        return traceOf(policy, steps, {
            shown: new Set([gate.monitor]),
            causes: causesOf(policy, question, steps, last.time),
            judgesLast: true,
            summary: `Without the refused ${plural(timesFor(gate.condition), 'call', 'calls')} the last one is allowed.`
        });
    } catch (error) {
        if (error instanceof ReplayMismatch) {
            return undefined;
        }
        throw error;
    }
}

function timesFor(condition: Condition): number {
    return condition.op !== 'count'
        ? 1
        : condition.cmp === '>'
          ? Math.floor(condition.bound) + 1
          : Math.max(1, Math.ceil(condition.bound));
}

function findingOf(
    { statement, condition, monitor }: Gate,
    attacker: string,
    victim: string,
    trace: Trace,
    honest: Answer
): Finding {
    const times = timesFor(condition);
    const calls = times === 1 ? 'one refused call' : `${times} refused calls`;
    const who = attacker === victim ? 'its own work' : `the work of ${victim}`;
    const repair =
        attacker === victim
            ? 'Count only calls that were let through (`released`), or within a time'
            : 'Count for each agent (`by caller`)';
    return {
        code: 'GR514',
        severity: 'warning',
        message: `With ${calls} ${attacker} can lock out ${who}: \`${monitor.text}\` counts calls that had no effect. ${repair}.`,
        source: statement.source,
        about: [monitor.text],
        trace,
        basis: basisOf(honest, 0)
    };
}
