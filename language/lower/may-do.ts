/**
 * Lowers claims about tools that other tools may call: a release of such another tool counts as a release of the called
 * one, with unknown arguments (M20).
 */
import type { CallPattern, Condition, SafetyClaim } from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import type { LoweringContext } from './context.js';
import { toolsOf } from './tools.js';

const UNKNOWN: Condition = { op: 'constant', value: 1 };

/** The claim, extended to releases of the tools that may call its subject. */
export function withMayDo<T extends SafetyClaim>(claim: T, context: LoweringContext): T {
    const { subject, bad } = claim;
    const others = context.tools.map(({ mayDo }): Truth => {
        if (mayDo.length === 0) {
            return 0;
        }
        const done = toolsOf(mayDo, context);
        return done.reduce<Truth>((most, value, tool) => max(most, min(value, subject.tools[tool] ?? 0)), 0);
    });
    if (others.every((value) => value === 0)) {
        return claim;
    }
    const wider: CallPattern = { ...subject, tools: subject.tools.map((value, tool) => max(value, others[tool] ?? 0)) };
    const itself: Condition = { op: 'and', args: [{ op: 'tool is', tools: subject.tools }, bad] };
    const another: Condition = {
        op: 'and',
        args: [{ op: 'tool is', tools: others }, withoutArguments(bad, context)]
    };
    return { ...claim, subject: wider, bad: { op: 'or', args: [itself, another] } };
}

/** The condition if nothing is known about the arguments of the call. */
function withoutArguments(condition: Condition, context: LoweringContext): Condition {
    switch (condition.op) {
        case 'not':
            return { op: 'not', arg: withoutArguments(condition.arg, context) };
        case 'and':
        case 'or':
            return { op: condition.op, args: condition.args.map((arg) => withoutArguments(arg, context)) };
        case 'monitor':
        case 'count':
            return readsArguments(context.monitors[condition.monitor]!.keys ?? []) ? UNKNOWN : condition;
        case 'approved by':
            return condition.per ? UNKNOWN : condition;
        case 'given':
        case 'any text':
        case 'from':
            return UNKNOWN;
        case 'recorded':
            return UNKNOWN;
        default:
            return readsArguments(condition) ? UNKNOWN : condition;
    }
}

function readsArguments(part: object): boolean {
    return (
        ('term' in part && (part.term === 'param' || part.term === 'aggregate' || part.term === 'latest')) ||
        Object.values(part).some(
            (inner: unknown) => typeof inner === 'object' && inner !== null && readsArguments(inner)
        )
    );
}

function min(a: Truth, b: Truth): Truth {
    return a < b ? a : b;
}

function max(a: Truth, b: Truth): Truth {
    return a > b ? a : b;
}
