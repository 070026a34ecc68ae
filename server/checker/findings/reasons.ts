/** Explains why something never happens, as far as the surveys show the reason. */
import { plural } from '../../model/text/plural.js';
import type { Condition, Policy } from '../../model/policy/policy.js';
import { joined } from '../conditions/joined.js';
import { lineOf } from '../traces/trace.js';
import type { ToolSurvey } from './survey.js';
import { labelName } from '../conditions/names.js';

/**
 * Writes `: \`once read\` never becomes true` if a condition requires something that no session does; empty if there is
 * another reason.
 */
export function neverTrue(policy: Policy, conditions: readonly Condition[], surveys: readonly ToolSurvey[]): string {
    const unmet = new Set(conditions.flatMap((condition) => unmetIn(policy, condition, surveys)));
    return unmet.size > 0 ? `: ${joined([...unmet])}` : '';
}

/** The first positive part of the condition, without exclusions, that is never met. */
function unmetIn(policy: Policy, condition: Condition, surveys: readonly ToolSurvey[]): string[] {
    switch (condition.op) {
        case 'monitor': {
            const isTrue = surveys.some(({ trueMonitors }) => trueMonitors.has(condition.monitor));
            return isTrue ? [] : [`\`${policy.monitors[condition.monitor]!.text}\` never becomes true`];
        }
        case 'carries': {
            const isCarried = surveys.some(({ carried }) => (carried & (1 << condition.label)) !== 0);
            return isCarried ? [] : [`no agent ever carries ${labelName(policy, condition.label)}`];
        }
        case 'and':
        case 'or':
            return condition.args.flatMap((arg) => unmetIn(policy, arg, surveys));
        default:
            return [];
    }
}

/** Writes `line 3`, or `lines 3 and 7`, with each line once. */
export function linesOf(policy: Policy, rules: Iterable<number>): string {
    const lines = [...new Set([...rules].map((index) => lineOf(policy.rules[index]!)))].sort((a, b) => a - b);
    return `${plural(lines.length, 'line', 'lines')} ${joined(lines.map(String))}`;
}
