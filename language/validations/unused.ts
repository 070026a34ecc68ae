/**
 * GR408: an unused declaration: a label, event, group, definition, agent, human, role, entity, trait, signal or session
 * constant; a parameter that its definition never uses.
 */
import { type AstNode, AstUtils, type CstNode } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { removeItem, removeStatement } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { type Reporter, type ValidationRule, wordsOf } from './rule.js';
import { Gathered, perList } from '../files/gathered.js';
import { type FileView, ofWholePolicy, statementsOfFile } from './file-checks.js';
import { nodesIn } from '../text/contents.js';
import { ALLOWS } from '../packs/grants.js';
import { broughtBy } from '../packs/instances.js';
import { type Inventory, perInventory } from '../names/inventory.js';
import type { GuardrailIndexManager } from '../linking/references.js';

export const unused: ValidationRule = {
    codes: ['GR408'],
    checks: {
        PolicyFile: (file, report, services) => {
            const others = services.shared.workspace.IndexManager as GuardrailIndexManager;
            const unlessNamed = report.only((node) => !isNamedKind(node) || !others.isNamedOutside(node));
            return FIND(file, unlessNamed, services);
        },
        Definition: checkParameters
    }
};

const FIND = ofWholePolicy(checkFile);

type Declaration =
    | ast.Entity
    | ast.Trait
    | ast.Signal
    | ast.SessionConstant
    | ast.Label
    | ast.OutsideEvent
    | ast.Group
    | ast.Definition
    | ast.Agent
    | ast.Human
    | ast.Role;

/** The types of declarations that have no effect unless they are named. */
const NAMED = [
    ast.isGroup,
    ast.isDefinition,
    ast.isRole,
    ast.isOutsideEvent,
    ast.isEntity,
    ast.isTrait,
    ast.isSignal,
    ast.isSessionConstant
];

/** The tag of diagnostics that editors show faded. */
const UNNECESSARY = 1;

const DECLARED = statementsOfFile((element): element is ast.Element & Declaration =>
    [ast.isLabel, ast.isAgent, ast.isHuman, ...NAMED].some((is) => is(element))
);

/** The declarations of the file that something in it names. */
const TARGETS = new Gathered((statement) => {
    const document = AstUtils.getDocument(statement);
    const targets = nodesIn(statement)
        .flatMap((node) => AstUtils.streamReferences(node).toArray())
        .map(({ reference }) => ('ref' in reference ? reference.ref : undefined));
    return [...new Set(targets)].filter((target) => isNamedKind(target) && AstUtils.getDocument(target) === document);
});

const targetSet = perList((targets: readonly (AstNode | undefined)[]) => new Set(targets));

const APPROVERS = new Gathered((statement, inventory: Inventory) =>
    broughtBy(statement, inventory)
        .filter(ast.isRequireApproval)
        .map((rule) => rule.approver?.ref)
);

const approverSet = perList((approvers: readonly (ast.Approver | undefined)[]) => new Set(approvers));

/** Declarations that something else in the file needs. The caller excludes those that another file names. */
function checkFile(view: FileView): void {
    for (const element of view.of(DECLARED)) {
        const reason = whyUnused(element, view);
        if (reason !== undefined) {
            view.hint(
                'GR408',
                [element, 'name'],
                `"${element.name}" is not used: ${reason}`,
                ({ marked }) => [obvious(`Remove \`${marked}\``, removeStatement(element))],
                { tags: [UNNECESSARY] }
            );
        }
    }
}

function whyUnused(element: ast.Element, view: FileView): string | undefined {
    const { inventory } = view;
    if (ast.isLabel(element)) {
        return labelsRead(inventory).has(element)
            ? undefined
            : 'no tool reads it. Write `reads` at the tools that return such data.';
    }
    if (isNamedKind(element)) {
        return targetSet(view.of(TARGETS)).has(element) ? undefined : 'nothing names it.';
    }
    if (ast.isAgent(element)) {
        const isAllowed = view
            .of(ALLOWS, inventory)
            .some(({ by }) => !by || by.any || by.agents.some((agent) => agent.ref === element));
        return isAllowed ? undefined : 'no `allow` names it, so all of its calls are denied.';
    }
    if (ast.isHuman(element)) {
        return [...approverSet(view.of(APPROVERS, inventory))].some((approver) => asks(approver, element))
            ? undefined
            : 'no `require approval` asks for it.';
    }
    return undefined;
}

const labelsRead = perInventory(
    ({ tools }) =>
        new Set(
            tools.flatMap(({ tool }) =>
                [...tool.reads, ...tool.conditionalReads.flatMap(({ labels }) => labels)].map((label) => label.ref)
            )
        )
);

function isNamedKind(node: unknown): node is ast.Element {
    return NAMED.some((is) => is(node));
}

/**
 * True if a body uses the name. Names are compared, because the text of a body may be incomplete; an unused parameter
 * makes no difference.
 */
function checkParameters(definition: ast.Definition, report: Reporter): void {
    if (!definition.condition?.$cstNode) {
        return;
    }
    const words = new Set(wordsOf(definition.condition).split(/[^A-Za-z0-9_]+/));
    for (const param of definition.params) {
        if (param.name && !words.has(param.name)) {
            report.hint(
                'GR408',
                [param, 'name'],
                `"${param.name}" is not used: the condition does not depend on it. Use it, or remove it.`,
                ({ file }) => [withoutParameter(param, file)],
                { tags: [UNNECESSARY] }
            );
        }
    }
}

/** Removes the parameter, and the arguments that uses of its pack or definition in the file pass for it. */
export function withoutParameter(param: ast.DefinitionParam, file: ast.PolicyFile): Fix {
    const owner = param.$container;
    const index = ast.isDefinition(owner) ? owner.params.indexOf(param) : -1;
    const passed = AstUtils.streamAllContents(file)
        .flatMap((node): (CstNode | undefined)[] => {
            if ((ast.isUseArgument(node) || ast.isNamedArgument(node)) && node.param.ref === param) {
                return [node.$cstNode];
            }
            const isCall = ast.isReference(node) && node.target.ref === owner;
            return isCall && node.args.length + node.named.length > 1 ? [node.args[index]?.$cstNode] : [];
        })
        .toArray();
    const edits = [param.$cstNode, ...passed].flatMap((node) => (node ? [removeItem(node)] : []));
    return obvious(`Remove the parameter \`${param.name}\``, ...edits);
}

/** True if the approver is the human or a role that has the human as a member. */
function asks(approver: ast.Approver | undefined, human: ast.Human): boolean {
    return ast.isRole(approver) ? approver.members.some((member) => member.ref === human) : approver === human;
}
