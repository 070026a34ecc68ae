/**
 * Finds where sequential calls may not cover everything that overlapping calls can do (docs/checker.md, "Calls one at a
 * time"). A decision waits for the calls it depends on, but not for a machine: while a running call may have moved one,
 * a call must be granted, and is held, in every possible mode (M18). So a hold may arise that no sequence has, which
 * matters if something sees holds and answers.
 */
import { matchesCall } from '../../model/conditions/evaluate.js';
import type { EventPattern, Policy, Rule, Transition } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { FALSE, mayBe } from '../../model/policy/truth.js';
import type { Reach } from './cone.js';
import { patternsOfHistory } from './cone.js';
import { hasPart } from '../conditions/rewrite.js';
import { conditionsOf } from '../conditions/walk.js';
import { isSafety } from './all-sessions.js';
import { isWorseApproved, readsApprovals } from '../conditions/approvals.js';
import { isOfCallAlone } from './slice.js';
import type { NamedScope } from '../limits/scopes.js';

/** The scopes that overlapping calls add to the claim, in words, if the search runs calls one at a time. */
export function overlapScopes(policy: Policy, question: Question, reach: Reach): NamedScope[] {
    return isSafety(question) && overlappingTools(policy, question, reach).size > 0 ? [ONE_AT_A_TIME] : [];
}

export const ONE_AT_A_TIME: NamedScope = 'calls run one at a time (overlaps)';

/** The tools for which it matters that other calls are made while they run. */
export function overlappingTools(policy: Policy, question: Question, reach: Reach): ReadonlySet<number> {
    const found = new Set<number>();
    const add = ({ tools }: EventPattern): void =>
        policy.tools.forEach(({ mayDo = [] }, tool) => {
            const isMeant = tools.some(
                (value, other) => mayBe(value) && (other === tool || mayBe(mayDo[other] ?? FALSE))
            );
            if (isMeant && reach.tools.has(tool)) {
                found.add(tool);
            }
        });
    patternsOfHistory(policy, reach)
        .filter(({ status }) => status === 'running')
        .forEach(add);
    if (isSafety(question) && (mayHoldInDoubt(policy, question, reach) || mayBeDeniedInDoubt(policy, reach))) {
        [...reach.machines].forEach((machine) =>
            policy
                .machines![machine]!.transitions.filter((one) => isByEnd(policy, one))
                .forEach(({ event }) => add(event))
        );
    }
    return found;
}

/** True if a call may need approval while a machine that its rules read is uncertain, and something sees the hold. */
function mayHoldInDoubt(policy: Policy, question: Question, reach: Reach): boolean {
    const holdable = toolsInDoubt(policy, reach).filter((tool) =>
        [...reach.rules].some(({ kind, subject }) => kind === 'approval' && mayBe(subject.tools[tool]!))
    );
    if (holdable.length === 0) {
        return false;
    }
    const conditions = [
        ...[...reach.rules].flatMap(conditionsOf),
        ...[...reach.machines].flatMap((machine) => policy.machines![machine]!.transitions.map(({ when }) => when))
    ];
    const seesAnswers = conditions.some(readsApprovals) || ('bad' in question && isWorseApproved(question.bad, true));
    return (
        seesAnswers ||
        patternsOfHistory(policy, reach).some(
            (pattern) =>
                ['held', 'approved', 'refused'].includes(pattern.status) &&
                holdable.some((tool) =>
                    policy.agents.some((_, agent) => mayBe(matchesCall(pattern, { agent, tool, args: {} })))
                )
        )
    );
}

/**
 * A call that an uncertain machine denies can instead be attempted with an extra argument, which the inventory denies
 * in every sequence; only `same call` distinguishes the two.
 */
function mayBeDeniedInDoubt(policy: Policy, reach: Reach): boolean {
    const tools = toolsInDoubt(policy, reach);
    return [...reach.recorders].some((index) => {
        const { sameCall, event } = policy.recorders![index]!;
        return (
            sameCall === true &&
            ['attempted', 'denied'].includes(event.status) &&
            tools.some((tool) => mayBe(event.tools[tool]!))
        );
    });
}

/** The tools whose rules read a machine that a running call may have moved. */
function toolsInDoubt(policy: Policy, reach: Reach): number[] {
    const inDoubt = new Set([...reach.machines].filter((machine) => isMovedByEnds(policy, machine)));
    return [...reach.tools].filter((tool) =>
        [...reach.rules].some((rule) => mayBe(rule.subject.tools[tool]!) && readsMode(rule, inDoubt))
    );
}

/**
 * True if the end of a call moves the machine: while the call runs, it is unknown if it has moved the machine. A
 * delegation succeeds at once.
 */
function isMovedByEnds(policy: Policy, machine: number): boolean {
    return policy.machines![machine]!.transitions.some((one) => isByEnd(policy, one));
}

function isByEnd(policy: Policy, { event: { status, tools, where }, when }: Transition): boolean {
    // An approved call moves the machine at its release, unless it depends on its result or on other calls.
    const isOpen =
        status === 'approved' ? ![where, when].every(isOfCallAlone) : status === 'succeeded' || status === 'failed';
    return isOpen && tools.some((value, tool) => mayBe(value) && policy.tools[tool]!.delegatesTo === undefined);
}

function readsMode(rule: Rule, machines: ReadonlySet<number>): boolean {
    return (
        (rule.mode !== undefined && machines.has(rule.mode.machine)) ||
        hasPart(conditionsOf(rule), (part) => 'op' in part && part.op === 'in mode' && machines.has(part.machine))
    );
}
