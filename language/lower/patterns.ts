import type {
    CallPattern,
    Condition,
    EventPattern,
    OutsideEvent,
    Term,
    Type
} from '../../server/model/policy/policy.js';
import * as ast from '../generated/ast.js';
import { declarations } from '../types/terms.js';
import { typeOf } from '../types/types.js';
import { type LoweringContext, sourceOf, textOf, type Bindings } from './context.js';
import { endOfDelegation } from './delegations.js';
import { canonicalTerm } from './entities.js';
import { allOf, lowerLogic, speaksOfCall } from './logic.js';
import { lowerTerm } from './terms.js';
import { isCountedForEachTool, toolsOf } from './tools.js';

/**
 * Lowers a pattern, with the values of the decided call for its keys; `LoweringContext.monitor` gives them to the
 * monitor.
 */
export type LoweredEvent = EventPattern & {
    readonly keyTerms?: readonly Term[];
    /** The part of the `where` that concerns the decided call. */
    readonly asked?: Condition;
    readonly sameCall?: true;
};

export function lowerEvent(event: ast.Event, context: LoweringContext, bindings: Bindings = new Map()): LoweredEvent {
    const bound = event.args.map((argument) => ({
        name: argument.param.$refText,
        term: canonicalTerm(termOf(argument, context, bindings), typesOf(argument, context))
    }));
    const keys = bound.filter(({ term }) => term.term !== 'constant');
    const agents = agentsOf(event.by, context);
    const outside = outsideOf(event.selector, context);
    const lowered: LoweredEvent = {
        tools: toolsOf([event.selector], context),
        ...(agents && { agents }),
        ...(outside.length > 0 && { outside }),
        status: event.status ?? 'succeeded',
        ...(event.approver && { humans: context.peopleOf(event.approver.ref) }),
        where: allOf(bound.filter(({ term }) => term.term === 'constant').map(equals)),
        text: countedText(event, context),
        ...(keys.length > 0 && { keys: keys.map(({ name }) => name), keyTerms: keys.map(({ term }) => term) }),
        ...(ast.isSameCall(event.selector) && { sameCall: true })
    };
    return event.where ? withWhere(lowered, event.where, context, bindings) : lowered;
}

/** With `per same tool`, the tool whose calls are counted stands in place of all of them. */
function countedText(event: ast.Event, { sameTool }: LoweringContext): string {
    const text = textOf(event);
    return sameTool && isCountedForEachTool(event.selector)
        ? text.replace(textOf(event.selector), sameTool.name)
        : text;
}

/**
 * The pattern's conditions on a call that is decided now and would be a further such event: its arguments and its
 * `where`. An argument without a value and a comparison with `call.…` add no condition, because both belong to the call
 * itself.
 */
export function ownCondition(
    { args, where }: Pick<ast.Event, 'args' | 'where'>,
    context: LoweringContext
): readonly Condition[] {
    const given = args.flatMap((argument) =>
        argument.value
            ? [
                  equals({
                      name: argument.param.$refText,
                      term: canonicalTerm(termOf(argument, context, new Map()), typesOf(argument, context))
                  })
              ]
            : []
    );
    const asked = where ? partsOf(lowerLogic(where, context)) : [];
    return [...given, ...asked.filter((part) => !speaksOfCall(part))];
}

/**
 * The event with a `where`, in which plain names belong to the event; conditions on the decided call, and on the elements
 * of its lists, are evaluated later.
 */
export function withWhere(
    event: LoweredEvent,
    where: ast.Condition,
    context: LoweringContext,
    bindings: Bindings
): LoweredEvent {
    const parts = partsOf(lowerLogic(where, context, seenInWhere(bindings)));
    const asked = parts.filter(speaksOfCall);
    const plain = parts.filter((part) => !speaksOfCall(part));
    return {
        ...event,
        where: allOf([...partsOf(event.where), ...plain]),
        ...(asked.length > 0 && { asked: allOf(asked) })
    };
}

/** The elements of the quantifiers around a `where` belong to the decided call. */
function seenInWhere(bindings: Bindings): Bindings {
    return new Map(
        [...bindings].flatMap(([name, term]) => (ast.isItem(name) ? [[name, { term: 'call', of: term } as const]] : []))
    );
}

function partsOf(condition: Condition): Condition[] {
    return condition.op === 'and'
        ? condition.args.flatMap(partsOf)
        : condition.op === 'constant' && condition.value === 2
          ? []
          : [condition];
}

/** The types of the parameter, one for each tool that has it. */
function typesOf(argument: ast.EventArgument, { inventory }: LoweringContext): Type[] {
    const param = argument.param.ref;
    return param ? declarations(argument, param, inventory).map(({ type }) => typeOf(type)) : [];
}

/** The subject of a rule, claim or human act: a pattern of calls. */
export function lowerSubject(
    selectors: readonly ast.Selector[],
    by: ast.Caller | undefined,
    context: LoweringContext
): CallPattern {
    const agents = agentsOf(by, context);
    return {
        tools: toolsOf(selectors, context),
        ...(agents && { agents }),
        text: selectors.map(textOf).join(', ')
    };
}

export function agentsOf(by: ast.Caller | undefined, context: LoweringContext): CallPattern['agents'] {
    if (!by || by.any) {
        return undefined;
    }
    if (by.same) {
        return 'same agent';
    }
    return by.caller ? 'caller' : by.agents.map((agent) => context.indexOf(context.agents, agent.ref));
}

function outsideOf(selector: ast.Selector, context: LoweringContext): number[] {
    const target = ast.isToolSelector(selector) ? selector.target.ref : undefined;
    if (ast.isOutsideEvent(target)) {
        return [context.indexOf(context.outsideEvents, target)];
    }
    if (ast.isUserSays(selector)) {
        return [context.userSays()];
    }
    const special = specialEvent(selector, context);
    return special ? [context.specialEvent(special)] : [];
}

/** An event of the session that is neither declared nor a call. */
function specialEvent(selector: ast.Selector, context: LoweringContext): OutsideEvent | undefined {
    if (ast.isDelegationSelector(selector) && selector.end) {
        const delegate = selector.agent.ref;
        return endOfDelegation(delegate!, context.indexOf(context.agents, delegate));
    }
    if (ast.isModeEntered(selector)) {
        const mode = selector.mode.ref;
        const { machine, mode: index } = context.modeOf(mode);
        return {
            name: `entered ${mode!.$container.name}.${mode!.name}`,
            special: 'entered',
            mode: { machine, mode: index },
            source: sourceOf(mode!)
        };
    }
    return undefined;
}

/** The condition of `tool(param: "text")`, that the argument has this value. */
function equals({ name, term }: { readonly name: string; readonly term: Term }): Condition {
    return { op: 'compare', cmp: '==', left: { term: 'param', name }, right: term };
}

/**
 * The value that `tool(param)` compares with: that of the decided call; in a definition, that of the definition's own
 * parameter.
 */
function termOf(argument: ast.Event['args'][number], context: LoweringContext, bindings: Bindings): Term {
    if (argument.value) {
        return lowerTerm(argument.value, context, bindings);
    }
    const name = argument.param.$refText;
    const own = [...bindings].find(([param]) => param.name === name);
    return own ? own[1] : { term: 'param', name };
}
