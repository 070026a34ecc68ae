/** Fixes a literal of the wrong type, or one that its type does not contain. */
import * as ast from '../../../../../language/generated/ast.js';
import { declarations, isWholeLiteral, termTypes } from '../../../../../language/types/terms.js';
import { dataValue, literalValue, misfit, typeOf } from '../../../../../language/types/types.js';
import type { Type } from '../../../../model/policy/policy.js';
import {
    keywordOf,
    partOf,
    removeItem,
    removeParts,
    replaceNode,
    replacePart,
    replaceRange
} from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Proposal } from '../proposal.js';
import { fittingValues } from '../../../../../language/types/fitting.js';
import type { Fix } from './fix.js';
import { obvious } from '../../../../../language/edits/edit.js';

const MOST = 5;

interface WrittenValue {
    readonly node: ast.Literal | ast.Data;
    /** The types that the literal should have. */
    readonly types: readonly Type[];
}

const wrongValue: Fix = {
    codes: ['GR231', 'GR301', 'GR302', 'GR306', 'GR307', 'GR309', 'GR320', 'GR331', 'GR352', 'GR356', 'GR493'],
    summary: 'Change a value to one of the declared type, list or range',
    propose: (problem) => {
        const written = writtenAt(problem);
        return fittingValues(written?.node, written?.types ?? []);
    }
};

/** The wrong value, and its expected type. */
function writtenAt(problem: Problem): WrittenValue | undefined {
    const { inventory, node } = problem;
    const literal = problem.at(ast.isLiteral);
    const data = literal && isWholeLiteral(literal) ? literal : problem.at(isData);
    const given = problem.at(isGiven);
    if (given) {
        const isWhole = given.$cstNode?.offset === problem.from && given.$cstNode.end === problem.to;
        const value = isWhole ? given.value : data;
        return value && given.value === value ? { node: value, types: typesOf(given) } : undefined;
    }
    if (ast.isSignalValue(node) && node.value) {
        return node.signal.ref && { node: node.value, types: [typeOf(node.signal.ref.type)] };
    }
    if (data && ast.isSignalValue(data.$container)) {
        const signal = data.$container.signal.ref;
        return signal && { node: data, types: [typeOf(signal.type)] };
    }
    const comparison = problem.at(ast.isComparison);
    if (comparison) {
        return compared(comparison, inventory);
    }
    if (!literal) {
        return undefined;
    }
    const { $container: container } = literal;
    if (ast.isMembership(container)) {
        return { node: literal, types: termTypes(container.left, inventory) };
    }
    if (ast.isEventArgument(container) && container.param.ref) {
        const params = declarations(container, container.param.ref, inventory);
        return { node: literal, types: params.map(({ type }) => typeOf(type)) };
    }
    if (ast.isParam(container)) {
        return { node: literal, types: [typeOf(container.type)] };
    }
    if (ast.isConstantValue(container)) {
        const param = ast.isUseArgument(container.$container) ? container.$container.param.ref : container.$container;
        return ast.isValueParam(param) ? { node: literal, types: [typeOf(param.type)] } : undefined;
    }
    if (ast.isReference(container) && ast.isDefinition(container.target.ref)) {
        const param = container.target.ref.params[container.args.indexOf(literal)];
        return ast.isParam(param) ? { node: literal, types: [typeOf(param.type)] } : undefined;
    }
    return ast.isStartsWith(container) || ast.isContains(container)
        ? { node: literal, types: [{ kind: 'string' }] }
        : undefined;
}

/** The literal of a comparison, on either side. */
function compared(
    { left, operator, right }: ast.Comparison,
    inventory: Problem['inventory']
): WrittenValue | undefined {
    // A bound may be out of range on purpose, so the intended value is unknown.
    const types = isWholeLiteral(right) ? termTypes(left, inventory) : termTypes(right, inventory);
    if (operator !== '==' && operator !== '!=' && types.some((type) => type.kind !== 'string')) {
        const value = isWholeLiteral(right) ? right : left;
        if (isWholeLiteral(value) && typeof literalValue(value) === 'number') {
            return undefined;
        }
    }
    const [literal, other] = isWholeLiteral(right) ? [right, left] : [left, right];
    return isWholeLiteral(literal) ? { node: literal, types: termTypes(other, inventory) } : undefined;
}

type GivenValue = ast.CallArgument | ast.FieldData | ast.SessionValue;

function isGiven(node: unknown): node is GivenValue {
    return ast.isCallArgument(node) || ast.isFieldData(node) || ast.isSessionValue(node);
}

function isData(node: unknown): node is ast.ListData | ast.RecordData {
    return ast.isListData(node) || ast.isRecordData(node);
}

/** Empty if no declaration determines the expected type. */
export function typesOf(given: GivenValue): Type[] {
    if (ast.isSessionValue(given)) {
        return given.constant.ref ? [typeOf(given.constant.ref.type)] : [];
    }
    if (ast.isCallArgument(given)) {
        return given.param.ref ? [typeOf(given.param.ref.type)] : [];
    }
    const owner = given.$container;
    const params =
        ast.isCallStep(owner) || ast.isEndStep(owner)
            ? owner.tool.ref?.returns
            : ast.isRecordData(owner) && ast.isSessionValue(owner.$container)
              ? owner.$container.constant.ref?.attributes
              : undefined;
    return (params ?? []).filter(({ name }) => name === given.name).map(({ type }) => typeOf(type));
}

/** Fixes `currency < "usd"`: texts are not ordered. */
const noOrder: Fix = {
    codes: ['GR303'],
    summary: 'Compare a text with `==` or `!=`, or compare a parameter that is used alone as a condition',
    propose: (problem) => {
        const comparison = problem.at(ast.isComparison);
        const operator = comparison && partOf(comparison, 'operator');
        if (operator?.offset === problem.from) {
            return ['==', '!='].map((text) => ({
                title: `Change to \`${text}\``,
                changes: [replacePart(operator, text)]
            }));
        }
        const holds = problem.at(ast.isHolds);
        return holds?.$cstNode ? alone(problem, holds, holds.$cstNode.text) : [];
    }
};

/** Fixes a parameter that is used as a condition but is not a truth value. */
function alone(problem: Problem, holds: ast.Holds, text: string): Proposal[] {
    const [type] = termTypes(holds.term, problem.inventory);
    const param = ast.isReference(holds.term) ? holds.term.target.ref : undefined;
    const given = ast.isParam(param) && param.optional ? [`${text} given`] : [];
    const tests =
        type?.kind === 'string' || type?.kind === 'entity'
            ? [`${text} != ""`]
            : type?.kind === 'literals'
              ? type.values.slice(0, MOST).map((value) => `${text} == ${JSON.stringify(value)}`)
              : type && ['int', 'number', 'decimal'].includes(type.kind)
                ? [`${text} > 0`]
                : [];
    return [...given, ...tests].map((test) => ({ title: `Write \`${test}\``, changes: [replaceNode(holds, test)] }));
}

/** Fixes a declared type: a reversed range, a repeated value, or an impossible default. */
const wrongType: Fix = {
    codes: ['GR307'],
    summary: 'Swap the bounds of an empty range, remove a value that is listed twice, or a default of another type',
    propose: (problem) => {
        const literals = problem.at(ast.isLiteralType);
        const literal = problem.at(ast.isLiteral);
        if (literals && literal?.$cstNode && literal.$container === literals) {
            const bar = problem.text.slice(0, literal.$cstNode.offset).lastIndexOf('|');
            const from = problem.text.slice(0, bar).trimEnd().length;
            return [obvious('Remove the second one', replaceRange(problem, from, literal.$cstNode.end, ''))];
        }
        const param = problem.at(ast.isParam);
        const initial = param && partOf(param, 'default');
        if (initial && initial.offset === problem.from) {
            const equals = keywordOf(param, '=');
            const value = param.default && dataValue(param.default);
            const isWrong = value !== undefined && misfit(typeOf(param.type), value) !== undefined;
            return equals && isWrong ? [{ title: 'Remove the default', changes: [removeParts(equals, initial)] }] : [];
        }
        const range = problem.at(isRange);
        const [min, max] = range ? [partOf(range, 'min'), partOf(range, 'max')] : [];
        return min && max && Number(min.text) > Number(max.text)
            ? [obvious('Swap the bounds', replacePart(min, max.text), replacePart(max, min.text))]
            : [];
    }
};

function isRange(node: unknown): node is ast.PrimitiveType | ast.RangeType {
    return ast.isPrimitiveType(node) || ast.isRangeType(node);
}

/** Fixes a value in a list that the left side can never have. */
const impossibleValue: Fix = {
    codes: ['GR301', 'GR302'],
    summary: 'Remove a value that never occurs from a list',
    propose: (problem) => {
        const literal = problem.at(ast.isLiteral);
        const list = literal?.$container;
        return literal?.$cstNode && ast.isMembership(list) && list.values.length > 1
            ? [{ title: `Remove \`${literal.$cstNode.text}\``, changes: [removeItem(literal.$cstNode)] }]
            : [];
    }
};

export const literals: readonly Fix[] = [wrongValue, noOrder, wrongType, impossibleValue];
