/**
 * The situations that the sessions of a scope must reach before the absence of a violation counts: each condition of
 * the claim, and each condition on which a rule lets calls through. A condition that no session met was not tried, so a
 * claim that depends on it is undecided.
 */
import { isItself } from '../../model/events/matching.js';
import { evaluate, matchesCall } from '../../model/conditions/evaluate.js';
import { readsHistory } from '../../model/conditions/reads.js';
import type { CallPattern, Condition, EventPattern, Policy, Rule, Source } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { SessionState } from '../../model/session/session.js';
import { situationAt, situationIn } from '../../model/conditions/inputs.js';
import { mayBe, mustBe, TRUE } from '../../model/policy/truth.js';
import type { Reach } from '../reductions/cone.js';
import { hasPart } from '../conditions/rewrite.js';
import { patternsOf } from '../conditions/walk.js';
import type { Move } from './moves.js';

export interface Need {
    /** The condition that must certainly be true. */
    readonly condition: Condition;
    readonly at: NeedPlace;
    /** The first rule, claim or tool that has the condition. */
    readonly source: Source;
    /** The need is the whole violation of the claim, not one of its conditions. */
    readonly isBreach?: true;
}

/** The moment of evaluation: the decision of such a call, such an event, or between two steps. */
export type NeedPlace =
    | { readonly kind: 'decision'; readonly subject: CallPattern }
    | { readonly kind: 'event'; readonly pattern: EventPattern }
    | { readonly kind: 'state' };

/**
 * The needs of a claim, for the part of the policy that it sees.
 *
 * @param ways for a rule, whether calls that it lets through matter, calls that it stops, or both
 */
export function needsOf(
    policy: Policy,
    question: Question,
    reach: Reach,
    ways: (rule: Rule) => readonly boolean[] = () => waysOf(question)
): Need[] {
    const needs = new Map<string, Need>();
    let source = sourceOf(question);
    const add = (at: NeedPlace, conditions: readonly Condition[]): void =>
        conditions.forEach((condition) => {
            const text = JSON.stringify([at, condition]);
            needs.set(text, needs.get(text) ?? { condition, at, source });
        });
    breachesOf(question).forEach(({ condition, at }) =>
        needs.set(JSON.stringify(['breach', at, condition]), { condition, at, source, isBreach: true })
    );
    const inWhere = (pattern: EventPattern): void => add({ kind: 'event', pattern }, atoms(pattern.where, true));
    addClaim(question, add);
    for (const rule of policy.rules.filter((one) => reach.rules.has(one))) {
        const at = { kind: 'decision', subject: rule.subject } as const;
        source = sourceOf(rule);
        ways(rule).forEach((lets) => add(at, atomsOf(rule, lets)));
    }
    source = sourceOf(question);
    [...reach.monitors].flatMap((index) => patternsOf(policy.monitors[index]!)).forEach(inWhere);
    for (const index of reach.recorders) {
        const { event, from, asked } = policy.recorders![index]!;
        inWhere(event);
        if (from) {
            inWhere(from);
        }
        const own = asked ? atoms(asked, true).filter((condition) => !readsDecided(condition)) : [];
        add({ kind: 'event', pattern: event }, own);
    }
    for (const index of reach.machines) {
        policy.machines![index]!.transitions.forEach(({ event, when, source: at }) => {
            source = at;
            inWhere(event);
            add({ kind: 'event', pattern: event }, atoms(when, true));
        });
    }
    for (const tool of reach.tools) {
        const { conditionalReads = [], succeeds, name, source: at } = policy.tools[tool]!;
        source = at;
        const tools = policy.tools.map((_, index) => (index === tool ? TRUE : 0));
        const pattern: EventPattern = { tools, text: name, status: 'released', where: { op: 'constant', value: TRUE } };
        const asked = [...conditionalReads.map(({ when }) => when), ...(succeeds ? [succeeds] : [])];
        asked.forEach((condition) => add({ kind: 'event', pattern }, atoms(condition, true)));
    }
    return [...needs.values()];
}

function sourceOf({ usedAt, source }: Pick<Rule, 'usedAt' | 'source'>): Source {
    return usedAt ?? source;
}

function addClaim(question: Question, add: (at: NeedPlace, conditions: readonly Condition[]) => void): void {
    switch (question.goal) {
        case 'state':
            add({ kind: 'state' }, atoms(question.condition, false));
            break;
        case 'decision':
            add({ kind: 'decision', subject: question.subject }, atoms(question.when, true));
            break;
        case 'work':
        case 'recovery':
            break;
        case 'release':
            add({ kind: 'decision', subject: question.subject }, atoms(question.bad, true));
            if (question.trigger) {
                add({ kind: 'state' }, atoms(question.trigger, true));
            }
    }
}

/**
 * The violation of the claim if no rule stops it, as one condition: if each part can be true separately, this does not
 * show that all can be true together. A violation that is only possible, because something cannot be read, does not
 * count.
 */
function breachesOf(question: Question): Pick<Need, 'condition' | 'at'>[] {
    switch (question.goal) {
        case 'state':
            return [{ at: { kind: 'state' }, condition: { op: 'not', arg: question.condition } }];
        case 'decision':
            return [{ at: { kind: 'decision', subject: question.subject }, condition: question.when }];
        case 'work':
        case 'recovery':
            return [];
        case 'release':
            return [{ at: { kind: 'decision', subject: question.subject }, condition: question.bad }];
    }
}

/** Returns whether the claim depends on calls that the rules let through, on calls that they stop, or on both. */
function waysOf(question: Question): readonly boolean[] {
    if (question.goal !== 'decision' || question.decision === 'denied') {
        return [true];
    }
    return question.decision === 'allowed' ? [false] : [true, false];
}

/** @param lets true to collect conditions that let calls through, false for those that stop calls */
function atomsOf(rule: Rule, lets: boolean): Condition[] {
    switch (rule.kind) {
        case 'allow': {
            const mode: Condition[] = rule.mode && lets ? [{ op: 'in mode', ...rule.mode }] : [];
            return [...mode, ...atoms(rule.when, lets)];
        }
        case 'deny':
            return atoms(rule.when, !lets);
        case 'require':
            return [...atoms(rule.when, !lets), ...atoms(rule.requires, lets)];
        case 'approval':
            return lets ? [] : atoms(rule.when, true);
        case 'withhold':
            return [];
    }
}

/**
 * The conditions without `and`, `or` and `not`, each with the value that makes the whole true. Conditions on values
 * that must be true together are added as they are: each may be satisfiable while no value satisfies all of them.
 */
function atoms(condition: Condition, wanted: boolean): Condition[] {
    switch (condition.op) {
        case 'constant':
        case 'caller is':
        case 'tool is':
            return [];
        case 'not':
            return atoms(condition.arg, !wanted);
        case 'and':
        case 'or': {
            const { op, args } = condition;
            const together = (op === 'and') === wanted ? args.filter(isOfValues) : [];
            const joint: Condition = { op, args: together };
            return [
                ...(together.length > 1 ? [wanted ? joint : ({ op: 'not', arg: joint } as const)] : []),
                ...args.flatMap((arg) => atoms(arg, wanted))
            ];
        }
        case 'every':
        case 'some': {
            // An empty list satisfies every `every`, so conditions on elements require a nonempty one.
            const { list, level } = condition;
            if (readsHistory(condition.arg)) {
                return [];
            }
            const inside = wanted
                ? atoms(condition.arg, true).map((arg): Condition => ({ op: 'some', list, level, arg: arg as never }))
                : [];
            return [wanted ? condition : { op: 'not', arg: condition }, ...inside];
        }
        default:
            return [wanted ? condition : { op: 'not', arg: condition }];
    }
}

/** True if the condition depends on values alone, not on history or the clock. */
function isOfValues(condition: Condition): boolean {
    return !hasPart(condition, (part) => 'op' in part && OF_HISTORY.has(part.op));
}

const OF_HISTORY: ReadonlySet<Condition['op']> = new Set<Condition['op']>([
    'monitor',
    'count',
    'recorded',
    'in mode',
    'carries',
    'approved by',
    'time in',
    'day in',
    'date in'
]);

/** True if the condition reads the decided call, which an event alone does not have. */
function readsDecided(condition: Condition): boolean {
    return hasPart(condition, (part) => 'term' in part && part.term === 'call');
}

/** True if taking the step in this state meets the need. */
export function isMetBy({ condition, at }: Need, policy: Policy, before: SessionState, move: Move): boolean {
    const { submitted, event } = move;
    if (at.kind === 'decision' && submitted) {
        const { call, approvals, readings } = submitted;
        const situation = situationIn(before, { call, approvals, readings });
        return mayBe(matchesCall(at.subject, call)) && mustBe(evaluate(policy, condition, situation));
    }
    if (at.kind === 'event' && event) {
        return (
            isOf(policy, at.pattern, event, before) &&
            mustBe(evaluate(policy, condition, situationAt(event, before.settled)))
        );
    }
    return false;
}

/** True if the state, between two steps, meets the need. */
export function isMetIn({ condition, at }: Need, policy: Policy, session: SessionState): boolean {
    return (
        at.kind === 'state' &&
        policy.agents.some((_, agent) =>
            mustBe(evaluate(policy, condition, situationIn(session, { call: { agent, tool: 0, args: {} } })))
        )
    );
}

/** True if the event matches the pattern, regardless of its values. */
function isOf(policy: Policy, pattern: EventPattern, event: NonNullable<Move['event']>, before: SessionState): boolean {
    return event.outside !== undefined
        ? (pattern.outside?.includes(event.outside) ?? false)
        : mayBe(isItself(policy, { ...pattern, where: ALWAYS }, event, event.call.agent, before.settled));
}

const ALWAYS: Condition = { op: 'constant', value: TRUE };
