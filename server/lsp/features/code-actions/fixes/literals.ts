/** Fixes a literal of the wrong type, or one that its type does not contain. */
import * as ast from '../../../../../language/generated/ast.js';
import { declarations, isWholeLiteral, termTypes } from '../../../../../language/types/terms.js';
import { literalValue, typeOf } from '../../../../../language/types/types.js';
import type { Type } from '../../../../model/policy/policy.js';
import type { Problem } from '../place.js';
import { fittingValues } from '../../../../../language/types/fitting.js';
import type { Fix } from './fix.js';

interface WrittenValue {
    readonly node: ast.Literal | ast.Data;
    /** The types that the literal should have. */
    readonly types: readonly Type[];
}

const wrongValue: Fix = {
    codes: ['GR231', 'GR306', 'GR309', 'GR356'],
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

export const literals: readonly Fix[] = [wrongValue];
