/**
 * GR320: a test for texts or lists on another type; GR324: a field that not every record has, GR325: a field that may be
 * absent.
 */
import type { AstNode, ValidationAcceptor } from 'langium';
import { type Fix, obvious, withFixes } from '../edits/edit.js';
import { insertAt, partOf, replaceNode, replacePart } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import type { Type } from '../../server/model/policy/policy.js';
import type { FieldAccess, Literal, Term } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { declaredTypes, isWholeLiteral, membersNamed, resultTools, termText, termTypes } from '../types/terms.js';
import type { Kind } from '../types/types.js';
import { areComparable, kindsOf, literalValue, shown, typeOf, typeText, whyNoText } from '../types/types.js';
import { fittingValues } from '../types/fitting.js';
import { hostIn } from '../text/host-names.js';
import { isOptional, withDefault } from './optional.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf } from './rule.js';

export const valueTests: ValidationRule = {
    codes: ['GR320', 'GR324', 'GR325'],
    checks: (services) => ({
        Matches: (node, accept) => {
            check(node, node.left, ['text'], 'matches', inventoryOf(node, services), accept);
        },
        StartsWith: (node, accept) => {
            const inventory = inventoryOf(node, services);
            if (check(node, node.left, ['text'], 'starts with', inventory, accept)) {
                checkOperand(node.prefix, [{ kind: 'string' }], 'starts with', inventory, accept);
            }
        },
        EndsWith: (node, accept) => {
            const inventory = inventoryOf(node, services);
            if (check(node, node.left, ['text'], 'ends with', inventory, accept)) {
                checkOperand(node.suffix, [{ kind: 'string' }], 'ends with', inventory, accept);
            }
        },
        Within: (node, accept) => {
            if (!ast.isStringLiteral(node.range)) {
                checkOperand(node.range, [{ kind: 'string' }], 'within', inventoryOf(node, services), accept);
            }
        },
        Contains: (node, accept) => {
            const inventory = inventoryOf(node, services);
            if (check(node, node.left, ['text', 'list'], 'contains', inventory, accept)) {
                checkOperand(node.value, partsOf(termTypes(node.left, inventory)), 'contains', inventory, accept);
            }
        },
        InList: (node, accept) => {
            const inventory = inventoryOf(node, services);
            if (check(node, node.list, ['list'], 'in', inventory, accept)) {
                checkOperand(node.left, partsOf(termTypes(node.list, inventory)), 'in', inventory, accept);
            }
        },
        LengthOf: (node, accept) => {
            const kinds: Kind[] = node.unit === 'size' ? ['list', 'map'] : ['text'];
            check(node, node.of, kinds, `${node.unit} of`, inventoryOf(node, services), accept);
        },
        Quantified: (node, accept) => {
            const word = node.all ? 'every' : 'some';
            const isOfMap = node.value !== undefined;
            const form = isOfMap ? `${word} k, v in` : word;
            check(node, node.list, [isOfMap ? 'map' : 'list'], form, inventoryOf(node, services), accept);
        },
        FieldAccess: (node, accept) => checkField(node, inventoryOf(node, services), accept)
    })
};

/** True if the test applies to the term; otherwise it is reported. */
function check(
    node: AstNode,
    term: Term | undefined,
    kinds: readonly Kind[],
    word: string,
    inventory: Inventory,
    accept: ValidationAcceptor
): boolean {
    if (ast.isHostOf(term) && kinds.includes('text')) {
        accept(
            'error',
            `A host is compared as a whole, not by \`${word}\`. Write \`${termText(term)} in ["acme.example", "*.acme.example"]\`.`,
            { node, code: 'GR320', ...withFixes(() => [hostInList(node, term)]) }
        );
        return false;
    }
    const types = termTypes(term, inventory);
    const could = types.some((type) => kindsOf(type).has('any') || kinds.some((kind) => kindsOf(type).has(kind)));
    if (types.length > 0 && !could) {
        const instead = types[0]!.kind === 'map' ? ` Write \`some k, v in ${termText(term)}: k == …\`.` : '';
        accept(
            'error',
            `\`${termText(term)}\` is ${whyNoText(types[0]!)}, and \`${word}\` applies to ${kinds.map((kind) => `a ${kind}`).join(' or ')}.${instead}`,
            { node, code: 'GR320', ...withFixes((problem) => [otherTest(node, types, problem)]) }
        );
        return false;
    }
    return types.length > 0;
}

/** Compares a host with the one in a pattern. */
function hostInList(test: AstNode, host: ast.HostOf): Fix | undefined {
    const text = ast.isStartsWith(test) ? test.prefix : ast.isContains(test) ? test.value : undefined;
    const value = isWholeLiteral(text) ? literalValue(text) : ast.isMatches(test) ? test.pattern.glob : undefined;
    const meant = typeof value === 'string' ? hostIn(value) : undefined;
    return meant === undefined
        ? undefined
        : obvious(`Write \`in ["${meant}"]\``, replaceNode(test, `${host.$cstNode!.text} in ["${meant}"]`));
}

function otherTest(test: AstNode, types: readonly Type[], problem: Problem): Fix | undefined {
    if (ast.isLengthOf(test)) {
        const other = test.unit === 'size' ? 'length' : 'size';
        return obvious(`Change to \`${other} of\``, replacePart(partOf(test, 'unit')!, other));
    }
    return ast.isQuantified(test) && types.some(({ kind }) => kind === 'map')
        ? obvious('Name the value of each entry', insertAt(problem, partOf(test, 'item')!.end, ', v'))
        : undefined;
}

function partsOf(types: readonly Type[]): Type[] {
    return types.map((type): Type =>
        type.kind === 'list' ? type.element : type.kind === 'any' ? type : { kind: 'string' }
    );
}

/** Reports a right side that no part of the left side can equal. */
function checkOperand(
    term: Term | undefined,
    types: readonly Type[],
    word: string,
    inventory: Inventory,
    accept: ValidationAcceptor
): void {
    if (!term || ast.isLiteral(term)) {
        checkConstant(term, types, word, accept);
        return;
    }
    const own = termTypes(term, inventory);
    if (own.length > 0 && types.length > 0 && !own.some((type) => types.some((part) => areComparable(type, part)))) {
        accept(
            'error',
            `\`${termText(term)}\` is ${typeText(own[0]!)}, but \`${word}\` looks for ${typeText(types[0]!)}.`,
            { node: term, code: 'GR320' }
        );
    }
}

function checkConstant(
    literal: Literal | undefined,
    types: readonly Type[],
    word: string,
    accept: ValidationAcceptor
): void {
    if (!literal || !isWholeLiteral(literal)) {
        return;
    }
    const value = literalValue(literal);
    const fits = types.some(
        (type) =>
            areComparable(type, { kind: 'literals', values: [value] }) &&
            (type.kind !== 'literals' || type.values.includes(value))
    );
    if (!fits) {
        accept('error', `${shown(value)} is never in it: \`${word}\` looks for ${typeText(types[0]!)}.`, {
            node: literal,
            code: 'GR320',
            ...withFixes(() => fittingValues(literal, types))
        });
    }
}

function checkField(node: FieldAccess, inventory: Inventory, accept: ValidationAcceptor): void {
    const name = node.field?.$refText;
    // An attribute belongs to the session constant; it is not a field of its value.
    if (!ast.isParam(node.field?.ref) || !name || ast.isSessionConstant(node.field?.ref.$container)) {
        return;
    }
    const fields = membersNamed(node.of, name, inventory).filter(ast.isParam);
    const records = name === 'text' ? fields : ownersOf(node.of, inventory);
    const [first] = fields;
    const other = fields.find((field) => !areComparable(typeOf(field.type), typeOf(first!.type)));
    if (fields.length < records.length || other) {
        accept(
            'error',
            ast.isResultRoot(node.of)
                ? `Not every tool here returns "${name}" alike. Write a pattern for each of them.`
                : `Not every tool here declares the field "${name}" alike. Write a rule for each kind of record.`,
            { node, property: 'field', code: 'GR324' }
        );
    } else if (fields.some(isOptional)) {
        accept(
            'warning',
            `The field "${name}" is optional, and the condition is unknown if the field is absent: a \`deny\` then matches, and an \`allow\` does not. Give the field a default.`,
            { node, property: 'field', code: 'GR325', ...withFixes(() => [withDefault(fields.filter(isOptional))]) }
        );
    }
}

/** The possible owners of the field: the records, or the tools whose results they are. */
function ownersOf(term: Term | undefined, inventory: Inventory): readonly unknown[] {
    return ast.isResultRoot(term)
        ? resultTools(term, inventory)
        : declaredTypes(term, inventory).filter(ast.isRecordType);
}
