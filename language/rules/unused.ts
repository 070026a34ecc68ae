/** GR408 a label, event, group, definition, agent, human or role of the policy that nothing in it needs. */
import type { ValidationAcceptor } from 'langium';
import type { Element, PolicyFile } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { GuardrailServices } from '../module.js';
import { statementsWithPacks } from '../packs/instances.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf, isWholePolicy } from './rule.js';

export const unused: ValidationRule = {
    codes: ['GR408'],
    checks: (services) => ({
        PolicyFile: (file, accept) => {
            if (isWholePolicy(file, services)) {
                for (const element of file.elements) {
                    check(element, file, services, accept);
                }
            }
        }
    })
};

type Declaration = ast.Label | ast.OutsideEvent | ast.Group | ast.Definition | ast.Agent | ast.Human | ast.Role;

/** Diagnostics with this tag are shown faded out. */
const UNNECESSARY = 1;

function check(element: Element, file: PolicyFile, services: GuardrailServices, accept: ValidationAcceptor): void {
    const reason = whyUnused(element, file, services);
    if (reason !== undefined) {
        accept('hint', `"${(element as Declaration).name}" is not used: ${reason}`, {
            node: element as Declaration,
            property: 'name',
            code: 'GR408',
            tags: [UNNECESSARY]
        });
    }
}

function whyUnused(element: Element, file: PolicyFile, services: GuardrailServices): string | undefined {
    if (ast.isLabel(element)) {
        const isRead = inventoryOf(file, services).tools.some(({ tool }) =>
            tool.reads.some((label) => label.ref === element)
        );
        return isRead ? undefined : 'no tool reads it. Write `reads` at the tools that return such data.';
    }
    if (ast.isGroup(element) || ast.isDefinition(element) || ast.isRole(element) || ast.isOutsideEvent(element)) {
        return services.references.References.findReferences(element, {}).isEmpty() ? 'nothing names it.' : undefined;
    }
    const statements = statementsWithPacks(file, inventoryOf(file, services));
    if (ast.isAgent(element)) {
        const allows = statements.filter(ast.isAllow).map((allow) => allow.by);
        const isNamed = allows.some((by) => !by || by.any || by.agents.some((agent) => agent.ref === element));
        return isNamed ? undefined : 'no `allow` names it, so every call of it is denied.';
    }
    if (ast.isHuman(element)) {
        const isAsked = statements.filter(ast.isRequireApproval).some((rule) => asks(rule.approver.ref, element));
        return isAsked ? undefined : 'no `require approval` asks for it.';
    }
    return undefined;
}

/** A role asks for each of its members. */
function asks(approver: ast.Approver | undefined, human: ast.Human): boolean {
    return ast.isRole(approver) ? approver.members.some((member) => member.ref === human) : approver === human;
}
