/**
 * The decision procedure: the one function that decides a call. The checker, scenarios and replay all use it.
 */
import { isSatisfied, servingApprovals } from './session/approvals.js';
import { evaluate, matchesCall } from './conditions/evaluate.js';
import { type Situation, situationIn } from './conditions/inputs.js';
import { principalsOf, strictest, undeclaredDelegation } from './events/delegation.js';
import { type ModeGrant, grantInModes } from './session/mode-grants.js';
import { memoryAt } from './events/effects.js';
import { ANYTHING_GIVEN } from './memory/provenance.js';
import { readableReadings } from './conditions/signals.js';
import type { Policy, Reading, Rule } from './policy/policy.js';
import type { HeldCall, SessionState } from './session/session.js';
import type { Decision, Waiting } from './policy/decision.js';
import type { Call, Memory } from './memory/memory.js';
import { viewOf } from './session/timeline.js';
import { and, FALSE, mayBe, mustBe, not, UNKNOWN } from './policy/truth.js';
import { memoriesSeen } from './events/unsettled.js';
import { completeArguments } from './values/values.js';

/**
 * Decides a call that is submitted now (M4): over the whole history without the call's own attempt and hold, with its
 * approvals that are still valid (M6), and with the current values of signals. If the decision depends on how running
 * calls will end, it waits for them (M2).
 */
export function decide(
    policy: Policy,
    state: SessionState,
    call: Call,
    readings: readonly Reading[] = NO_READINGS
): Decision | Waiting {
    const tool = policy.tools[call.tool];
    if (!tool) {
        return { kind: 'denied', by: 'inventory', rules: [], problem: 'the tool is not in the inventory' };
    }
    const completed = completeArguments(tool, call.args);
    if (!completed.ok) {
        return { kind: 'denied', by: 'inventory', rules: [], problem: completed.problem };
    }
    const undeclared = undeclaredDelegation(policy, tool, call);
    if (undeclared !== undefined) {
        return { kind: 'denied', by: 'inventory', rules: [], problem: undeclared };
    }
    const complete = { agent: call.agent, tool: call.tool, args: completed.args };
    const held = findHeld(state, complete);
    const approvals = servingApprovals(policy, state, complete, held, state.time);
    const read = readableReadings(policy, readings);
    const memories = possibleMemories(policy, state, held);
    if (!memories) {
        return waitsFor(state);
    }
    const asked = { call: complete, approvals, readings: read };
    const first = decideIn(policy, situationAfter(policy, state, asked, memories[0]!));
    if (memories.length > 1) {
        const situations = memories.map((memory) => situationAfter(policy, state, asked, memory));
        if (
            situations.some((situation) => !sameDecision(first, decideIn(policy, situation))) ||
            (state.unsettled.readsAnswers && situations.some((situation) => isUnsure(policy, situation)))
        ) {
            return waitsFor(state);
        }
    }
    // A tool that clears a label drops the caller's context, so the caller's other calls must have ended first (M15).
    if (first.kind !== 'allowed' || tool.clears.length === 0) {
        return first;
    }
    const others = state.running.items.filter((running) => running.call.agent === call.agent);
    return others.length > 0 ? { kind: 'waits', on: others.map((running) => running.id) } : first;
}

const NO_READINGS: readonly Reading[] = [];

function situationAfter(
    policy: Policy,
    state: SessionState,
    { call, approvals, readings }: Pick<Situation, 'call' | 'approvals' | 'readings'>,
    memory: Memory
): Situation {
    return situationIn(state, { call, memory: memoryAt(policy, memory, state.time), approvals, readings });
}

/** True if some input of a rule is unknown, because a pending result may then change the decision. */
function isUnsure(policy: Policy, situation: Situation): boolean {
    const rules = rulesOf(policy, situation.call.tool);
    return situationsOf(policy, situation).some((one) =>
        rules.some(
            ({ rule }) =>
                mayBe(matchesCall(rule.subject, one.call)) &&
                (evaluate(policy, rule.when, one) === UNKNOWN ||
                    (rule.kind === 'require' && evaluate(policy, rule.requires, one) === UNKNOWN))
        )
    );
}

/** The audited rules that would have denied the call, over a history in which every call has ended. */
export function auditedBy(policy: Policy, situation: Situation): number[] {
    const asked = situationsOf(policy, situation);
    return policy.rules.flatMap((rule, index) =>
        rule.audit === true && asked.some((one) => wouldDeny(policy, rule, one)) ? [index] : []
    );
}

function wouldDeny(policy: Policy, rule: Rule, situation: Situation): boolean {
    const applies = and(matchesCall(rule.subject, situation.call), evaluate(policy, rule.when, situation));
    const met = rule.kind === 'require' ? evaluate(policy, rule.requires, situation) : FALSE;
    return mayBe(applies) && !mustBe(met);
}

/** Decides a call whose arguments fit, over a history in which every call has ended, for each principal (M16). */
export function decideIn(policy: Policy, situation: Situation): Decision {
    const rules = rulesOf(policy, situation.call.tool);
    if (!policy.delegations) {
        return decideBy(policy, rules, situation);
    }
    const decisions = situationsOf(policy, situation).map((one) => decideBy(policy, rules, one));
    return decisions.length === 1 ? decisions[0]! : strictest(decisions);
}

/**
 * The situation of the caller, and the situation of each agent that the caller acts for, with the caller's labels
 * (M16).
 */
export function situationsOf(policy: Policy, situation: Situation): Situation[] {
    const { agent } = situation.call;
    return principalsOf(policy, situation.memory, agent).map((principal) => situationFor(situation, principal));
}

export function situationFor(situation: Situation, principal: number): Situation {
    const { agent } = situation.call;
    return principal === agent
        ? situation
        : { ...situation, call: { ...situation.call, agent: principal }, carrier: agent };
}

export interface NumberedRule {
    readonly index: number;
    readonly rule: Rule;
}

/** The rules for each decision, by number, which M4 combines into one. */
export interface RulesByOutcome {
    /** The rules that deny: a matching `deny`, or an unmet `require`. */
    readonly denying: readonly number[];
    /** The rules that certainly allow. */
    readonly allowing: readonly number[];
    /** The rules that would allow if their conditions were known. */
    readonly unsureAllowing: readonly number[];
    /** The approvals that the call needs but does not have. */
    readonly missing: readonly number[];
    /** True if some rule certainly denies, and not only because something is unknown. */
    readonly deniedForSure: boolean;
}

/**
 * Applies M4 and M5 to the given rules, for one principal. Each rule must be relevant to the call. The order of rules
 * never matters.
 */
export function decideBy(policy: Policy, rules: readonly NumberedRule[], situation: Situation): Decision {
    const { denying, allowing, unsureAllowing, missing, deniedForSure } = weigh(policy, rules, situation);
    if (denying.length > 0) {
        return { kind: 'denied', by: deniedForSure ? 'rule' : 'unknown', rules: denying };
    }
    if (allowing.length === 0) {
        return { kind: 'denied', by: unsureAllowing.length > 0 ? 'unknown' : 'default', rules: unsureAllowing };
    }
    return missing.length > 0
        ? { kind: 'held', by: 'rule', rules: missing }
        : { kind: 'allowed', by: 'rule', rules: allowing };
}

/** The result of each rule for the call. */
export function weigh(policy: Policy, rules: readonly NumberedRule[], situation: Situation): RulesByOutcome {
    // Most of these lists stay empty, so they are created lazily.
    let denying: number[] | undefined;
    let allowing: number[] | undefined;
    let unsureAllowing: number[] | undefined;
    let inModes: ModeGrant[] | undefined;
    let missing: number[] | undefined;
    let deniedForSure = false;
    for (const { index, rule } of rules) {
        const isMeant = matchesCall(rule.subject, situation.call);
        const applies = and(isMeant, evaluate(policy, rule.when, situation));
        if (rule.kind === 'allow' && rule.mode && mayBe(isMeant)) {
            (inModes ??= []).push({ index, mode: rule.mode, applies });
            continue;
        }
        if (!mayBe(applies)) {
            continue;
        }
        switch (rule.kind) {
            case 'allow':
                if (mustBe(applies)) {
                    (allowing ??= []).push(index);
                } else {
                    (unsureAllowing ??= []).push(index);
                }
                break;
            case 'deny':
                (denying ??= []).push(index);
                deniedForSure ||= mustBe(applies);
                break;
            case 'require': {
                const met = evaluate(policy, rule.requires, situation);
                if (!mustBe(met)) {
                    (denying ??= []).push(index);
                    deniedForSure ||= mustBe(and(applies, not(met)));
                }
                break;
            }
            case 'approval':
                if (!isSatisfied(rule, index, situation.approvals)) {
                    (missing ??= []).push(index);
                }
                break;
            case 'withhold':
                // The rule is evaluated when the result arrives.
                break;
        }
    }
    const granted = inModes && grantInModes(policy, inModes, situation);
    if (granted && mustBe(granted.value)) {
        (allowing ??= []).push(...granted.rules);
    } else if (granted && mayBe(granted.value)) {
        (unsureAllowing ??= []).push(...granted.rules);
    }
    return {
        denying: denying ?? NO_RULES,
        allowing: allowing ?? NO_RULES,
        unsureAllowing: unsureAllowing ?? NO_RULES,
        missing: missing ?? NO_RULES,
        deniedForSure
    };
}

const NO_RULES: readonly number[] = [];

interface RulesByTool {
    readonly all: readonly NumberedRule[];
    readonly known: (readonly NumberedRule[] | undefined)[];
}

const rulesByTool = new WeakMap<Policy, RulesByTool>();

/** The rules that may concern calls of a tool, without audit-only rules. */
export function rulesOf(policy: Policy, tool: number): readonly NumberedRule[] {
    let index = rulesByTool.get(policy);
    if (!index) {
        const all = policy.rules
            .map((rule, ruleIndex) => ({ index: ruleIndex, rule }))
            .filter(({ rule }) => rule.audit !== true);
        index = { all, known: [] };
        rulesByTool.set(policy, index);
    }
    return (index.known[tool] ??= index.all.filter(({ rule }) => mayBe(rule.subject.tools[tool] ?? FALSE)));
}

/**
 * The held call that a submission continues: one with the same agent, tool and arguments (M7). The arguments are
 * complete.
 */
export function findHeld(state: SessionState, call: Call): HeldCall | undefined {
    return state.held.like(call);
}

/**
 * The memories that the running calls may leave, one for each way in which they can end; undefined if there are too
 * many.
 */
function possibleMemories(
    policy: Policy,
    state: SessionState,
    held: HeldCall | undefined
): readonly Memory[] | undefined {
    const { unsettled } = state;
    const view = held && viewOf(policy, state, held);
    const memories = view
        ? memoriesSeen(
              policy,
              { seen: view, whole: state.settled },
              unsettled.events(),
              (event) => event.outside !== undefined || event.id !== held.id || event.released
          )
        : unsettled.memories(policy, state.settled);
    const coming = unsettled.coming(policy, state.running);
    // The same memories, assuming that any value may have come from the pending results.
    return memories && coming.length > 0
        ? memories.flatMap((memory) => [
              memory,
              {
                  ...memory,
                  given: memory.given!.map((known, source) => (coming.includes(source) ? ANYTHING_GIVEN : known))
              }
          ])
        : memories;
}

/** The decision to wait. The calls that it waits for are listed lazily, because there may be many. */
function waitsFor({ unsettled }: SessionState): Waiting {
    return {
        kind: 'waits',
        get on() {
            return unsettled.open();
        }
    };
}

function sameDecision(a: Decision, b: Decision): boolean {
    return (
        a.kind === b.kind &&
        a.by === b.by &&
        a.rules.length === b.rules.length &&
        a.rules.every((rule, position) => rule === b.rules[position])
    );
}
