/**
 * Without the denials that both policies have. Where nothing can see that a call was attempted or denied, a session in which
 * they decide alike, but for its last call, is one without them too, once the calls that they stopped are left out of it; and
 * the last call, which they let pass in both, is decided as before. So what tells the policies apart does so without them.
 */
import type { Rule } from '../../model/policy/policy.js';
import { visibleIn } from '../reductions/visible-effects.js';
import type { Asked } from './exact.js';
import { askedOf } from './exact.js';
import type { Merged } from './merge.js';
import { plainText } from './plain.js';

/** Undefined: there are none, or leaving them out may be seen. */
export function withoutCommonDenials(
    merged: Merged,
    tool: number
): { readonly merged: Merged; readonly asked: Asked } | undefined {
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
    const fewer: Merged = {
        ...merged,
        policy,
        old: { ...policy, rules: before },
        new: { ...policy, rules: after }
    };
    const asked = askedOf(fewer, tool);
    return visibleIn(policy, asked) === 'attempts' ? undefined : { merged: fewer, asked };
}

function denials(rules: readonly Rule[]): ReadonlySet<string> {
    const denying = rules.filter(({ kind, audit }) => (kind === 'deny' || kind === 'require') && audit !== true);
    return new Set(denying.map(plainText));
}
