import type { CallPattern, Condition as ModelCondition, EventPattern } from '../../server/model/policy.js';
import type { Truth } from '../../server/model/truth.js';
import type { Caller, Condition, Event, Selector } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { selectedTools } from '../selectors.js';
import { literalValue } from '../types.js';
import type { LoweringContext } from './context.js';
import { textOf } from './context.js';
import { allOf, lowerLogic } from './logic.js';

export function lowerEvent(event: Event, context: LoweringContext): EventPattern {
    const agents = agentsOf(event.by, context);
    const outside = outsideOf([event.selector], context);
    return {
        tools: toolsOf([event.selector], context),
        ...(agents && { agents }),
        ...(outside.length > 0 && { outside }),
        status: event.status ?? 'succeeded',
        where: allOf([...event.args.map(lowerArgument), ...(event.where ? [lowerWhere(event.where, context)] : [])]),
        text: textOf(event)
    };
}

/** The subject of a rule, claim or human act: which calls. */
export function lowerSubject(
    selectors: readonly Selector[],
    by: Caller | undefined,
    context: LoweringContext
): CallPattern {
    const agents = agentsOf(by, context);
    return {
        tools: toolsOf(selectors, context),
        ...(agents && { agents }),
        text: selectors.map(textOf).join(', ')
    };
}

export function agentsOf(by: Caller | undefined, context: LoweringContext): readonly number[] | 'caller' | undefined {
    if (!by || by.any) {
        return undefined;
    }
    return by.caller ? 'caller' : by.agents.map((agent) => context.indexOf(context.agents, agent.ref));
}

function toolsOf(selectors: readonly Selector[], context: LoweringContext): Truth[] {
    const selected = selectors.map((selector) => selectedTools(selector, context.inventory));
    return context.tools.map((tool) => {
        const values = selected.map((tools) => tools.get(tool) ?? 0);
        return Math.max(0, ...values) as Truth;
    });
}

/** A `where`: its names are the event's, and it asks nothing of the history. */
function lowerWhere(condition: Condition, context: LoweringContext): ModelCondition {
    return lowerLogic(condition, context, (atom) => {
        throw new Error(`a ${atom.$type} inside where cannot be lowered`);
    });
}

function outsideOf(selectors: readonly Selector[], context: LoweringContext): number[] {
    return selectors.flatMap((selector) =>
        ast.isToolSelector(selector) && ast.isOutsideEvent(selector.target.ref)
            ? [context.indexOf(context.outsideEvents, selector.target.ref)]
            : []
    );
}

/** `tool(param: "text")`: that argument has this value. */
function lowerArgument(argument: Event['args'][number]): ModelCondition {
    const value = argument.value;
    if (!ast.isLiteral(value)) {
        throw new Error('an argument of a pattern must be a literal');
    }
    return {
        op: 'compare',
        cmp: '==',
        left: { term: 'param', name: argument.param.$refText },
        right: { term: 'constant', value: literalValue(value) }
    };
}
