/** Walks conditions: through logical operators, and through the definitions that they name. */
import { type AstNode, AstUtils } from 'langium';
import * as ast from '../generated/ast.js';
import type { Inventory } from './inventory.js';
import { type NameOwner, nameOwner } from './name-owner.js';
import { eventTools, selectedTools } from './selectors.js';

/** An atomic condition, with the node that led to it: the condition itself, or the name of a definition. */
export interface Atom {
    readonly atom: ast.Condition;
    readonly at: AstNode;
}

/**
 * The atomic conditions under `and`, `or`, `implies`, `not` and in the definitions named there; those in a `where` are
 * not included.
 */
export function atomsOf(condition: ast.Condition | undefined): Atom[] {
    const atoms: Atom[] = [];
    // Each name is walked once, regardless of how often the definitions use each other.
    const visit = (current: ast.Condition | undefined, at?: AstNode, seen?: Set<ast.Definition>): void => {
        if (ast.isBinaryCondition(current)) {
            visit(current.left, at, seen);
            visit(current.right, at, seen);
        } else if (ast.isNegation(current)) {
            visit(current.arg, at, seen);
        } else if (ast.isQuantified(current)) {
            atoms.push({ atom: current, at: at ?? current });
            visit(current.condition, at, seen);
        } else if (ast.isHolds(current) && definitionOf(current.term)) {
            const definition = definitionOf(current.term)!;
            const walked = seen ?? new Set();
            if (!walked.has(definition)) {
                walked.add(definition);
                visit(definition.condition, at ?? current, walked);
            }
        } else if (current) {
            atoms.push({ atom: current, at: at ?? current });
        }
    };
    visit(condition);
    return atoms;
}

/** The definition that a term names, if it names one. */
export function definitionOf(term: AstNode | undefined): ast.Definition | undefined {
    const target = ast.isReference(term) ? term.target?.ref : undefined;
    return ast.isDefinition(target) ? target : undefined;
}

/** The count in a comparison, if there is one. */
export function countOf(atom: AstNode): ast.Count | undefined {
    const sides = ast.isComparison(atom) ? [atom.left, atom.right] : [];
    return sides.find(ast.isCount);
}

/** The conditions of a rule or claim on the call that it decides or judges. */
export function conditionsOf(node: AstNode): ast.Condition[] {
    const found: (ast.Condition | undefined)[] = [];
    if (ast.isSubjectRule(node) || ast.isLimit(node) || ast.isNeverClaim(node)) {
        found.push(node.when, node.unless);
    }
    if (ast.isRequire(node) || ast.isRequiresClaim(node) || ast.isAlwaysClaim(node)) {
        found.push(node.condition);
    }
    if (ast.isAssumption(node)) {
        found.push(node.condition);
    }
    if (ast.isDecidedClaim(node)) {
        found.push(node.when);
    }
    if (ast.isNoFlowClaim(node)) {
        found.push(node.unless);
    }
    return found.filter((condition) => condition !== undefined);
}

/** The places that name a parameter of the owner's call, except inside definitions and patterns. */
export function parameterUses(owner: NameOwner & { kind: 'call' }): { node: AstNode; name: string }[] {
    const uses: { node: AstNode; name: string }[] = [];
    for (const node of AstUtils.streamAllContents(owner.node)) {
        const reference = ast.isGiven(node) || ast.isEventArgument(node) ? node.param : referenceTo(node)?.target;
        if (reference?.ref && ast.isParam(reference.ref) && nameOwner(node)?.node === owner.node) {
            uses.push({ node, name: reference.$refText });
        }
    }
    return uses;
}

/**
 * The tools for whose calls the conditions of an owner are evaluated. An `allow` does not match a tool that only a hint
 * puts under it (M17).
 */
export function toolsOfCall(owner: NameOwner & { kind: 'call' }, inventory: Inventory): ast.Tool[] {
    return ast.isAllow(owner.node)
        ? [...new Set(owner.events.flatMap((event) => confirmedTools(event, inventory)))]
        : eventTools(owner.events, inventory);
}

/** The tools that an event certainly selects, without hints. */
export function confirmedTools(event: ast.Event, inventory: Inventory): ast.Tool[] {
    return event.selector
        ? [...selectedTools(event.selector, inventory)].filter(([, value]) => value === 2).map(([tool]) => tool)
        : [];
}

function referenceTo(node: AstNode): ast.Reference | undefined {
    return ast.isReference(node) ? node : undefined;
}
