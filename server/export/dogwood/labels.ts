/** Writes labels as history (M15): an agent carries the labels of what it has read, and nothing clears them here. */
import { FALSE, mayBe, TRUE } from '../../model/policy/truth.js';
import type { Tool } from '../../model/policy/policy.js';
import type { ConditionContext, Side } from '../cedar/conditions.js';
import { unasked } from './histories.js';
import { happened } from './truths.js';

export function carries(label: number, side: Side, asking: ConditionContext): string {
    const { policy, unsaid } = asking;
    if (policy.tools.some(({ clears }) => clears.includes(label))) {
        unsaid.add('labels that are cleared');
        if (side === 'must') {
            return unasked('labels that are cleared', side, asking);
        }
    }
    const tools = policy.tools.map((tool, index) =>
        tool.delegatesTo === undefined && (side === 'must' ? surelyReads(asking, index, label) : mayRead(tool, label))
            ? TRUE
            : FALSE
    );
    // Labels are passed on when work is delegated (M16).
    const isPassedOn = side === 'may' && policy.delegations !== undefined;
    return happened(
        {
            kind: 'once',
            event: {
                event: {
                    tools,
                    status: 'released',
                    where: { op: 'constant', value: TRUE },
                    text: policy.labels[label]!.name,
                    ...(!isPassedOn && { agents: 'same agent' })
                },
                keys: [],
                isSameCall: false
            },
            keys: [],
            isAcross: false,
            isPerAgent: true
        },
        side,
        asking
    );
}

/** Data from a server that stores may return with any label. */
function mayRead({ reads, conditionalReads = [], stores }: Tool, label: number): boolean {
    return (
        reads.includes(label) || conditionalReads.some(({ labels }) => labels.includes(label)) || stores !== undefined
    );
}

/** A withheld result brings no label. */
function surelyReads({ policy }: ConditionContext, tool: number, label: number): boolean {
    const isWithheld = policy.rules.some(
        ({ kind, subject }) => kind === 'withhold' && mayBe(subject.tools[tool] ?? FALSE)
    );
    return !isWithheld && policy.tools[tool]!.reads.includes(label);
}
