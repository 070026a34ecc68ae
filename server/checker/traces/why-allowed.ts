/**
 * The reason why a call was let through, in words for authors: the rule that allows it, the steps without which the
 * rule would not, the approvers, and the results of the rules against the call.
 */
import { evaluate, matchesCall } from '../../model/conditions/evaluate.js';
import { situationIn } from '../../model/conditions/inputs.js';
import { memoryAt } from '../../model/events/effects.js';
import type { Policy, Rule } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import { mayBe } from '../../model/policy/truth.js';
import { canonicalText } from '../../model/values/canonical-text.js';
import { ownField, sameValue } from '../../model/values/values.js';
import type { Causes } from './cause.js';
import { joined } from '../conditions/joined.js';
import type { ReplayedCall, ReplayedStep } from './replay.js';
import { lineOf } from './trace.js';
import { eventName, humanName, toolName } from '../conditions/names.js';
import { nameText } from '../../model/text/typed-text.js';

/** @param last the judged step, which is allowed */
export function throughText(
    policy: Policy,
    steps: readonly ReplayedStep[],
    last: ReplayedCall,
    { letsThrough }: Causes
): string {
    const because = [...letsThrough]
        .sort((a, b) => a - b)
        .filter((index) => !isApprovalOf(steps[index]!, last.call) && !isHoldFor(steps, index, letsThrough))
        .map((index) => `step ${index + 1} (${causeText(policy, steps[index]!, last.call)})`);
    const allowing = last.decision!.rules.map((rule) => policy.rules[rule]!);
    const [allows] = linesText(allowing, ['allows it', 'allow it']);
    const allowed = `${allows!}${because.length > 0 ? ` because of ${joined(because)}` : ''}`;
    const approvals = steps.flatMap((step, index) =>
        isApprovalOf(step, last.call)
            ? [
                  `${approverOf(policy, step)} approved ${last.kind === 'release' ? 'it' : 'the same call'} in step ${index + 1}`
              ]
            : []
    );
    const against = againstText(policy, last);
    const parts = [allowed, ...approvals, ...(against.length > 0 ? against : ['no rule stops it'])];
    return `${parts.slice(0, -1).join(', ')}, and ${parts[parts.length - 1]!}`;
}

function isApprovalOf(step: ReplayedStep, call: Call): boolean {
    return step.kind === 'approve' && isSameCall(step.call, call);
}

/** For a call that was held and approved, the approval is more informative. */
function isHoldFor(steps: readonly ReplayedStep[], index: number, chosen: ReadonlySet<number>): boolean {
    const step = steps[index]!;
    return (
        step.kind === 'call' &&
        step.decision?.kind === 'held' &&
        steps.some((other, at) => chosen.has(at) && isApprovalOf(other, step.call))
    );
}

function isSameCall(a: Call, b: Call): boolean {
    return a.agent === b.agent && a.tool === b.tool && canonicalText(a.args) === canonicalText(b.args);
}

function approverOf(policy: Policy, step: ReplayedStep): string {
    return 'human' in step && step.human !== undefined ? humanName(policy, step.human) : 'a human';
}

/** Writes `bank.verify, for another account`. */
function causeText(policy: Policy, step: ReplayedStep, call: Call): string {
    if (step.kind === 'new session') {
        return 'a new session';
    }
    if (step.kind === 'event') {
        return eventName(policy, step.event.outside);
    }
    const tool = toolName(policy, step.call.tool);
    const what = step.kind === 'approve' ? `${approverOf(policy, step)}'s approval of ${tool}` : tool;
    const others = Object.entries(step.call.args).flatMap(([name, value]) => {
        const asked = ownField(call.args, name);
        return asked !== undefined && typeof value === 'string' && !sameValue(value, asked) ? [nameText(name)] : [];
    });
    return others.length > 0 ? `${what}, for another ${joined(others)}` : what;
}

/** The result of each rule that might have stopped the call. */
function againstText(policy: Policy, last: ReplayedCall): string[] {
    const { before, call, readings } = last;
    const situation = situationIn(before, { call, memory: memoryAt(policy, before.settled, before.time), readings });
    const rules = policy.rules.filter(
        ({ kind, audit, subject }) =>
            (kind === 'deny' || kind === 'require' || kind === 'approval') &&
            audit !== true &&
            mayBe(matchesCall(subject, call))
    );
    const applies = (rule: Rule): boolean => mayBe(evaluate(policy, rule.when, situation));
    const idle = rules.filter((rule) => rule.kind === 'deny' || !applies(rule));
    const met = rules.filter((rule) => rule.kind === 'require' && applies(rule));
    return [
        ...linesText(met, ['is satisfied', 'are satisfied']),
        ...linesText(idle, ['does not apply', 'do not apply'])
    ];
}

function linesText(rules: readonly Rule[], [one, several]: readonly [string, string]): string[] {
    const lines = [...new Set(rules.map(lineOf))].sort((a, b) => a - b);
    return lines.length === 0
        ? []
        : [`line${lines.length > 1 ? 's' : ''} ${joined(lines.map(String))} ${lines.length > 1 ? several : one}`];
}
