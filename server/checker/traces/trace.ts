/** Presents a replayed session to people. */
import { advance, initial } from '../../model/advance.js';
import type { Arguments, Monitor, Policy, Reading, Rule } from '../../model/policy/policy.js';
import { lastingText } from '../../model/policy/lasting.js';
import type { Answer, Call, Decision, RunningCall, SessionState } from '../../model/session/session.js';
import { sameValue } from '../../model/values/values.js';
import type { Causes } from './cause.js';
import { changesBetween, factsOf, factTexts } from './facts.js';
import type { ReplayedCall, ReplayedEvent, ReplayedStep } from './replay.js';
import { withheldAt } from './replay.js';
import type { RuleReference, SignalInput, StepInput, Trace, TraceStep } from '../results/result.js';
import { actText as behindAct, endedText } from './step-text.js';
import { clockOf, startOf } from './trace-start.js';
import { agentName, eventName, signalName, toolName } from '../conditions/names.js';
import { argumentsText, nameText, toolText, valueText } from '../../model/text/typed-text.js';

export interface TraceOptions {
    readonly shown: ReadonlySet<Monitor>;
    /** The state before the first step of the session; undefined if it is the state before that step. */
    readonly begins?: SessionState;
    readonly causes?: Causes;
    /** True if the last step is the one that a claim judges. */
    readonly judgesLast: boolean;
    readonly summary: string;
}

/** The steps of a scenario that are neither calls nor events: a new session, the clock, or the end of a call. */
export interface Note {
    readonly kind: 'note';
    /** The name of the actor; empty if there is none. */
    readonly actor: string;
    readonly act: string;
    /** The inputs for repeating it; undefined if only time passes. */
    readonly input?: StepInput;
    /** True if the result of the call that ends is withheld from every agent. */
    readonly withheld?: true;
    readonly before: SessionState;
    readonly after: SessionState;
}

export function traceOf(policy: Policy, steps: readonly (ReplayedStep | Note)[], options: TraceOptions): Trace {
    const states = [options.begins ?? steps[0]?.before ?? initial(policy), ...steps.map((step) => step.after)];
    const facts = states.map((state) => factsOf(policy, state, options.shown));
    const start = startOf(policy, states[0]!);
    return {
        ...(start && { start }),
        steps: steps.map((step, index): TraceStep => ({
            ...shown(policy, step),
            time: step.before.time,
            ...clockOf(policy, step.before),
            changes: changesBetween(facts[index]!, facts[index + 1]!),
            breaks: options.causes?.breaks.has(index) ?? false,
            letsThrough: options.causes?.letsThrough.has(index) ?? false,
            judged: options.judgesLast && index === steps.length - 1
        })),
        facts: facts.map(factTexts),
        summary: options.summary
    };
}

type ShownStep = Omit<TraceStep, 'time' | 'clock' | 'changes' | 'breaks' | 'letsThrough' | 'judged'>;

function shown(policy: Policy, step: ReplayedStep | Note): ShownStep {
    switch (step.kind) {
        case 'note':
            return shownNote(step);
        case 'new session':
            return shownNote(newSession(step.constants));
        default:
            return shownStep(policy, step);
    }
}

/** The name of the step in which another session begins. */
const NEW_SESSION = 'new session';

/** The step in which another session begins, with its constants if they differ from those of the previous session. */
export function newSession(constants?: Arguments): Pick<Note, 'actor' | 'act' | 'input'> {
    const given = constants ? argumentsText(constants) : '';
    return {
        actor: '',
        act: `${NEW_SESSION}${given === '' ? '' : ` with ${given}`}`,
        input: { kind: 'session', ...(constants && { constants }) }
    };
}

function shownNote({ actor, act, input, withheld }: Pick<Note, 'actor' | 'act' | 'input' | 'withheld'>): ShownStep {
    const text = `${actor} ${act}`.trim();
    return {
        kind: 'event',
        actor,
        act,
        tool: '',
        args: {},
        rules: [],
        text,
        ...(withheld && { withheld }),
        ...(input && { input })
    };
}

function shownStep(policy: Policy, step: ReplayedCall | ReplayedEvent): ShownStep {
    const act = actText(policy, step);
    const common = { actor: actorOf(policy, step), ...(act !== undefined && { act }), text: stepText(policy, step) };
    if (step.kind === 'event') {
        const tool = policy.outsideEvents[step.event.outside]!.name;
        const input = inputOfEvent(policy, step);
        const readings = readingTexts(policy, step.event);
        return {
            ...common,
            kind: step.kind,
            tool,
            args: step.event.args ?? {},
            rules: [],
            ...(readings.length > 0 && { readings }),
            ...(input && { input })
        };
    }
    const readings = readingTexts(policy, step);
    const input = inputOf(policy, step);
    return {
        ...common,
        kind: step.kind,
        tool: policy.tools[step.call.tool]?.name ?? '',
        args: shownArguments(policy, step.call),
        ...(step.lasts !== undefined && { valid: lastingText(step.lasts) }),
        ...(step.decision && { decision: step.decision.kind, by: step.decision.by }),
        rules: step.decision ? rulesBehind(policy, step.decision) : [],
        ...(step.outcome && { outcome: step.outcome }),
        ...(step.event?.result && { result: step.event.result }),
        ...(readings.length > 0 && { readings }),
        ...(step.withheldBy && { withheld: true as const }),
        ...(input && { input })
    };
}

function inputOfEvent(policy: Policy, { event: { agent, outside, readings } }: ReplayedEvent): StepInput | undefined {
    if (agent !== undefined) {
        return { kind: 'return', to: policy.agents[agent]!.name };
    }
    const signals = signalsOf(policy, readings);
    const says = policy.outsideEvents[outside]?.special === 'user says';
    return says ? { kind: 'says', ...signals } : readings && { kind: 'event', ...signals };
}

/** The end of a call that is running in the state. */
export function endNote(policy: Policy, state: SessionState, { id, call }: RunningCall, answer: Answer): Note {
    const after = advance(policy, state, { kind: 'end', id, ...answer });
    const isWithheld = withheldAt(policy, state, id, answer).length > 0;
    const tool = policy.tools[call.tool]!.name;
    const { readings, ...ended } = answer;
    const input = { kind: 'end', tool, ...ended, ...signalsOf(policy, readings) } as const;
    const act = endedText(input);
    return { kind: 'note', actor: '', act, input, ...(isWithheld && { withheld: true }), before: state, after };
}

/** The values of the signals by their names. */
export function signalsOf(
    policy: Policy,
    readings: readonly Reading[] | undefined
): { readonly signals?: readonly SignalInput[] } {
    return readings
        ? {
              signals: readings.map(({ signal, args, value }): SignalInput => ({
                  signal: policy.signals![signal]!.name,
                  ...(args && { args }),
                  ...(value !== undefined && { value })
              }))
          }
        : {};
}

/** The values of the signals at a step. A signal that the policy no longer declares cannot be read. */
export function readingsIn(
    { signals: declared = [] }: Policy,
    input: StepInput | undefined
): { readonly readings?: readonly Reading[] } {
    const signals = input && 'signals' in input ? input.signals : undefined;
    return signals
        ? {
              readings: signals.flatMap(({ signal, args, value }) => {
                  const index = declared.findIndex(({ name }) => name === signal);
                  return index < 0
                      ? []
                      : [{ signal: index, ...(args && { args }), ...(value !== undefined && { value }) }];
              })
          }
        : {};
}

function inputOf(policy: Policy, { event, readings }: ReplayedCall): StepInput | undefined {
    const { confirmed } = event ?? {};
    return confirmed || readings
        ? { kind: 'call', ...(confirmed && { confirmed }), ...signalsOf(policy, readings) }
        : undefined;
}

/** Writes a step that is not a call of a tool. */
function actText(policy: Policy, step: ReplayedCall | ReplayedEvent): string | undefined {
    if (step.kind !== 'event') {
        const delegate = policy.tools[step.call.tool]?.delegatesTo;
        return delegate === undefined || step.human !== undefined
            ? undefined
            : `delegates to ${agentName(policy, delegate)}`;
    }
    const { agent, outside, args = {} } = step.event;
    if (agent !== undefined) {
        return `returns to ${agentName(policy, agent)}`;
    }
    return policy.outsideEvents[outside]!.special === 'user says' ? saysText(args) : undefined;
}

function saysText({ text, ...fields }: Arguments): string {
    const typed = Object.keys(fields).length > 0 ? ` with ${argumentsText(fields)}` : '';
    return `says ${valueText(text ?? '')}${typed}`;
}

/** The line of the rule; for a rule from a pack, the line in the policy that uses the pack. */
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

/** The rules of the text, without duplicates: shorthand and lists may have produced several rules from one. */
export function rulesBehind(policy: Policy, decision: Decision): RuleReference[] {
    const references = decision.rules.map((index) => ruleReference(policy.rules[index]!));
    return references.filter(
        (reference, index) => references.findIndex((other) => other.source === reference.source) === index
    );
}

export function callText(policy: Policy, step: Pick<ReplayedCall, 'call'>): string {
    const { tool } = step.call;
    const name = policy.tools[tool] ? toolName(policy, tool) : 'an unknown tool';
    return policy.tools[tool]?.delegatesTo === undefined
        ? `${name}(${argumentsText(shownArguments(policy, step.call))})`
        : name;
}

/** The arguments as an author would write them, without those that a default supplies. */
function shownArguments(policy: Policy, call: Call): Arguments {
    const params = policy.tools[call.tool]?.params ?? [];
    return Object.fromEntries(
        Object.entries(call.args).filter(([name, value]) => {
            const param = params.find((candidate) => candidate.name === name);
            return param?.default === undefined || !sameValue(param.default, value);
        })
    );
}

function actorOf(policy: Policy, step: ReplayedCall | ReplayedEvent): string {
    if (step.kind === 'event') {
        const { delegate, special } = policy.outsideEvents[step.event.outside]!;
        return delegate !== undefined ? policy.agents[delegate]!.name : special === 'user says' ? 'user' : 'outside';
    }
    return step.human === undefined ? policy.agents[step.call.agent]!.name : policy.humans[step.human]!.name;
}

function stepText(policy: Policy, step: ReplayedCall | ReplayedEvent): string {
    const actor = nameText(actorOf(policy, step), 'StrictName');
    const act = actText(policy, step);
    const readings = readingTexts(policy, step.kind === 'event' ? step.event : step);
    if (step.kind === 'event') {
        return act === undefined
            ? `${eventText(policy, step)}${readings.length > 0 ? ` with ${readings.join(', ')}` : ''}`
            : `${actor} ${behindAct({ act, args: step.event.args ?? {}, readings })}`;
    }
    const call = callText(policy, step);
    switch (step.kind) {
        case 'approve':
            return `${actor} approves ${toolText(policy.tools[step.call.tool]!.name)}${lastsText(step)}`;
        case 'refuse':
            return `${actor} refuses ${toolText(policy.tools[step.call.tool]!.name)}`;
        default: {
            const made = act ?? `calls ${call}`;
            const read = readings.length > 0 ? ` with ${readings.join(', ')}` : '';
            return `${actor} ${step.kind === 'release' ? `calls ${call}` : made}${read}: ${decisionText(policy, step.decision!)}${endText(step)}`;
        }
    }
}

/** Writes ` valid 8h`; empty if the person has no choice. */
function lastsText({ lasts }: ReplayedCall): string {
    return lasts === undefined ? '' : ` valid ${lastingText(lasts)}`;
}

export function eventText(policy: Policy, { event: { outside, args = {} } }: Pick<ReplayedEvent, 'event'>): string {
    const name = eventName(policy, outside);
    return Object.keys(args).length > 0 ? `${name}(${argumentsText(args)}) happens` : `${name} happens`;
}

/** The values of the signals at the decision, as written in a scenario. */
export function readingTexts(policy: Policy, { readings = [] }: Pick<ReplayedCall, 'readings'>): string[] {
    return readings.map(({ signal, args, value }) => {
        const of = args ? `(${args.map(valueText).join(', ')})` : '';
        return `${signalName(policy, signal)}${of}: ${value === undefined ? 'nothing' : valueText(value)}`;
    });
}

/** Writes `allowed by line 9`, or `denied: no rule allows it`. */
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
          : `${step.event?.result ? `; it returns (${argumentsText(step.event.result)})` : ''}${step.withheldBy ? '; its result is withheld' : ''}`;
}
