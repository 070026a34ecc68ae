/**
 * Names what is unknown in a session that breaks a claim only because something is: a value that is not given, a text that
 * cannot be read, an event that may have happened (M3).
 */
import { evaluate, readTerm } from '../../model/conditions/evaluate.js';
import type { Situation } from '../../model/conditions/inputs.js';
import { isOfShell, linesIn } from '../../model/conditions/reads.js';
import { commandsOf, doubtIn, type ShellCommand } from '../../model/values/shell-commands.js';
import type { Condition, Policy, Term } from '../../model/policy/policy.js';
import { FALSE, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import { valueText } from '../../model/text/typed-text.js';
import { conditionText, termText } from '../conditions/condition-text.js';
import { joined } from '../conditions/joined.js';
import { hasPart } from '../conditions/rewrite.js';
import { conditionsOf, visitParts } from '../conditions/walk.js';
import type { Question } from '../questions/question.js';
import { situationAtEnd, situationOf } from './cause.js';
import { agentsJudged } from '../questions/parts.js';
import type { ReplayedCall, ReplayedStep } from './replay.js';

/** A sentence that names what is unknown; undefined if the session breaks the claim for certain. */
export function unknownText(
    policy: Policy,
    question: Question,
    steps: readonly ReplayedStep[],
    end: number
): string | undefined {
    const found = unknownIn(policy, question, steps, end);
    return found.length === 0
        ? undefined
        : `It counts as broken because something is unknown: ${joined([...new Set(found)])}.`;
}

function unknownIn(policy: Policy, question: Question, steps: readonly ReplayedStep[], end: number): string[] {
    const last = steps.at(-1);
    const isCall = last && last.kind !== 'event' && last.kind !== 'new session';
    const reasons = (condition: Condition, situation: Situation): string[] =>
        evaluate(policy, condition, situation) === UNKNOWN
            ? decidingParts(policy, condition, situation).flatMap((part) => reasonsFor(policy, part, situation))
            : [];
    switch (question.goal) {
        case 'release':
            return isCall ? reasons(question.bad, situationOf(policy, steps.slice(0, -1), last)) : [];
        case 'decision': {
            if (!isCall) {
                return [];
            }
            const situation = situationOf(policy, steps.slice(0, -1), last);
            return [
                ...reasons(question.when, situation),
                ...decidedBy(policy, last).flatMap((when) => reasons(when, situation))
            ];
        }
        case 'state': {
            if (!last) {
                return [];
            }
            const situation = situationAtEnd(policy, steps, last.after, end);
            return agentsJudged(policy, question)
                .map((agent) => ({ ...situation, call: { ...situation.call, agent } }))
                .map((one) => reasons(question.condition, one))
                .reduce((all, some) => (all.length > 0 ? all : some), []);
        }
        case 'work':
        case 'recovery':
            return [];
    }
}

/** The conditions by which rules decided the call: unknown ones count against it. */
function decidedBy(policy: Policy, { decision }: ReplayedCall): Condition[] {
    const rules = decision && 'rules' in decision && decision.kind !== 'allowed' ? decision.rules : [];
    return rules.flatMap((index) => conditionsOf(policy.rules[index]!));
}

/** The smallest parts that give the condition its truth value. */
export function decidingParts(policy: Policy, condition: Condition, situation: Situation): Condition[] {
    switch (condition.op) {
        case 'constant':
            return [];
        case 'not':
            return decidingParts(policy, condition.arg, situation);
        case 'and':
        case 'or': {
            const truth = evaluate(policy, condition, situation);
            const alone = condition.op === 'and' ? FALSE : TRUE;
            const same = condition.args.filter((arg) => evaluate(policy, arg, situation) === truth);
            // One false part makes an `and` false, and one true part an `or` true.
            const parts = truth === alone ? same.slice(0, 1) : same;
            return parts.flatMap((arg) => decidingParts(policy, arg, situation));
        }
        default:
            return [condition];
    }
}

/** The values that a part whose truth is unknown cannot read; otherwise the part itself. */
function reasonsFor(policy: Policy, part: Condition, situation: Situation): string[] {
    const found: string[] = [];
    /** Terms that are read at another event than the part. */
    const elsewhere = new Set<Condition | Term>();
    const visit = (inner: Condition | Term): void => {
        if ('term' in inner && (inner.term === 'latest' || inner.term === 'call')) {
            visitParts(inner.of, (other) => elsewhere.add(other));
        }
        const reason = 'op' in inner || elsewhere.has(inner) ? undefined : unreadable(policy, inner, situation);
        if (reason !== undefined) {
            found.push(reason);
        }
    };
    visitParts(part, visit);
    keysOf(policy, part).forEach((key) => visitParts(key, visit));
    return found.length > 0 ? found : [unsure(policy, part, situation)];
}

/** The values of the call by which the part finds its history. */
function keysOf(policy: Policy, part: Condition): readonly Term[] {
    if (part.op === 'monitor' || part.op === 'count') {
        return policy.monitors[part.monitor]!.keys ?? [];
    }
    const recorders: number[] = [];
    visitParts(part, (inner) => {
        if ('recorder' in inner) {
            recorders.push(inner.recorder);
        }
    });
    return recorders.flatMap((index) => (policy.recorders![index]!.keys ?? []).map(({ call }) => call));
}

/** Why the term has no value although everything in it has one. */
function unreadable(policy: Policy, term: Term, situation: Situation): string | undefined {
    if (
        hasPart(term, (inner) => 'term' in inner && inner.term === 'element') ||
        readTerm(term, situation) !== undefined
    ) {
        return undefined;
    }
    const text = `\`${termText(policy, term)}\``;
    switch (term.term) {
        case 'param':
        case 'session':
            return `${text} is not given`;
        case 'now':
        case 'period':
            return 'no clock is set';
        case 'latest':
            return `${text} is not known`;
        case 'signal':
            return term.args.every((arg) => readTerm(arg, situation) !== undefined)
                ? `${text} has no reading`
                : undefined;
        case 'field':
            return term.of.term === 'result' || term.of.term === 'request' ? `${text} is not given` : undefined;
        case 'host':
        case 'part':
        case 'instant': {
            const value = isOfShell(term) ? undefined : readTerm(term.of, situation);
            return typeof value === 'string' ? `${text} cannot be read from ${valueText(value)}` : undefined;
        }
        default:
            return undefined;
    }
}

/** A part of which every value is known. */
function unsure(policy: Policy, part: Condition, situation: Situation): string {
    const text = `\`${conditionText(policy, part)}\``;
    if (part.op === 'monitor' || part.op === 'count' || part.op === 'recorded') {
        return `whether ${text} is not certain`;
    }
    const isUnknown = (command: ShellCommand): boolean =>
        (part.op === 'every' || part.op === 'some') &&
        evaluate(policy, part.arg, { ...situation, elements: [...(situation.elements ?? []), command] }) === UNKNOWN;
    const lines = linesIn(part).flatMap((term) => {
        const line = readTerm(term, situation);
        const doubt = typeof line === 'string' ? doubtIn(commandsOf(line).find(isUnknown) ?? line) : undefined;
        return typeof line === 'string' ? [doubt ?? `what ${valueText(line)} runs cannot be told from its text`] : [];
    });
    return lines[0] ?? `whether ${text} is not known`;
}
