/**
 * The forms of the model that the finite system of the exact search (`actions.ts`, `system.ts`) represents.
 *
 * The tables list every form and every field of the model, so that a new one does not compile until someone has
 * classified it. When the exact search supports a new form, it moves to `EXACT`, here and nowhere else.
 */
import type {
    Assumption,
    Condition,
    EventPattern,
    Monitor,
    Policy,
    Recorder,
    Rule,
    Term,
    Tool
} from '../../model/policy/policy.js';
import { readsHistory } from '../../model/conditions/reads.js';
import type { Question } from '../questions/question.js';
import { hasPart } from '../conditions/rewrite.js';
import { isSum } from '../conditions/sum-monitor.js';
import { CHECKER_LIMITS, limitOf } from '../limits/limits.js';

/** The classification of features that the finite system over-approximates (`portfolio/over-approximation.ts`). */
export interface More {
    readonly more: string;
}

/**
 * Names the unsupported or over-approximated feature, as a noun phrase; undefined if the form is represented exactly.
 */
export type Judge<T> = (part: T, policy: Policy) => string | More | undefined;
/** A classification of each field, by its presence or its value. */
type Fields<T> = { readonly [Field in keyof Required<T>]: Judge<T> };

export type KeysOf<T> = T extends unknown ? keyof T : never;
type WithOp<T, Op> = T extends { readonly op: infer Ops } ? (Op extends Ops ? T : never) : never;
type WithTerm<T, Kind> = T extends { readonly term: infer Kinds } ? (Kind extends Kinds ? T : never) : never;

const EXACT = (): undefined => undefined;
const beyond = (what: string) => (): string => what;
const more = (what: string) => (): More => ({ more: what });

export const CONSTANTS = 'constants of the session';

const SHELL = 'parts of shell lines';

function quantified({ arg }: WithOp<Condition, 'every'>): string | undefined {
    return readsHistory(arg) ? 'conditions on the elements of a list that read more than values' : undefined;
}

const CONDITIONS: {
    readonly [Op in Condition['op']]: Judge<WithOp<Condition, Op>>;
} = {
    constant: EXACT,
    not: EXACT,
    and: EXACT,
    or: EXACT,
    compare: EXACT,
    in: EXACT,
    'host in': EXACT,
    'host within': EXACT,
    'path within': EXACT,
    matches: EXACT,
    'starts with': EXACT,
    contains: EXACT,
    'text test': beyond('tests of a text against another value'),
    every: quantified,
    some: quantified,
    'any text': EXACT,
    given: EXACT,
    monitor: EXACT,
    count: EXACT,
    carries: EXACT,
    received: EXACT,
    'caller is': EXACT,
    'tool is': EXACT,
    'approved by': ({ per }) => (per ? 'approvals of a wider kind (`approved by … per`)' : undefined),
    recorded: ({ recorder }, policy) => recorderText(policy.recorders?.[recorder]),
    'in mode': EXACT,
    from: beyond('provenance (`from`)'),
    // The clock may show anything at every step; a path must then find a time for it (`placed.ts`).
    'time in': more('the time of day'),
    'day in': more('the day of the week'),
    'date in': more('dates'),
    redirects: beyond(SHELL),
    'command starts with': beyond(SHELL)
};

const TERMS: { readonly [Kind in Term['term']]: Judge<WithTerm<Term, Kind>> } = {
    constant: EXACT,
    param: EXACT,
    host: EXACT,
    length: EXACT,
    bytes: EXACT,
    field: EXACT,
    element: EXACT,
    part: ({ part }) => (part === 'command' || part === 'program' ? SHELL : undefined),
    commands: beyond(SHELL),
    entries: EXACT,
    // This is for a result as a whole: its fields are arguments (`reductions/environment/closed.ts`).
    result: beyond('results as a whole'),
    // Each value of the constants is searched separately (`portfolio/each-constant.ts`).
    session: beyond(CONSTANTS),
    // This does not concern what can be expressed as history (`reductions/environment/said.ts`).
    request: beyond('what the user said'),
    signal: ({ args }) =>
        args.some((arg) => hasPart(arg, (part) => 'term' in part && part.term === 'element'))
            ? 'signals of the elements of a list'
            : undefined,
    call: beyond('comparisons of an event with the decided call (`call.…`)'),
    sum: beyond('sums'),
    joined: beyond('texts put together'),
    instant: EXACT,
    now: beyond('the time of the decision as a value'),
    period: beyond('days, weeks and months of the calendar'),
    aggregate: ({ recorder }, policy) => recorderText(policy.recorders?.[recorder]),
    latest: ({ recorder }, policy) => recorderText(policy.recorders?.[recorder])
};

const RECORDERS: { readonly [Kind in Recorder['kind']]: string } = {
    once: 'events compared with the decided call',
    since: 'events compared with the decided call',
    'no since': 'events compared with the decided call',
    'once then': 'events compared with the decided call',
    count: 'counts within a window, since an event, or compared with other values',
    distinct: 'counts of distinct values',
    total: 'totals',
    'total distinct': 'totals of distinct values',
    latest: 'values of the latest event (`latest`)'
};

function recorderText(recorder: Recorder | undefined): string {
    return recorder ? RECORDERS[recorder.kind] : 'an unknown recorder';
}

export const MONITOR: Fields<Monitor> = {
    // Counts and totals with a window are sums that any amount may leave at any moment (`sums/`).
    kind: (monitor) =>
        isSum(monitor) && monitor.sum.window !== undefined ? { more: 'what is added up within a window' } : undefined,
    event: EXACT,
    from: EXACT,
    keys: ({ keys }) => (keys?.some((key) => key.term !== 'param') ? 'keys that are not parameters' : undefined),
    window: EXACT,
    cap: EXACT,
    across: EXACT,
    perAgent: EXACT,
    text: EXACT
};

export const PATTERN: Fields<EventPattern> = {
    tools: EXACT,
    agents: EXACT,
    outside: ({ outside }, policy) => {
        const events = (outside ?? []).map((index) => policy.outsideEvents[index]!);
        return events.some(({ special }) => special === 'start')
            ? 'events of the session that are not calls'
            : undefined;
    },
    text: EXACT,
    status: ({ status }) => (status === 'running' ? 'calls that are running' : undefined),
    where: EXACT,
    keys: EXACT,
    humans: EXACT,
    answers: EXACT
};

export const TOOL: Fields<Tool> = {
    name: EXACT,
    params: EXACT,
    traits: EXACT,
    reads: EXACT,
    clears: EXACT,
    conditionalReads: EXACT,
    returns: EXACT,
    succeeds: EXACT,
    mayDo: EXACT,
    stores: EXACT,
    delegatesTo: EXACT,
    doc: EXACT,
    source: EXACT
};

export const RULE: { readonly [Field in KeysOf<Rule>]: Judge<Rule> } = {
    kind: EXACT,
    subject: EXACT,
    when: EXACT,
    because: EXACT,
    mode: EXACT,
    audit: EXACT,
    annotations: EXACT,
    text: EXACT,
    source: EXACT,
    usedAt: EXACT,
    requires: EXACT,
    humans: EXACT,
    quorum: EXACT,
    valid: EXACT,
    timeout: EXACT,
    answeredAs: EXACT,
    served: EXACT,
    // This does not concern what can be expressed as history (`reductions/reusable-approvals.ts`).
    per: beyond('approvals that cover several calls (`per`)'),
    // Only approvals that cover several calls have choices.
    choices: EXACT,
    changedBy: beyond('approvals that a change voids (`until changed by`)')
};

export const ASSUMPTION: Fields<Assumption> = {
    kind: EXACT,
    humans: EXACT,
    subject: EXACT,
    index: EXACT,
    when: EXACT,
    doc: EXACT,
    annotations: EXACT,
    text: EXACT,
    source: EXACT,
    usedAt: EXACT,
    isRequired: EXACT
};

/** The labels of an agent are the bits of one integer. */
export const TOO_MANY_LABELS = `more than ${CHECKER_LIMITS.labels.most} labels, including those that are kept across sessions`;

/** Features of the whole policy, regardless of the claim; most of them matter only if a condition reads them. */
export const POLICY: Fields<Policy> = {
    name: EXACT,
    doc: EXACT,
    source: EXACT,
    agents: EXACT,
    humans: EXACT,
    labels: ({ labels }) => (labels.length > limitOf('labels') ? TOO_MANY_LABELS : undefined),
    outsideEvents: EXACT,
    tools: EXACT,
    monitors: EXACT,
    recorders: EXACT,
    sources: EXACT,
    machines: EXACT,
    delegations: EXACT,
    sessionConstants: EXACT,
    signals: EXACT,
    request: EXACT,
    timezone: EXACT,
    // No rule, claim or history can name a call that is left to the client.
    leavesOthers: EXACT,
    // The assumptions that the claim sees are classified one by one.
    assumptions: EXACT,
    rules: EXACT,
    claims: EXACT,
    scenarios: EXACT
};

export const QUESTION: { readonly [Field in KeysOf<Question>]: Judge<Question> } = {
    goal: EXACT,
    name: EXACT,
    annotations: EXACT,
    across: EXACT,
    startsClean: EXACT,
    text: EXACT,
    source: EXACT,
    usedAt: EXACT,
    words: EXACT,
    premises: EXACT,
    subject: EXACT,
    bad: EXACT,
    trigger: EXACT,
    when: EXACT,
    decision: EXACT,
    condition: EXACT,
    isOfEachAgent: EXACT,
    steps: EXACT,
    withoutApproval: EXACT,
    window: EXACT,
    keys: EXACT
};

export function judgeCondition<Op extends Condition['op']>(
    condition: WithOp<Condition, Op> & { readonly op: Op },
    policy: Policy
): string | More | undefined {
    return CONDITIONS[condition.op](condition, policy);
}

export function judgeTerm<Kind extends Term['term']>(
    term: WithTerm<Term, Kind> & { readonly term: Kind },
    policy: Policy
): string | More | undefined {
    return TERMS[term.term](term, policy);
}
