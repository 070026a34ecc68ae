/** Declares a name that has no declaration, in the usual place for such declarations. */
import { type AstNode, AstUtils } from 'langium';
import * as ast from '../../generated/ast.js';
import { nameOwner } from '../../names/name-owner.js';
import { eventTools } from '../../names/selectors.js';
import { resultTools } from '../../types/terms.js';
import { isBuiltin } from '../../library/builtin.js';
import { addStatement, insertAt, partOf } from '../../edits/edits.js';
import { Place, type Problem } from '../../edits/place.js';
import type { Edit, Fix } from '../../edits/edit.js';
import { typeOfValue } from '../../types/samples.js';
import type { UnknownName } from './unknown-name.js';
import { canType, nameText, toolText } from '../../../server/model/text/typed-text.js';

export function declarations(problem: Problem, unknown: UnknownName): Fix[] {
    const { type, name } = unknown;
    const simple = SIMPLE[type];
    if (simple) {
        const [element, word, rule, rest = ''] = simple;
        const text = `${word} ${nameText(name, rule)}${rest}`;
        // Agents and humans do not share names (GR221).
        const isPerson = element === 'Agent' || element === 'Human';
        const isTaken = problem.inventory.elements.some(
            (other) => isPerson && (ast.isAgent(other) || ast.isHuman(other)) && other.name === name
        );
        return canType(name, rule) && !isTaken
            ? [{ title: `Declare \`${text}\``, changes: [addStatement(problem, element, text)] }]
            : [];
    }
    switch (type) {
        case ast.Tool.$type:
        case ast.ToolOrGroup.$type:
            return newTool(problem, unknown);
        case ast.Mode.$type:
            return newMode(problem, unknown);
        case ast.Param.$type:
            return newArgument(problem, unknown);
        case ast.Referable.$type:
            return [...newReferableParameter(problem, unknown), ...newDefinition(problem, unknown)];
        case ast.Member.$type:
            return newMember(problem, unknown);
        default:
            return [];
    }
}

type Rule = 'Name' | 'StrictName' | 'EventName';

/**
 * The declarations by the kind of element that the name should refer to: the statement, its keyword, the written form
 * of names, and what follows.
 */
const SIMPLE: { readonly [type: string]: readonly [ast.Element['$type'], string, Rule, string?] } = {
    [ast.Label.$type]: ['Label', 'label', 'Name'],
    [ast.Trait.$type]: ['Trait', 'trait', 'StrictName'],
    [ast.Agent.$type]: ['Agent', 'agent', 'StrictName'],
    [ast.Human.$type]: ['Human', 'human', 'StrictName'],
    [ast.Approver.$type]: ['Human', 'human', 'StrictName'],
    [ast.OutsideEvent.$type]: ['OutsideEvent', 'event', 'EventName'],
    [ast.Entity.$type]: ['Entity', 'entity', 'StrictName'],
    [ast.Signal.$type]: ['Signal', 'signal', 'Name', ': 0..100'],
    [ast.SessionConstant.$type]: ['SessionConstant', 'session', 'Name', ': string']
};

/** Declares the tool in the named server, or in a new one if it does not exist. */
function newTool(problem: Problem, { info, name }: UnknownName): Fix[] {
    const { inventory } = problem;
    const dot = name.indexOf('.');
    if (dot < 0 || inventory.ambiguous.has(name)) {
        return [];
    }
    const [serverName, tool] = [name.slice(0, dot), name.slice(dot + 1)];
    const declaration = `tool ${nameText(tool, 'Name')}(${parametersFor(info.container).join(', ')})`;
    const title = `Declare the tool \`${toolText(name)}\``;
    const server = inventory.elements.find(
        (element): element is ast.Server => ast.isServer(element) && element.name === serverName
    );
    if (!server) {
        const text = `server ${nameText(serverName, 'Name')} {\n  ${declaration}\n}`;
        return [{ title, changes: [addStatement(problem, 'Server', text)] }];
    }
    const at = placeIn(problem, server);
    const last = server.tools.at(-1)?.$cstNode;
    const open = partOf(server, 'name')?.end;
    const brace = open === undefined ? -1 : at.text.indexOf('{', open);
    if (isBuiltin(at.document.uri) || (!last && brace < 0)) {
        return [];
    }
    const edit = last ? insertAt(at, last.end, `\n  ${declaration}`) : insertAt(at, brace + 1, `\n  ${declaration}\n`);
    return [{ title, changes: [edit] }];
}

/** The text in the parentheses after the name of the tool. */
function parametersFor(container: AstNode): string[] {
    const user = ast.isToolSelector(container) ? container.$container : container;
    const args = ast.isEvent(user) || ast.isCallStep(user) ? user.args : [];
    return args.flatMap(({ param, value }: ast.EventArgument | ast.CallArgument) =>
        param?.$refText ? [`${param.$refText}: ${typeOfValue(value)}`] : []
    );
}

function newMode(problem: Problem, { info, name, write }: UnknownName): Fix[] {
    const machine =
        AstUtils.getContainerOfType(info.container, ast.isModes) ??
        only(problem.inventory.elements.filter(ast.isModes));
    const last = machine?.modes.at(-1)?.$cstNode;
    if (!machine || !last || name.includes('.')) {
        return [];
    }
    const at = placeIn(problem, machine);
    const text = `\n  ${write(name)} { }`;
    return [{ title: `Declare the mode \`${write(name)}\``, changes: [insertAt(at, last.end, text)] }];
}

/** Declares the argument of a pattern as a parameter. */
function newArgument(problem: Problem, { info, name }: Pick<UnknownName, 'info' | 'name'>): Fix[] {
    const { container } = info;
    if (ast.isEventArgument(container)) {
        const tools = eventTools([container.$container], problem.inventory);
        return newParameter(problem, tools, name, typeOfValue(container.value));
    }
    if (ast.isTotal(container) || ast.isLatest(container)) {
        const tools = eventTools([container.event], problem.inventory);
        const type = ast.isTotal(container) ? 'int' : comparedType(container);
        return container.result ? newField(problem, tools, name, type) : newParameter(problem, tools, name, type);
    }
    return [];
}

/** Declares a plain name in a condition as a parameter of the call. */
function newReferableParameter(problem: Problem, { info, name }: UnknownName): Fix[] {
    const owner = nameOwner(info.container);
    const tools = owner?.kind === 'call' ? eventTools(owner.events, problem.inventory) : [];
    return newParameter(problem, tools, name, comparedType(info.container));
}

function newDefinition(problem: Problem, { info, name }: UnknownName): Fix[] {
    const tool = problem.inventory.tools[0];
    if (!ast.isHolds(info.container.$container) || !tool) {
        return [];
    }
    const start = `define ${nameText(name, 'Name')} = once `;
    const example = toolText(tool.name);
    const edit = addStatement(problem, 'Definition', `${start}\${1:${example}}`);
    return [{ title: `Define the condition \`${name}\``, changes: [{ ...edit, hasPlaces: true }] }];
}

/** Declares a name after a dot: a field of a result, of a session constant, or of the user's request. */
function newMember(problem: Problem, { info, name }: UnknownName): Fix[] {
    const { container } = info;
    const type = comparedType(container);
    if (!ast.isFieldAccess(container)) {
        return newArgument(problem, { info, name });
    }
    const text = nameText(name, 'Name');
    if (ast.isSessionRoot(container.of)) {
        const declaration = `session ${text}: ${type}`;
        return [
            { title: `Declare \`${declaration}\``, changes: [addStatement(problem, 'SessionConstant', declaration)] }
        ];
    }
    if (ast.isResultRoot(container.of)) {
        return newField(problem, resultTools(container.of, problem.inventory), name, type);
    }
    if (ast.isRequestRoot(container.of)) {
        const request = problem.file.elements.find(ast.isRequest);
        const last = request?.fields.at(-1)?.$cstNode;
        const edit = last
            ? insertAt(problem, last.end, `, ${text}: ${type}`)
            : addStatement(problem, 'Request', `request { ${text}: ${type} }`);
        return [{ title: `Declare \`${text}\` as a part of the request`, changes: [edit] }];
    }
    return [];
}

/** The type that the other side of the comparison determines. */
function comparedType(node: AstNode): string {
    const container = node.$container;
    if (ast.isComparison(container)) {
        return typeOfValue(container.left === node ? container.right : container.left);
    }
    if (ast.isMembership(container)) {
        return typeOfValue(container.values[0]);
    }
    return ast.isHolds(container) ? 'bool' : 'string';
}

/**
 * Declares a parameter that a single tool lacks. Other tools have separate schemas, each of which needs its own
 * decision.
 */
export function newParameter(
    problem: Problem,
    tools: readonly (ast.Tool | undefined)[],
    name: string,
    type: string
): Fix[] {
    return inTool(problem, tools, name, (tool, at, text) => {
        const last = tool.params.at(-1)?.$cstNode;
        const named = partOf(tool, 'name');
        const parenthesis = named ? at.text.indexOf('(', named.end) : -1;
        return last
            ? insertAt(at, last.end, `, ${text}: ${type}`)
            : parenthesis < 0
              ? undefined
              : insertAt(at, parenthesis + 1, `${text}: ${type}`);
    });
}

function newField(problem: Problem, tools: readonly (ast.Tool | undefined)[], name: string, type: string): Fix[] {
    return inTool(problem, tools, name, (tool, at, text) => {
        const last = tool.returns.at(-1)?.$cstNode;
        return last
            ? insertAt(at, last.end, `, ${text}: ${type}`)
            : insertAt(at, tool.$cstNode!.end, ` returns (${text}: ${type})`);
    });
}

function inTool(
    problem: Problem,
    tools: readonly (ast.Tool | undefined)[],
    name: string,
    edit: (tool: ast.Tool, at: Place, text: string) => Edit | undefined
): Fix[] {
    const tool = only(tools);
    const at = tool?.$cstNode && placeIn(problem, tool);
    const change = at && !isBuiltin(at.document.uri) ? edit(tool, at, nameText(name, 'Name')) : undefined;
    return tool && change
        ? [{ title: `Declare \`${name}\` in the tool \`${tool.$container.name}.${tool.name}\``, changes: [change] }]
        : [];
}

/** The declaration as a place in its own file. */
function placeIn({ services }: Problem, node: AstNode): Place {
    return new Place(AstUtils.getDocument(node), node.$cstNode!.range, services);
}

function only<T>(items: readonly T[]): T | undefined {
    return items.length === 1 ? items[0] : undefined;
}
