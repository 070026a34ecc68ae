import type { CallPattern, Condition, Lasting, Rule, Term } from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { deniesHeld } from '../types/held-subjects.js';
import { durationSeconds } from '../parser/values.js';
import { lowerSpanned, spanOf } from './aggregates.js';
import { countAgainst, countCondition, historyCondition, lowerCondition, lowerGuards } from './conditions.js';
import { boundOf, type LoweringContext, sourceOf, textOf, usedAt } from './context.js';
import { allOf, negate } from './logic.js';
import { insideMode } from './modes.js';
import { lowerEvent, lowerSubject, ownCondition } from './patterns.js';
import { asksSameTool, lowerKeys, rulesOfEachTool } from './same-tool.js';
import { lowerTerm } from './terms.js';

/** The default times: fifteen minutes for an approval, a day for a request (M5). */
const DEFAULT_VALID = 15 * 60;
const DEFAULT_TIMEOUT = 24 * 3600;

/** The rules of the model for one rule of the text: one, or more if its subjects name different agents. */
export function lowerRule(rule: tree.Rule, context: LoweringContext): Rule[] {
    const lowered = (): Rule[] => lowerAnywhere(rule, context);
    return insideMode(rule, asksSameTool(rule) ? rulesOfEachTool(rule, context, lowered) : lowered(), context);
}

function lowerAnywhere(rule: tree.Rule, context: LoweringContext): Rule[] {
    const base = {
        ...(rule.because !== undefined && { because: rule.because }),
        ...(rule.audit && { audit: true }),
        ...context.annotations(rule),
        text: textOf(rule),
        source: sourceOf(rule),
        ...usedAt(rule)
    };
    if (ast.isOrder(rule)) {
        return lowerOrder(rule, base, context);
    }
    if (ast.isLimit(rule)) {
        return [lowerLimit(rule, base, context)];
    }
    if (!ast.isSubjectRule(rule)) {
        throw new Error(`a rule of type ${rule.$type} cannot be lowered`);
    }
    const when = lowerGuards(rule, context);
    const held = rule.subjects.filter((event) => deniesHeld(rule, event));
    const others = rule.subjects.filter((event) => !held.includes(event));
    return [
        ...callsOf(held, context).flatMap((subject) => denialsOf(subject, when, base, context)),
        ...subjectsOf(rule, others, context).map((subject) => ruleFor(rule, subject, when, base, context))
    ];
}

type Base = Pick<Rule, 'text' | 'source' | 'usedAt' | 'because' | 'annotations' | 'audit'>;

/** `deny held E`: for each requirement, the calls of E that it asks about, also if a person has answered before. */
function denialsOf(subject: CallPattern, when: Condition, base: Base, { requirements }: LoweringContext): Rule[] {
    return requirements.flatMap((requirement): Rule[] => {
        const tools = subject.tools.map(
            (value, tool) => Math.min(value, requirement.subject.tools[tool] ?? 0) as Truth
        );
        const agents = commonAgents(subject.agents, requirement.subject.agents);
        const isEmpty = tools.every((value) => value === 0) || agents?.length === 0;
        const both = { text: subject.text, tools, ...(agents && { agents }) };
        return isEmpty ? [] : [{ kind: 'deny', subject: both, when: conjunction([requirement.when, when]), ...base }];
    });
}

/** The agents of both patterns; undefined if both stand for any agent. */
function commonAgents(one: CallPattern['agents'], other: CallPattern['agents']): CallPattern['agents'] {
    return Array.isArray(one) && Array.isArray(other) ? one.filter((agent) => other.includes(agent)) : (one ?? other);
}

function conjunction(conditions: readonly Condition[]): Condition {
    return allOf(conditions.filter((condition) => !(condition.op === 'constant' && condition.value === 2)));
}

function ruleFor(
    rule: tree.SubjectRule,
    subject: CallPattern,
    when: Condition,
    base: Base,
    context: LoweringContext
): Rule {
    if (ast.isAllow(rule)) {
        return { kind: 'allow', subject, when, ...base };
    }
    if (ast.isDeny(rule)) {
        return { kind: 'deny', subject, when, ...base };
    }
    if (ast.isWithhold(rule)) {
        return { kind: 'withhold', subject, when, ...base };
    }
    if (ast.isRequire(rule)) {
        return { kind: 'require', subject, when, requires: lowerCondition(rule.condition, context), ...base };
    }
    if (ast.isRequireApproval(rule)) {
        return {
            kind: 'approval',
            subject,
            when,
            humans: context.peopleOf(rule.approver.ref),
            quorum: rule.quorum ?? 1,
            ...lowerLasting(rule.lasting),
            timeout: rule.timeout ? durationSeconds(rule.timeout) : DEFAULT_TIMEOUT,
            ...(rule.per.length > 0 && { per: lowerKeys(rule.per, context) }),
            ...(rule.changedBy && { changedBy: lowerChange(rule.changedBy, context) }),
            ...base
        };
    }
    throw new Error(`a rule of type ${rule.$type} cannot be lowered`);
}

/**
 * Lowers `valid 8h`, and `valid once or 8h`, where the held call itself may be released for as long as the shortest choice,
 * and 15 minutes at most: after that, only the choice counts.
 */
function lowerLasting(lasting: readonly tree.Lasting[]): Pick<ApprovalRule, 'valid' | 'choices'> {
    const [only] = lasting;
    if (!only || (lasting.length === 1 && only.valid !== undefined)) {
        return { valid: only?.valid === undefined ? DEFAULT_VALID : durationSeconds(only.valid) };
    }
    const seconds = lasting.map(lowerChoice).map((choice) => (choice === 'session' ? Infinity : choice));
    const sorted = [...new Set(seconds)].sort((a, b) => a - b);
    return {
        valid: Math.min(DEFAULT_VALID, ...sorted.filter((choice) => choice > 0)),
        choices: sorted.map((choice) => (Number.isFinite(choice) ? choice : 'session'))
    };
}

/** A number of seconds, 0 for `once`. */
export function lowerChoice({ once, session, valid }: tree.Lasting): Lasting {
    return session ? 'session' : once || valid === undefined ? 0 : durationSeconds(valid);
}

/** Lowers `until changed by E(k)`: a release of E whose k equals that of the call (M5). */
function lowerChange(event: tree.Event, context: LoweringContext): NonNullable<ApprovalRule['changedBy']> {
    const { keys = [], keyTerms = [], ...pattern } = lowerEvent(event, context);
    return {
        event: { ...pattern, status: 'released' },
        keys: keys.map((name, at) => ({ event: { term: 'param', name }, call: keyTerms[at]! }))
    };
}

type ApprovalRule = Extract<Rule, { kind: 'approval' }>;

/** The calls of the subjects, or of a part of them; an `allow` names its agents elsewhere. */
function subjectsOf(rule: tree.SubjectRule, events: readonly tree.Event[], context: LoweringContext): CallPattern[] {
    return ast.isAllow(rule)
        ? [
              lowerSubject(
                  events.map((event) => event.selector),
                  rule.by,
                  context
              )
          ]
        : callsOf(events, context);
}

/** The calls of the events, where those with the same `by` become one pattern. */
function callsOf(events: readonly tree.Event[], context: LoweringContext): CallPattern[] {
    const groups = new Map<string, tree.Event[]>();
    for (const event of events) {
        const key = event.by ? textOf(event.by) : '';
        groups.set(key, [...(groups.get(key) ?? []), event]);
    }
    return [...groups.values()].map((same) =>
        lowerSubject(
            same.map((event) => event.selector),
            same[0]!.by,
            context
        )
    );
}

/**
 * Lowers `limit E to n` to `deny E when count(E) >= n`, for calls that would be such an E themselves, and `limit
 * total(E.x) to n` to `deny E when total(E.x) + x > n`; with `per K`, over events that have the K of the decided call,
 * and with `when C`, for calls of which C is true.
 */
function lowerLimit(
    limit: tree.Limit,
    base: Pick<Rule, 'text' | 'source' | 'usedAt' | 'because' | 'annotations'>,
    context: LoweringContext
): Rule {
    const event = limit.total?.event ?? limit.event!;
    const subject = lowerSubject([event.selector], event.by, context);
    const per = lowerKeys(limit.per, context);
    const value = limit.value && lowerTerm(limit.value, context, new Map());
    const most: Term = value ?? { term: 'constant', value: boundOf(limit.bound) };
    const span = spanOf(limit, context);
    const guards = limit.when || limit.unless ? [lowerGuards(limit, context)] : [];
    if (!limit.total) {
        const counted = { event: lowerEvent(event, context), per, span };
        const tooMany = value
            ? countAgainst(counted, '>=', value, context)
            : countCondition(counted, '>=', boundOf(limit.bound), context);
        return { kind: 'deny', subject, when: allOf([...ownCondition(event, context), ...guards, tooMany]), ...base };
    }
    const { total } = limit;
    const { across, ...window } = spanOf(total, context);
    const whole = { ...(span.window === undefined && window), ...(across && { across }), ...span };
    const recorder = context.recorder(lowerSpanned(total, context, new Map(), per, whole));
    const added: Term = { term: 'param', name: total.field.$refText };
    const tooMuch: Condition = {
        op: 'compare',
        cmp: '>',
        left: { term: 'sum', left: { term: 'aggregate', recorder }, right: added, minus: false },
        right: most
    };
    // Calls that the total leaves out are not limited.
    const own = ownCondition({ args: event.args, ...(total.where && { where: total.where }) }, context);
    return { kind: 'deny', subject, when: allOf([...own, ...guards, tooMuch]), ...base };
}

/** Lowers `order A before B` to `deny B unless A since B-or-start`. */
function lowerOrder(
    order: tree.Order,
    base: Pick<Rule, 'text' | 'source' | 'usedAt' | 'because' | 'annotations'>,
    context: LoweringContext
): Rule[] {
    return order.events.slice(1).map((event, position): Rule => {
        const before = lowerEvent(order.events[position]!, context);
        const after = lowerEvent(event, context);
        const done = historyCondition(
            {
                kind: 'since or start',
                event: before,
                from: after,
                perAgent: before.agents === 'caller' || after.agents === 'caller',
                text: `${before.text} since ${after.text} or start`
            },
            context
        );
        return {
            kind: 'deny',
            subject: lowerSubject([event.selector], event.by, context),
            when: negate(done),
            ...base
        };
    });
}
