/**
 * Problems of a pack with the arguments of a use: GR238: tools without the parameters that the pack requires, GR239:
 * problems that only these arguments cause, GR245: parts that an event and its argument both specify, GR442: a rule
 * that then applies to no tool.
 */
import { type AstNode, AstUtils, Cancellation, type ValidationAcceptor } from 'langium';
import * as ast from '../generated/ast.js';
import { type GuardrailServices, type Inventory, toolName } from '../names/inventory.js';
import { type Instance, INSTANCES } from '../packs/instances.js';
import { argumentFor } from '../packs/values.js';
import { selectorsOf } from '../names/name-owner.js';
import { eventTools, selectedTools } from '../names/selectors.js';
import { areComparable, typeOf, typeText } from '../types/types.js';
import { lineOf, list, type Reporter, type ValidationRule } from './rule.js';
import { ofWholePolicy } from './file-checks.js';

export const packInstances: ValidationRule = {
    codes: ['GR238', 'GR239', 'GR245', 'GR442'],
    checks: {
        PolicyFile: ofWholePolicy(async (view, services) => {
            for (const instance of view.of(INSTANCES, view.inventory)) {
                for (const conflict of instance.conflicts) {
                    view.error('GR245', [instance.use, 'pack'], `${conflict} Specify it in only one of the two.`);
                }
                if (checkTools(instance, view)) {
                    await checkMeaning(instance, services, view);
                    checkSubjects(instance, view);
                }
            }
        })
    }
};

/** True if all tools have what the pack requires of them. */
function checkTools(instance: Instance, report: Reporter): boolean {
    let fits = true;
    for (const param of instance.pack.params.filter(ast.isToolsParam)) {
        const problem = lacking(param, instance, report.inventory);
        if (problem !== undefined) {
            fits = false;
            const argument = instance.parent ? undefined : argumentFor(instance.use, param);
            if (argument) {
                report.error('GR238', [argument, 'value'], problem);
            } else {
                report.error('GR238', [instance.use, 'pack'], problem);
            }
        }
    }
    return fits;
}

function lacking(param: ast.ToolsParam, { pack, bindings }: Instance, inventory: Inventory): string | undefined {
    const tools = new Set(
        selectorsOf(bindings.get(param)).flatMap((selector) => [...selectedTools(selector, inventory).keys()])
    );
    for (const wanted of param.params) {
        const without = [...tools].filter((tool) => !tool.params.some((other) => other.name === wanted.name));
        if (without.length > 0) {
            return `The pack "${pack.name}" requires the parameter "${wanted.name}" of "${param.name}", and ${list(without.map(toolName))} ${without.length === 1 ? 'has' : 'have'} none.`;
        }
        for (const tool of tools) {
            const declared = tool.params.find((other) => other.name === wanted.name)!;
            if (!areComparable(typeOf(declared.type), typeOf(wanted.type))) {
                return `The pack "${pack.name}" requires "${wanted.name}: ${typeText(typeOf(wanted.type))}" of "${param.name}", and in ${toolName(tool)} it is ${typeText(typeOf(declared.type))}.`;
            }
        }
    }
    return undefined;
}

/** Runs the validations of the language on the expanded pack; problems of the pack's own text are reported there. */
async function checkMeaning(instance: Instance, services: GuardrailServices, report: Reporter): Promise<void> {
    const own = [...instance.pack.elements, ...instance.bindings.values()];
    const known = new Set((await problemsOf(own, services)).map(keyOf));
    const reported = new Set<string>();
    for (const problem of await problemsOf(instance.elements, services)) {
        const line = `Line ${lineOf(problem.node)} of the pack "${instance.pack.name}"`;
        const isOfPack = problem.node.$cstNode?.root === instance.pack.$cstNode?.root;
        const message = `With these arguments: ${problem.message}${isOfPack ? ` (${line})` : ''}`;
        if (!known.has(keyOf(problem)) && !reported.has(message)) {
            reported.add(message);
            report.add(problem.severity, 'GR239', [instance.use, 'pack'], message);
        }
    }
}

export interface Problem {
    readonly severity: 'error' | 'warning';
    readonly message: string;
    readonly code: string;
    readonly node: AstNode;
}

/** The problems reported for the nodes and their contents. */
export async function problemsOf(nodes: readonly AstNode[], services: GuardrailServices): Promise<Problem[]> {
    const problems: Problem[] = [];
    const accept: ValidationAcceptor = (severity, message, info) => {
        if (severity === 'error' || severity === 'warning') {
            problems.push({ severity, message, code: String(info.code), node: info.node });
        }
    };
    for (const node of nodes.flatMap((each) => AstUtils.streamAst(each).toArray())) {
        for (const { reference } of AstUtils.streamReferences(node)) {
            if ('ref' in reference && !reference.ref) {
                const message = `None of the calls concerned has a parameter "${reference.$refText}".`;
                problems.push({ severity: 'error', message, code: 'GR202', node });
            }
        }
        for (const check of services.validation.ValidationRegistry.getChecks(node.$type)) {
            await check(node, accept, Cancellation.CancellationToken.None);
        }
    }
    return problems;
}

/** A text that identifies a problem; a copy has the text range of its original. */
export function keyOf({ code, node }: Problem): string {
    const { root, offset } = node.$cstNode ?? {};
    return `${code} ${root ? AstUtils.getDocument(root.astNode).uri.toString() : ''} ${offset}`;
}

function checkSubjects(instance: Instance, report: Reporter): void {
    const { inventory } = report;
    for (const element of instance.elements) {
        const empty = subjectsOf(element).find(
            (event) => event.selector && eventTools([event], inventory).length === 0
        );
        if (empty && inventory.tools.length > 0) {
            report.warning(
                'GR442',
                [instance.use, 'pack'],
                `With these arguments the rule in line ${lineOf(element)} of the pack "${instance.pack.name}" is about no tool. Give it tools that this policy has, or remove the use.`
            );
            return;
        }
    }
}

function subjectsOf(element: ast.PackElement): readonly ast.Event[] {
    if (ast.isSubjectRule(element)) {
        return element.subjects;
    }
    if (ast.isOrder(element)) {
        return element.events.slice(1);
    }
    const limited = ast.isLimit(element) ? (element.total?.event ?? element.event) : undefined;
    return limited ? [limited] : [];
}
