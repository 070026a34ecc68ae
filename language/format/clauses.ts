/** Finds the places where a statement may continue on a new line. */
import { type AstNode, type CstNode, GrammarAST, isLeafCstNode } from 'langium';
import * as ast from '../generated/ast.js';

const RULE = words('for when unless valid timeout per until because within before');
const CLAIM = words('when after until unless requires then for per within without');
const STEP = words('with returns -> because');

/** The words that begin a clause in each kind of statement. */
const CLAUSE_WORDS: { readonly [type: string]: ReadonlySet<string> } = {
    [ast.Allow.$type]: RULE,
    [ast.Deny.$type]: RULE,
    [ast.Require.$type]: RULE,
    [ast.RequireApproval.$type]: RULE,
    [ast.Withhold.$type]: RULE,
    [ast.Limit.$type]: RULE,
    [ast.Order.$type]: RULE,
    [ast.NeverClaim.$type]: CLAIM,
    [ast.RequiresClaim.$type]: CLAIM,
    [ast.PossibleClaim.$type]: CLAIM,
    [ast.StaysPossibleClaim.$type]: CLAIM,
    [ast.AtMostClaim.$type]: CLAIM,
    [ast.NoFlowClaim.$type]: CLAIM,
    [ast.DecidedClaim.$type]: CLAIM,
    [ast.ApprovalAssumption.$type]: words('only'),
    [ast.ResultAssumption.$type]: words('only'),
    [ast.SignalAssumption.$type]: words('only'),
    [ast.EventAssumption.$type]: words('only'),
    [ast.AgentAssumption.$type]: words('only'),
    [ast.Transition.$type]: words('when enter'),
    [ast.CallStep.$type]: STEP,
    [ast.EndStep.$type]: STEP,
    [ast.SaysStep.$type]: STEP,
    [ast.SessionStep.$type]: STEP,
    [ast.DelegateStep.$type]: STEP,
    [ast.Expectation.$type]: STEP,
    [ast.Tool.$type]: words('reads clears returns succeeds may')
};

/** The words after which a line may begin. */
const HEAD_ENDS: { readonly [type: string]: string } = {
    [ast.Claim.$type]: ':',
    [ast.Definition.$type]: '='
};

/** The children of a syntax node by clause; the first one is its head. */
export function clausesOf(owner: AstNode, parts: readonly CstNode[]): CstNode[][] {
    const starts = CLAUSE_WORDS[owner.$type];
    const headEnd = HEAD_ENDS[owner.$type];
    const clauses: CstNode[][] = [];
    let previous: CstNode | undefined;
    for (const part of parts) {
        const isStart =
            previous === undefined ||
            (headEnd !== undefined && isWord(previous, headEnd) && clauses.length === 1) ||
            (starts !== undefined && isLeafCstNode(part) && isKeyword(part) && starts.has(part.text)) ||
            ((ast.isTraitUse(part.astNode) || ast.isConditionalReads(part.astNode)) && part.astNode !== owner);
        if (isStart) {
            clauses.push([part]);
        } else {
            clauses.at(-1)!.push(part);
        }
        previous = part;
    }
    return clauses;
}

/** True if the node is this keyword or symbol of the grammar, and not a name or a text that looks like it. */
export function isWord(node: CstNode | undefined, word: string): boolean {
    return node !== undefined && isLeafCstNode(node) && node.text === word && isKeyword(node);
}

export function isKeyword(node: CstNode): boolean {
    return GrammarAST.isKeyword(node.grammarSource);
}

function words(list: string): ReadonlySet<string> {
    return new Set(list.split(' '));
}
