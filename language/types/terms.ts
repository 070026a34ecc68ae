/** Determines the types of terms: of a literal, a parameter, a host. */
import type { AstNode } from 'langium';
import type { Type } from '../../server/model/policy/policy.js';
import { toolsOfCall } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import { allNamed } from '../names/by-name.js';
import { type Inventory, perInventory } from '../names/inventory.js';
import { listsOf, type NameOwner, nameOwner, paramLists } from '../names/name-owner.js';
import { eventTools } from '../names/selectors.js';
import { areComparable, INSTANT, kindsOf, literalValue, SPAN, typeOf } from './types.js';

/**
 * The types that a term can have: one for each tool that declares the parameter. Empty for terms without a value (a
 * definition) and for unresolved names.
 */
export function termTypes(term: ast.Term | undefined, inventory: Inventory): Type[] {
    if (ast.isLiteral(term)) {
        return [{ kind: 'literals', values: [literalValue(term)] }];
    }
    if (ast.isListData(term) || ast.isRecordData(term)) {
        return [typeOfData(term, inventory)];
    }
    if (ast.isHostOf(term) || ast.isPartOf(term)) {
        const text: Type = { kind: 'string' };
        return [ast.isPartOf(term) && term.part === 'commands' ? { kind: 'list', element: text } : text];
    }
    if (ast.isLengthOf(term) || ast.isCount(term)) {
        return [{ kind: 'int', min: 0 }];
    }
    if (ast.isNow(term) || ast.isTimeOf(term) || ast.isTimeConstant(term)) {
        return [isSpan(term) ? SPAN : INSTANT];
    }
    if (ast.isSum(term) && isOfTime(term)) {
        return [isSpan(term) ? SPAN : INSTANT];
    }
    if (ast.isSum(term) && isTextSum(term, inventory)) {
        return [{ kind: 'string' }];
    }
    if (isKey(term)) {
        return [{ kind: 'string' }];
    }
    if (ast.isTotal(term) || ast.isSum(term)) {
        return [{ kind: 'number' }];
    }
    return declaredTypes(term, inventory).map(typeOf);
}

/** True for a sum that has an instant or a span of time in it. */
export function isOfTime(term: ast.Term | undefined): boolean {
    return (
        ast.isNow(term) ||
        ast.isTimeOf(term) ||
        ast.isTimeConstant(term) ||
        (ast.isSum(term) && (isOfTime(term.left) || isOfTime(term.right)))
    );
}

/** True for `2h`, the difference of two instants, and a sum of spans. */
export function isSpan(term: ast.Term | undefined): boolean {
    return ast.isSum(term)
        ? isSpan(term.left) === isSpan(term.right)
        : ast.isTimeConstant(term) && term.duration !== undefined;
}

/** The type of a list or record that is written out: of a list, that of its elements if they have a common one. */
function typeOfData(data: ast.Data, inventory: Inventory): Type {
    if (ast.isListData(data)) {
        const elements = data.items.map((item) => typeOfData(item, inventory));
        const values = data.items.filter(ast.isLiteral).map(literalValue);
        const isPlain = values.length === data.items.length;
        return { kind: 'list', element: isPlain ? { kind: 'literals', values } : (elements[0] ?? { kind: 'any' }) };
    }
    if (ast.isRecordData(data)) {
        const fields = data.fields.map(({ name, value }) => ({
            name,
            type: typeOfData(value, inventory),
            optional: false
        }));
        return { kind: 'record', fields };
    }
    return { kind: 'literals', values: [literalValue(data)] };
}

/** True if `+` puts two texts together; a value of any type is a number here. */
export function isTextSum(sum: ast.Sum, inventory: Inventory): boolean {
    const { left, operator, right } = sum;
    const isText = (term: ast.Term | undefined): boolean => {
        const types = termTypes(term, inventory);
        return types.length > 0 && types.every((type) => TEXTS.has([...kindsOf(type)].join()));
    };
    return operator === '+' && !isOfTime(sum) && isText(left) && isText(right);
}

/** An identifier is the text that names it. */
const TEXTS: ReadonlySet<string> = new Set(['text', 'identifier']);

/**
 * The declared types of a parameter, a field of a record or result, an element of a list, a constant of the session or
 * a signal: one for each tool that declares the parameter.
 */
export function declaredTypes(term: ast.Term | undefined, inventory: Inventory): ast.Type[] {
    if (ast.isFieldAccess(term)) {
        return membersNamed(term.of, term.field?.$refText, inventory).map((member) => member.type);
    }
    if (ast.isLatest(term)) {
        return (term.event ? valueLists(term.event, term.result, inventory) : [])
            .flatMap((fields) => allNamed(fields, term.field?.$refText))
            .map((field) => field.type);
    }
    if (ast.isReference(term) && ast.isSignal(term.target?.ref)) {
        return [term.target?.ref.type];
    }
    const item = ast.isReference(term) ? term.target?.ref : undefined;
    if (ast.isItem(item)) {
        const types = declaredTypes(item.$container.list, inventory);
        return item.$container.value === undefined
            ? types.flatMap(elementOf)
            : types.flatMap((type) => (item.$containerProperty === 'value' ? entryOf(type) : []));
    }
    const param = paramOfTerm(term);
    return param ? declarations(term!, param, inventory).map((declared) => declared.type) : [];
}

/** The fields of a record, the session constants, or the members of a result, the request or the decided call. */
export function membersOf(term: ast.Term | undefined, inventory: Inventory): Member[] {
    return memberLists(term, inventory).flat();
}

/** The members with this name. */
export function membersNamed(term: ast.Term | undefined, name: string | undefined, inventory: Inventory): Member[] {
    return memberLists(term, inventory).flatMap((members) => allNamed(members, name));
}

type Member = ast.Param | ast.SessionConstant;

/** The same as lists, which are usually those of the syntax tree. */
export function memberLists(term: ast.Term | undefined, inventory: Inventory): readonly (readonly Member[])[] {
    if (ast.isSessionRoot(term)) {
        return [constantsIn(inventory)];
    }
    if (ast.isRequestRoot(term)) {
        return requestsIn(inventory).map((request) => request.fields);
    }
    if (ast.isResultRoot(term)) {
        return [...resultTools(term, inventory).map((tool) => tool.returns), textField(inventory)];
    }
    if (ast.isCallRoot(term)) {
        const owner = decidedCall(term);
        return isOfLimit(owner) ? listsOf(owner, inventory) : owner ? paramLists(owner.node, inventory) : [];
    }
    return [attributesOf(term), ...declaredTypes(term, inventory).map(fieldsOf)];
}

const constantsIn = perInventory(({ elements }) => elements.filter(ast.isSessionConstant));
const requestsIn = perInventory(({ elements }) => elements.filter(ast.isRequest));

/** The attributes of `session.user`, which is an identifier and has attributes. */
function attributesOf(term: ast.Term | undefined): ast.Param[] {
    const constant = ast.isFieldAccess(term) && ast.isSessionRoot(term.of) ? term.field?.ref : undefined;
    return ast.isSessionConstant(constant) ? constant.attributes : [];
}

/** The members of an event: its arguments, or the fields of its result. */
export function valueLists(event: ast.Event, result: boolean, inventory: Inventory): readonly (readonly ast.Param[])[] {
    return result
        ? [...eventTools([event], inventory).map((tool) => tool.returns), textField(inventory)]
        : paramLists(event.where ?? eventPlace(event), inventory);
}

/**
 * The members for the event inside `where`, for the subjects of a `withhold`, or for the tool whose own condition it
 * is.
 */
export function resultTools(node: AstNode, inventory: Inventory): ast.Tool[] {
    const owner = nameOwner(node);
    switch (owner?.kind) {
        case 'call':
            return eventTools(owner.events, inventory);
        case 'tool':
            return [owner.node];
        default:
            return [];
    }
}

/** True for `call.…`: the root of a value of the decided call, or of its session. */
export function isOfDecidedCall(node: AstNode): boolean {
    return ast.isCallRoot(node) || (ast.isSessionRoot(node) && node.call);
}

/** The decided call as seen from inside a `where`. */
export function decidedCall(node: AstNode): (NameOwner & { readonly kind: 'call' }) | undefined {
    let found: (NameOwner & { readonly kind: 'call' }) | undefined;
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        const owner = nameOwner(current);
        if (owner?.kind === 'call' && !isOfLimit(found)) {
            found = owner;
        }
    }
    return found;
}

/** True for the conditions and keys of a limit, which are about the call that it would stop. */
function isOfLimit(owner: NameOwner | undefined): boolean {
    return owner?.kind === 'call' && ast.isLimit(owner.node) && owner.events.length > 0;
}

/** The `text` that every result and every request has; it is declared with the built-in names. */
const textField = perInventory((inventory): readonly ast.Param[] =>
    requestsIn(inventory)
        .flatMap((request) => request.fields)
        .filter((field) => field.name === 'text')
        .slice(0, 1)
);

/** A node whose plain names belong to the event. */
function eventPlace(event: ast.Event): AstNode {
    return { $type: ast.Literal.$type, $container: event, $containerProperty: 'where' };
}

export function fieldsOf(type: ast.Type): ast.Param[] {
    return ast.isRecordType(type) ? type.fields : [];
}

/** The type of the values of a map; any type if it is left open. */
function entryOf(type: ast.Type): ast.Type[] {
    return ast.isMapType(type) ? [type.value] : ast.isPrimitiveType(type) && type.name === 'any' ? [type] : [];
}

/** True for the name of the keys of a map. */
function isKey(term: ast.Term | undefined): boolean {
    const item = ast.isReference(term) ? term.target?.ref : undefined;
    return ast.isItem(item) && item.$container.value !== undefined && item.$containerProperty === 'item';
}

/** The type of the elements of a list; any type if it is left open. */
function elementOf(type: ast.Type): ast.Type[] {
    return ast.isListType(type) ? [type.element] : ast.isPrimitiveType(type) && type.name === 'any' ? [type] : [];
}

/** The parameters with the name and at the place of the reference, one for each tool that has such a parameter. */
export function declarations(node: AstNode, param: ast.Param, inventory: Inventory): ast.Param[] {
    const owner = nameOwner(node);
    if (owner?.kind !== 'call') {
        return [param];
    }
    const declared = toolsOfCall(owner, inventory).flatMap((tool) => allNamed(tool.params, param.name));
    return declared.length > 0 ? declared : [param];
}

export function paramOfTerm(term: AstNode | undefined): ast.Param | undefined {
    const target = ast.isReference(term) ? term.target?.ref : undefined;
    return ast.isParam(target) ? target : undefined;
}

/** True if some value of one term could equal a value of the other; true if a type is unknown. */
export function couldBeEqual(a: readonly Type[], b: readonly Type[]): boolean {
    return a.length === 0 || b.length === 0 || a.some((left) => b.some((right) => areComparable(left, right)));
}

/** The text of a term for a sentence, cut if it is long. */
export function termText(term: AstNode | undefined): string {
    const text = (term?.$cstNode?.text ?? '').replace(/\s+/g, ' ');
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** True if the node is a literal with a value, and not the rest of a literal in a broken text. */
export function isWholeLiteral(node: AstNode | undefined): node is ast.Literal {
    return (
        (ast.isStringLiteral(node) || ast.isNumberLiteral(node) || ast.isBooleanLiteral(node)) &&
        node.value !== undefined
    );
}

/** True for a complete value; an incomplete one, in a broken text, is ignored. */
export function isWholeData(data: ast.Data | undefined): data is ast.Data {
    if (ast.isListData(data)) {
        return data.items.every(isWholeData);
    }
    if (ast.isRecordData(data)) {
        return data.fields.every((field) => field.name && isWholeData(field.value));
    }
    return ast.isStringLiteral(data) || ast.isNumberLiteral(data) || ast.isBooleanLiteral(data);
}
