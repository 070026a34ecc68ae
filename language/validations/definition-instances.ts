/**
 * A definition with the arguments of a place that names it: GR246: problems that only these arguments cause, and parts
 * that both an event of the definition and its argument specify.
 */
import { type AstNode, AstUtils } from 'langium';
import * as ast from '../generated/ast.js';
import { isOfDecidedCall } from '../types/terms.js';
import type { GuardrailServices, Inventory } from '../names/inventory.js';
import { broughtBy, definitionAt, expansionOf, instanceOf } from '../packs/instances.js';
import { definitionsIn, writeOut } from '../packs/written-out.js';
import { keyOf, problemsOf } from './pack-instances.js';
import { definitionsInCycles } from './cycles.js';
import { lineOf, type Reporter, type ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { type FileView, ofWholePolicy } from './file-checks.js';
import { nodesOfTypes } from '../text/contents.js';

export const definitionInstances: ValidationRule = {
    codes: ['GR246'],
    checks: {
        PolicyFile: ofWholePolicy(async (view, services) => {
            const told = new Set<string>();
            const uses = view.of(USES);
            const endless = definitionsInCycles(uses.map(({ definition }) => definition));
            for (const { reference, definition } of uses) {
                if (!AstUtils.getContainerOfType(reference, ast.isPack) && !endless.has(definition)) {
                    await check(reference, definition, told, services, view);
                }
            }
            await checkWrittenOut(view, told, services);
        })
    }
};

const USES = new Gathered((statement) =>
    nodesOfTypes(statement, [ast.Reference.$type], ast.isReference).flatMap((reference) => {
        const definition = reference.target?.ref;
        return ast.isDefinition(definition) ? [{ reference, definition }] : [];
    })
);

/** The statements that name definitions, directly or indirectly. */
const DEFINED = new Gathered((statement, inventory: Inventory) =>
    broughtBy(statement, inventory).flatMap((element) => {
        const definitions = ast.isDefinition(element) || ast.isPack(element) ? [] : [...definitionsIn(element)];
        return definitions.length > 0 ? [{ element, definitions }] : [];
    })
);

/** A longer condition cannot be understood, and nested arguments make it long quickly. */
const MOST_NODES = 20_000;

/** The maximum number for all statements of a file; the warnings of later statements are left out. */
const MOST_NODES_OF_FILE = 200_000;

async function check(
    reference: ast.Reference,
    definition: ast.Definition,
    told: Set<string>,
    services: GuardrailServices,
    report: Reporter
): Promise<void> {
    const { inventory } = report;
    const body = definitionAt(reference, inventory);
    if (!body || body === definition) {
        return;
    }
    const fail = (message: string): void => report.error('GR246', reference, message);
    const conflicts: string[] = [];
    if (!walk(body, inventory, conflicts, { nodes: 0 })) {
        fail(`Written out with these arguments, "${definition.name}" is too long. Use each condition only once.`);
        return;
    }
    conflicts.forEach((conflict) => fail(`${conflict} Specify it in only one of the two.`));
    const own = [definition.condition, ...reference.named.map(({ value }) => value)];
    const known = new Set((await problemsOf(own, services)).map(keyOf));
    const reported = new Set<string>();
    for (const problem of await problemsOf([body.condition], services)) {
        const isOfBody = problem.node.$cstNode?.root === definition.$cstNode?.root;
        const place = isOfBody ? ` (Line ${lineOf(problem.node)}, in "${definition.name}")` : '';
        const message = `With these arguments: ${problem.message}${place}`;
        if (problem.severity === 'error' && !known.has(keyOf(problem)) && !reported.has(message)) {
            reported.add(message);
            told.add(keyOf(problem));
            fail(message);
        }
    }
}

/**
 * Reports problems that a definition hides from a statement: runs the validations of the language on the statement with
 * its definitions expanded, and leaves out problems of either alone.
 */
async function checkWrittenOut(view: FileView, told: ReadonlySet<string>, services: GuardrailServices): Promise<void> {
    const { inventory } = view;
    let left = MOST_NODES_OF_FILE;
    for (const { element: statement, definitions } of view.of(DEFINED, inventory)) {
        // The decided call must be distinguishable from earlier ones, regardless of the length of the policy.
        const isOfCall = AstUtils.streamAst(statement).some(isOfDecidedCall);
        const written = writeOut(statement, inventory, Math.min(MOST_NODES, isOfCall ? MOST_NODES : left));
        const use = instanceOf(statement)?.use;
        if (!written) {
            if (isOfCall && definitionsInCycles(definitions).size === 0) {
                view.error(
                    'GR246',
                    use ?? statement,
                    'Written out, this statement is too long. Use each definition only once.'
                );
            }
            continue;
        }
        left -= AstUtils.streamAst(written.copy).count();
        const own = await problemsOf([statement, ...definitions], services);
        if (own.some(({ severity }) => severity === 'error')) {
            continue;
        }
        const known = new Set(own.map(keyOf));
        const reported = new Set<string>();
        for (const problem of await problemsOf([written.copy], services)) {
            const key = keyOf(problem);
            const reference = written.reachedBy(problem.node);
            // Some validations look through definitions themselves.
            const isKnown = known.has(key) || (reference && known.has(keyOf({ ...problem, node: reference })));
            if (!isKnown && !told.has(key) && !reported.has(key)) {
                reported.add(key);
                const definition = reference && definitionAt(reference, inventory);
                const isOfBody = definitions.some((one) => isPartOf(problem.node, one));
                const place = isOfBody && definition ? ` (Line ${lineOf(problem.node)}, by "${definition.name}")` : '';
                view.add(
                    problem.severity,
                    problem.code,
                    use ?? reference ?? problem.node,
                    `${problem.message}${place}`
                );
            }
        }
    }
}

function isPartOf({ $cstNode: part }: AstNode, { $cstNode: whole }: AstNode): boolean {
    return Boolean(part && whole && part.root === whole.root && part.offset >= whole.offset && part.end <= whole.end);
}

/** Collects the conflicts in the body and in the definitions that it names; false if there are too many. */
function walk(body: ast.Definition, inventory: Inventory, conflicts: string[], size: { nodes: number }): boolean {
    conflicts.push(...(expansionOf(body.condition)?.conflicts ?? []));
    for (const node of AstUtils.streamAst(body.condition)) {
        if (size.nodes++ > MOST_NODES) {
            return false;
        }
        const inner = ast.isReference(node) ? definitionAt(node, inventory) : undefined;
        if (inner && inner !== (node as ast.Reference).target.ref && !walk(inner, inventory, conflicts, size)) {
            return false;
        }
    }
    return true;
}
