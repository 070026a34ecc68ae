/** Explains, in sentences, which rules blocked the next step of an impossible session. */
import { visitConditions } from '../conditions/walk.js';
import { joined } from '../conditions/joined.js';
import { limitOf } from '../limits/limits.js';
import { agentName, toolName } from '../conditions/names.js';
import type { Obstacle } from './obstacles.js';
import type { ClaimResult } from '../results/result.js';
import type { Slice } from '../reductions/slice.js';
import type { PolicySystem } from './system.js';
import { lineOf, ruleReference } from '../traces/trace.js';

/** For `impossible`, each obstructing rule, with the part of its condition that never becomes true. */
export function blockingRulesOf(slice: Slice, system: PolicySystem): ClaimResult['obstacles'] {
    const all = system.obstacles.atFurthest(system.furthest);
    // For some arguments, obviously no `allow` applies; the obstacles for the other arguments are more informative.
    const met = all.filter((one) => says(one) || !all.some((other) => says(other) && isOfSameCall(one, other)));
    const texts = met.flatMap((obstacle) => obstacleTexts(slice, system, obstacle));
    return texts
        .filter((text, index) => texts.findIndex((other) => other.text === text.text) === index)
        .slice(0, limitOf('obstacles'));
}

function says({ action, decision }: Obstacle): boolean {
    return decision.by !== 'default' || action.rules.some(({ rule }) => rule.kind === 'allow');
}

function isOfSameCall({ action: { call } }: Obstacle, { action: { call: other } }: Obstacle): boolean {
    return call.agent === other.agent && call.tool === other.tool;
}

function obstacleTexts(
    slice: Slice,
    system: PolicySystem,
    { action, decision }: Obstacle
): ClaimResult['obstacles'][number][] {
    const { policy } = slice;
    const tool = toolName(policy, action.call.tool);
    const agent = agentName(policy, action.call.agent);
    if (decision.by === 'default') {
        const granting = action.rules.filter(({ rule }) => rule.kind === 'allow');
        return granting.length === 0
            ? [{ text: `No \`allow\` grants ${tool} to ${agent}.` }]
            : granting.map(({ rule }) => ({
                  text: `The \`allow\` in line ${lineOf(rule)} never applies${never(slice, system, [rule.when])}.`,
                  rule: ruleReference(rule)
              }));
    }
    return decision.rules.map((index) => {
        const rule = policy.rules[index]!;
        const verb = decision.kind === 'held' ? 'holds' : rule.kind === 'allow' ? 'does not allow' : 'denies';
        const why = rule.kind === 'require' ? never(slice, system, [rule.requires]) : '';
        return {
            text: `Line ${lineOf(rule)} ${verb} ${tool}${why}.`,
            rule: ruleReference(rule)
        };
    });
}

/** Writes `: "once read" never happens`, for history that a condition reads but no session produces. */
function never(
    slice: Slice,
    system: PolicySystem,
    conditions: readonly Parameters<typeof visitConditions>[0][]
): string {
    const unmet = new Set<string>();
    for (const condition of conditions) {
        visitConditions(condition, (part) => {
            if (part.op === 'monitor' && !system.trueMonitors.has(part.monitor)) {
                unmet.add(`\`${slice.grounding.origin(part.monitor).text}\``);
            }
        });
    }
    return unmet.size > 0 ? `: ${joined([...unmet])} never becomes true` : '';
}
