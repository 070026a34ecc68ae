/**
 * Finds the owner of the parameters that a plain name refers to, and the calls that a rule, claim or condition concerns
 * (M10).
 */
import { type AstNode, AstUtils } from 'langium';
import * as ast from '../generated/ast.js';
import type { Inventory } from './inventory.js';
import { allNamed } from './by-name.js';
import { eventTools } from './selectors.js';

/** The owner of the parameters that plain names at a place refer to (M10). */
export type NameOwner =
    | { readonly kind: 'call'; readonly node: AstNode; readonly events: readonly ast.Event[] }
    | { readonly kind: 'definition'; readonly node: ast.Definition }
    | { readonly kind: 'step'; readonly node: ast.CallStep }
    /** The owner is an outside event in a scenario. */
    | { readonly kind: 'event step'; readonly node: ast.EventStep }
    /** The owner is the tool, in its own conditions. */
    | { readonly kind: 'tool'; readonly node: ast.Tool };

export function nameOwner(node: AstNode): NameOwner | undefined {
    // The name of an argument belongs to the event; its value belongs to the surrounding call.
    if (ast.isEventArgument(node)) {
        return { kind: 'call', node: node.$container, events: [node.$container] };
    }
    const passed: AstNode[] = [];
    let owner: NameOwner | undefined;
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        owner = owners.get(current) ?? ownerAt(current);
        if (owner) {
            break;
        }
        passed.push(current);
    }
    if (owner) {
        for (const one of passed) {
            owners.set(one, owner);
        }
    }
    return owner;
}

/** The names in an argument belong to the place where the argument is written, not to the place of its copy. */
export function adoptOwner(node: AstNode, owner: NameOwner): void {
    owners.set(node, owner);
}

/** A long chain of conditions is a deep tree, so the path to its root is walked only once. */
const owners = new WeakMap<AstNode, NameOwner>();

function ownerAt(node: AstNode): NameOwner | undefined {
    if (ast.isCallStep(node)) {
        return { kind: 'step', node };
    }
    if (ast.isEventStep(node)) {
        return { kind: 'event step', node };
    }
    if (ast.isTool(node)) {
        return { kind: 'tool', node };
    }
    if (ast.isDefinition(node)) {
        return { kind: 'definition', node };
    }
    const asked = eventAskedAt(node);
    if (asked) {
        return { kind: 'call', node: node.$container!, events: [asked] };
    }
    if (ast.isUseArgument(node)) {
        return {
            kind: 'call',
            node,
            // The events are computed each time, because the pack may be in another file, which changes independently.
            get events() {
                return eventsAsked(node);
            }
        };
    }
    if (ast.isEvent(node.$container) && node.$containerProperty === 'where') {
        return { kind: 'call', node: node.$container, events: [node.$container] };
    }
    const events = subjectEvents(node);
    return events && { kind: 'call', node, events };
}

/** The earlier event whose values an adjacent condition or term concerns. */
function eventAskedAt({ $container: container, $containerProperty: property }: AstNode): ast.Event | undefined {
    if (ast.isCount(container) && property === 'value') {
        return container.event;
    }
    if (ast.isTotal(container) && property === 'where') {
        return container.event;
    }
    if (ast.isLatestIs(container) && property === 'condition') {
        return container.event;
    }
    if (ast.isTransition(container) && property === 'when') {
        return container.event;
    }
    if (ast.isLimit(container) && LIMITED.has(property)) {
        return container.total?.event ?? container.event;
    }
    if (ast.isAssumption(container) && property === 'condition') {
        return subjectOfAssumption(container);
    }
    return undefined;
}

/** The parts of a limit that concern the call that it would stop. */
const LIMITED: ReadonlySet<string | undefined> = new Set(['per', 'value', 'when', 'unless']);

/** An assumption without a subject covers any call. */
function subjectOfAssumption(assumption: ast.Assumption): ast.Event {
    const named =
        ast.isApprovalAssumption(assumption) || ast.isResultAssumption(assumption) || ast.isAgentAssumption(assumption)
            ? assumption.subject
            : undefined;
    const selector = { $type: ast.AnyTool.$type };
    return (
        named ??
        ({ $type: ast.Event.$type, $container: assumption, selector, listed: false, args: [] } as unknown as ast.Event)
    );
}

/** The parameters that a plain name at this place may refer to. */
export function paramsInScope(node: AstNode, inventory: Inventory): ast.Param[] {
    return paramLists(node, inventory).flat();
}

/** The first of these parameters that has the name. */
export function paramInScope(node: AstNode, name: string, inventory: Inventory): ast.Param | undefined {
    return paramLists(node, inventory)
        .map((params) => allNamed(params, name)[0])
        .find((param) => param !== undefined);
}

/** The same parameters, separately for each tool. */
export function paramLists(node: AstNode, inventory: Inventory): readonly (readonly ast.Param[])[] {
    return listsOf(nameOwner(node), inventory);
}

/** The parameters of an owner, separately for each tool. */
export function listsOf(owner: NameOwner | undefined, inventory: Inventory): readonly (readonly ast.Param[])[] {
    switch (owner?.kind) {
        case 'call':
            return [
                ...eventTools(owner.events, inventory).map((tool) => tool.params),
                ...owner.events.map(outsideParams),
                ...owner.events
                    .flatMap(({ selector }) => toolsParamsIn(selector, new Set()))
                    .map((param) => param.params)
            ];
        case 'definition':
            return [owner.node.params.filter(ast.isParam)];
        case 'step':
            return [owner.node.tool?.ref?.params ?? []];
        case 'event step':
            return [owner.node.event?.ref?.params ?? []];
        case 'tool':
            return [owner.node.params];
        default:
            return [];
    }
}

function outsideParams({ selector }: ast.Event): ast.Param[] {
    const target = ast.isToolSelector(selector) ? selector.target?.ref : undefined;
    return ast.isOutsideEvent(target) ? target.params : [];
}

/** The events whose call a rule or claim decides or judges: its conditions concern their parameters. */
export function subjectEvents(node: AstNode): readonly ast.Event[] | undefined {
    if (ast.isSubjectRule(node)) {
        return node.subjects;
    }
    if (ast.isNeverClaim(node) || ast.isSubjectClaim(node) || ast.isAtMostClaim(node)) {
        return node.subject ? [node.subject] : [];
    }
    if (ast.isNoFlowClaim(node)) {
        return node.sink ? [node.sink] : [];
    }
    if (ast.isOrder(node) || ast.isLimit(node) || ast.isPossibleClaim(node) || ast.isAlwaysClaim(node)) {
        return [];
    }
    return undefined;
}

/** True if the event is the call that a rule decides or a claim judges, rather than an earlier one. */
export function isCallPlace(event: ast.Event): boolean {
    const { $container: container, $containerProperty: property } = event;
    return (
        property === 'subjects' ||
        property === 'subject' ||
        property === 'sink' ||
        ast.isLimit(container) ||
        (ast.isOrder(container) && container.events[0] !== event)
    );
}

/** The parameter of a pack that an event refers to; it lists the parameters that its tools have. */
function toolsParamOf({ selector }: ast.Event): ast.ToolsParam | undefined {
    const target = ast.isToolSelector(selector) ? selector.target?.ref : undefined;
    return ast.isToolsParam(target) ? target : undefined;
}

/** The parameters for tools that a selector names, directly or through groups of the pack. */
function toolsParamsIn(selector: ast.Selector | undefined, seen: Set<unknown>): ast.ToolsParam[] {
    if (ast.isToolsExcept(selector)) {
        return toolsParamsIn(selector.of, seen);
    }
    if (ast.isToolList(selector)) {
        return selector.members.flatMap((member) => toolsParamsIn(member, seen));
    }
    const target = ast.isToolSelector(selector) ? selector.target?.ref : undefined;
    if (ast.isToolsParam(target)) {
        return [target];
    }
    if (!ast.isGroup(target) || seen.has(target)) {
        return [];
    }
    seen.add(target);
    return target.members.flatMap((member) => toolsParamsIn(member, seen));
}

/**
 * The events for whose calls a condition given to a pack is evaluated: those that the rules around its parameter
 * decide.
 */
function eventsAsked(argument: ast.UseArgument): ast.Event[] {
    const use = argument.$container;
    const param = argument.param?.ref;
    return (use.pack?.ref?.elements ?? []).flatMap((element) => {
        const asks = AstUtils.streamAllContents(element).some(
            (node) =>
                (ast.isReference(node) || ast.isNameValue(node) || ast.isToolSelector(node)) &&
                node.target?.$refText === param?.name
        );
        const body = ast.isClaim(element) ? element.body : element;
        const subjects = asks && body ? subjectEvents(body) : undefined;
        return (subjects ?? []).flatMap((event) => {
            const tools = toolsParamOf(event);
            const value = tools && use.args.find((other) => other.param?.ref === tools)?.value;
            return tools ? selectorsOf(value ?? tools.initial).map((selector) => ({ ...event, selector })) : [event];
        });
    });
}

/** The selectors that an argument represents. */
export function selectorsOf(value: ast.PackValue | undefined): ast.Selector[] {
    if (ast.isNameValue(value)) {
        return [{ $type: ast.ToolSelector.$type, $container: value, target: value.target } as unknown as ast.Selector];
    }
    return ast.isToolsValue(value) ? [value.selector] : [];
}
