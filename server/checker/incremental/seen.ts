/**
 * The part of a policy that a claim sees, as a policy with nothing else: checking the claim there gives the same result
 * as in the whole policy (docs/checker.md, "As you type"). Everything keeps its order, so that the same shortest
 * sessions are chosen.
 */
import { questionOf } from '../questions/question.js';
import type { Claim, Policy } from '../../model/policy/policy.js';
import { shownReachOf } from '../reductions/cone.js';
import type { Indices } from '../conditions/reindex.js';
import {
    assumptionIn,
    claimIn,
    machineIn,
    monitorIn,
    recorderIn,
    ruleIn,
    sourceIn,
    toolIn
} from '../conditions/reindex.js';

/** The policy has only this claim, and no scenarios. */
export function seenBy(policy: Policy, claim: Claim): Policy {
    const reach = shownReachOf(policy, questionOf(claim));
    const tools = inOrder(reach.tools.size > 0 ? reach.tools : [0]).filter((tool) => tool < policy.tools.length);
    const monitors = inOrder(reach.monitors);
    const recorders = inOrder(reach.recorders);
    const sources = inOrder(reach.sources);
    const placeIn = (kept: readonly number[]) => (index: number) => {
        const place = kept.indexOf(index);
        if (place < 0) {
            throw new Error('A claim sees what is not in its cone of influence: a defect of the checker.');
        }
        return place;
    };
    const to: Indices = {
        tools: (truths) => tools.map((tool) => truths[tool]!),
        agent: same,
        human: same,
        label: same,
        outside: same,
        machine: same,
        signal: same,
        monitor: placeIn(monitors),
        recorder: placeIn(recorders),
        source: placeIn(sources)
    };
    return {
        ...policy,
        tools: tools.map((tool) => toolIn(policy.tools[tool]!, to)),
        monitors: monitors.map((index) => monitorIn(policy.monitors[index]!, to)),
        ...(policy.recorders && { recorders: recorders.map((index) => recorderIn(policy.recorders![index]!, to)) }),
        ...(policy.sources && { sources: sources.map((index) => sourceIn(policy.sources![index]!, to)) }),
        ...(policy.machines && { machines: policy.machines.map((machine) => machineIn(machine, to)) }),
        ...(policy.assumptions && {
            assumptions: policy.assumptions
                .filter((assumption) => reach.assumptions.has(assumption))
                .map((assumption) => assumptionIn(assumption, to))
        }),
        rules: policy.rules.filter((rule) => reach.rules.has(rule)).map((rule) => ruleIn(rule, to)),
        claims: [claimIn(claim, to)],
        scenarios: []
    };
}

function same(index: number): number {
    return index;
}

function inOrder(indices: Iterable<number>): number[] {
    return [...indices].sort((a, b) => a - b);
}
