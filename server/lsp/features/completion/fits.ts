/** Keeps only the proposals that have a meaning in their statement. */
import { type AstNode, GrammarAST } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import { ruleOf } from '../../text/grammar.js';
import type { Type } from '../../../model/policy/policy.js';
import type { ExpectedElement } from './expected.js';
import { type Proposal, valueProposal } from './items.js';
import type { StatementContext } from './statement.js';

/**
 * True if the element fits the kind of the parameter: the grammar offers everything that an argument can start with.
 */
export function fitsArgument(param: ast.DefinitionParam, element: ExpectedElement): boolean {
    const rule = ruleOf(element)?.name ?? '';
    if (ast.isConditionParam(param)) {
        return true;
    }
    if (GrammarAST.isCrossReference(element) && element.type.$refText === ast.Nameable.$type) {
        return true;
    }
    if (ast.isToolsParam(param)) {
        return /Selector$|^(AnyTool|Exceptions)$/.test(rule);
    }
    if (ast.isEventParam(param)) {
        return /Selector$|^(AnyTool|Exceptions|Event|SameCall|SameTool|UserSays|ModeEntered)$/.test(rule);
    }
    if (!ast.isValueParam(param)) {
        return false;
    }
    const isBool = ast.isPrimitiveType(param.type) && param.type.name === 'bool';
    const isText = ast.isLiteralType(param.type) || (ast.isPrimitiveType(param.type) && !isBool);
    return (rule === 'BooleanLiteral' && isBool) || (rule === 'StringLiteral' && isText);
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export const QUALIFIED_TYPES: ReadonlySet<string> = new Set([
    ast.Tool.$type,
    ast.ToolOrGroup.$type,
    ast.OutsideEvent.$type,
    ast.Nameable.$type,
    ast.Mode.$type
]);

export function values(types: readonly Type[]): Proposal[] {
    const all = types.flatMap((type) =>
        type.kind === 'literals' ? type.values : type.kind === 'bool' ? [true, false] : []
    );
    return [...new Set(all)].map(valueProposal);
}

/** True if a value of the type can equal a value of one of the others. */
export function canEqual(type: Type, others: readonly Type[]): boolean {
    return others.some((other) => familyOf(type) === familyOf(other) || type.kind === 'any' || other.kind === 'any');
}

function familyOf({ kind }: Type): string {
    return kind === 'int' || kind === 'decimal' ? 'number' : kind === 'literals' || kind === 'entity' ? 'string' : kind;
}

/** The name of the group that the statement declares, because a group is not offered inside itself. */
export function definedName({ tokens }: StatementContext): string | undefined {
    return tokens[0]?.tokenType.name === 'group' ? tokens[1]?.image : undefined;
}

/** True unless the human is already in the role. */
export function isNew(text: string, { tokens }: StatementContext): boolean {
    return tokens[0]?.image !== 'role' || !tokens.slice(2).some(({ image }) => image === text);
}

/** The existing arguments next to the one at the cursor. */
export function givenNames(node: AstNode): Set<string> {
    const parent: AstNode | undefined = node.$container;
    const siblings: readonly (ast.EventArgument | ast.CallArgument | ast.UseArgument)[] =
        (ast.isUseArgument(node) && ast.isUse(parent)) ||
        (ast.isEventArgument(node) && ast.isEvent(parent)) ||
        (ast.isCallArgument(node) && ast.isCallStep(parent))
            ? parent.args
            : [];
    return new Set(siblings.filter((sibling) => sibling !== node).map((sibling) => sibling.param?.$refText));
}

/** The proposals without duplicates: several rules of the grammar may expect the same word. */
export function distinct(proposals: readonly Proposal[]): Proposal[] {
    return [
        ...new Map(proposals.map((proposal) => [`${proposal.item.kind} ${proposal.item.label}`, proposal])).values()
    ];
}
