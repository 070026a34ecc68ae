/** Removes surplus parts: whole statements, and items of lists. */
import type { AstNode, CstNode } from 'langium';
import { AstUtils } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { type Edit, obvious } from '../../../../../language/edits/edit.js';
import { partOf, removeItem, removeParts, removeStatement } from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import { typesOf } from './literals.js';

type Is = (node: unknown) => boolean;

function removalOf(problem: Problem, what: string, ...is: Is[]): Proposal[] {
    const node = problem.at((each): each is AstNode => is.some((one) => one(each)));
    return node?.$cstNode ? [{ title: `Remove ${what}`, changes: [removeStatement(node)] }] : [];
}

const unused: Fix = {
    codes: ['GR408', 'GR440'],
    summary: 'Remove a declaration or a parameter that nothing uses, with its arguments',
    propose: (problem) => {
        const param = problem.at(ast.isPackParam) ?? problem.at(ast.isParam);
        if (param?.$cstNode) {
            const edits = [removeItem(param.$cstNode), ...argumentsOf(problem, param)];
            return [obvious(`Remove the parameter \`${param.name}\``, ...edits)];
        }
        const element = problem.file.elements.find(
            ({ $cstNode: cst }) => cst && cst.offset <= problem.from && problem.to <= cst.end
        );
        return element
            ? [
                  {
                      title: `Remove \`${problem.marked}\``,
                      changes: [removeStatement(element)],
                      isPreferred: true
                  }
              ]
            : [];
    }
};

/** The arguments that uses of the pack or of the definition pass for the parameter. */
function argumentsOf(problem: Problem, param: ast.PackParam | ast.Param): Edit[] {
    const index = ast.isDefinition(param.$container) ? param.$container.params.indexOf(param) : -1;
    return AstUtils.streamAllContents(problem.file)
        .flatMap((node): (CstNode | undefined)[] => {
            if ((ast.isUseArgument(node) || ast.isNamedArgument(node)) && node.param.ref === param) {
                return [node.$cstNode];
            }
            const isCall = ast.isReference(node) && node.target.ref === param.$container;
            return isCall && node.args[index] && node.args.length + node.named.length > 1
                ? [node.args[index].$cstNode]
                : [];
        })
        .filter((node) => node !== undefined)
        .map((node) => removeItem(node))
        .toArray();
}

const unusableImport: Fix = {
    codes: ['GR210', 'GR236', 'GR235'],
    summary: 'Remove an import of a file or name that does not exist',
    propose: (problem) => {
        const name = problem.code === 'GR235' ? problem.at(ast.isImportedName) : undefined;
        const node = problem.at(ast.isImport);
        return name?.$cstNode && (node?.names.length ?? 0) > 1
            ? [{ title: `Remove \`${name.$cstNode.text}\``, changes: [removeItem(name.$cstNode)] }]
            : removalOf(problem, 'this import', ast.isImport);
    }
};

const repeatedName: Fix = {
    codes: ['GR220'],
    summary: 'Remove a duplicate declaration',
    propose: (problem) => {
        const param = problem.at(ast.isParam) ?? problem.at(ast.isPackParam);
        if (param?.$cstNode) {
            return [{ title: `Remove this \`${param.name}\``, changes: [removeItem(param.$cstNode)] }];
        }
        if (problem.at(ast.isImport)) {
            return [];
        }
        return removalOf(problem, `this \`${problem.marked}\``, ast.isTool, ast.isMode, isElement);
    }
};

function isElement(node: unknown): boolean {
    return ast.isPolicyFile((node as AstNode).$container) || ast.isPack((node as AstNode).$container);
}

/** Removes a second argument or field of one name. */
const givenTwice: Fix = {
    codes: ['GR233', 'GR306', 'GR356'],
    summary: 'Remove an argument, field, time zone, root or `leave` that is given twice',
    propose: (problem) => {
        const given = problem.at(isGiven);
        const name = given && nameOf(given);
        const siblings = given ? siblingsOf(given) : [];
        const isSecond = given && siblings.findIndex((other) => nameOf(other) === name) !== siblings.indexOf(given);
        return isSecond && given.$cstNode ? [obvious(`Remove the second \`${name}\``, removeItem(given.$cstNode))] : [];
    }
};

type GivenValue = ast.UseArgument | ast.CallArgument | ast.FieldData | ast.SessionValue;

export function isGiven(node: unknown): node is GivenValue {
    return ast.isUseArgument(node) || ast.isCallArgument(node) || ast.isFieldData(node) || ast.isSessionValue(node);
}

export function nameOf(node: GivenValue): string {
    if (ast.isFieldData(node)) {
        return node.name;
    }
    return ast.isSessionValue(node) ? node.constant.$refText : node.param.$refText;
}

function siblingsOf(node: GivenValue): readonly GivenValue[] {
    const list = (node.$container as unknown as { readonly [property: string]: unknown })[node.$containerProperty!];
    return Array.isArray(list) ? (list as GivenValue[]) : [node];
}

/** Removes an argument without a parameter. */
const superfluous: Fix = {
    codes: ['GR232', 'GR306', 'GR356'],
    summary: 'Remove an argument or field that is not declared',
    propose: (problem) => {
        const argument = problem.at(isGiven) ?? problem.at(ast.isNamedArgument);
        const isUnknown =
            argument && (ast.isFieldData(argument) ? typesOf(argument).length === 0 : isUnresolved(argument));
        const isValue = argument?.$cstNode && partOf(argument, 'value')?.offset === problem.from;
        return isUnknown && !isValue && argument.$cstNode
            ? [
                  {
                      title: `Remove \`${argument.$cstNode.text}\``,
                      changes: [removeItem(argument.$cstNode)]
                  }
              ]
            : [];
    }
};

function isUnresolved(node: Exclude<GivenValue, ast.FieldData> | ast.NamedArgument): boolean {
    return (ast.isSessionValue(node) ? node.constant : node.param).ref === undefined;
}

const parentheses: Fix = {
    codes: ['GR309'],
    summary: 'Remove arguments that a definition or parameter does not take',
    propose: (problem) => {
        const reference = problem.at(ast.isReference);
        const target = reference?.target.ref;
        const open = reference && partOf(reference, 'called');
        if (!reference?.$cstNode || !open) {
            const argument = problem.node.$container;
            return ast.isReference(argument) && tooMany(argument, problem.node)
                ? [obvious(`Remove \`${problem.marked}\``, removeItem(problem.node.$cstNode!))]
                : [];
        }
        if (ast.isDefinition(target) && target.params.length > 0) {
            const extra = reference.args.slice(target.params.length);
            return extra.length === 1 && extra[0]!.$cstNode
                ? [obvious(`Remove \`${extra[0]!.$cstNode.text}\``, removeItem(extra[0]!.$cstNode))]
                : [];
        }
        const edit = { ...removeParts(open, reference.$cstNode), text: '' };
        return [obvious('Remove the parentheses', edit)];
    }
};

function tooMany(reference: ast.Reference, argument: AstNode): boolean {
    const target = reference.target.ref;
    return ast.isDefinition(target) && reference.args.indexOf(argument as ast.Term) >= target.params.length;
}

export const removals: readonly Fix[] = [unused, unusableImport, repeatedName, givenTwice, superfluous, parentheses];
