/** Checks the arguments of a `use`: the values that a parameter accepts, and the reasons why one does not fit. */
import * as ast from '../generated/ast.js';
import { dataValue, isWithinType, misfit, typeOf, typeText } from '../types/types.js';

/** The values that the parameter accepts, in words: `a human or a role`. */
export function expectedBy(param: ast.DefinitionParam): string {
    if (ast.isToolsParam(param)) {
        return 'tools';
    }
    if (ast.isHumanParam(param)) {
        return 'a human or a role';
    }
    if (ast.isAgentParam(param)) {
        return 'an agent';
    }
    if (ast.isLabelParam(param)) {
        return 'a label';
    }
    if (ast.isDurationParam(param)) {
        return 'a duration such as 15m';
    }
    if (ast.isConditionParam(param)) {
        return 'a condition';
    }
    if (ast.isEventParam(param)) {
        return 'an event such as `mail.read by caller`';
    }
    if (ast.isValueParam(param)) {
        return `a constant: ${typeText(typeOf(param.type))}`;
    }
    return ast.isParam(param) ? `a value: ${typeText(typeOf(param.type))}` : 'a value';
}

/** The kind of a parameter as it is written: `tools`, `human`, `int`. */
export function kindText(param: ast.PackParam): string {
    if (ast.isValueParam(param)) {
        return typeText(typeOf(param.type));
    }
    const word = /^[A-Z][a-z]+/.exec(param.$type)?.[0] ?? '';
    return word.toLowerCase();
}

/** True if the named element is of the kind that the parameter accepts. */
export function takes(param: ast.DefinitionParam | undefined, node: unknown): boolean {
    if (ast.isToolsParam(param)) {
        return ast.isTool(node) || ast.isGroup(node);
    }
    if (ast.isHumanParam(param)) {
        return ast.isHuman(node) || ast.isRole(node);
    }
    if (ast.isAgentParam(param)) {
        return ast.isAgent(node);
    }
    if (ast.isLabelParam(param)) {
        return ast.isLabel(node);
    }
    if (ast.isDurationParam(param)) {
        return ast.isDurationParam(node);
    }
    if (ast.isConditionParam(param)) {
        return ast.isDefinition(node) || ast.isConditionParam(node) || (ast.isParam(node) && !ast.isValueParam(node));
    }
    if (ast.isEventParam(param)) {
        return ast.isTool(node) || ast.isGroup(node) || ast.isOutsideEvent(node) || ast.isEventParam(node);
    }
    if (ast.isValueParam(param)) {
        return ast.isValueParam(node);
    }
    return ast.isParam(param) ? ast.isParam(node) : true;
}

/** True if the named value is of the kind that the parameter accepts. */
export function fits(param: ast.PackParam, value: ast.NameValue): boolean {
    return takes(param, value.target?.ref);
}

/**
 * The reason why the value is not an argument for the parameter, or undefined if it is one; unresolved names are
 * ignored.
 */
export function wrongValue(param: ast.PackParam, value: ast.PackValue | undefined): string | undefined {
    if (!value) {
        return undefined;
    }
    if (ast.isNameValue(value)) {
        const target = value.target?.ref;
        if (target && ast.isValueParam(param) && ast.isValueParam(target)) {
            const given = typeOf(target.type);
            return isWithinType(given, typeOf(param.type))
                ? undefined
                : `"${param.name}" takes ${expectedBy(param)}, and "${target.name}" is ${typeText(given)}.`;
        }
        return undefined;
    }
    const isRight =
        (ast.isToolsParam(param) && ast.isToolsValue(value)) ||
        (ast.isEventParam(param) && (ast.isEventValue(value) || ast.isToolsValue(value))) ||
        (ast.isDurationParam(param) && ast.isDurationValue(value)) ||
        (ast.isConditionParam(param) && (ast.isConditionValue(value) || isTruth(value))) ||
        (ast.isValueParam(param) && ast.isConstantValue(value));
    if (!isRight) {
        return `"${param.name}" takes ${expectedBy(param)}, not \`${shortText(value)}\`.`;
    }
    if (ast.isValueParam(param) && ast.isConstantValue(value)) {
        const problem = misfit(typeOf(param.type), dataValue(value.literal));
        return problem && `"${param.name}" ${problem}.`;
    }
    return undefined;
}

/** The value of each parameter at a use, including defaults; undefined where one is missing or does not fit. */
export function bindingsOf(use: ast.Use, pack: ast.Pack): Map<ast.PackParam, ast.PackValue> | undefined {
    const bindings = new Map<ast.PackParam, ast.PackValue>();
    for (const param of pack.params) {
        const value = argumentFor(use, param)?.value ?? param.initial;
        if (!value || wrongValue(param, value) !== undefined || (ast.isNameValue(value) && !fits(param, value))) {
            return undefined;
        }
        bindings.set(param, value);
    }
    return bindings;
}

export function argumentFor(use: ast.Use, param: ast.PackParam): ast.UseArgument | undefined {
    return use.args.find((argument) => argument.param?.ref === param);
}

function isTruth(value: ast.PackValue): boolean {
    return ast.isConstantValue(value) && ast.isBooleanLiteral(value.literal);
}

function shortText(value: ast.PackValue): string {
    const text = (value.$cstNode?.text ?? '').replace(/\s+/g, ' ');
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
