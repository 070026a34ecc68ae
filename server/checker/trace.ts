/** A replayed session as a person reads it. */
import { initial } from '../model/advance.js';
import type { Claim, Monitor, Policy, Rule, Value } from '../model/policy.js';
import type { Arguments } from '../model/policy.js';
import type { Call, Decision } from '../model/session.js';
import { sameValue } from '../model/values.js';
import type { Causes } from './cause.js';
import { changesBetween, factsOf, factTexts } from './facts.js';
import type { ReplayedCall, ReplayedEvent, ReplayedStep } from './replay.js';
import type { RuleReference, Trace, TraceStep } from './result.js';

export interface TraceOptions {
    readonly shown: ReadonlySet<Monitor>;
    readonly causes?: Causes;
    /** The last step is the one that a claim judges. */
    readonly judgesLast: boolean;
    readonly summary: string;
}

export function traceOf(policy: Policy, steps: readonly ReplayedStep[], options: TraceOptions): Trace {
    const states = [steps[0]?.before ?? initial(policy), ...steps.map((step) => step.after)];
    const facts = states.map((state) => factsOf(policy, state, options.shown));
    return {
        steps: steps.map((step, index): TraceStep => {
            const rules = step.kind !== 'event' && step.decision ? rulesBehind(policy, step.decision) : [];
            return {
                kind: step.kind,
                actor: actorOf(policy, step),
                tool: step.kind === 'event' ? eventName(policy, step) : (policy.tools[step.call.tool]?.name ?? ''),
                args: step.kind === 'event' ? (step.event.args ?? {}) : shownArguments(policy, step.call),
                time: step.before.time,
                ...(step.kind !== 'event' && step.decision && { decision: step.decision.kind, by: step.decision.by }),
                rules,
                ...(step.kind !== 'event' && step.outcome && { outcome: step.outcome }),
                changes: changesBetween(facts[index]!, facts[index + 1]!),
                breaks: options.causes?.breaks.has(index) ?? false,
                letsThrough: options.causes?.letsThrough.has(index) ?? false,
                judged: options.judgesLast && index === steps.length - 1,
                text: stepText(policy, step)
            };
        }),
        facts: facts.map(factTexts),
        summary: options.summary
    };
}

/** Of a rule that a pack brings, the line of its use: the one in the policy. */
export function lineOf(rule: Rule): number {
    return (rule.usedAt ?? rule.source).start.line + 1;
}

export function ruleReference(rule: Rule): RuleReference {
    return {
        text: rule.text,
        source: rule.source,
        ...(rule.usedAt && { usedAt: rule.usedAt }),
        ...(rule.because !== undefined && { because: rule.because }),
        ...(rule.annotations && { annotations: rule.annotations })
    };
}

/** Rules of the text, each once: sugar and lists may have made several of one. */
export function rulesBehind(policy: Policy, decision: Decision): RuleReference[] {
    const references = decision.rules.map((index) => ruleReference(policy.rules[index]!));
    return references.filter(
        (reference, index) => references.findIndex((other) => other.source === reference.source) === index
    );
}

export function callText(policy: Policy, step: Pick<ReplayedCall, 'call'>): string {
    const tool = policy.tools[step.call.tool];
    if (tool?.delegatesTo !== undefined) {
        return tool.name;
    }
    return `${tool?.name ?? 'an unknown tool'}(${argumentsText(shownArguments(policy, step.call))})`;
}

/** The arguments as an author would write them: those that a default gives are left out. */
function shownArguments(policy: Policy, call: Call): Arguments {
    const params = policy.tools[call.tool]?.params ?? [];
    return Object.fromEntries(
        Object.entries(call.args).filter(([name, value]) => {
            const param = params.find((candidate) => candidate.name === name);
            return param?.default === undefined || !sameValue(param.default, value);
        })
    );
}

export function argumentsText(args: Arguments): string {
    return Object.entries(args)
        .map(([name, value]) => `${name}: ${valueText(value)}`)
        .join(', ');
}

function valueText(value: Value): string {
    return JSON.stringify(value);
}

function eventName(policy: Policy, step: ReplayedEvent): string {
    return policy.outsideEvents[step.event.outside]!.name;
}

function actorOf(policy: Policy, step: ReplayedStep): string {
    if (step.kind === 'event') {
        const { delegate } = policy.outsideEvents[step.event.outside]!;
        return delegate === undefined ? 'outside' : policy.agents[delegate]!.name;
    }
    return step.human === undefined ? policy.agents[step.call.agent]!.name : policy.humans[step.human]!.name;
}

function stepText(policy: Policy, step: ReplayedStep): string {
    if (step.kind === 'event') {
        const { agent } = step.event;
        return agent === undefined
            ? eventText(policy, step)
            : `${actorOf(policy, step)} returns to ${policy.agents[agent]!.name}`;
    }
    const actor = actorOf(policy, step);
    const call = callText(policy, step);
    switch (step.kind) {
        case 'approve':
            return `${actor} approves ${call}`;
        case 'refuse':
            return `${actor} refuses ${call}`;
        default: {
            const delegate = policy.tools[step.call.tool]?.delegatesTo;
            const made = delegate === undefined ? `calls ${call}` : `delegates to ${policy.agents[delegate]!.name}`;
            return `${actor} ${step.kind === 'release' ? `submits again ${call}` : made}${readingsText(policy, step)}: ${decisionText(policy, step.decision!)}${endText(step)}`;
        }
    }
}

function eventText(policy: Policy, { event: { outside, args = {} } }: ReplayedEvent): string {
    const { name, special } = policy.outsideEvents[outside]!;
    if (special === 'user says') {
        const { text, ...fields } = args;
        const typed = Object.keys(fields).length > 0 ? ` with ${argumentsText(fields)}` : '';
        return `user says ${valueText(text ?? '')}${typed}`;
    }
    return Object.keys(args).length > 0 ? `${name}(${argumentsText(args)}) happens` : `${name} happens`;
}

/** What the signals said at the decision, as a scenario writes it. */
function readingsText(policy: Policy, { readings = [] }: ReplayedCall): string {
    const texts = readings.map(({ signal, args, value }) => {
        const of = args ? `(${args.map(valueText).join(', ')})` : '';
        return `${policy.signals![signal]!.name}${of}: ${value === undefined ? 'nothing' : valueText(value)}`;
    });
    return texts.length > 0 ? ` with ${texts.join(', ')}` : '';
}

/** `allowed by line 9`, `denied: no rule allows it`. */
export function decisionText(policy: Policy, decision: Decision): string {
    const lines = [...new Set(decision.rules.map((rule) => lineOf(policy.rules[rule]!)))];
    const by = lines.length > 0 ? ` by line ${lines.join(', ')}` : '';
    switch (decision.by) {
        case 'default':
            return 'denied: no rule allows it';
        case 'inventory':
            return `denied: ${decision.problem ?? 'it does not fit the inventory'}`;
        case 'unknown':
            return decision.kind === 'denied' ? `denied, since a condition is unknown,${by}` : `${decision.kind}${by}`;
        case 'rule':
            return `${decision.kind}${by}`;
    }
}

function endText(step: ReplayedCall): string {
    return step.outcome === 'error'
        ? '; it fails'
        : step.outcome === 'lost'
          ? '; its answer is lost'
          : step.withheldBy
            ? '; its result is withheld'
            : '';
}

export function claimSubjectText(claim: Claim): string {
    return 'subject' in claim ? claim.subject.text : claim.text;
}
