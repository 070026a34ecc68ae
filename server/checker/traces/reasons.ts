/**
 * Explains why no rule stopped a call, and why the claim is broken: the parts of conditions that decided, with the
 * values of the session.
 */
import { completeCall } from '../../model/advance.js';
import { evaluate, matchesCall, monitorCells, readTerm } from '../../model/conditions/evaluate.js';
import { type Situation, situationIn } from '../../model/conditions/inputs.js';
import { countOfCells, decidingTimes, NONE } from '../../model/conditions/within.js';
import { findHeld } from '../../model/decide.js';
import { memoryAt } from '../../model/events/effects.js';
import type { Claim, Condition, Policy, Rule, Term } from '../../model/policy/policy.js';
import { servingApprovals } from '../../model/session/approvals.js';
import { mayBe, mustBe } from '../../model/policy/truth.js';
import { valueText } from '../../model/text/typed-text.js';
import { durationText } from '../conditions/durations.js';
import { conditionText } from '../conditions/condition-text.js';
import { visitParts } from '../conditions/walk.js';
import { agentName, labelName } from '../conditions/names.js';
import { questionOf } from '../questions/question.js';
import { isJudged, overAllSessions } from '../reductions/all-sessions.js';
import type { RuleReference, Trace } from '../results/result.js';
import { situationAtEnd, situationOf } from './cause.js';
import { replayOn } from './replay-on-edited-policy.js';
import type { ReplayedCall, ReplayedStep } from './replay.js';
import { truthText } from './session-view.js';
import { ruleReference } from './trace.js';
import { decidingParts } from './unknown.js';

/** A part of a condition, with its truth value and the values that it reads. */
export interface ConditionPart {
    readonly text: string;
    readonly truth: 'true' | 'false' | 'unknown';
    /** What the session had at that moment, such as `amount: 50`; empty if the part reads no value that can be named. */
    readonly values: readonly string[];
}

/** A rule about the call that did not stop it. */
export interface PassedRule {
    readonly rule: RuleReference;
    /** A `require` whose condition is true, and an approval that was given, are met; other rules do not apply. */
    readonly outcome: 'does not apply' | 'is met';
    /** The parts that decided this; empty for an approval that was given. */
    readonly parts: readonly ConditionPart[];
}

export interface StepReasons {
    readonly passed: readonly PassedRule[];
    /** The other rules that could stop a call; they are about other calls. */
    readonly others: readonly RuleReference[];
}

export interface SessionReasons {
    /** For each step of the session; null for a step that is not a released call, or is not possible now. */
    readonly steps: readonly (StepReasons | null)[];
    /** The parts of the claim that are broken at the last step; undefined if they cannot be named. */
    readonly claim?: readonly ConditionPart[];
}

/** @param claim the claim that the session breaks at its last step */
export function reasonsOf(
    policy: Policy,
    trace: Pick<Trace, 'steps' | 'start'>,
    claim: string | undefined
): SessionReasons {
    const { taken, places } = replayOn(policy, trace);
    const broken = policy.claims.find(({ name }) => name === claim);
    const parts = broken && claimParts(policy, broken, trace);
    return {
        steps: places.map((place) => {
            const step = typeof place === 'number' ? taken[place]! : undefined;
            return step && isReleased(step) ? reasonsAt(policy, step) : null;
        }),
        ...(parts && { claim: parts })
    };
}

function isReleased(step: ReplayedStep | { readonly kind: 'note' }): step is ReplayedCall {
    return (step.kind === 'call' || step.kind === 'release') && step.decision?.kind === 'allowed';
}

/** Null while earlier calls are running, because the decision then covers every way in which they may end. */
function reasonsAt(policy: Policy, { before, call: made, readings }: ReplayedCall): StepReasons | null {
    if (before.running.items.length > 0) {
        return null;
    }
    const call = completeCall(policy, made);
    const approvals = servingApprovals(policy, before, call, findHeld(before, call), before.time);
    const memory = memoryAt(policy, before.settled, before.time);
    const situation = situationIn(before, { call, memory, approvals, readings });
    const stops = policy.rules.filter(
        ({ kind, audit }) => (kind === 'deny' || kind === 'require' || kind === 'approval') && audit !== true
    );
    const isMeant = ({ subject }: Rule): boolean => mayBe(matchesCall(subject, call));
    return {
        passed: stops.filter(isMeant).map((rule) => passedRule(policy, rule, situation)),
        others: stops.filter((rule) => !isMeant(rule)).map(ruleReference)
    };
}

function passedRule(policy: Policy, rule: Rule, situation: Situation): PassedRule {
    const applies = mayBe(evaluate(policy, rule.when, situation));
    if (!applies || rule.kind === 'deny') {
        return { rule: ruleReference(rule), outcome: 'does not apply', parts: deciding(policy, rule.when, situation) };
    }
    const parts = rule.kind === 'require' ? deciding(policy, rule.requires, situation) : [];
    return { rule: ruleReference(rule), outcome: 'is met', parts };
}

/** A session that spans several is judged by the claim over all of them. */
function claimParts(
    original: Policy,
    claim: Claim,
    trace: Pick<Trace, 'steps' | 'start'>
): ConditionPart[] | undefined {
    const asked = questionOf(claim);
    const isOfSeveral = trace.steps.some(({ act }) => act === 'new session') && isJudged(asked);
    const { policy, question } = isOfSeveral ? overAllSessions(original, asked) : { policy: original, question: asked };
    const { taken } = replayOn(policy, trace);
    const steps = taken.filter((step): step is ReplayedStep => step.kind !== 'note');
    if (steps.length < taken.length) {
        return undefined;
    }
    const last = steps.at(-1);
    const isCall = last && last.kind !== 'event' && last.kind !== 'new session';
    switch (question.goal) {
        case 'release':
        case 'decision': {
            const condition = question.goal === 'release' ? question.bad : question.when;
            return isCall ? deciding(policy, condition, situationOf(policy, steps.slice(0, -1), last)) : undefined;
        }
        case 'state':
            return last && deciding(policy, question.condition, situationAtEnd(policy, steps, last.after));
        case 'work':
        case 'recovery':
            return undefined;
    }
}

/** The smallest parts that give the condition its truth value. */
function deciding(policy: Policy, condition: Condition, situation: Situation): ConditionPart[] {
    return decidingParts(policy, condition, situation).map((part) => ({
        text: conditionText(policy, part),
        truth: truthText(evaluate(policy, part, situation)),
        values: valuesIn(policy, part, situation)
    }));
}

/** The values of the arguments, fields and labels that the part reads, as `name: value`. */
function valuesIn(policy: Policy, part: Condition, situation: Situation): string[] {
    if (part.op === 'carries' || part.op === 'received') {
        const { agent } = situation.call;
        const carried = policy.labels.flatMap((_, label) =>
            mustBe(evaluate(policy, { op: 'carries', label }, situation)) ? [labelName(policy, label)] : []
        );
        return [`${agentName(policy, agent)} carries ${carried.join(', ') || 'nothing'}`];
    }
    if (part.op === 'monitor' || part.op === 'count') {
        return historyIn(policy, part, situation);
    }
    const read = new Map<string, string>();
    visitParts(part, (inner) => {
        if ('term' in inner && typeof inner.term === 'string') {
            const term = inner;
            const text = nameOf(policy, term);
            const value = text === undefined ? undefined : readTerm(term, situation);
            if (text !== undefined) {
                read.set(text, value === undefined ? 'not given' : valueText(value));
            }
        }
    });
    return [...read].map(([name, value]) => `${name}: ${value}`);
}

/** The name of a term that is a value of the call or of the session. */
function nameOf(policy: Policy, term: Term): string | undefined {
    switch (term.term) {
        case 'param':
            return term.name;
        case 'session':
            return `session.${term.constant}`;
        case 'signal':
            return policy.signals?.[term.signal]?.name;
        default:
            return undefined;
    }
}

/** What the history has for a condition about it: a count, or how long ago the event was that a window covers. */
function historyIn(policy: Policy, part: Condition & { op: 'monitor' | 'count' }, situation: Situation): string[] {
    const monitor = policy.monitors[part.monitor]!;
    const cells = monitorCells(policy, part.monitor, situation);
    if (!cells) {
        return [];
    }
    if (part.op === 'count') {
        const [least, most] = countOfCells(monitor, cells, situation.time);
        return [least === most ? `count: ${least}` : `count: ${least} to ${most}`];
    }
    if (monitor.window === undefined) {
        return [];
    }
    const latest = Math.max(...decidingTimes(monitor).map((cell) => cells[cell]!));
    const allowed = `${durationText(monitor.window)} allowed`;
    return [
        latest === NONE ? `never before; ${allowed}` : `${durationText(situation.time - latest)} before; ${allowed}`
    ];
}
