/**
 * The part of a rule that other rules of the policy leave effective: GR426 an `allow` of which a `deny` or a `require`
 * leaves nothing, GR431 a condition that another `allow` makes void, GR432 a requirement on calls that are always
 * denied.
 */
import type { ValidationAcceptor } from 'langium';
import type { Allow, PolicyFile, Rule, SubjectRule } from '../generated/ast.js';
import { statementsOfType } from '../contents.js';
import * as ast from '../generated/ast.js';
import { allowedTools, closedEvents, covers, grantedTools } from '../grants.js';
import type { Inventory } from '../inventory.js';
import { toolName } from '../inventory.js';
import { ruleWrittenOut } from '../packs/written-out.js';
import { eventTools } from '../selectors.js';
import { termText } from '../terms.js';
import type { Conjunct } from '../value-sets.js';
import { conjunctsOf, contradiction } from '../value-sets.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf, isWholePolicy, lineOf, list, otherPlace } from './rule.js';

export const leftOver: ValidationRule = {
    codes: ['GR426', 'GR431', 'GR432'],
    checks: (services) => ({
        PolicyFile: (file, accept) => {
            if (isWholePolicy(file, services)) {
                const inventory = inventoryOf(file, services);
                const allows = statementsOfType<ast.Allow>(file, ast.Allow);
                checkLeft(file, allows, inventory, accept);
                checkVoid(allows, inventory, accept);
                checkDenied(file, inventory, accept);
            }
        }
    })
};

function checkLeft(file: PolicyFile, allows: readonly Allow[], inventory: Inventory, accept: ValidationAcceptor): void {
    const restricting = file.elements
        .filter(ast.isRule)
        .map((rule) => ({ rule, passes: passing(ruleWrittenOut(rule, inventory).copy) }))
        .filter(({ passes }) => passes.length > 0);
    for (const allow of allows) {
        const { when, unless } = ruleWrittenOut(allow, inventory).copy;
        const own = [...conjunctsOf(when, true), ...conjunctsOf(unless, false)];
        const tools = allowedTools(allow, inventory);
        if (own.length === 0 || tools.length === 0 || contradiction(own, inventory) !== undefined) {
            continue; // A condition that is empty by itself is reported as such (GR424).
        }
        const other = restricting.find(
            ({ rule, passes }) =>
                contradiction(passes, inventory) === undefined &&
                isAbout(rule as SubjectRule, allow, tools, inventory) &&
                contradiction([...own, ...passes], inventory) !== undefined
        );
        if (other) {
            const term = contradiction([...own, ...other.passes], inventory)!;
            accept(
                'warning',
                `No call passes both this and line ${lineOf(other.rule)}, by \`${term}\`: this \`allow\` never decides. Correct one of the two.`,
                {
                    node: allow,
                    code: 'GR426',
                    relatedInformation: otherPlace(other.rule, 'No call passes this as well.')
                }
            );
        }
    }
}

/** The condition for a call to pass the rule; empty if that is not a single condition. */
function passing(rule: Rule): Conjunct[] {
    if (rule.audit) {
        return [];
    }
    if (ast.isRequire(rule) && !rule.when && !rule.unless) {
        return conjunctsOf(rule.condition, true);
    }
    if (ast.isDeny(rule) && !rule.unless) {
        return conjunctsOf(rule.when, false);
    }
    return ast.isDeny(rule) && !rule.when ? conjunctsOf(rule.unless, true) : [];
}

function isAbout(rule: SubjectRule, allow: Allow, tools: readonly ast.Tool[], inventory: Inventory): boolean {
    const subjects = rule.subjects.filter(
        (event) => covers(event.by, allow.by) && event.status === undefined && !event.listed && !event.where
    );
    const about = new Set(eventTools(subjects, inventory));
    return tools.every((tool) => about.has(tool));
}

/** Reports an `allow` whose condition has no effect: another one allows its tools unconditionally. */
function checkVoid(allows: readonly Allow[], inventory: Inventory, accept: ValidationAcceptor): void {
    const free = allows
        .filter((allow) => !allow.when && !allow.unless)
        .map((allow) => ({ allow, tools: new Set(allowedTools(allow, inventory)) }));
    for (const allow of allows.filter((one) => one.when ?? one.unless)) {
        const tools = allowedTools(allow, inventory);
        const other = free.find(
            (candidate) =>
                covers(candidate.allow.by, allow.by) &&
                tools.length > 0 &&
                tools.every((tool) => candidate.tools.has(tool))
        );
        if (other) {
            const condition = allow.when ? `\`when ${termText(allow.when)}\`` : `\`unless ${termText(allow.unless)}\``;
            accept(
                'warning',
                `Line ${lineOf(other.allow)} allows ${list(tools.map(toolName))} always, so ${condition} has no effect. If it must hold, write \`require … for …\`, or narrow that \`allow\`.`,
                { node: allow, code: 'GR431', relatedInformation: otherPlace(other.allow, 'It is allowed here.') }
            );
        }
    }
}

function checkDenied(file: PolicyFile, inventory: Inventory, accept: ValidationAcceptor): void {
    const closed = closedEvents(file, inventory).filter(({ event }) => !event.by || event.by.any);
    const denials = new Map(closed.flatMap(({ event, tools }) => tools.map((tool) => [tool, event] as const)));
    const granted = grantedTools(file, inventory);
    for (const rule of file.elements) {
        if (!ast.isRequire(rule) && !ast.isRequireApproval(rule)) {
            continue;
        }
        for (const event of rule.subjects) {
            const tools = eventTools([event], inventory);
            if (tools.some((tool) => granted.has(tool)) && tools.every((tool) => denials.has(tool))) {
                const denial = denials.get(tools[0]!)!;
                accept(
                    'warning',
                    `Line ${lineOf(denial)} denies ${list(tools.map(toolName))} always, so nothing is left to ${ast.isRequire(rule) ? 'require' : 'approve'}. Remove one of the two.`,
                    {
                        node: event,
                        property: 'selector',
                        code: 'GR432',
                        relatedInformation: otherPlace(denial, 'It is denied here.')
                    }
                );
            }
        }
    }
}
