/**
 * GR320: a test for texts or lists on another type; GR324: a field that not every record has, GR325: a field that may be
 * absent.
 */
import type { AstNode } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
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
import type { Reporter, ValidationRule } from './rule.js';

export const valueTests: ValidationRule = {
    codes: ['GR320', 'GR324', 'GR325'],
    checks: {
        Matches: (node, report) => {
            check(node, node.left, ['text'], 'matches', report);
        },
        StartsWith: (node, report) => {
            if (check(node, node.left, ['text'], 'starts with', report)) {
                checkOperand(node.prefix, [{ kind: 'string' }], 'starts with', report);
            }
        },
        EndsWith: (node, report) => {
            if (check(node, node.left, ['text'], 'ends with', report)) {
                checkOperand(node.suffix, [{ kind: 'string' }], 'ends with', report);
            }
        },
        Within: (node, report) => {
            if (!ast.isStringLiteral(node.range)) {
                checkOperand(node.range, [{ kind: 'string' }], 'within', report);
            }
        },
        Contains: (node, report) => {
            if (check(node, node.left, ['text', 'list'], 'contains', report)) {
                checkOperand(node.value, partsOf(termTypes(node.left, report.inventory)), 'contains', report);
            }
        },
        InList: (node, report) => {
            if (check(node, node.list, ['list'], 'in', report)) {
                checkOperand(node.left, partsOf(termTypes(node.list, report.inventory)), 'in', report);
            }
        },
        LengthOf: (node, report) => {
            const kinds: Kind[] = node.unit === 'size' ? ['list', 'map'] : ['text'];
            check(node, node.of, kinds, `${node.unit} of`, report);
        },
        Quantified: (node, report) => {
            const word = node.all ? 'every' : 'some';
            const isOfMap = node.value !== undefined;
            const form = isOfMap ? `${word} k, v in` : word;
            check(node, node.list, [isOfMap ? 'map' : 'list'], form, report);
        },
        FieldAccess: checkField
    }
};

/** True if the test applies to the term; otherwise it is reported. */
function check(node: AstNode, term: Term | undefined, kinds: readonly Kind[], word: string, report: Reporter): boolean {
    if (ast.isHostOf(term) && kinds.includes('text')) {
        report.error(
            'GR320',
            node,
            `A host is compared as a whole, not by \`${word}\`. Write \`${termText(term)} in ["acme.example", "*.acme.example"]\`.`,
            () => [hostInList(node, term)]
        );
        return false;
    }
    const types = termTypes(term, report.inventory);
    const could = types.some((type) => kindsOf(type).has('any') || kinds.some((kind) => kindsOf(type).has(kind)));
    if (types.length > 0 && !could) {
        const instead = types[0]!.kind === 'map' ? ` Write \`some k, v in ${termText(term)}: k == …\`.` : '';
        report.error(
            'GR320',
            node,
            `\`${termText(term)}\` is ${whyNoText(types[0]!)}, and \`${word}\` applies to ${kinds.map((kind) => `a ${kind}`).join(' or ')}.${instead}`,
            (problem) => [otherTest(node, types, problem)]
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
function checkOperand(term: Term | undefined, types: readonly Type[], word: string, report: Reporter): void {
    if (!term || ast.isLiteral(term)) {
        checkConstant(term, types, word, report);
        return;
    }
    const own = termTypes(term, report.inventory);
    if (own.length > 0 && types.length > 0 && !own.some((type) => types.some((part) => areComparable(type, part)))) {
        report.error(
            'GR320',
            term,
            `\`${termText(term)}\` is ${typeText(own[0]!)}, but \`${word}\` looks for ${typeText(types[0]!)}.`
        );
    }
}

function checkConstant(literal: Literal | undefined, types: readonly Type[], word: string, report: Reporter): void {
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
        report.error(
            'GR320',
            literal,
            `${shown(value)} is never in it: \`${word}\` looks for ${typeText(types[0]!)}.`,
            () => fittingValues(literal, types)
        );
    }
}

function checkField(node: FieldAccess, report: Reporter): void {
    const { inventory } = report;
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
        report.error(
            'GR324',
            [node, 'field'],
            ast.isResultRoot(node.of)
                ? `Not every tool here returns "${name}" alike. Write a pattern for each of them.`
                : `Not every tool here declares the field "${name}" alike. Write a rule for each kind of record.`
        );
    } else if (fields.some(isOptional)) {
        report.warning(
            'GR325',
            [node, 'field'],
            `The field "${name}" is optional, and the condition is unknown if the field is absent: a \`deny\` then matches, and an \`allow\` does not. Give the field a default.`,
            () => [withDefault(fields.filter(isOptional))]
        );
    }
}

/** The possible owners of the field: the records, or the tools whose results they are. */
function ownersOf(term: Term | undefined, inventory: Inventory): readonly unknown[] {
    return ast.isResultRoot(term)
        ? resultTools(term, inventory)
        : declaredTypes(term, inventory).filter(ast.isRecordType);
}
