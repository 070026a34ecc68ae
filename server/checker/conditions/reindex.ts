/**
 * Rewrites parts of the model to other indices. Every form that refers to something by index is in a table here, so
 * that a new form does not compile until someone adds it.
 */
import type {
    Assumption,
    CallPattern,
    Claim,
    Condition,
    EventPattern,
    Machine,
    Monitor,
    ProvenanceSource,
    Recorder,
    RecorderKey,
    Rule,
    Term,
    Tool
} from '../../model/policy/policy.js';
import type { Truth } from '../../model/policy/truth.js';
import { isPart } from './rewrite.js';

/** Maps the indices of one policy to those of another. */
export interface Indices {
    /** The values for the tools here, from the values for the tools of the other policy. */
    tools(truths: readonly Truth[]): Truth[];
    /** Undefined if the other policy has no such agent. */
    agent(index: number): number | undefined;
    human(index: number): number;
    label(index: number): number;
    outside(index: number): number | undefined;
    monitor(index: number): number;
    recorder(index: number): number;
    source(index: number): number;
    machine(index: number): number;
    signal(index: number): number;
}

type WithOp<Op> = Extract<Condition, { readonly op: Op }>;
type WithTerm<Kind> = Extract<Term, { readonly term: Kind }>;
/** Returns the fields that differ; `undefined` for a form that has no indices. */
type Renaming<Part> = ((part: Part, to: Indices) => { readonly [Field in keyof Part]?: Part[Field] }) | undefined;

/** An agent that the other policy does not have makes no calls there. */
const NOBODY = -1;

const CONDITIONS: { readonly [Op in Condition['op']]: Renaming<WithOp<Op>> } = {
    monitor: ({ monitor }, to) => ({ monitor: to.monitor(monitor) }),
    count: ({ monitor }, to) => ({ monitor: to.monitor(monitor) }),
    carries: ({ label }, to) => ({ label: to.label(label) }),
    received: ({ label }, to) => ({ label: to.label(label) }),
    'approved by': ({ humans }, to) => ({ humans: humans.map((human) => to.human(human)) }),
    recorded: ({ recorder }, to) => ({ recorder: to.recorder(recorder) }),
    'in mode': ({ machine }, to) => ({ machine: to.machine(machine) }),
    from: ({ source }, to) => ({ source: to.source(source) }),
    'caller is': ({ agent }, to) => ({ agent: to.agent(agent) ?? NOBODY }),
    'tool is': ({ tools }, to) => ({ tools: to.tools(tools) }),
    constant: undefined,
    not: undefined,
    and: undefined,
    or: undefined,
    compare: undefined,
    in: undefined,
    'host in': undefined,
    'host within': undefined,
    'path within': undefined,
    matches: undefined,
    'starts with': undefined,
    contains: undefined,
    'text test': undefined,
    every: undefined,
    some: undefined,
    'any text': undefined,
    given: undefined,
    'time in': undefined,
    'day in': undefined,
    'date in': undefined,
    redirects: undefined,
    'command starts with': undefined
};

const TERMS: { readonly [Kind in Term['term']]: Renaming<WithTerm<Kind>> } = {
    signal: ({ signal }, to) => ({ signal: to.signal(signal) }),
    aggregate: ({ recorder }, to) => ({ recorder: to.recorder(recorder) }),
    latest: ({ recorder }, to) => ({ recorder: to.recorder(recorder) }),
    constant: undefined,
    param: undefined,
    host: undefined,
    length: undefined,
    bytes: undefined,
    field: undefined,
    part: undefined,
    commands: undefined,
    entries: undefined,
    result: undefined,
    session: undefined,
    request: undefined,
    call: undefined,
    sum: undefined,
    joined: undefined,
    instant: undefined,
    now: undefined,
    period: undefined,
    element: undefined
};

export function conditionIn(condition: Condition, to: Indices): Condition {
    return partIn(condition, to) as Condition;
}

export function termIn(term: Term, to: Indices): Term {
    return partIn(term, to) as Term;
}

type Rename = (part: Condition | Term, to: Indices) => object;

/** A constant may have any shape, so it stays as it is. */
function partIn(part: Condition | Term, to: Indices): Condition | Term {
    const inner = Object.fromEntries(
        Object.entries(part).map(([field, value]: [string, unknown]) => [
            field,
            field === 'value' || field === 'values' ? value : insideIn(value, to)
        ])
    ) as Condition | Term;
    const rename = ('op' in inner ? CONDITIONS[inner.op] : TERMS[inner.term]) as Rename | undefined;
    return rename ? Object.assign(inner, rename(inner, to)) : inner;
}

function insideIn(value: unknown, to: Indices): unknown {
    if (Array.isArray(value)) {
        return value.map((one: unknown) => insideIn(one, to));
    }
    return isPart(value) ? partIn(value, to) : value;
}

export function toolIn(tool: Tool, to: Indices): Tool {
    const { reads, clears, conditionalReads, succeeds, mayDo, delegatesTo } = tool;
    const labels = (all: readonly number[]): number[] => all.map((label) => to.label(label));
    return {
        ...tool,
        reads: labels(reads),
        clears: labels(clears),
        ...(conditionalReads && {
            conditionalReads: conditionalReads.map((more) => ({
                labels: labels(more.labels),
                when: conditionIn(more.when, to)
            }))
        }),
        ...(succeeds && { succeeds: conditionIn(succeeds, to) }),
        ...(mayDo && { mayDo: to.tools(mayDo) }),
        ...(delegatesTo !== undefined && { delegatesTo: to.agent(delegatesTo) ?? NOBODY })
    };
}

type FieldOf<Whole, Field> = Whole extends unknown
    ? Field extends keyof Whole
        ? Exclude<Whole[Field], undefined>
        : never
    : never;
type FieldsOf<Whole> = Whole extends unknown ? keyof Whole : never;

/** Renames the fields of claims of each kind; `undefined` for a kind without indices. */
const CLAIM: {
    readonly [Field in FieldsOf<Claim>]: ((value: FieldOf<Claim, Field>, to: Indices) => unknown) | undefined;
} = {
    subject: callPatternIn,
    bad: conditionIn,
    when: conditionIn,
    condition: conditionIn,
    trigger: conditionIn,
    steps: (steps, to) => steps.map((step) => patternIn(step, to)),
    kind: undefined,
    name: undefined,
    doc: undefined,
    annotations: undefined,
    across: undefined,
    text: undefined,
    source: undefined,
    usedAt: undefined,
    isRequired: undefined,
    acceptable: undefined,
    decision: undefined,
    keys: undefined,
    window: undefined,
    withoutApproval: undefined
};

export function claimIn(claim: Claim, to: Indices): Claim {
    const renamings: { readonly [field: string]: ((value: never, to: Indices) => unknown) | undefined } = CLAIM;
    return Object.fromEntries(
        Object.entries(claim).map(([field, value]) => [field, renamings[field]?.(value as never, to) ?? value])
    ) as unknown as Claim;
}

export function assumptionIn(assumption: Assumption, to: Indices): Assumption {
    const { kind, index, humans, subject, when } = assumption;
    const place =
        index === undefined
            ? undefined
            : kind === 'agent'
              ? to.agent(index)
              : kind === 'event'
                ? to.outside(index)
                : to.signal(index);
    return {
        ...assumption,
        ...(humans && { humans: humans.map((human) => to.human(human)) }),
        ...(subject && { subject: callPatternIn(subject, to) }),
        ...(place !== undefined && { index: place }),
        when: conditionIn(when, to)
    };
}

export function callPatternIn<Pattern extends CallPattern>(pattern: Pattern, to: Indices): Pattern {
    const { agents, outside } = pattern;
    return {
        ...pattern,
        tools: to.tools(pattern.tools),
        ...(Array.isArray(agents) && { agents: known((agents as readonly number[]).map((agent) => to.agent(agent))) }),
        ...(outside && { outside: known(outside.map((event) => to.outside(event))) })
    };
}

function patternIn(pattern: EventPattern, to: Indices): EventPattern {
    const { where, humans } = pattern;
    return {
        ...callPatternIn(pattern, to),
        where: conditionIn(where, to),
        ...(humans && { humans: humans.map((human) => to.human(human)) })
    };
}

export function monitorIn(monitor: Monitor, to: Indices): Monitor {
    const { event, from, keys } = monitor;
    return {
        ...monitor,
        event: patternIn(event, to),
        ...(from && { from: patternIn(from, to) }),
        ...(keys && { keys: keys.map((key) => termIn(key, to)) })
    };
}

export function recorderIn(recorder: Recorder, to: Indices): Recorder {
    const { event, from, keys, fromKeys, asked, value } = recorder;
    return {
        ...recorder,
        event: patternIn(event, to),
        ...(from && { from: patternIn(from, to) }),
        ...(keys && { keys: keysIn(keys, to) }),
        ...(fromKeys && { fromKeys: keysIn(fromKeys, to) }),
        ...(asked && { asked: conditionIn(asked, to) }),
        ...(value && { value: termIn(value, to) })
    };
}

export function sourceIn(source: ProvenanceSource, to: Indices): ProvenanceSource {
    return source.kind === 'user' ? source : { ...source, event: callPatternIn(source.event, to) };
}

export function machineIn(machine: Machine, to: Indices): Machine {
    return {
        ...machine,
        transitions: machine.transitions.map((transition) => ({
            ...transition,
            event: patternIn(transition.event, to),
            when: conditionIn(transition.when, to)
        }))
    };
}

export function ruleIn(rule: Rule, to: Indices): Rule {
    const common = {
        subject: callPatternIn(rule.subject, to),
        when: conditionIn(rule.when, to),
        ...(rule.mode && { mode: { ...rule.mode, machine: to.machine(rule.mode.machine) } })
    };
    switch (rule.kind) {
        case 'allow':
        case 'deny':
        case 'withhold':
            return { ...rule, ...common };
        case 'require':
            return { ...rule, ...common, requires: conditionIn(rule.requires, to) };
        case 'approval':
            return {
                ...rule,
                ...common,
                humans: rule.humans.map((human) => to.human(human)),
                ...(rule.per && { per: rule.per.map((term) => termIn(term, to)) }),
                ...(rule.changedBy && {
                    changedBy: {
                        event: patternIn(rule.changedBy.event, to),
                        keys: keysIn(rule.changedBy.keys, to)
                    }
                })
            };
    }
}

function keysIn(keys: readonly RecorderKey[], to: Indices): RecorderKey[] {
    return keys.map((key) => ({ event: termIn(key.event, to), call: termIn(key.call, to) }));
}

function known(indices: readonly (number | undefined)[]): number[] {
    return indices.filter((index) => index !== undefined);
}
