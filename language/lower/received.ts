/** Lowers the condition that the caller ever received a label, even if it was cleared since (M20). */
import type { Reference } from 'langium';
import type { Condition } from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import type { Label } from '../generated/ast.js';
import { historyCondition } from './conditions.js';
import type { LoweringContext } from './context.js';
import { allOf, lowerLogic } from './logic.js';
import { toolsOf } from './tools.js';

/**
 * The releases of the tools that read the label show this, unless something else passes it on or withholds it: a
 * delegation, a server that stores, or a withheld result.
 */
export function lowerReceived(label: Reference<Label>, context: LoweringContext): Condition {
    const text = `once released tools that read ${label.$refText} by caller`;
    const once = (tools: readonly Truth[], where: Condition): Condition =>
        historyCondition(
            {
                kind: 'once',
                event: { tools, agents: 'caller', status: 'released', where, text },
                perAgent: true,
                text
            },
            context
        );
    const readers = readersOf(label.ref, context);
    const tools = readers.map((when): Truth => (when ? 2 : 0));
    if (!context.labelsTravel) {
        return once(tools, whereOf(readers));
    }
    const received: Condition = { op: 'received', label: context.indexOf(context.labels, label.ref) };
    const others = context.tools.map(({ mayDo }): Truth => {
        if (mayDo.length === 0) {
            return 0;
        }
        const done = toolsOf(mayDo, context);
        return readers.some((when, tool) => when && done[tool] !== 0) ? 1 : 0;
    });
    return others.some((value) => value !== 0) ? { op: 'or', args: [received, once(others, allOf([]))] } : received;
}

/** For each tool, the condition under which it reads the label; undefined if it never does. */
function readersOf(label: Label | undefined, context: LoweringContext): (Condition | undefined)[] {
    return context.tools.map((tool) => {
        if (tool.reads.some(({ ref }) => ref === label)) {
            return allOf([]);
        }
        const conditions = tool.conditionalReads
            .filter(({ labels }) => labels.some(({ ref }) => ref === label))
            .map(({ condition }) => lowerLogic(condition, context));
        return conditions.length > 1 ? { op: 'or', args: conditions } : conditions[0];
    });
}

/** The condition that is true for any of the tools that the event may select. */
function whereOf(readers: readonly (Condition | undefined)[]): Condition {
    if (readers.every((when) => !when || when.op === 'constant')) {
        return allOf([]);
    }
    const args = readers.flatMap((when, index): Condition[] =>
        when
            ? [
                  {
                      op: 'and',
                      args: [{ op: 'tool is', tools: readers.map((_, at): Truth => (at === index ? 2 : 0)) }, when]
                  }
              ]
            : []
    );
    return { op: 'or', args };
}
