/**
 * GR408 an unused declaration: a label, event, group, definition, agent, human, role, entity, trait, signal or session
 * constant; a parameter that its definition never uses.
 */
import type { ValidationAcceptor } from 'langium';
import type { Element, PolicyFile } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { GuardrailServices } from '../module.js';
import { statementsWithPacks } from '../packs/instances.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf, isWholePolicy, wordsOf } from './rule.js';

export const unused: ValidationRule = {
    codes: ['GR408'],
    checks: (services) => ({
        PolicyFile: (file, accept) => {
            if (isWholePolicy(file, services)) {
                const used = usedIn(file, services);
                for (const element of file.elements) {
                    check(element, used, services, accept);
                }
            }
        },
        Definition: (definition, accept) => checkParameters(definition, accept)
    })
};

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

/** Declarations without effect unless they are named. */
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

/** Diagnostics with this tag are shown faded out. */
const UNNECESSARY = 1;

function check(element: Element, used: Used, services: GuardrailServices, accept: ValidationAcceptor): void {
    const reason = whyUnused(element, used, services);
    if (reason !== undefined) {
        accept('hint', `"${(element as Declaration).name}" is not used: ${reason}`, {
            node: element as Declaration,
            property: 'name',
            code: 'GR408',
            tags: [UNNECESSARY]
        });
    }
}

/** The names that the policy uses, found once for all of its declarations. */
interface Used {
    readonly labels: ReadonlySet<Element | undefined>;
    /** The tools that some `allow` names; `isAnyAllowed`: one of them selects all. */
    readonly agents: ReadonlySet<Element | undefined>;
    readonly isAnyAllowed: boolean;
    readonly approvers: readonly (ast.Approver | undefined)[];
}

function usedIn(file: PolicyFile, services: GuardrailServices): Used {
    const inventory = inventoryOf(file, services);
    const statements: readonly ast.Element[] = statementsWithPacks(file, inventory);
    const allows = statements.filter(ast.isAllow).map((allow) => allow.by);
    return {
        labels: new Set(
            inventory.tools.flatMap(({ tool }) =>
                [...tool.reads, ...tool.conditionalReads.flatMap(({ labels }) => labels)].map((label) => label.ref)
            )
        ),
        agents: new Set(allows.flatMap((by) => (by?.agents ?? []).map((agent) => agent.ref))),
        isAnyAllowed: allows.some((by) => !by || by.any),
        approvers: [...new Set(statements.filter(ast.isRequireApproval).map((rule) => rule.approver?.ref))]
    };
}

function whyUnused(element: Element, used: Used, services: GuardrailServices): string | undefined {
    if (ast.isLabel(element)) {
        return used.labels.has(element)
            ? undefined
            : 'no tool reads it. Write `reads` at the tools that return such data.';
    }
    if (NAMED.some((is) => is(element))) {
        return isNamed(element, services) ? undefined : 'nothing names it.';
    }
    if (ast.isAgent(element)) {
        return used.isAnyAllowed || used.agents.has(element)
            ? undefined
            : 'no `allow` names it, so every call of it is denied.';
    }
    if (ast.isHuman(element)) {
        return used.approvers.some((approver) => asks(approver, element))
            ? undefined
            : 'no `require approval` asks for it.';
    }
    return undefined;
}

/** True if something refers to the element. Langium's service for references would first search the whole grammar. */
function isNamed(element: Element, { shared, workspace }: GuardrailServices): boolean {
    const path = workspace.AstNodeLocator.getAstNodePath(element);
    return !shared.workspace.IndexManager.findAllReferences(element, path).isEmpty();
}

/** Compares names, because the text of a body may be incomplete; an unused parameter makes no difference. */
function checkParameters(definition: ast.Definition, accept: ValidationAcceptor): void {
    if (!definition.condition?.$cstNode) {
        return;
    }
    const words = new Set(wordsOf(definition.condition).split(/[^A-Za-z0-9_]+/));
    for (const param of definition.params) {
        if (param.name && !words.has(param.name)) {
            accept(
                'hint',
                `"${param.name}" is not used: the condition is the same whatever it is. Use it, or remove it.`,
                {
                    node: param,
                    property: 'name',
                    code: 'GR408',
                    tags: [UNNECESSARY]
                }
            );
        }
    }
}

/** A role refers to each of its members. */
function asks(approver: ast.Approver | undefined, human: ast.Human): boolean {
    return ast.isRole(approver) ? approver.members.some((member) => member.ref === human) : approver === human;
}
