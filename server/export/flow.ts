/** The flows of a policy as a graph: which agents may call which tools, and which labels this brings or clears. */
import type { Policy, Rule } from '../model/policy/policy.js';
import { matchesCall } from '../model/conditions/evaluate.js';
import { mayBe } from '../model/policy/truth.js';

export interface FlowNode {
    readonly id: string;
    readonly kind: 'agent' | 'tool' | 'label';
    readonly name: string;
}

export interface FlowEdge {
    readonly from: string;
    readonly to: string;
    /**
     * `allowed`: the call is always allowed. `conditional`: a rule has further conditions. `approval`: a human may have
     * to approve.
     */
    readonly kind: 'allowed' | 'conditional' | 'approval' | 'reads' | 'clears';
    readonly text: string;
}

export interface FlowGraph {
    readonly nodes: readonly FlowNode[];
    readonly edges: readonly FlowEdge[];
}

/** The graph contains only tools that some rule grants, and the labels that these read or clear. */
export function flowOf(policy: Policy): FlowGraph {
    const calls = policy.agents.flatMap((_, agent) =>
        policy.tools.flatMap((__, tool): FlowEdge[] => {
            const concerns = (rule: Rule): boolean => mayBe(matchesCall(rule.subject, { agent, tool, args: {} }));
            const rules = policy.rules.filter((rule) => rule.audit !== true && concerns(rule));
            if (!rules.some(({ kind }) => kind === 'allow')) {
                return [];
            }
            const humans = rules.flatMap((rule) => (rule.kind === 'approval' ? rule.humans : []));
            const names = [...new Set(humans)].map((human) => policy.humans[human]!.name);
            const kind = names.length > 0 ? 'approval' : isConditional(rules) ? 'conditional' : 'allowed';
            const text = names.length > 0 ? `approval by ${names.join(', ')}` : kind === 'conditional' ? 'if …' : '';
            return [{ from: `a${agent}`, to: `t${tool}`, kind, text }];
        })
    );
    const reached = new Set(calls.map(({ to }) => to));
    const labels = policy.tools.flatMap((tool, index): FlowEdge[] => {
        const read = [...tool.reads, ...(tool.conditionalReads ?? []).flatMap((more) => more.labels)];
        return reached.has(`t${index}`)
            ? [
                  ...[...new Set(read)].map(
                      (label) => ({ from: `t${index}`, to: `l${label}`, kind: 'reads', text: 'reads' }) as const
                  ),
                  ...tool.clears.map(
                      (label) => ({ from: `t${index}`, to: `l${label}`, kind: 'clears', text: 'clears' }) as const
                  )
              ]
            : [];
    });
    const edges = [...calls, ...labels];
    const used = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const nodes: FlowNode[] = [
        ...policy.agents.map(({ name }, index) => ({ id: `a${index}`, kind: 'agent', name }) as const),
        ...policy.tools.map(({ name }, index) => ({ id: `t${index}`, kind: 'tool', name }) as const),
        ...policy.labels.map(({ name }, index) => ({ id: `l${index}`, kind: 'label', name }) as const)
    ];
    return { nodes: nodes.filter(({ id }) => used.has(id)), edges };
}

/** True if some rule denies or requires, or no rule grants unconditionally. */
function isConditional(rules: readonly Rule[]): boolean {
    return (
        rules.some(({ kind }) => kind === 'deny' || kind === 'require') ||
        !rules.some(({ kind, when, mode }) => kind === 'allow' && when.op === 'constant' && !mode)
    );
}
