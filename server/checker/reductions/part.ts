/**
 * The part of a policy that a question sees, as a policy with nothing else: answering the question there gives the same
 * result as in the whole policy (docs/checker.md, "As you type"). Everything keeps its order, so that the same shortest
 * sessions are chosen.
 */
import type { Policy } from '../../model/policy/policy.js';
import type { Indices } from '../conditions/reindex.js';
import { assumptionIn, machineIn, monitorIn, recorderIn, ruleIn, sourceIn, toolIn } from '../conditions/reindex.js';
import type { Reach } from './cone.js';

export interface PolicyPart {
    /** It has no claims and no scenarios. */
    readonly policy: Policy;
    /** Maps the indices of the whole policy to those of the part. */
    readonly to: Indices;
    /** The indices in the whole policy of what the part contains. */
    readonly tools: readonly number[];
    readonly rules: readonly number[];
    readonly monitors: readonly number[];
}

export function partOf(policy: Policy, reach: Reach): PolicyPart {
    const tools = inOrder(reach.tools.size > 0 ? reach.tools : [0]).filter((tool) => tool < policy.tools.length);
    const rules = policy.rules.flatMap((rule, index) => (reach.rules.has(rule) ? [index] : []));
    const monitors = inOrder(reach.monitors);
    const recorders = inOrder(reach.recorders);
    const sources = inOrder(reach.sources);
    const placeIn = (kept: readonly number[]) => (index: number) => {
        const place = kept.indexOf(index);
        if (place < 0) {
            throw new Error('A question sees what is not in its cone of influence: a defect of the checker.');
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
    const part: Policy = {
        ...policy,
        tools: tools.map((tool) => toolIn(policy.tools[tool]!, to)),
        monitors: monitors.map((index) => monitorIn(policy.monitors[index]!, to)),
        ...(policy.recorders && { recorders: recorders.map((index) => recorderIn(policy.recorders![index]!, to)) }),
        ...(policy.sources && { sources: sources.map((index) => sourceIn(policy.sources![index]!, to)) }),
        ...(policy.machines && {
            machines: policy.machines.map((machine, index) =>
                reach.machines.has(index) ? machineIn(machine, to) : { ...machine, transitions: [] }
            )
        }),
        ...(policy.assumptions && {
            assumptions: policy.assumptions
                .filter((assumption) => reach.assumptions.has(assumption))
                .map((assumption) => assumptionIn(assumption, to))
        }),
        rules: rules.map((index) => ruleIn(policy.rules[index]!, to)),
        claims: [],
        scenarios: []
    };
    return { policy: part, to, tools, rules, monitors };
}

function same(index: number): number {
    return index;
}

function inOrder(indices: Iterable<number>): number[] {
    return [...indices].sort((a, b) => a - b);
}
