/**
 * Removes from both policies the denials that they share. If nothing can see that a call was attempted or denied,
 * consider a session in which the policies decide alike except for its last call. After the calls that these denials
 * stopped are removed, the same holds for it without the denials; the last call, which the denials let pass in both, is
 * decided as before. So a session that distinguishes the policies still does so without these denials.
 */
import type { Rule } from '../../model/policy/policy.js';
import { visibleIn } from '../reductions/visible-effects.js';
import type { ComparisonQuestion } from './exact.js';
import { comparisonOf } from './exact.js';
import type { MergedPolicy } from './merge.js';
import { plainText } from '../conditions/plain.js';

/** Undefined if there are no such denials, or if their removal may be visible. */
export function withoutCommonDenials(
    merged: MergedPolicy,
    tool: number
): { readonly merged: MergedPolicy; readonly asked: ComparisonQuestion } | undefined {
    const [old, young] = [merged.old.rules, merged.new.rules].map(denials);
    const isCommon = (rule: Rule): boolean => {
        const text = plainText(rule);
        return denials([rule]).size > 0 && old!.has(text) && young!.has(text);
    };
    const others = (rules: readonly Rule[]): readonly Rule[] => rules.filter((rule) => !isCommon(rule));
    const [before, after] = [others(merged.old.rules), others(merged.new.rules)];
    if (before.length === merged.old.rules.length) {
        return undefined;
    }
    const policy = { ...merged.policy, rules: [...before, ...after] };
    const fewer: MergedPolicy = {
        ...merged,
        policy,
        old: { ...policy, rules: before },
        new: { ...policy, rules: after }
    };
    const asked = comparisonOf(fewer, tool);
    return visibleIn(policy, asked) === 'attempts' ? undefined : { merged: fewer, asked };
}

function denials(rules: readonly Rule[]): ReadonlySet<string> {
    const denying = rules.filter(({ kind, audit }) => (kind === 'deny' || kind === 'require') && audit !== true);
    return new Set(denying.map(plainText));
}
