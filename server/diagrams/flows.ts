/**
 * Computes where labelled data can go: for each label, each exit tool and each agent, whether a session calls the tool
 * while the agent carries the label, and which rules stop the flow or hold it for a person. Each answer is a search of
 * the checker. The rules that stop a flow are those that decide the last call of the session that would exist without
 * the rules about that tool.
 */
import { matchesCall } from '../model/conditions/evaluate.js';
import type { Condition, Policy, Rule } from '../model/policy/policy.js';
import { FALSE, mayBe, TRUE } from '../model/policy/truth.js';
import { decideAgain } from '../checker/traces/replay-on-edited-policy.js';
import type { Answer } from '../checker/search/answer.js';
import { noRelease } from '../checker/questions/own.js';
import { answering } from '../checker/portfolio/answers.js';
import type { ExploreOptions } from '../checker/search/breadth-first.js';
import { unseen } from '../checker/findings/unseen.js';
import type { Resumable } from '../checker/limits/resumable.js';
import type { RuleReference, Trace } from '../checker/results/result.js';

export interface Flow {
    readonly label: string;
    readonly tool: string;
    readonly agents: readonly string[];
    /**
     * `free`: some session does it without a review by a person. `person`: sessions do it only with an approval.
     * `stopped`: sessions cannot do it, because a rule denies it or none allows it. `unknown`: the search reached a
     * limit.
     */
    readonly kind: 'free' | 'person' | 'stopped' | 'unknown';
    /** The rules that let the flow through, hold it or stop it; empty if no rule allows it. */
    readonly rules: readonly RuleReference[];
    /** A session that takes the flow, or that is stopped at its last step. */
    readonly trace?: Trace;
}

export interface Flows {
    /** For each label, the tools that read it. */
    readonly sources: readonly { readonly label: string; readonly tools: readonly string[] }[];
    readonly flows: readonly Flow[];
    /** The kind of tools to which data is followed. */
    readonly sinks: 'external' | 'changing';
    /** The number of searches that were skipped because there were too many. */
    readonly left: number;
}

/** The maximum number of questions; each takes one or two searches. */
const MAX_QUESTIONS = 200;

export function* flowsOf(policy: Policy, options: ExploreOptions): Resumable<Flows> {
    const external = toolsWith(policy, ({ traits }) => mayBe(traits['external'] ?? FALSE));
    const sinks = external.length > 0 ? external : toolsWith(policy, ({ traits }) => traits['readonly'] !== TRUE);
    const sources = policy.labels.flatMap((label, index) => {
        const tools = policy.tools.filter(({ reads, conditionalReads = [] }) =>
            [...reads, ...conditionalReads.flatMap(({ labels }) => labels)].includes(index)
        );
        return tools.length > 0 ? [{ label: label.name, index, tools: tools.map(({ name }) => name) }] : [];
    });
    const questions = sources.flatMap(({ index }) =>
        sinks.flatMap((sink) => policy.agents.map((_, agent) => ({ label: index, sink, agent })))
    );
    const found: Flow[] = [];
    for (const question of questions.slice(0, MAX_QUESTIONS)) {
        const flow = yield* flowOf(policy, question, options);
        if (flow) {
            found.push(flow);
        }
    }
    return {
        sources: sources.map(({ label, tools }) => ({ label, tools })),
        flows: together(found),
        sinks: external.length > 0 ? 'external' : 'changing',
        left: Math.max(0, questions.length - MAX_QUESTIONS)
    };
}

interface Question {
    readonly label: number;
    readonly sink: number;
    readonly agent: number;
}

/** Undefined if the agent never carries the label. */
function* flowOf(policy: Policy, question: Question, options: ExploreOptions): Resumable<Flow | undefined> {
    const common = {
        label: policy.labels[question.label]!.name,
        tool: policy.tools[question.sink]!.name,
        agents: [policy.agents[question.agent]!.name]
    };
    const carried: Condition = { op: 'carries', label: question.label };
    const alone = yield* ask(policy, question, { op: 'and', args: [carried, unseen(policy)] }, options);
    if (alone.trace) {
        return { ...common, kind: 'free', rules: alone.trace.steps.at(-1)?.rules ?? [], trace: alone.trace };
    }
    const seen = policy.humans.length > 0 && isSure(alone) ? yield* ask(policy, question, carried, options) : alone;
    if (seen.trace) {
        const held = seen.trace.steps.filter(({ tool, decision }) => tool === common.tool && decision === 'held');
        return { ...common, kind: 'person', rules: held.flatMap(({ rules }) => rules), trace: seen.trace };
    }
    if (!isSure(seen)) {
        return { ...common, kind: 'unknown', rules: [] };
    }
    const open = yield* ask(withoutRulesFor(policy, question), question, carried, options);
    if (!open.trace) {
        return isSure(open) ? undefined : { ...common, kind: 'unknown', rules: [] };
    }
    const again = decideAgain(policy, open.trace).steps;
    const last = again.at(-1)?.step;
    const steps = again.flatMap(({ step }) => (step ? [{ ...step, judged: step === last }] : []));
    return {
        ...common,
        kind: 'stopped',
        rules: last?.rules ?? [],
        trace: { ...open.trace, steps, summary: last ? `${last.text}.` : '' }
    };
}

/** Searches for a session in which the agent calls the tool while the condition is true. */
function ask(policy: Policy, { sink, agent }: Question, bad: Condition, options: ExploreOptions): Resumable<Answer> {
    const tool = policy.tools[sink]!.name;
    const subject = {
        tools: policy.tools.map((_, index) => (index === sink ? TRUE : FALSE)),
        agents: [agent],
        text: tool
    };
    const never = noRelease({ name: tool, text: `never ${tool}`, source: policy.source }, subject, bad);
    return answering(policy, never, { ...options, withoutCauses: true });
}

/** True if the absence of a session is a proof. */
function isSure({ verdict }: Answer): boolean {
    return verdict === 'holds' || verdict === 'vacuous';
}

/** The policy in which the agent is free to call the tool. */
function withoutRulesFor(policy: Policy, { sink, agent }: Question): Policy {
    const concerns = (rule: Rule): boolean => mayBe(matchesCall(rule.subject, { agent, tool: sink, args: {} }));
    const subject = {
        tools: policy.tools.map((_, index) => (index === sink ? TRUE : FALSE)),
        agents: [agent],
        text: policy.tools[sink]!.name
    };
    const allow: Rule = {
        kind: 'allow',
        subject,
        when: { op: 'constant', value: TRUE },
        text: `allow ${policy.agents[agent]!.name}: ${subject.text}`,
        source: policy.source
    };
    return { ...policy, rules: [...policy.rules.filter((rule) => rule.kind === 'allow' || !concerns(rule)), allow] };
}

function toolsWith(policy: Policy, is: (tool: Policy['tools'][number]) => boolean): number[] {
    return policy.tools.flatMap((tool, index) => (tool.delegatesTo === undefined && is(tool) ? [index] : []));
}

/** Names agents with the same result together. */
function together(flows: readonly Flow[]): Flow[] {
    const keyOf = ({ label, tool, kind, rules }: Flow): string =>
        JSON.stringify([label, tool, kind, rules.map(({ source }) => source)]);
    const byKey = new Map<string, Flow>();
    for (const flow of flows) {
        const known = byKey.get(keyOf(flow));
        byKey.set(keyOf(flow), known ? { ...known, agents: [...known.agents, ...flow.agents] } : flow);
    }
    return [...byKey.values()];
}
