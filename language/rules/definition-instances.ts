/**
 * What a definition says with the arguments of a place that names it: GR246 what is wrong with these arguments only, and
 * what an event of the definition and its argument both say.
 */
import type { AstNode, ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import type { Definition, Reference } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import type { GuardrailServices } from '../module.js';
import { definitionAt, expansionOf } from '../packs/instances.js';
import { keyOf, problemsOf } from './pack-instances.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf, isWholePolicy, lineOf } from './rule.js';

export const definitionInstances: ValidationRule = {
    codes: ['GR246'],
    checks: (services) => ({
        PolicyFile: async (file, accept) => {
            if (!isWholePolicy(file, services)) {
                return;
            }
            const inventory = inventoryOf(file, services);
            for (const reference of AstUtils.streamAllContents(file).filter(ast.isReference).toArray()) {
                const isOutside = !AstUtils.getContainerOfType(reference, ast.isPack);
                const definition = reference.target?.ref;
                if (isOutside && ast.isDefinition(definition) && !usesItself(definition)) {
                    await check(reference, definition, inventory, services, accept);
                }
            }
        }
    })
};

/** A condition that is longer cannot be understood, and nested arguments make it long quickly. */
const MOST_NODES = 20_000;

async function check(
    reference: Reference,
    definition: Definition,
    inventory: Inventory,
    services: GuardrailServices,
    accept: ValidationAcceptor
): Promise<void> {
    const body = definitionAt(reference, inventory);
    if (!body || body === definition) {
        return;
    }
    const report = (message: string): void => accept('error', message, { node: reference, code: 'GR246' });
    const conflicts: string[] = [];
    if (!walk(body, inventory, conflicts, { nodes: 0 })) {
        report(`Written out with these arguments, "${definition.name}" is too long. Name each condition only once.`);
        return;
    }
    conflicts.forEach((conflict) => report(`${conflict} Say it in one of the two.`));
    const own = [definition.condition, ...reference.named.map(({ value }) => value)];
    const known = new Set((await problemsOf(own, services)).map(keyOf));
    const reported = new Set<string>();
    for (const problem of await problemsOf([body.condition], services)) {
        const isOfBody = problem.node.$cstNode?.root === definition.$cstNode?.root;
        const place = isOfBody ? ` (Line ${lineOf(problem.node)}, in "${definition.name}")` : '';
        const message = `With these arguments: ${problem.message}${place}`;
        if (problem.severity === 'error' && !known.has(keyOf(problem)) && !reported.has(message)) {
            reported.add(message);
            report(message);
        }
    }
}

/** Collects the conflicts in the body and in the definitions that it names; false if there is too much of it. */
function walk(body: Definition, inventory: Inventory, conflicts: string[], size: { nodes: number }): boolean {
    conflicts.push(...(expansionOf(body.condition)?.conflicts ?? []));
    for (const node of AstUtils.streamAst(body.condition)) {
        if (size.nodes++ > MOST_NODES) {
            return false;
        }
        const inner = ast.isReference(node) ? definitionAt(node, inventory) : undefined;
        if (inner && inner !== (node as Reference).target.ref && !walk(inner, inventory, conflicts, size)) {
            return false;
        }
    }
    return true;
}

/** GR308 reports it. */
function usesItself(definition: Definition): boolean {
    const seen = new Set<AstNode>();
    const queue: Definition[] = [definition];
    for (const each of queue) {
        for (const node of AstUtils.streamAst(each)) {
            const used = ast.isReference(node) || ast.isNameValue(node) ? node.target?.ref : undefined;
            if (ast.isDefinition(used)) {
                if (used === definition) {
                    return true;
                }
                if (!seen.has(used)) {
                    seen.add(used);
                    queue.push(used);
                }
            }
        }
    }
    return false;
}
