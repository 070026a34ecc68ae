/** What terms can be: the types of a literal, a parameter, a host. */
import type { AstNode } from 'langium';
import type { Type } from '../server/model/policy.js';
import { askedTools } from './conditions.js';
import type { Literal, Param, Term, Type as TypeNode } from './generated/ast.js';
import * as ast from './generated/ast.js';
import type { Inventory } from './inventory.js';
import { nameOwner } from './name-owner.js';
import { areComparable, literalValue, typeOf } from './types.js';

/**
 * The types that a term can have: one for each tool that declares the parameter. Empty for what has no value (a
 * definition) and for names that are not resolved.
 */
export function termTypes(term: Term | undefined, inventory: Inventory): Type[] {
    if (ast.isLiteral(term)) {
        return [{ kind: 'literals', values: [literalValue(term)] }];
    }
    if (ast.isHostOf(term) || ast.isPartOf(term)) {
        return [{ kind: 'string' }];
    }
    if (ast.isLengthOf(term)) {
        return [{ kind: 'int', min: 0 }];
    }
    return declaredTypes(term, inventory).map(typeOf);
}

/**
 * The types as they are declared of a parameter, a field of a record or an element of a list: one for each tool that
 * declares the parameter.
 */
export function declaredTypes(term: Term | undefined, inventory: Inventory): TypeNode[] {
    if (ast.isFieldAccess(term)) {
        return declaredTypes(term.of, inventory)
            .flatMap(fieldsOf)
            .filter((field) => field.name === term.field.$refText)
            .map((field) => field.type);
    }
    const item = ast.isReference(term) ? term.target?.ref : undefined;
    if (ast.isItem(item)) {
        return declaredTypes(item.$container.list, inventory).flatMap(elementOf);
    }
    const param = paramOfTerm(term);
    return param ? declarations(term!, param, inventory).map((declared) => declared.type) : [];
}

export function fieldsOf(type: TypeNode): Param[] {
    return ast.isRecordType(type) ? type.fields : [];
}

/** What is in a list of the type; of a type that is left open, anything. */
function elementOf(type: TypeNode): TypeNode[] {
    return ast.isListType(type) ? [type.element] : ast.isPrimitiveType(type) && type.name === 'any' ? [type] : [];
}

/** The parameters with the name and at the place of the reference, one for each tool that has one. */
export function declarations(node: AstNode, param: Param, inventory: Inventory): Param[] {
    const owner = nameOwner(node);
    if (owner?.kind !== 'call') {
        return [param];
    }
    const declared = askedTools(owner, inventory).flatMap((tool) =>
        tool.params.filter((other) => other.name === param.name)
    );
    return declared.length > 0 ? declared : [param];
}

export function paramOfTerm(term: AstNode | undefined): Param | undefined {
    const target = ast.isReference(term) ? term.target?.ref : undefined;
    return ast.isParam(target) ? target : undefined;
}

/** Whether some value of the one term could equal one of the other; true where a type is not known. */
export function couldBeEqual(a: readonly Type[], b: readonly Type[]): boolean {
    return a.length === 0 || b.length === 0 || a.some((left) => b.some((right) => areComparable(left, right)));
}

/** The term in a sentence: the text of the author, cut if it is long. */
export function termText(term: AstNode | undefined): string {
    const text = (term?.$cstNode?.text ?? '').replace(/\s+/g, ' ');
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Whether the node is a literal that is a value (and not what a broken text left of one). */
export function isWholeLiteral(node: AstNode | undefined): node is Literal {
    return (
        (ast.isStringLiteral(node) || ast.isNumberLiteral(node) || ast.isBooleanLiteral(node)) &&
        node.value !== undefined
    );
}
