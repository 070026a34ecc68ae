/** The tree of a valid policy file as the policy model: plain data, names resolved, sugar written out. */
import type { Declared, Policy, Tool } from '../../server/model/policy.js';
import type { Truth } from '../../server/model/truth.js';
import type { PolicyFile } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { toolName } from '../inventory.js';
import type { GuardrailServices } from '../module.js';
import { traitOf } from '../selectors.js';
import { paramOf } from '../types.js';
import { lowerClaim } from './claims.js';
import { LoweringContext, sourceOf } from './context.js';
import { lowerRule } from './rules.js';
import { lowerScenario } from './scenarios.js';

/**
 * Lowers a file that has a `policy` header and no errors, its imports included. Throws for any other: ask the
 * diagnostics first.
 */
export function lower(file: PolicyFile, services: GuardrailServices): Policy {
    if (!file.policy) {
        throw new Error('a file without a policy header cannot be lowered');
    }
    const context = new LoweringContext(file, services);
    const rules = file.elements.filter(ast.isRule).flatMap((rule) => lowerRule(rule, context));
    const claims = file.elements.filter(ast.isClaim).map((claim) => lowerClaim(claim, context));
    const scenarios = file.elements.filter(ast.isScenario).map((scenario) => lowerScenario(scenario, context));
    return {
        name: file.policy.name,
        ...context.doc(file.policy),
        source: sourceOf(file.policy),
        agents: context.agents.map((agent) => declared(agent, context)),
        humans: context.humans.map((human) => declared(human, context)),
        labels: context.labels.map((label) => declared(label, context)),
        outsideEvents: context.outsideEvents.map((event) => declared(event, context)),
        tools: context.tools.map((tool) => lowerTool(tool, context)),
        monitors: context.monitors,
        rules,
        claims,
        scenarios
    };
}

function declared(node: ast.Agent | ast.Human | ast.Label | ast.OutsideEvent, context: LoweringContext): Declared {
    return { name: node.name, ...context.doc(node), source: sourceOf(node) };
}

function lowerTool(tool: ast.Tool, context: LoweringContext): Tool {
    const traits: { [trait: string]: Truth } = {};
    for (const trait of new Set([...tool.traits.map((use) => use.trait.$refText), 'atomic'])) {
        const value = traitOf(tool, trait);
        if (value !== 0) {
            traits[trait] = value;
        }
    }
    return {
        name: toolName(tool),
        params: tool.params.map((param) => ({ ...paramOf(param), ...context.doc(param) })),
        traits,
        reads: tool.reads.map((label) => context.indexOf(context.labels, label.ref)),
        clears: tool.clears.map((label) => context.indexOf(context.labels, label.ref)),
        ...context.doc(tool),
        source: sourceOf(tool)
    };
}
