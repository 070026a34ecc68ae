/**
 * Finds rules against the counterexample itself: no release after the earlier steps, or none without human approval, and no
 * results of the calls that matter.
 */
import type { Trace } from '../checker/results/result.js';
import { nameText, toolText } from '../model/text/typed-text.js';

export function rulesFromSession({ steps }: Trace, approvers: readonly string[]): (readonly string[])[] {
    const last = steps[steps.length - 1];
    if (!last || (last.kind !== 'call' && last.kind !== 'release') || last.act !== undefined) {
        return [];
    }
    const judged = toolText(last.tool);
    const earlier = steps
        .slice(0, -1)
        .filter(({ breaks, kind, act }) => breaks && (kind === 'call' || kind === 'release') && act === undefined)
        .map(({ tool }) => `once ${toolText(tool)}`);
    const withheld = steps
        .filter(({ breaks, kind }) => breaks && (kind === 'call' || kind === 'release'))
        .map(({ tool }) => [`withhold result of ${toolText(tool)}`]);
    const conditions = [...new Set(earlier)].map((once) => ` when ${once}`);
    return [
        ...conditions.map((when) => [`deny ${judged}${when}`]),
        ...approvers.flatMap((human) =>
            [...conditions, ''].map((when) => [`require approval by ${human} for ${judged}${when}`])
        ),
        ...withheld,
        [`deny ${judged} by ${nameText(last.actor, 'StrictName')}`],
        [`deny ${judged}`]
    ];
}
