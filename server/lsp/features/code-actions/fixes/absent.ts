/** Fixes an optional part of a call or record: adds a check that it is given, or a default. */
import type { AstNode } from 'langium';
import { AstUtils } from 'langium';
import { toolsOfCall } from '../../../../../language/names/conditions.js';
import * as ast from '../../../../../language/generated/ast.js';
import { toolName } from '../../../../../language/names/inventory.js';
import { nameOwner, paramsInScope } from '../../../../../language/names/name-owner.js';
import { eventTools } from '../../../../../language/names/selectors.js';
import { membersOf } from '../../../../../language/types/terms.js';
import { areComparable, typeOf } from '../../../../../language/types/types.js';
import { isBuiltin } from '../../../workspace/documents.js';
import {
    insertAt,
    partOf,
    removeItem,
    removeParts,
    replaceNode,
    replaceRange
} from '../../../../../language/edits/edits.js';
import { Place, type Problem } from '../place.js';
import type { Edit } from '../../../../../language/edits/edit.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import { obvious } from '../../../../../language/edits/edit.js';
import { nameText, toolText } from '../../../../model/text/typed-text.js';
const askFirst: Fix = {
    codes: ['GR304'],
    summary: 'Test first whether an optional parameter is `given`',
    propose: (problem) => {
        const argument = problem.at(ast.isEventArgument);
        if (argument) {
            return argumentGiven(problem, argument);
        }
        const reference = problem.at(ast.isReference);
        const condition = reference && conditionAround(reference);
        if (!reference?.$cstNode || !condition?.$cstNode) {
            return [];
        }
        const [name, text] = [reference.$cstNode.text, condition.$cstNode.text];
        const and = `${name} given and ${text}`;
        const implies = `${name} given implies ${text}`;
        const { $container: container, $containerProperty: property } = condition;
        const isWhole = !ast.isBinaryCondition(container) && !ast.isNegation(container) && property !== 'where';
        const isAsked = isRequired(condition);
        const [first, second] = isAsked ? [implies, and] : [and, implies];
        const isInChain = ast.isBinaryCondition(container) && container.operator !== 'implies';
        return [first, second].map((each, index) => ({
            title: `Write \`${each}\``,
            changes: [replaceNode(condition, isWhole || (isInChain && each === and) ? each : `(${each})`)],
            isPreferred: index === 0
        }));
    }
};

/** The condition that reads the value, without the logic around it. */
function conditionAround(node: AstNode): ast.Condition | undefined {
    let current: AstNode = node;
    while (current.$container) {
        const { $container: container, $containerProperty: property } = current;
        const isPart =
            ast.isBinaryCondition(container) ||
            ast.isNegation(container) ||
            ast.isQuantified(container) ||
            property === 'when' ||
            property === 'unless' ||
            property === 'condition' ||
            property === 'where';
        if (isPart) {
            return current as ast.Condition;
        }
        current = container;
    }
    return undefined;
}

/**
 * This is offered only if the condition has to be true for every call, because a call without the parameter should
 * pass.
 */
function isRequired(condition: AstNode): boolean {
    let current = condition;
    while (ast.isBinaryCondition(current.$container)) {
        current = current.$container;
    }
    const { $container: owner, $containerProperty: property } = current;
    return property === 'condition' && (ast.isRequire(owner) || ast.isRequiresClaim(owner));
}

/** `mail.send(subject: "x")` becomes a condition in `where`. */
function argumentGiven(problem: Problem, argument: ast.EventArgument): Proposal[] {
    const event = argument.$container;
    const value = argument.value?.$cstNode?.text;
    if (!argument.$cstNode || !event.$cstNode || value === undefined || event.where) {
        return [];
    }
    const name = nameText(argument.param.$refText, 'Name');
    const open = partOf(event, 'listed');
    const removal =
        event.args.length > 1 || !open
            ? removeItem(argument.$cstNode)
            : replaceRange(problem, open.offset, problem.text.indexOf(')', argument.$cstNode.end) + 1, '');
    const text = ` where (${name} given and ${name} == ${value})`;
    const isLast = removal.range.end.line === event.$cstNode.range.end.line && removesTo(problem, removal, event);
    return [
        obvious(
            `Ask for \`${name}\` after \`where\``,
            ...(isLast ? [{ ...removal, text }] : [removal, insertAt(problem, event.$cstNode.end, text)])
        )
    ];
}

function removesTo({ document }: Problem, { range }: Edit, event: ast.Event): boolean {
    return document.textDocument.offsetAt(range.end) === event.$cstNode!.end;
}

/** With a default, the parameter or field is never absent. */
const giveDefault: Fix = {
    codes: ['GR304', 'GR325', 'GR492'],
    summary: 'Give an optional parameter or field a default',
    propose: (problem) => {
        const params = optionalAt(problem).filter(({ $cstNode: cst }) => cst);
        const documents = params.map((param) => AstUtils.getDocument(param));
        const [first] = params;
        if (!first || documents.some(({ uri }) => isBuiltin(uri))) {
            return [];
        }
        const text = defaultOf(first.type);
        return text === undefined
            ? []
            : [
                  {
                      title: `Give \`${first.name}\` the default \`${text}\``,
                      changes: params.flatMap((param) => withDefault(problem, param, text)),
                      isPreferred: problem.code !== 'GR304'
                  }
              ];
    }
};

function optionalAt(problem: Problem): ast.Param[] {
    const { inventory } = problem;
    const isOptional = (param: unknown): param is ast.Param =>
        ast.isParam(param) && param.optional && param.default === undefined;
    const total = problem.code === 'GR492' ? problem.at(ast.isTotal) : undefined;
    if (total) {
        return eventTools([total.event], inventory)
            .flatMap(({ params }) => params)
            .filter((param) => param.name === total.field.$refText && isOptional(param));
    }
    const access = problem.code === 'GR325' ? problem.at(ast.isFieldAccess) : undefined;
    if (access) {
        return membersOf(access.of, inventory)
            .filter(isOptional)
            .filter(({ name }) => name === access.field.$refText);
    }
    const argument = problem.at(ast.isEventArgument);
    const name = argument?.param.$refText ?? problem.at(ast.isReference)?.target.$refText;
    const params = argument
        ? eventTools([argument.$container], inventory).flatMap((tool) => tool.params)
        : paramsInScope(problem.node, inventory);
    return params.filter((param) => param.name === name && isOptional(param));
}

function defaultOf(type: ast.Type): string | undefined {
    const model = typeOf(type);
    switch (model.kind) {
        case 'string':
            return model.pattern ? undefined : '""';
        case 'int':
        case 'number':
        case 'decimal':
            return String(Math.min(Math.max(0, model.min ?? 0), model.max ?? 0));
        case 'bool':
            return 'false';
        case 'literals':
            return JSON.stringify(model.values[0]);
        default:
            return undefined;
    }
}

function withDefault({ services }: Problem, param: ast.Param, text: string): Edit[] {
    const document = AstUtils.getDocument(param);
    const at = new Place(document, param.$cstNode!.range, services);
    const mark = partOf(param, 'optional');
    return [...(mark ? [removeParts(mark)] : []), insertAt(at, param.$cstNode!.end, ` = ${text}`)];
}

/** Restricts the rule to the tools that declare the parameter in the same way. */
const onlyThose: Fix = {
    codes: ['GR305'],
    summary: 'Restrict the selection to the tools that have the parameter',
    propose: (problem) => {
        const owner = nameOwner(problem.node);
        const name = problem.at(ast.isGiven)?.param.$refText ?? problem.at(ast.isEventArgument)?.param.$refText;
        const asked = name ?? problem.at(ast.isReference)?.target.$refText;
        if (owner?.kind !== 'call' || asked === undefined) {
            return [];
        }
        const having = toolsOfCall(owner, problem.inventory).flatMap((tool) =>
            tool.params.filter((param) => param.name === asked).map((param) => ({ tool, type: typeOf(param.type) }))
        );
        const alike = having.filter(({ type }) => areComparable(type, having[0]!.type));
        const names = alike.map(({ tool }) => toolText(toolName(tool)));
        const first = owner.events[0]?.selector?.$cstNode;
        const last = owner.events.at(-1)?.$cstNode;
        const isList = ast.isSubjectRule(owner.node);
        if (!first || !last || (!isList && names.length !== 1)) {
            return [];
        }
        const end = isList ? last.end : first.end;
        return [obvious(`Ask only ${names.join(', ')}`, replaceRange(problem, first.offset, end, names.join(', ')))];
    }
};

export const absent: readonly Fix[] = [askFirst, giveDefault, onlyThose];
