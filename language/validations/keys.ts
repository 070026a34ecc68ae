/** GR404: an argument of a pattern without a value to compare with: the key of a history that no call has. */
import { MOST_OFFERED, type Fix } from '../edits/edit.js';
import { replaceNode } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import { toolsOfCall } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import { type Inventory, toolName } from '../names/inventory.js';
import { isCallPlace, nameOwner, paramsInScope } from '../names/name-owner.js';
import { couldBeEqual, paramOfTerm, termText, termTypes } from '../types/terms.js';
import { areComparable, typeOf, whatIs } from '../types/types.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { Reporter, ValidationRule } from './rule.js';

export const keys: ValidationRule = {
    codes: ['GR404'],
    checks: {
        Event: (event, report) => {
            if (!isCallPlace(event)) {
                event.args.forEach((argument) => checkArgument(event, argument, report));
            }
        }
    }
};

function checkArgument(event: ast.Event, argument: ast.EventArgument, report: Reporter): void {
    const { inventory } = report;
    const param = argument.param?.ref;
    if (!param || ast.isLiteral(argument.value) || isConstantOfPack(argument.value)) {
        return;
    }
    const fail = (message: string): void =>
        report.error('GR404', argument, message, (problem) => comparedWith(argument, param, problem));
    if (argument.value && !paramOfTerm(argument.value)) {
        checkTerm(argument.value, param, inventory, fail);
        return;
    }
    const name = paramOfTerm(argument.value)?.name ?? param.name;
    const asked = askedOf(event, argument, inventory);
    if (!asked) {
        fail(
            `No call is being decided here that could have the same \`${name}\`. Write a constant (\`${param.name}: "…"\`), or leave it out: then any \`${param.name}\` counts.`
        );
        return;
    }
    const lacking = asked.find(({ params }) => !params.some((other) => other.name === name));
    if (lacking) {
        fail(
            `${lacking.owner} has no parameter \`${name}\`. Specify the \`${param.name}\` of this event: \`${param.name}: …\`, or leave it out: then any \`${param.name}\` counts.`
        );
        return;
    }
    const other = asked
        .flatMap(({ params }) => params)
        .find((candidate) => candidate.name === name && !areComparable(typeOf(candidate.type), typeOf(param.type)));
    if (other) {
        fail(
            `\`${param.name}\` of this event is ${whatIs(typeOf(param.type))}, and \`${name}\` of the call is ${whatIs(typeOf(other.type))}: they are never the same.`
        );
    }
}

/** Reports a term of the call that cannot be equal to the parameter. */
function checkTerm(value: ast.Term, param: ast.Param, inventory: Inventory, fail: (message: string) => void): void {
    const type = typeOf(param.type);
    const types = termTypes(value, inventory);
    if (!couldBeEqual(types, [type])) {
        fail(
            `\`${param.name}\` of this event is ${whatIs(type)}, and \`${termText(value)}\` is ${whatIs(types[0]!)}: they are never the same.`
        );
    }
}

/** True if the value is a parameter of a pack: each use of the pack gives a constant for it. */
function isConstantOfPack(value: ast.Term | undefined): boolean {
    return ast.isReference(value) && ast.isValueParam(value.target?.ref);
}

/** The calls that a condition is evaluated for, each with its parameters; undefined if there are none. */
function askedOf(
    event: ast.Event,
    argument: ast.EventArgument,
    inventory: Inventory
): { readonly owner: string; readonly params: readonly ast.Param[] }[] | undefined {
    const owner = nameOwner(argument.value ?? event);
    if (owner?.kind === 'definition') {
        return [{ owner: `The definition ${owner.node.name}`, params: owner.node.params.filter(ast.isParam) }];
    }
    if (owner?.kind !== 'call' || owner.events.length === 0) {
        return undefined;
    }
    return toolsOfCall(owner, inventory).map((tool: ast.Tool) => ({ owner: toolName(tool), params: tool.params }));
}

/** Compares the argument with a parameter of the decided call that has another name. */
function comparedWith(argument: ast.EventArgument, param: ast.Param, { inventory }: Problem): Fix[] {
    const event = argument.$container;
    const scope = nameOwner(event) ? paramsInScope(event, inventory) : [];
    const fits = scope.filter(
        (each) => areComparable(typeOf(each.type), typeOf(param.type)) && each.name !== param.name
    );
    const texts = [...new Set(fits.map((each) => `${nameText(param.name)}: ${nameText(each.name)}`))];
    return texts.slice(0, MOST_OFFERED).map((text) => ({
        title: `Write \`${text}\``,
        changes: [replaceNode(argument, text)],
        isPreferred: texts.length === 1
    }));
}
